/** The chat in a frame on the clinic's website: hears the widget around it, and tells it what happens, in no words. */

import * as store from "./conversation_store.js";
import { Identity } from "./identity.js";
import { Seen } from "./seen.js";

/** Both sides count it up when what they say to each other changes. */
const VERSION = 1;
const REACHABLE = 'a[href], button, input, textarea, summary, [tabindex="0"]';

export class Embedding {
  /**
   * @param {object} chat
   * @param {HTMLButtonElement} closeButton
   * @param {string[]} allowed the origins whose pages may have the chat, as the policy of this page names them
   */
  constructor(chat, closeButton, allowed) {
    Object.assign(this, { chat, closeButton, isShown: false });
    this.allowed = new Set(allowed.map((origin) => (origin === "'self'" ? location.origin : origin)));
    this.seen = new Seen(chat, { isShown: () => this.isShown, onCount: () => this.#tellCount() });
    this.identity = new Identity(chat, (told) => this.#tell({ type: "identity", ...told }));
    addEventListener("message", (event) => this.#greeted(event));
    closeButton.addEventListener("click", () => this.#tell({ type: "close" }));
    document.addEventListener("keydown", (event) => {
      const isTaken = event.defaultPrevented || document.querySelector("dialog[open]");
      if (event.key === "Escape" && !isTaken) this.#tell({ type: "close" });
    });
    store.onSaved(() => this.#tellConversation());
    // Opened by itself there is no widget that would say who is there.
    if (window.parent === window) chat.restore();
    chat.happenings.addEventListener("joined", () => {
      this.#tellConversation();
      this.identity.prove();
    });
    chat.happenings.addEventListener("left", () => this.#tellConversation());
    chat.happenings.addEventListener("messages", ({ detail: { messages, fromBefore } }) => {
      if (!fromBefore) messages.forEach(({ author }) => this.#tell({ type: "message", from: author === "patient" ? author : "clinic" }));
    });
  }

  /** The widget hands over one end of a line, once; whoever else speaks to this page is not heard. */
  #greeted({ source, origin, data, ports: [port] }) {
    const isWidget = source === window.parent && this.allowed.has(origin) && data?.frontdesk === VERSION;
    if (!isWidget || !port || this.port) return;
    this.port = port;
    port.onmessage = (event) => this.#hear(event.data);
    this.#speak(data);
    this.#show(data.isShown);
    this.identity.is(data.identity);
    this.#restore(data.conversation);
    this.closeButton.hidden = false;
    this.#tell({ type: "here" });
    this.#tellConversation();
    this.#tellCount();
  }

  /** Show what is remembered, unless it is known by now that somebody else is at this computer. */
  #restore(kept) {
    if (this.identity.isAnothers(store.isRefused() ? kept : store.load())) {
      this.chat.startOver({ takeFocus: false });
      return;
    }
    this.#kept(kept);
    this.chat.restore();
  }

  #hear(message) {
    if (message?.type === "shown" || message?.type === "hidden") this.#show(message.type === "shown");
    else if (message?.type === "focus") this.#focus(message.at);
    else if (message?.type === "language") this.#speak(message);
    else if (message?.type === "kept") this.#kept(message.conversation);
    else if (message?.type === "identity") this.identity.is(message.signed);
  }

  #tell(message) {
    this.port?.postMessage(message);
  }

  /** Where this browser keeps nothing for a frame of another website, the website keeps the conversation. */
  #kept(conversation) {
    if (store.isRefused()) store.takeFromElsewhere(conversation ?? null);
  }

  #tellConversation() {
    const { conversation } = this.chat.current;
    this.#tell({
      type: "conversation",
      has: Boolean(conversation),
      conversation: conversation && store.isRefused() ? { ...conversation } : null,
    });
  }

  #tellCount() {
    this.#tell({ type: "unread", count: this.seen.count });
  }

  #show(isShown) {
    this.isShown = isShown;
    this.seen.look();
  }

  /** The page is laid out in the direction of the website's; what is written keeps its own. */
  #speak({ direction, close }) {
    document.documentElement.dir = direction === "rtl" ? "rtl" : "ltr";
    this.closeButton.setAttribute("aria-label", close);
  }

  #focus(at) {
    const reachable = Array.from(document.querySelectorAll(REACHABLE)).filter((one) => !one.disabled && one.checkVisibility());
    if (at === "first") reachable.at(0)?.focus();
    else if (at === "last") reachable.at(-1)?.focus();
    else if (matchMedia("(pointer: fine)").matches) this.chat.composer.focus();
    // On a phone that would open the keyboard over the conversation.
    else document.querySelector("h1").focus({ preventScroll: true });
  }
}
