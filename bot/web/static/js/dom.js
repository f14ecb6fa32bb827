/** Builds page elements from text, never from markup, so nothing a patient types can become code. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * @param {string} tag the element's name
 * @param {object} properties `class`, `text`, `data` (dataset), `on` (listeners); anything else is an attribute
 * @param {...(Node|string|null|undefined|false)} children appended in order; empty ones are left out
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") Object.entries(value).forEach(([type, listener]) => node.addEventListener(type, listener));
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * Make a decorative icon; the words beside it carry the meaning.
 * @param {string} path the outline, in a 24 by 24 box
 * @returns {SVGElement}
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/**
 * A link that dials (or texts) a number however it was punctuated.
 * @param {"tel"|"sms"} scheme
 * @param {string} number
 * @returns {string}
 */
export function phoneAddress(scheme, number) {
  return `${scheme}:${String(number).replace(/[^\d+*#]/g, "")}`;
}
