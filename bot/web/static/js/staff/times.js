/** Turns the server's UTC times into the clinic's, with the exact one on hover. */

import { exactTime, shortTime } from "../dates.js";

/**
 * Rewrite every time inside an element.
 * @param {HTMLElement} root
 */
export function showLocalTimes(root) {
  root.querySelectorAll("time[datetime]:not([title])").forEach((node) => {
    const moment = new Date(node.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    node.textContent = shortTime(moment);
    node.title = exactTime(moment);
  });
}
