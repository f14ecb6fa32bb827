/** An approved answer: the short answer, its details, and who says so. */

import { element } from "../dom.js";
import { moreView } from "./more_view.js";
import { paragraphView, paragraphViews } from "./paragraphs.js";
import { rove } from "./roving.js";
import { factsOf, showSource, sourceId, sourcesView } from "./sources_view.js";
import { say } from "./words.js";

/**
 * Build the inside of an answer's bubble.
 * @param {object} reply a reply of kind "answer"
 * @param {string|number} messageId makes the sources' ids unique on the page
 * @param {object} page `links` makes links of a text, `subjects` says how conditions and the like are called
 * @returns {HTMLElement}
 */
export function answerView(reply, messageId, { links, subjects }) {
  const view = element("div", { class: "bubble answer" });
  const cite = (numbers) => citeButtons(numbers, reply, messageId, view);
  const show = { cite, links };
  const leadIn = leadInOf(reply);
  if (leadIn) view.append(element("p", { class: "text lead-in" }, ...links.of(leadIn)));
  view.append(paragraphView({ text: reply.short || reply.text, citations: reply.short_citations, drawing: reply.short_drawing }, show, "text short-answer"));
  if (reply.table) view.append(tableView(reply.table, cite));
  const details = reply.short ? (reply.details ?? []) : [];
  const first = reply.first_details ?? details.length;
  const paragraphs = (claims) => paragraphViews(claims, show);
  view.append(...paragraphs(details.slice(0, first)));
  if (first < details.length) view.append(moreView(details.slice(first), paragraphs, subjects));
  if (reply.regulatory_status) view.append(element("p", { class: "remark regulatory-status" }, ...links.of(reply.regulatory_status)));
  if (reply.sources_differ) view.append(element("p", { class: "remark sources-differ", text: say("differ") }));
  if (reply.sample) {
    view.append(element("p", {}, element("span", { class: "badge", data: { testid: "sample-badge" }, text: say("draft") })));
  }
  const sources = sourcesView(reply, messageId);
  if (sources) view.append(sources);
  if (view.querySelector(".cite")) rove(view, ".cite");
  return view;
}

/** What the server says before the approved wording, such as which treatment it took the question to mean. */
function leadInOf(reply) {
  if (!reply.short || !reply.text) return "";
  const start = reply.text.indexOf(reply.short);
  return start > 0 ? reply.text.slice(0, start).trim() : "";
}

/**
 * A small table; a row's first cell is its heading, and its sources stand at the end of its second.
 * On a narrow page it is laid out as blocks, so each part says its role: a browser may else take it for no table.
 */
function tableView({ caption, columns, rows }, cite) {
  const cell = (text, place, citations) => {
    if (place === 0) return element("th", { scope: "row", role: "rowheader", text });
    const numbers = place === 1 ? cite(citations) : [];
    return element("td", { role: "cell", data: { column: columns[place] } }, text, numbers.length > 0 && element("span", { class: "cites" }, ...numbers));
  };
  return element(
    "table",
    { class: "findings", role: "table", data: { testid: "findings" } },
    element("caption", { text: caption }),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...columns.map((text) => element("th", { scope: "col", role: "columnheader", text })))),
    element("tbody", { role: "rowgroup" }, ...rows.map((row) => element("tr", { role: "row" }, ...row.cells.map((text, place) => cell(text, place, row.citations))))),
  );
}

function citeButtons(numbers, reply, messageId, view) {
  const citations = new Map((reply.citations ?? []).map((citation) => [citation.number, citation]));
  return (numbers ?? []).map((number) =>
    element("button", {
      type: "button",
      class: "cite",
      text: String(number),
      "aria-label": say("source", { number, facts: citations.has(number) ? factsOf(citations.get(number)) : "" }),
      on: { click: () => showSource(view, sourceId(messageId, number)) },
    }),
  );
}
