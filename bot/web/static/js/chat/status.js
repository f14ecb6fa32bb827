/** The small lines around a conversation: who answers, whether the connection holds, who is typing. */

import { say } from "./words.js";

const LONG_WAIT = 8000;
const TYPING_FADES = 6000;

/** The line under the header for trouble with the connection, and the one in it that says who answers. */
export class StatusBar {
  /**
   * @param {HTMLElement} bar
   * @param {HTMLElement} whoLine
   */
  constructor(bar, whoLine) {
    Object.assign(this, { bar, whoLine, text: bar.querySelector("span"), retry: bar.querySelector("button") });
    this.retry.addEventListener("click", () => this.onRetry?.());
    addEventListener("offline", () => this.problem(say("offline")));
    addEventListener("online", () => this.clearProblem());
  }

  /** Say that earlier messages are on their way. */
  loading() {
    this.problem(say("loading"));
  }

  /**
   * Say what is wrong.
   * @param {string} sentence
   * @param {() => void} [onRetry] offered as "Try again"
   */
  problem(sentence, onRetry) {
    this.onRetry = onRetry;
    this.retry.hidden = !onRetry;
    if (this.text.textContent !== sentence) this.text.textContent = sentence;
    this.bar.hidden = false;
  }

  /** All is well again. */
  clearProblem() {
    this.bar.hidden = true;
    this.text.textContent = "";
  }

  /** Say who answers now, so that a patient never takes the assistant for a person or the other way round. */
  who(handler, staffName) {
    this.whoLine.textContent = handler === "staff" ? say("staff-answers", { name: staffName || say("staff-member") }) : say("assistant");
  }
}

/** The dots that say a reply is being written. */
export class TypingLine {
  constructor(line, text) {
    Object.assign(this, { line, text });
  }

  /** A message was sent; say so if the reply takes long. Staff's replies are announced by their typing alone. */
  waiting(byStaff) {
    this.hide();
    if (byStaff) return;
    this.#show("");
    this.timer = setTimeout(() => this.#show(say("long-wait")), LONG_WAIT);
  }

  /** Someone is typing; `name` is null for the assistant. */
  typing(name) {
    this.#show(name ? say("typing", { name }) : "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), TYPING_FADES);
  }

  /** What was being written has come. */
  heard() {
    this.hide();
  }

  hide() {
    clearTimeout(this.timer);
    this.line.hidden = true;
  }

  #show(words) {
    const wasAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 100;
    this.text.textContent = words;
    this.line.hidden = false;
    if (wasAtEnd) window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  }
}

/** Counts in the tab's title what came while the page was out of sight. */
export class UnseenCount {
  constructor() {
    this.title = document.title;
    this.count = 0;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.count = 0;
      document.title = this.title;
    });
  }

  /** Add to the count, unless the page is in view. */
  add(number) {
    if (!number || document.visibilityState === "visible") return;
    this.count += number;
    document.title = `(${this.count}) ${this.title}`;
  }
}
