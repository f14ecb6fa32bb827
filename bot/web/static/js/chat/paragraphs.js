/** The paragraphs of an answer: plain ones, lists under a heading, timelines by day, and drawings of ours. */

import { element } from "../dom.js";
import { drawing } from "./drawing.js";

/**
 * Build what stands below a short answer.
 * @param {object[]} claims paragraphs, of which those in a row under the same heading belong together
 * @param {object} show `cite` makes the buttons that lead to sources, `links` the links of a text
 * @returns {HTMLElement[]}
 */
export function paragraphViews(claims, show) {
  return inGroups(claims).flatMap(({ heading, group }) =>
    heading ? [element("h2", { class: "part-heading", text: heading }), listView(group, show)] : group.map((claim) => paragraphView(claim, show)),
  );
}

/** One paragraph by itself, with its sources at the end and its drawing below. */
export function paragraphView(claim, show, className = "text detail") {
  const said = element("p", { class: className }, ...inside(claim, show));
  return claim.drawing ? element("figure", { class: "drawn" }, said, drawing(claim.drawing)) : said;
}

function listView(group, show) {
  const isTimeline = group.every((claim) => claim.when);
  const items = group.map((claim) => element("li", { class: "text" }, ...inside(claim, show), claim.drawing && drawing(claim.drawing)));
  return element(isTimeline ? "ol" : "ul", { class: isTimeline ? "timeline" : "points", role: "list" }, ...items);
}

function inside({ when, text, citations }, { cite, links }) {
  const numbers = cite(citations);
  return [
    when && element("strong", { class: "when", text: `${when}: ` }),
    ...links.of(text),
    numbers.length > 0 && element("span", { class: "cites" }, ...numbers),
  ].filter(Boolean);
}

function inGroups(claims) {
  const groups = [];
  for (const claim of claims) {
    const last = groups.at(-1);
    if (last && last.heading === (claim.heading ?? null)) last.group.push(claim);
    else groups.push({ heading: claim.heading ?? null, group: [claim] });
  }
  return groups;
}
