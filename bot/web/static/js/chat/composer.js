/** The box a patient types in: grows to five lines, counts near the limit, sends on Enter. */

import { say } from "./words.js";

const LIMIT = 2000;
const COUNT_FROM = 1800;

export class Composer {
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} count where the remaining characters are said
   * @param {(text: string) => void} onSend
   */
  constructor(form, count, onSend) {
    this.input = form.querySelector("textarea");
    this.count = count;
    this.onSend = onSend;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.input.addEventListener("input", () => this.#changed());
    this.input.addEventListener("keydown", (event) => {
      // While an input method composes a character, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      // A key that is held down was pressed once.
      if (!event.repeat) this.#send();
    });
    this.#changed();
  }

  /** Put the cursor in, unless that would open a phone's keyboard over the conversation. */
  focus() {
    if (matchMedia("(pointer: fine)").matches) this.input.focus({ preventScroll: true });
  }

  #length() {
    return Array.from(this.input.value).length;
  }

  #send() {
    const text = this.input.value.trim();
    if (!text) {
      this.input.focus();
      return;
    }
    if (this.#length() > LIMIT) {
      this.#changed();
      this.input.focus();
      return;
    }
    this.input.value = "";
    this.#changed();
    this.onSend(text);
  }

  #changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + this.input.offsetHeight - this.input.clientHeight}px`;
    const length = this.#length();
    const over = length - LIMIT;
    this.count.hidden = length < COUNT_FROM;
    this.count.classList.toggle("over", over > 0);
    const count = Math.abs(over).toLocaleString(document.documentElement.lang);
    this.count.textContent = over > 0 ? say("too-many", { count }) : say("left", { count });
    this.input.toggleAttribute("aria-invalid", over > 0);
  }
}
