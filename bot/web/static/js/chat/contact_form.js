/** Asks, as long as staff have a request and cannot reach its patient, how they can when this page is closed. */

import { element } from "../dom.js";
import { say } from "./words.js";

let forms = 0;

export class ContactForm {
  /**
   * @param {object} actions `give(contact)` sends and may throw an error with a message to show; `refused(contact, error)`
   *   shows the card that came with one; `given()` when it is sent, `skipped()` when it is not wanted
   */
  constructor(actions) {
    this.actions = actions;
    this.form = null;
  }

  /**
   * Put the form below a message, with what is typed in it already.
   * @param {HTMLElement} message
   * @returns {boolean} whether it was not there before
   */
  showBelow(message) {
    this.form ??= this.#build();
    if (this.form.parentElement === message) return false;
    const focused = this.form.contains(document.activeElement) ? document.activeElement : null;
    // The form's own "Skip" takes the place of the choice to decline.
    message.querySelector(".options")?.remove();
    message.append(this.form);
    focused?.focus({ preventScroll: true });
    return true;
  }

  /** Take it away: it is not wanted, or no longer needed. */
  remove() {
    this.form?.remove();
    this.form = null;
  }

  #build() {
    forms += 1;
    const prefix = `contact-${forms}`;
    const problem = element("p", { class: "error", role: "alert", id: `${prefix}-error`, hidden: true });
    const send = element("button", { type: "submit", class: "button", text: say("contact-send"), data: { testid: "contact-send" } });
    const skip = () => {
      this.remove();
      this.actions.skipped();
    };
    const form = element(
      "form",
      { class: "contact-form", novalidate: true, "aria-labelledby": `${prefix}-title`, data: { testid: "contact-form" } },
      element("h2", { id: `${prefix}-title`, text: say("contact-title") }),
      element("p", { class: "field-hint", text: say("contact-hint") }),
      problem,
      field(prefix, "name", say("contact-name"), { autocomplete: "name", type: "text" }),
      field(prefix, "phone", say("contact-phone"), { autocomplete: "tel", type: "tel" }),
      field(prefix, "email", say("contact-email"), { autocomplete: "email", type: "email", inputmode: "email", spellcheck: "false" }),
      element(
        "div",
        { class: "form-actions" },
        send,
        element("button", { type: "button", class: "button button-plain", text: say("contact-skip"), data: { testid: "contact-skip" }, on: { click: skip } }),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form, problem, send);
    });
    return form;
  }

  async #send(form, problem, send) {
    const contact = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
    if (!Object.keys(contact).length) {
      show(problem, say("contact-nothing"), form.elements.phone);
      return;
    }
    // Everything else the server judges, which looks for danger in it first.
    problem.hidden = true;
    send.disabled = true;
    try {
      await this.actions.give(contact);
    } catch (error) {
      this.actions.refused(contact, error);
      send.disabled = false;
      show(problem, say("contact-not-sent", { problem: error.message }), send);
      return;
    }
    this.remove();
    this.actions.given();
  }
}

function show(problem, text, target) {
  problem.hidden = false;
  problem.textContent = text;
  target.setAttribute("aria-describedby", problem.id);
  target.focus();
}

function field(prefix, name, label, attributes) {
  const id = `${prefix}-${name}`;
  return element(
    "div",
    { class: "field" },
    element("label", { class: "field-label", for: id, text: label }),
    element("input", { class: "input", id, name, ...attributes }),
  );
}
