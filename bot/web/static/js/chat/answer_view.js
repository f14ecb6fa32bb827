/** An approved answer: the short answer, its details, and who says so. */

import { longDate } from "../dates.js";
import { element } from "../dom.js";

/**
 * Build the inside of an answer's bubble.
 * @param {object} reply a reply of kind "answer"
 * @param {string|number} messageId makes the sources' ids unique on the page
 * @returns {HTMLElement}
 */
export function answerView(reply, messageId) {
  const view = element("div", { class: "bubble answer" });
  const cite = (numbers) => citeButtons(numbers, messageId, view);
  const leadIn = leadInOf(reply);
  if (leadIn) view.append(element("p", { class: "text lead-in", text: leadIn }));
  view.append(paragraph(reply.short || reply.text, "text short-answer", cite(reply.short_citations)));
  if (reply.table) view.append(tableView(reply.table, cite));
  const details = (reply.short ? reply.details ?? [] : []).map((detail) => paragraph(detail.text, "text detail", cite(detail.citations)));
  const first = reply.first_details ?? details.length;
  view.append(...details.slice(0, first));
  if (first < details.length) {
    view.append(element("details", { class: "more", data: { testid: "more" } }, element("summary", { text: "More" }), ...details.slice(first)));
  }
  if (reply.regulatory_status) view.append(element("p", { class: "remark regulatory-status", text: reply.regulatory_status }));
  if (reply.sources_differ) {
    view.append(element("p", { class: "remark sources-differ", text: "Sources differ on this. The answer says how." }));
  }
  if (reply.sample) {
    view.append(element("p", {}, element("span", { class: "badge", data: { testid: "sample-badge" }, text: "Draft, not reviewed by a clinician" })));
  }
  const review = reviewLine(reply);
  if (reply.citations?.length || review) view.append(sources(reply, review, messageId));
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

function paragraph(text, className, citations) {
  return element("p", { class: className }, text, citations.length > 0 && element("span", { class: "cites" }, ...citations));
}

function citeButtons(numbers, messageId, view) {
  return (numbers ?? []).map((number) =>
    element("button", {
      type: "button",
      class: "cite",
      text: String(number),
      "aria-label": `Source ${number}`,
      on: { click: () => showSource(view, sourceId(messageId, number)) },
    }),
  );
}

function showSource(view, id) {
  const details = view.querySelector("details.sources");
  const source = view.querySelector(`#${CSS.escape(id)}`);
  if (!details || !source) return;
  details.open = true;
  source.focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest" });
}

function sourceId(messageId, number) {
  return `message-${messageId}-source-${number}`;
}

function sources(reply, review, messageId) {
  const items = (reply.citations ?? []).map((citation) =>
    element(
      "li",
      { id: sourceId(messageId, citation.number), value: citation.number, tabindex: "-1" },
      sourceTitle(citation),
      element("div", { class: "source-facts", text: sourceFacts(citation) }),
    ),
  );
  return element(
    "details",
    { class: "sources", data: { testid: "sources" } },
    element("summary", { text: "Sources and review" }),
    items.length > 0 && element("ol", {}, ...items),
    review && element("p", { class: "review-line", text: review }),
  );
}

function sourceTitle(citation) {
  if (!/^https?:\/\//.test(citation.address ?? "")) return element("span", { class: "source-title", text: citation.title });
  return element("a", {
    class: "source-title",
    href: citation.address,
    target: "_blank",
    rel: "noopener noreferrer",
    text: `${citation.title} (opens in a new tab)`,
  });
}

function sourceFacts({ publisher, published_on: date, kind_label: kind }) {
  return [publisher, kind && `Kind: ${kind}`, date ? longDate(date) : "No date given"].filter(Boolean).join(". ").replace(/\.\. /g, ". ");
}

function reviewLine(reply) {
  const on = reply.reviewed_on ? ` on ${longDate(reply.reviewed_on)}` : "";
  const version = reply.answer_id ? ` Answer ${reply.answer_id}, version ${reply.answer_version}.` : "";
  if (reply.sample) return `A draft. No clinician has reviewed it.${version}`;
  if (!reply.reviewed_by) return version.trim();
  return `Reviewed by ${reply.reviewed_by}${on}.${version}`;
}
