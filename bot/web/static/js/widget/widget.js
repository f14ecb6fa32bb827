/** Launcher, panel and chat together on a page of the clinic's website. */

import { element } from "../dom.js";
import { Frame } from "./frame.js";
import { HostEvents } from "./host_events.js";
import { Launcher } from "./launcher.js";
import { Memory } from "./memory.js";
import { Panel } from "./panel.js";
import { Words } from "./words.js";

/** No style of the website reaches in; these keep the element itself in place whatever it says of all elements. */
const OUTSIDE = { all: "initial", display: "block", position: "fixed", "z-index": "2147483647", inset: "auto 0 0 auto" };

export class Widget {
  /** @param {string} edge @param {object} options `language`, `side`, `nonce`, as the script's element names them */
  constructor(edge, { language, side, nonce }) {
    this.events = new HostEvents();
    this.memory = new Memory();
    this.words = new Words(language);
    this.identity = undefined;
    this.unread = 0;
    this.frame = new Frame(edge, {
      greeting: () => this.#greeting(),
      onSaid: (message) => this.#heard(message),
      onReady: () => this.#ready(),
      onFailed: () => this.panel.loaded({ hasFailed: true }),
    });
    this.panel = new Panel(this.frame, { openAlone: `${edge}/`, onClose: () => this.close() });
    this.launcher = new Launcher(() => (this.isOpen ? this.close() : this.open()), () => this.panel.load());
    this.ends = ["start", "end"].map((end) => {
      return element("div", { class: "quiet", on: { focus: (event) => this.#turn(end, event) } });
    });
    this.inside = element("div", { class: "widget", role: "region", data: { side: side === "start" ? "start" : "end" } });
    this.inside.append(this.ends[0], this.panel.element, this.launcher.element, this.ends[1]);
    this.element = document.createElement("frontdesk-widget");
    Object.entries(OUTSIDE).forEach(([name, value]) => this.element.style.setProperty(name, value, "important"));
    const root = this.element.attachShadow({ mode: "open" });
    dress(root, nonce);
    root.append(this.inside);
    root.addEventListener("keydown", (event) => this.#pressed(event));
    this.root = root;
    this.stopHearing = this.memory.onChangeElsewhere(() => this.#changedElsewhere());
    this.speak(this.words);
  }

  get isOpen() {
    return this.panel.isOpen;
  }

  /** A page that the browser had put aside does not know what was opened or closed on later ones. */
  comeBack = ({ persisted }) => {
    if (!persisted || !this.memory.hasConversation || this.memory.wasOpen === this.isOpen) return;
    if (this.isOpen) this.close();
    else this.open({ takeFocus: false });
  };

  /** Put it into the page: as it was on the last one, if there is a conversation. */
  appear() {
    addEventListener("pageshow", this.comeBack);
    // Beside the body, not in it: what websites do to their body (move it, replace it) does not reach it there.
    document.documentElement.append(this.element);
    if (this.memory.wasOpen) this.open({ takeFocus: false });
    else if (this.memory.hasConversation) whenIdle(() => this.element.isConnected && this.panel.load());
  }

  open({ takeFocus = true } = {}) {
    if (this.isOpen) return;
    this.cameFrom = takeFocus ? document.activeElement : null;
    this.panel.open();
    this.memory.noteOpen(true);
    this.frame.tell({ type: "shown" });
    this.#show();
    // Whoever comes to a page on which the chat stands open came for the page.
    this.wantsFocus = takeFocus;
    if (takeFocus) this.panel.focus();
    this.events.tell("open");
  }

  close() {
    if (!this.isOpen) return;
    const hadFocus = document.activeElement === this.element;
    this.panel.close();
    this.memory.noteOpen(false);
    this.frame.tell({ type: "hidden" });
    this.#show();
    if (hadFocus) this.#giveFocusBack();
    this.events.tell("close");
  }

  /** Say it in another language. */
  speak(words) {
    this.words = words;
    this.inside.setAttribute("lang", words.language);
    this.inside.setAttribute("dir", words.direction);
    this.inside.setAttribute("aria-label", words.say("title"));
    this.panel.speak(words);
    this.launcher.show(words);
    this.frame.tell({ type: "language", ...this.#language() });
  }

  /** Tell the chat who the visitor is, in words that the clinic's server has signed; null when they have signed out. */
  identify(signed) {
    this.identity = signed;
    // Signing out must reach a conversation that is not on screen.
    if (signed === null && this.memory.hasConversation) this.panel.load();
    this.frame.tell({ type: "identity", signed });
  }

  remove() {
    this.panel.remove();
    this.stopHearing();
    removeEventListener("pageshow", this.comeBack);
    this.element.remove();
    this.events.clear();
  }

  #changedElsewhere() {
    this.frame.tell({ type: "kept", conversation: this.memory.conversation });
    // What comes in is counted in each tab.
    if (this.memory.hasConversation) this.panel.load();
  }

  #greeting() {
    return {
      ...this.#language(),
      isShown: this.isOpen,
      conversation: this.memory.conversation,
      identity: this.identity,
    };
  }

  #language() {
    return { language: this.words.tag, direction: this.words.direction, close: this.words.say("close") };
  }

  #ready() {
    this.panel.loaded({ hasFailed: false });
    // What was typed meanwhile, or read elsewhere on the page, is not interrupted.
    if (this.isOpen && this.wantsFocus && document.activeElement === this.element) this.panel.focus();
    this.wantsFocus = false;
  }

  #heard(message) {
    if (message?.type === "close") this.close();
    else if (message?.type === "unread") this.#news(message.count);
    else if (message?.type === "conversation") this.#conversation(message);
    else if (message?.type === "message") this.events.tell("message", { from: message.from });
    else if (message?.type === "identity") {
      this.events.tell("identity", message.accepted ? { accepted: true } : { accepted: false, code: message.code });
    }
  }

  #news(count) {
    if (count === this.unread) return;
    this.unread = count;
    this.#show();
    this.events.tell("unread", { count });
  }

  #conversation({ has, conversation }) {
    const had = this.memory.hasConversation;
    this.memory.note(has, conversation);
    this.memory.noteOpen(this.isOpen);
    if (has !== had) this.events.tell(has ? "conversation" : "left");
  }

  #show() {
    this.launcher.show(this.words, { isOpen: this.isOpen, count: this.unread });
    this.inside.classList.toggle("open", this.isOpen);
    this.ends.forEach((end) => (this.isOpen ? end.setAttribute("tabindex", "0") : end.removeAttribute("tabindex")));
  }

  #pressed(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.isOpen) return;
    event.stopPropagation();
    this.close();
  }

  /** The keyboard has come to an end of the widget: it goes round inside it, or in, when it comes from the page. */
  #turn(end, { relatedTarget }) {
    const fromPage = relatedTarget !== null && relatedTarget !== this.element && !this.root.contains(relatedTarget);
    const launcher = this.panel.isWholeScreen ? null : this.launcher.button;
    if (end === "end" && fromPage && launcher) launcher.focus();
    else if (end === "end" || fromPage) this.panel.focus("first");
    else if (launcher) launcher.focus();
    else this.panel.focus("last");
  }

  #giveFocusBack() {
    const { cameFrom } = this;
    this.cameFrom = null;
    const canTakeIt = cameFrom?.isConnected && cameFrom !== document.body && cameFrom !== this.element;
    (canTakeIt ? cameFrom : this.launcher.button).focus({ preventScroll: true });
  }
}

/** By a style sheet that is made here: a website's policy on styles concerns elements and attributes only. */
function dress(root, nonce) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CONFIG.styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers of before 2023 need an element.
    root.append(element("style", { nonce, text: CONFIG.styles }));
  }
}

function whenIdle(task) {
  const later = () => (window.requestIdleCallback ? requestIdleCallback(task, { timeout: 3000 }) : setTimeout(task, 500));
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
}
