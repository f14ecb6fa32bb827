/** The place under a conversation where a reply or a note for staff is written: one of the two at a time. */

import { keepDraft } from "./drafts.js";
import { backInto, postForm, sendOnEnter } from "./post_form.js";

export class Desk {
  /** @param {object} actions `onSaved()` after a note was stored, `onSignedOut()` when the session is over */
  constructor({ onSaved, onSignedOut }) {
    this.forms = { reply: document.getElementById("reply-form"), note: document.getElementById("note-form") };
    if (!this.forms.reply) return;
    this.tabs = { reply: document.getElementById("write-reply"), note: document.getElementById("write-note") };
    for (const [what, tab] of Object.entries(this.tabs)) {
      tab.hidden = false;
      tab.addEventListener("click", () => this.write(what));
    }
    this.#show("reply");
    this.#enhanceNote(onSaved, onSignedOut);
  }

  /** Put the cursor where a reply or a note is written. */
  write(what) {
    if (!this.forms.reply) return;
    this.#show(what);
    this.forms[what].querySelector("textarea").focus();
  }

  #show(what) {
    for (const name of Object.keys(this.forms)) {
      this.forms[name].hidden = name !== what;
      this.tabs[name].setAttribute("aria-pressed", String(name === what));
    }
  }

  #enhanceNote(onSaved, onSignedOut) {
    const form = this.forms.note;
    const box = form.querySelector("textarea");
    const problem = document.getElementById("note-error");
    const keep = keepDraft(box, form.getAttribute("action"));
    sendOnEnter(form, box);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      const trouble = await postForm(form);
      if (trouble) {
        problem.textContent = trouble.text;
        problem.hidden = false;
        if (trouble.signedOut) onSignedOut();
        return;
      }
      box.value = "";
      keep();
      await backInto(form, box, onSaved);
    });
  }
}
