/** Sends a form of the console without leaving the page, and says what went wrong in words. */

import { at } from "../prefix.js";

/**
 * Send a form.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement|null} button the one that was pressed, whose value goes along
 * @returns {Promise<{signedOut?: boolean, text?: string, reason?: string, warnings?: object[]}|null>} the trouble, or null when all is well
 */
export async function postForm(form, button = null) {
  try {
    const data = new FormData(form, button);
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": data.get("csrf_token") },
      body: new URLSearchParams(data),
    });
    const answer = await response.json().catch(() => null);
    if (response.ok && new URL(response.url).pathname !== at("/staff/sign-in")) return answer?.warnings ? { warnings: answer.warnings } : null;
    // Only by the server's own word: a 401 or 403 may be a proxy's, and signing in again would not help.
    if (response.ok || answer?.error?.code === "not_signed_in") {
      return { signedOut: true, text: "Not sent: your session has ended. Copy your text, sign in again, then send it." };
    }
    return trouble(answer?.error?.message ?? "The server has a problem. Try again.");
  } catch {
    return trouble("The server did not answer. Check your connection and try again.");
  }
}

function trouble(reason) {
  return { text: `Not sent. ${reason}`, reason };
}

/**
 * Put the cursor back into a box after some work, unless whoever writes has gone elsewhere meanwhile.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} box
 * @param {() => Promise<void>} work
 */
export async function backInto(form, box, work) {
  let moved = document.activeElement !== document.body && !form.contains(document.activeElement);
  const look = (event) => {
    moved ||= event.type === "keydown" ? event.key === "Escape" : !form.contains(event.target);
  };
  document.addEventListener("focusin", look);
  document.addEventListener("keydown", look, { capture: true });
  try {
    await work();
  } finally {
    document.removeEventListener("focusin", look);
    document.removeEventListener("keydown", look, { capture: true });
  }
  if (!moved) box.focus();
}

/** Send a form on Ctrl or Command with Enter. */
export function sendOnEnter(form, box) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    // A key that is held down was pressed once.
    if (!event.repeat) form.requestSubmit();
  });
}
