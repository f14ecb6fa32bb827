/** The sources behind an answer, folded away: each with its title as a link, its publisher, its year and its kind. */

import { longDate } from "../dates.js";
import { element } from "../dom.js";
import { outside } from "./linked_text.js";
import { rove } from "./roving.js";
import { say } from "./words.js";

/**
 * Build the list, with who has reviewed the answer.
 * @param {object} reply
 * @param {string|number} messageId
 * @returns {?HTMLElement} null where there is neither
 */
export function sourcesView(reply, messageId) {
  const review = reviewLine(reply);
  const citations = reply.citations ?? [];
  if (!citations.length && !review) return null;
  const items = citations.map((citation) =>
    element(
      "li",
      { id: sourceId(messageId, citation.number), value: citation.number, tabindex: "-1" },
      sourceTitle(citation),
      element("div", { class: "source-facts", text: [factsOf(citation), kindOf(citation)].filter(Boolean).join(". ") }),
    ),
  );
  const view = element(
    "details",
    { class: "sources", data: { testid: "sources" } },
    element("summary", { text: citations.length ? say("sources", { count: citations.length }) : say("review") }),
    items.length > 1 && element("p", { class: "visually-hidden", text: say("sources-keys") }),
    items.length > 0 && element("ol", {}, ...items),
    review && element("p", { class: "review-line", text: review }),
  );
  if (view.querySelector("a.source-title")) rove(view, "a.source-title");
  return view;
}

/** Unfold the sources and go to one of them. */
export function showSource(view, id) {
  const details = view.querySelector("details.sources");
  const source = view.querySelector(`#${CSS.escape(id)}`);
  if (!details || !source) return;
  details.open = true;
  source.focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest" });
}

/** The id of a source on the page. */
export function sourceId(messageId, number) {
  return `message-${messageId}-source-${number}`;
}

/** Who has published a source, and when. */
export function factsOf({ publisher, published_on: date }) {
  return [publisher?.replace(/[. ]+$/, ""), date ? date.slice(0, 4) : say("no-date")].filter(Boolean).join(", ");
}

function kindOf({ kind }) {
  return say("kind", { kind: say(`kind-${kind}`) });
}

function sourceTitle({ title, address }) {
  if (!/^https?:\/\//.test(address ?? "")) return element("span", { class: "source-title", text: title });
  // Nothing is asked for over a line that others can read.
  return outside(address.replace(/^http:/, "https:"), title, { class: "source-title" });
}

function reviewLine(reply) {
  const version = reply.answer_id ? say("answer-number", { id: reply.answer_id, version: reply.answer_version }) : "";
  if (reply.sample) return [say("a-draft"), version].filter(Boolean).join(" ");
  if (!reply.reviewed_by) return version;
  const name = reply.reviewed_by;
  const reviewed = reply.reviewed_on ? say("reviewed-on", { name, date: longDate(reply.reviewed_on) }) : say("reviewed", { name });
  return [reviewed, version].filter(Boolean).join(" ");
}
