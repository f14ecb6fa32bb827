/** Takes patients' words off a page of the console when the session has ended, here or elsewhere: it may stand open. */

import { element } from "../dom.js";
import { LiveSocket } from "../live_socket.js";
import { at } from "../prefix.js";

/** What staff were writing in this tab; whoever signs out leaves nothing of it. */
const KEPT = ["frontdesk.draft.", "frontdesk.form"];

/** Say that the session has ended and where to sign in; what is being written stays where it is. */
export function signedOut(line) {
  document.querySelectorAll("[data-live]").forEach((part) => part.replaceChildren());
  line.replaceChildren("Your session has ended. ", element("a", { href: at("/staff/sign-in"), text: "Sign in again" }));
}

function forgetDrafts() {
  try {
    Object.keys(sessionStorage).filter((key) => KEPT.some((kept) => key.startsWith(kept))).forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // Without storage there is nothing to forget.
  }
}

/** The server closes the connection for good when the session ends; one that is only lost comes back. */
function watch(main) {
  const onDown = ({ isRefused }) => {
    if (!isRefused) return;
    main.replaceChildren(element("p", { class: "callout", role: "status", id: "session-ended" }));
    signedOut(document.getElementById("session-ended"));
  };
  new LiveSocket("/staff/live", { onFrame() {}, onUp() {}, onDown });
}

document.querySelector('form[action$="/staff/sign-out"]')?.addEventListener("submit", forgetDrafts);
const main = document.querySelector("main[data-private]");
if (main) watch(main);
