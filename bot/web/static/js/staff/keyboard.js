/** The staff console's shortcut keys: silent while someone types, with Alt or off for whoever wants them so. */

import { postForm } from "./post_form.js";
import { tickOne } from "./several.js";

/** By the key's place on the keyboard: with Option, a Mac writes another letter. */
const PLACES = /^Key([A-Z])$/;
const byTestId = (name) => document.querySelector(`[data-testid=${name}]`);

/**
 * Listen for keys.
 * @param {HTMLDialogElement} help
 * @param {HTMLButtonElement} helpButton
 * @param {{write: (what: "reply"|"note") => void}} desk where replies and notes are written
 */
export function listenToKeys(help, helpButton, desk) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
  enhanceChoice(help);
  const commands = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => byTestId("search")?.focus(),
    r: () => desk.write("reply"),
    n: () => desk.write("note"),
    t: () => byTestId("take")?.click(),
    a: () => openMenu("assign"),
    s: () => openMenu("snooze-until"),
    e: () => byTestId("resolve")?.click(),
    x: tickOne,
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") leave(event.target);
    if (isTyping(event.target)) return;
    const command = commands[keyOf(event, help.dataset.shortcutKeys)];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

/** Give the key that is meant; null for one that is none as this staff member wants them. */
function keyOf(event, wanted) {
  if (wanted === "plain") return event.altKey ? null : event.key;
  if (wanted !== "with_alt" || !event.altKey) return null;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return PLACES.exec(event.code)?.[1].toLowerCase() ?? event.key;
}

/** Keep how the keys are wanted; it holds at once, and in all windows from their next page on. */
function enhanceChoice(help) {
  const form = document.getElementById("keys-form");
  const said = document.getElementById("keys-said");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    const trouble = await postForm(form);
    if (!trouble) help.dataset.shortcutKeys = new FormData(form).get("wanted");
    said.textContent = trouble ? trouble.text : "Kept.";
  });
}

function leave(target) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (isTyping(target)) target.blur();
}

function openMenu(testid) {
  const menu = byTestId("more");
  if (!menu) return;
  menu.open = true;
  byTestId(testid).focus();
}

function isTyping(target) {
  return target.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

/** Move to the next or previous ticket, starting from the focused or the open one. */
function step(by) {
  const rows = Array.from(document.querySelectorAll("[data-testid=ticket-row]")).filter((row) => row.offsetParent);
  if (!rows.length) return;
  const current = rows.indexOf(document.activeElement);
  const open = rows.findIndex((row) => row.getAttribute("aria-current") === "page");
  const from = current >= 0 ? current : open;
  const next = from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1);
  rows[next].focus();
}
