/** Makes links of what can be called, written to or looked up in a text of the clinic's; nothing is fetched by itself. */

import { element, phoneAddress } from "../dom.js";
import { at } from "../prefix.js";
import { say } from "./words.js";

const WEB = "https?://[^\\s<>\"”)\\]]*[^\\s<>\"”)\\].,;:!?]";
const PRIVACY = "(?<![\\w/.-])/privacy\\b";
const EMAIL = "[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)*\\.[a-z]{2,}";
/** Whole numbers only, as people write them: no year, price, share or range looks like one. */
const PHONE = "(?<![\\w+.,$€£-])(?:\\+\\d[\\d ().-]{7,16}\\d|(?:1[ .-])?\\(?\\d{3}\\)?[ .-]\\d{3}[ .-]\\d{4})(?![\\w%]|[-.,]\\d)";

export class LinkedText {
  /** @param {{phones: string[], address: string, map: string}} clinic its numbers, its address, and where that is shown */
  constructor({ phones, address, map }) {
    Object.assign(this, { address, map });
    const own = phones.map((number) => `(?<![\\w+.,$€£-])${escaped(number)}(?![\\w%]|[-.,]\\d)`);
    const kinds = { web: WEB, privacy: PRIVACY, email: EMAIL, phone: [...own, PHONE].join("|"), ...(address && { address: escaped(address) }) };
    const named = Object.entries(kinds).map(([kind, pattern]) => `(?<${kind}>${pattern})`);
    this.pattern = new RegExp(named.join("|"), "gi");
  }

  /**
   * Give a text as what an element is filled with.
   * @param {string} text
   * @returns {(string|HTMLElement)[]}
   */
  of(text) {
    const parts = [];
    let end = 0;
    for (const match of text.matchAll(this.pattern)) {
      parts.push(text.slice(end, match.index), this.#link(match[0], match.groups));
      end = match.index + match[0].length;
    }
    return [...parts, text.slice(end)].filter((part) => part !== "");
  }

  #link(text, { web, privacy, email, address }) {
    if (web) return outside(web, text);
    if (privacy) return outside(at("/privacy"), text);
    if (email) return element("a", { href: `mailto:${text}`, text });
    if (address) return outside(this.map, text);
    return element("a", { href: phoneAddress("tel", text), text });
  }
}

/**
 * A link that opens beside the chat, tells the other side nothing, and says that it does so.
 * @param {string} address
 * @param {string} text
 * @param {object} [properties] more of the element
 * @returns {HTMLElement}
 */
export function outside(address, text, properties = {}) {
  const where = element("span", { class: "visually-hidden", text: ` ${say("new-tab")}` });
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...properties }, text, where);
}

function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
