/** Asks before a conversation is left for good. */

/**
 * Take over the button and its dialog.
 * @param {HTMLButtonElement} button
 * @param {HTMLDialogElement} dialog
 * @param {object} actions `hasUnsent()` whether something would be lost that was not sent, `startOver()` once it is confirmed
 */
export function askBeforeStartingOver(button, dialog, { hasUnsent, startOver }) {
  button.addEventListener("click", () => {
    dialog.querySelector("[data-unsent]").hidden = !hasUnsent();
    dialog.showModal();
    // By script, since browsers complain of autofocus in a frame on another website.
    dialog.querySelector("[value=keep]").focus();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "start-over") startOver();
    dialog.returnValue = "";
  });
}
