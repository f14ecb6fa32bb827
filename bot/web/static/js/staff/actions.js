/** Does what the buttons of a ticket say without leaving the page, and asks first where a ticket ends. */

import { postForm } from "./post_form.js";

/**
 * Take over the forms above a conversation, and those in it.
 * @param {HTMLElement} line where it is said what did not work
 * @param {object} actions `onDone()` brings the page up to date, `onSignedOut()` when the session is over
 */
export function enhanceActions(line, { onDone, onSignedOut }) {
  const act = async (form, button = null) => {
    const trouble = await postForm(form, button);
    // Closed first: a menu that is open is not brought up to date.
    form.closest("details")?.removeAttribute("open");
    if (trouble?.signedOut) {
      onSignedOut();
      return;
    }
    await onDone();
    line.textContent = trouble ? trouble.reason : "";
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest?.("[data-live=actions], [data-in-place]")) return;
    event.preventDefault();
    const dialog = document.getElementById(form.dataset.confirm ?? "");
    if (dialog) ask(dialog, () => act(document.getElementById(form.id)));
    else act(form, event.submitter);
  });
}

/** The form is looked up after the answer: meanwhile the page may have been brought up to date. */
function ask(dialog, onYes) {
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && onYes(), { once: true });
  dialog.showModal();
}
