/** The staff console: everything works as plain forms; this adds live updates and the keyboard. */

import { LiveSocket } from "./live_socket.js";
import { pressOnce } from "./press_once.js";
import { enhanceActions } from "./staff/actions.js";
import { Alerts } from "./staff/alerts.js";
import { offerCanned } from "./staff/canned.js";
import { Company } from "./staff/company.js";
import { countDown, update as updateCountdown } from "./staff/countdown.js";
import { Desk } from "./staff/desk.js";
import { listenToKeys } from "./staff/keyboard.js";
import { refresh } from "./staff/live_regions.js";
import { enhanceReply } from "./staff/reply_form.js";
import { enhanceSeveral } from "./staff/several.js";
import { signedOut } from "./staff/session_end.js";
import { showLocalTimes } from "./staff/times.js";

const POLL_WHILE_DOWN = 15000;
const GATHER = 150;
const LOST = "The connection is lost. Trying again.";
const NOT_LIVE = "The live connection is lost. Trying again; meanwhile this page is brought up to date every 15 seconds.";

const main = document.getElementById("main");
const live = document.getElementById("live");
const conversation = document.getElementById("conversation");
const alerts = new Alerts(document.getElementById("sound-button"));
const atWork = { onSent: refreshNow, onSaved: refreshNow, onDone: refreshNow, onSignedOut: () => signedOut(live) };
const desk = new Desk(atWork);
let company = null;
let gathering = null;
let polling = null;
let isLost = false;

/** Fetch the page's live parts again, once for a burst of frames. */
function refreshSoon() {
  clearTimeout(gathering);
  gathering = setTimeout(refreshNow, GATHER);
}

async function refreshNow() {
  const result = await refresh(conversation);
  if (result === "signed-out") signedOut(live);
  else if (result === "unreachable") live.textContent = LOST;
  else if (result === "refused") live.textContent = "This page cannot be brought up to date. Reload it.";
  else {
    if (isLost) live.textContent = NOT_LIVE;
    showLocalTimes(main);
    updateCountdown();
    alerts.look();
  }
  return result;
}

function onFrame(frame) {
  if (frame.type === "looking" || frame.type === "typing") {
    company?.hear(frame);
    return;
  }
  if (frame.type === "message") company?.quiet();
  refreshSoon();
}

function onUp() {
  clearInterval(polling);
  polling = null;
  isLost = false;
  live.textContent = "";
  company?.arrive();
  refreshSoon();
}

function onDown({ wasUp }) {
  polling ??= setInterval(refreshNow, POLL_WHILE_DOWN);
  if (!wasUp) return;
  isLost = true;
  live.textContent = LOST;
  refreshNow();
}

pressOnce();
showLocalTimes(main);
countDown();
listenToKeys(document.getElementById("help-dialog"), document.getElementById("help-button"), desk);
enhanceSeveral(document.getElementById("several"));
const socket = new LiveSocket("/staff/live", { onFrame, onUp, onDown });
if (conversation) {
  // A link to one message leads there, and to no other place.
  if (!document.getElementById(location.hash.slice(1))) conversation.scrollTop = conversation.scrollHeight;
  company = new Company(Number(main.dataset.ticketId), main.dataset.staffName, socket);
  enhanceActions(live, atWork);
  enhanceReply(document.getElementById("reply-form"), atWork);
  offerCanned(document.getElementById("reply"), document.getElementById("canned"));
}
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refreshSoon());
// A page that the browser had put aside shows what was so then.
addEventListener("pageshow", (event) => event.persisted && refreshSoon());
