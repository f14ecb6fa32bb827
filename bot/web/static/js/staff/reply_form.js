/** Sends a reply without leaving the page, and keeps what was written when sending fails. */

/**
 * Take over the reply form.
 * @param {HTMLFormElement} form
 * @param {object} actions `onSent()` after a reply went out, `onSignedOut()` when the session is over
 */
export function enhanceReply(form, { onSent, onSignedOut }) {
  const box = form.querySelector("textarea");
  const button = form.querySelector("[data-testid=send-reply]");
  const problem = document.getElementById("reply-error");
  const draftKey = `frontdesk.draft.${form.getAttribute("action")}`;
  restoreDraft(box, draftKey);
  box.addEventListener("input", () => keepDraft(box, draftKey));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled || !box.value.trim()) return;
    button.disabled = true;
    button.textContent = "Sending";
    problem.hidden = true;
    const trouble = await send(form);
    button.disabled = false;
    button.textContent = "Send reply";
    if (trouble) {
      problem.textContent = trouble.text;
      problem.hidden = false;
      if (trouble.signedOut) onSignedOut();
      return;
    }
    box.value = "";
    keepDraft(box, draftKey);
    await onSent();
    box.focus();
  });
}

async function send(form) {
  try {
    const data = new FormData(form);
    const response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": data.get("csrf_token") },
      body: new URLSearchParams(data),
    });
    if (response.ok && new URL(response.url).pathname !== "/staff/sign-in") return null;
    const answer = await response.json().catch(() => null);
    if (response.ok || response.status === 401 || (response.status === 403 && !answer?.error?.message)) {
      return { signedOut: true, text: "Not sent: your session has ended. Copy your reply, sign in again, then send it." };
    }
    return { text: `Not sent. ${answer?.error?.message ?? "The server has a problem. Try again."}` };
  } catch {
    return { text: "Not sent: the server did not answer. Check your connection and send again." };
  }
}

// Drafts stay in the tab only: they may hold a patient's words.
function keepDraft(box, key) {
  try {
    if (box.value) sessionStorage.setItem(key, box.value);
    else sessionStorage.removeItem(key);
  } catch {
    // Without storage the draft lasts as long as the page.
  }
}

function restoreDraft(box, key) {
  try {
    if (!box.value) box.value = sessionStorage.getItem(key) ?? "";
  } catch {
    // Without storage there is no draft.
  }
}
