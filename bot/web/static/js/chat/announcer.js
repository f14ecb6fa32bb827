/** Lets a screen reader say things one after the other: nothing that was said a moment before is cut off or lost. */

const KEPT = 15000;

/**
 * Say something, even twice the same.
 * @param {HTMLElement} region a live region that is for nothing else
 * @param {string} sentence
 */
export function announce(region, sentence) {
  const said = document.createElement("p");
  said.textContent = sentence;
  // Added, never changed: of a text that is changed twice in a moment only the last is read.
  region.append(said);
  setTimeout(() => said.remove(), KEPT);
}
