/** Brings the line that says what is to be done before patients use it: looking takes a while, the inbox does not wait. */

import { at } from "../prefix.js";

const place = document.getElementById("golive");

async function bring() {
  const answer = await fetch(at("/staff/golive/line"), { headers: { accept: "application/json", "x-refresh": "visible" } });
  if (!answer.ok) return;
  const line = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".golive-line");
  if (!line) return;
  place.replaceChildren(line);
  place.hidden = false;
}

// Without it the list stands under "Set-up" in the menu all the same.
bring().catch(() => {});
