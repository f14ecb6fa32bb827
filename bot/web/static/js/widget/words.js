/** What the widget says, in the language of the page it stands on. */

import { fillIn } from "../fill_in.js";

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);
const FALLBACK = "en";

export class Words {
  /** @param {string} tag a language as pages name it, such as "es-MX" */
  constructor(tag) {
    this.tag = tag || FALLBACK;
    const language = baseOf(this.tag);
    /** The language that is spoken: the one asked for, if there are words in it. */
    this.language = Object.hasOwn(CONFIG.words, language) ? language : FALLBACK;
    this.direction = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  }

  /** A text, with what stands in it in braces filled in. */
  say(name, values = {}) {
    return this.parts(name, values).join("");
  }

  /** The same in parts, so that a link can stand in the middle of a sentence. */
  parts(name, values = {}) {
    const filled = { clinic: CONFIG.clinic, phone: CONFIG.phone, emergency: CONFIG.emergency, ...values };
    return fillIn(CONFIG.words[this.language][name], filled);
  }
}

function baseOf(tag) {
  return String(tag).toLowerCase().split(/[-_]/)[0];
}
