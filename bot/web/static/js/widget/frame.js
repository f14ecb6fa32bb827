/** The frame with the chat, and the line to it: a channel of which no other script of the page holds an end. */

import { element } from "../dom.js";

/** Both sides count it up when what they say to each other changes. */
const VERSION = 1;
const PATIENCE = 10000;

export class Frame {
  /**
   * @param {string} edge where the chat comes from, its pages and this script
   * @param {object} listeners
   *   `greeting()` what the chat is told first, `onSaid(message)` for all it says, `onReady()` when it can be used,
   *   `onFailed()` when it does not answer
   */
  constructor(edge, listeners) {
    this.edge = edge;
    this.listeners = listeners;
    this.isReady = false;
    this.element = null;
  }

  /** Load the chat, unless that is done. */
  load(parent, title) {
    if (this.element) return;
    this.element = element("iframe", { class: "frame", title, src: `${this.edge}/embed`, referrerpolicy: "origin" });
    // The script of the page in it has run by then.
    this.element.addEventListener("load", () => this.#greet());
    this.timer = setTimeout(() => this.listeners.onFailed(), PATIENCE);
    parent.append(this.element);
  }

  /** Tell the chat something; what it missed before it was ready stands in the greeting. */
  tell(message) {
    if (this.isReady) this.port.postMessage(message);
  }

  /** Give the keyboard to the chat: to its "composer", or the "first" or "last" that can be reached in it. */
  focus(at) {
    if (!this.isReady) return;
    this.element.focus({ preventScroll: true });
    this.tell({ type: "focus", at });
  }

  remove() {
    clearTimeout(this.timer);
    this.port?.close();
    this.element?.remove();
    this.element = null;
    this.isReady = false;
  }

  #greet() {
    this.port?.close();
    this.isReady = false;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = (event) => this.#hear(event.data);
    // Only a page of our origin is handed the other end; an error page, or one that lies here meanwhile, is not.
    this.element.contentWindow.postMessage({ frontdesk: VERSION, ...this.listeners.greeting() }, new URL(this.edge).origin, [port2]);
  }

  #hear(message) {
    if (message?.type !== "here") {
      this.listeners.onSaid(message);
      return;
    }
    clearTimeout(this.timer);
    this.isReady = true;
    this.element.classList.add("ready");
    this.listeners.onReady();
  }
}
