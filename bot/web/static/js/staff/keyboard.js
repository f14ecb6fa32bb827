/** The staff console's one-key commands, silent while someone types. */

/**
 * Listen for keys.
 * @param {HTMLDialogElement} help
 * @param {HTMLButtonElement} helpButton
 */
export function listenToKeys(help, helpButton) {
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
  const commands = {
    j: () => step(1),
    k: () => step(-1),
    r: () => document.querySelector("[data-testid=reply]")?.focus(),
    a: () => document.querySelector("[data-testid=take]")?.click(),
    e: () => document.querySelector("[data-testid=resolve]")?.click(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if (isTyping(event.target)) return;
    const command = commands[event.key];
    if (!command) return;
    event.preventDefault();
    command();
  });
}

function isTyping(target) {
  return target.matches?.("input, textarea, select, [contenteditable]");
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
