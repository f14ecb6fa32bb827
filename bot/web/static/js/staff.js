/** The staff console: everything works as plain forms; this adds live updates and the keyboard. */

import { LiveSocket } from "./live_socket.js";
import { listenToKeys } from "./staff/keyboard.js";
import { refresh, signedOut } from "./staff/live_regions.js";
import { enhanceReply } from "./staff/reply_form.js";
import { showLocalTimes } from "./staff/times.js";

const POLL_WHILE_DOWN = 15000;
const GATHER = 150;

const main = document.getElementById("main");
const live = document.getElementById("live");
const conversation = document.getElementById("conversation");
let gathering = null;
let polling = null;

/** Fetch the page's live parts again, once for a burst of frames. */
function refreshSoon() {
  clearTimeout(gathering);
  gathering = setTimeout(refreshNow, GATHER);
}

async function refreshNow() {
  const result = await refresh(conversation);
  if (result === "signed-out") signedOut(live);
  else if (result === "unreachable") live.textContent = "The connection is lost. Trying again.";
  else showLocalTimes(main);
  return result;
}

function onUp() {
  clearInterval(polling);
  polling = null;
  live.textContent = "";
  refreshSoon();
}

function onDown() {
  polling ??= setInterval(refreshNow, POLL_WHILE_DOWN);
}

/** Ask before what cannot be taken back. */
function confirmForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const dialog = document.getElementById(form.dataset?.confirm ?? "");
    if (!dialog) return;
    event.preventDefault();
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "yes" && form.submit(), { once: true });
    dialog.showModal();
  });
}

showLocalTimes(main);
confirmForms();
listenToKeys(document.getElementById("help-dialog"), document.getElementById("help-button"));
if (conversation) {
  conversation.scrollTop = conversation.scrollHeight;
  enhanceReply(document.getElementById("reply-form"), {
    onSent: refreshNow,
    onSignedOut: () => signedOut(live),
  });
}
new LiveSocket("/staff/live", { onFrame: refreshSoon, onUp, onDown });
