/** The round button in the corner: opens and closes the chat, and says how many messages are new. */

import { element, icon } from "../dom.js";

const BUBBLE = "M4 5h16v11H9l-5 4z";
const CROSS = "M6 6l12 12M18 6L6 18";

export class Launcher {
  /** @param {() => void} onPress @param {() => void} onNear when it is likely to be pressed soon */
  constructor(onPress, onNear) {
    this.count = 0;
    this.isOpen = false;
    this.badge = element("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.hint = element("span", { class: "hint", "aria-hidden": "true" });
    this.news = element("span", { class: "quiet", role: "status" });
    this.button = element(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-controls": "panel", on: { click: onPress } },
      icon(BUBBLE),
      icon(CROSS),
      this.badge,
    );
    ["pointerenter", "focus", "touchstart"].forEach((type) => this.button.addEventListener(type, onNear, { passive: true }));
    this.element = element("div", { class: "corner" }, this.button, this.hint, this.news);
  }

  /** Bring it up to date. */
  show(words, { isOpen = this.isOpen, count = this.count } = {}) {
    const isNews = count > this.count;
    Object.assign(this, { isOpen, count });
    const unread = count > 0 && !isOpen ? words.say("unread", { count }) : "";
    this.button.setAttribute("aria-expanded", String(isOpen));
    this.button.setAttribute("aria-label", [words.say(isOpen ? "close" : "ask"), unread].filter(Boolean).join(". "));
    this.hint.textContent = words.say(isOpen ? "close" : "ask");
    this.badge.hidden = !unread;
    this.badge.textContent = count > 9 ? "9+" : String(count);
    if (!unread || isNews) this.news.textContent = unread;
  }
}
