/** What this page says around the conversation, in its language: bot/catalogues, sent along with the page. */

import { fillIn } from "../fill_in.js";

const PATTERNS = JSON.parse(document.getElementById("chat").dataset.words);

/**
 * Give a text.
 * @param {string} name as in the catalogue, without "chat-"
 * @param {Object<string, string|number>} [values] what stands in its places
 * @returns {string}
 */
export function say(name, values = {}) {
  if (!Object.hasOwn(PATTERNS, name)) throw new Error(`There are no words for "${name}".`);
  return fillIn(PATTERNS[name], values).join("");
}
