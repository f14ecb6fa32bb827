/** The panel that holds the chat: on a phone it is the whole screen and keeps the keyboard to itself. */

import { element, icon, phoneAddress } from "../dom.js";

/** The same condition as in widget.css. */
const FULL_SCREEN = "(max-width: 480px), (max-height: 480px)";

export class Panel {
  /**
   * @param {import("./frame.js").Frame} frame
   * @param {object} actions `openAlone` the address of the chat by itself, `onClose()`
   */
  constructor(frame, { openAlone, onClose }) {
    Object.assign(this, { frame, openAlone, isOpen: false });
    this.wholeScreen = matchMedia(FULL_SCREEN);
    this.notice = element("div", { class: "notice" });
    this.shut = element("button", { type: "button", class: "shut", on: { click: onClose } }, icon("M6 6l12 12M18 6L6 18"));
    this.element = element("div", { id: "panel", class: "panel", role: "dialog", tabindex: "-1" }, this.shut, this.notice);
    this.fit = () => this.#fit();
    this.fill = () => this.#fill();
    this.wholeScreen.addEventListener("change", this.fill);
  }

  get isWholeScreen() {
    return this.wholeScreen.matches;
  }

  /** Say it in a language. */
  speak(words) {
    this.words = words;
    this.element.setAttribute("aria-label", words.say("title"));
    this.frame.element?.setAttribute("title", words.say("title"));
    this.shut.setAttribute("aria-label", words.say("close"));
    this.#say();
  }

  /** Load the chat into it. */
  load() {
    this.frame.load(this.element, this.words.say("title"));
  }

  open() {
    // What failed before is tried once more; until the chat is there, the way around it stays in view.
    if (this.hasFailed) this.frame.remove();
    this.load();
    this.isOpen = true;
    this.element.classList.add("open");
    this.#fill();
  }

  close() {
    this.isOpen = false;
    this.element.classList.remove("open");
    this.#fill();
  }

  /** The chat is there, or does not come: then this says how else the clinic is reached. */
  loaded({ hasFailed }) {
    this.hasFailed = hasFailed;
    this.element.classList.toggle("loaded", !hasFailed);
    this.#say();
  }

  focus(at = "composer") {
    if (this.frame.isReady) this.frame.focus(at);
    else this.element.focus({ preventScroll: true });
  }

  remove() {
    this.close();
    this.wholeScreen.removeEventListener("change", this.fill);
    this.frame.remove();
  }

  #say() {
    const { words } = this;
    if (!this.hasFailed) {
      this.notice.replaceChildren(element("p", { role: "status", text: words.say("loading") }));
      return;
    }
    const call = (number) => element("a", { href: phoneAddress("tel", number), text: number });
    const sentence = words.parts("failed", { phone: call(CONFIG.phone), emergency: call(CONFIG.emergency) });
    this.notice.replaceChildren(
      element("p", { role: "alert" }, ...sentence),
      element("a", { class: "alone", href: this.openAlone, target: "_blank", rel: "noopener", text: words.say("open") }),
    );
  }

  /** Whether the page behind can still be used, and the panel is as high as what the keyboard leaves. */
  #fill() {
    const isWhole = this.isOpen && this.isWholeScreen;
    const { style } = document.documentElement;
    if (isWhole) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
    if (isWhole && this.scrolling === undefined) {
      this.scrolling = [style.getPropertyValue("overflow"), style.getPropertyPriority("overflow")];
      style.setProperty("overflow", "hidden", "important");
    } else if (!isWhole && this.scrolling !== undefined) {
      style.setProperty("overflow", ...this.scrolling);
      this.scrolling = undefined;
    }
    const change = isWhole ? "addEventListener" : "removeEventListener";
    ["resize", "scroll"].forEach((type) => window.visualViewport?.[change](type, this.fit));
    this.#fit();
  }

  /** On some phones the keyboard lies over the page instead of making it smaller. */
  #fit() {
    const seen = window.visualViewport;
    const isLess = this.isOpen && this.isWholeScreen && seen && seen.scale === 1 && seen.height < innerHeight;
    this.element.style.height = isLess ? `${seen.height}px` : "";
    this.element.style.top = isLess ? `${seen.offsetTop}px` : "";
    this.element.style.bottom = isLess ? "auto" : "";
  }
}
