/** What waits behind "More": a few paragraphs at a time, and what is about one condition or medicine folded by itself. */

import { element } from "../dom.js";
import { say } from "./words.js";

/** Words that are read at once; the next paragraphs come at a press. */
const MOST_WORDS = 150;
/** So many subjects are found more quickly by their names than by reading. */
const MANY_SUBJECTS = 3;

/**
 * Build it.
 * @param {object[]} claims the paragraphs, each with what it is about
 * @param {(claims: object[]) => HTMLElement[]} paragraphs shows some in a row
 * @param {Object<string, string>} subjects how conditions, body parts and medicines are called
 * @returns {HTMLElement}
 */
export function moreView(claims, paragraphs, subjects) {
  const bySubject = groups(claims);
  const isGrouped = bySubject.size >= MANY_SUBJECTS;
  const general = isGrouped ? claims.filter((claim) => !hasSubject(claim)) : claims;
  return element(
    "details",
    { class: "more", data: { testid: "more" } },
    element("summary", { text: say("more") }),
    ...steps(general, paragraphs),
    isGrouped && element("h3", { class: "more-title", text: say("by-subject") }),
    isGrouped && element("ul", { class: "subjects" }, ...Array.from(bySubject, (group) => subject(...group, paragraphs, subjects))),
  );
}

/** Whether a paragraph speaks of something by itself; one of a list keeps its place there. */
function hasSubject({ about, heading }) {
  return Boolean(about?.length) && !heading;
}

/** The claims by the first thing that they are about, in their order. */
function groups(claims) {
  const found = new Map();
  claims.filter(hasSubject).forEach((claim) => {
    found.set(claim.about[0], [...(found.get(claim.about[0]) ?? []), claim]);
  });
  return found;
}

function subject(slug, claims, paragraphs, subjects) {
  return element(
    "li",
    {},
    element("details", { class: "subject", data: { testid: "subject" } }, element("summary", { text: called(slug, subjects) }), ...paragraphs(claims)),
  );
}

function called(slug, subjects) {
  const name = (subjects[slug] ?? slug.replaceAll("_", " ")).replace(/^the /, "");
  return name.charAt(0).toLocaleUpperCase() + name.slice(1);
}

/** The first paragraphs, and a button for each next few; on paper all of them stand. */
function steps(claims, paragraphs) {
  const [now, later] = parted(claims);
  if (!later.length) return paragraphs(now);
  const rest = element("div", { class: "step", hidden: "until-found" }, ...steps(later, paragraphs));
  const button = element("button", {
    type: "button",
    class: "button button-quiet",
    data: { testid: "show-more" },
    text: say("show-more", { count: later.length }),
    on: { click: () => show() },
  });
  const show = () => {
    button.remove();
    rest.removeAttribute("hidden");
    rest.firstElementChild.tabIndex = -1;
    rest.firstElementChild.focus({ preventScroll: true });
  };
  rest.addEventListener("beforematch", () => button.remove());
  return [...paragraphs(now), button, rest];
}

function parted(claims) {
  let words = 0;
  const end = claims.findIndex(({ text }, place) => {
    words += text.split(/\s+/).length;
    return words > MOST_WORDS && place > 0 && !goesOn(claims, place);
  });
  return end < 0 ? [claims, []] : [claims.slice(0, end), claims.slice(end)];
}

/** Whether a paragraph stands under the heading of the one before: a list is not cut. */
function goesOn(claims, place) {
  return Boolean(claims[place].heading) && claims[place].heading === claims[place - 1].heading;
}
