/** The pictures in an answer: from a file of ours, which draws in the colors of the page. */

import { at } from "../prefix.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * A drawing of ours, of those in static/img/drawings.svg.
 * @param {{name: string, alt: string}} drawing which one, and what it shows in words
 * @returns {SVGElement}
 */
export function drawing({ name, alt }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "drawing");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", alt);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", at(`/static/img/drawings.svg#${name}`));
  svg.append(use);
  return svg;
}
