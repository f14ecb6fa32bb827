/** Fills in what stands in braces in a text, in parts, so that a link can stand in the middle of a sentence. */

/**
 * @param {string} text such as "Call {number}."
 * @param {Object<string, string|number|Node>} values by name
 * @returns {(string|Node)[]}
 */
export function fillIn(text, values) {
  return text
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : part));
}
