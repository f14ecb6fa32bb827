/** Sends a reply: once however often it is tried, and not before claims in it were looked at. */

import { element } from "../dom.js";
import { keepDraft } from "./drafts.js";
import { backInto, postForm, sendOnEnter } from "./post_form.js";

/**
 * Take over the reply form.
 * @param {HTMLFormElement} form
 * @param {object} actions `onSent()` after a reply went out, `onSignedOut()` when the session is over
 */
export function enhanceReply(form, { onSent, onSignedOut }) {
  const box = form.querySelector("textarea");
  const button = form.querySelector("[data-testid=send-reply]");
  const problem = document.getElementById("reply-error");
  const claims = document.getElementById("claims");
  const keep = keepDraft(box, form.getAttribute("action"));
  // A text that was changed after it may have arrived is another message.
  let tried = null;
  const confirmed = () => form.querySelector("[name=claims_seen]");
  const forget = () => {
    confirmed()?.remove();
    claims.hidden = true;
    button.textContent = "Send reply";
  };
  box.addEventListener("input", forget);
  sendOnEnter(form, box);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled || !box.value.trim()) return;
    button.disabled = true;
    problem.hidden = true;
    if (tried !== null && tried !== box.value) form.elements.client_message_id.value = newId();
    tried = box.value;
    const trouble = await postForm(form);
    button.disabled = false;
    if (trouble?.warnings) {
      showClaims(claims, trouble.warnings);
      form.append(element("input", { type: "hidden", name: "claims_seen", value: "true" }));
      button.textContent = "Send anyway";
      button.focus();
      return;
    }
    if (trouble) {
      problem.textContent = trouble.text;
      problem.hidden = false;
      if (trouble.signedOut) onSignedOut();
      return;
    }
    box.value = "";
    tried = null;
    keep();
    forget();
    // The next text is another message; the same one tried again keeps its number and is sent once.
    form.elements.client_message_id.value = newId();
    await backInto(form, box, onSent);
  });
}

function showClaims(area, warnings) {
  area.querySelector("ul").replaceChildren(
    ...warnings.map(({ found, reason }) => element("li", {}, element("strong", { text: found }), ` ${reason}`)),
  );
  area.hidden = false;
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(11)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
