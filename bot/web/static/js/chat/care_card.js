/** The card for a message that sounds dangerous: what to do now, a button that dials, and why. */

import { element, phoneAddress } from "../dom.js";
import { announce } from "./status.js";

/**
 * The card to show for a reply, with safe wording should the server send a red flag without one.
 * @param {object} reply
 * @param {{clinicPhone: string, emergencyNumber: string}} config
 * @returns {object|null}
 */
export function cardOf(reply, config) {
  if (reply?.card) return reply.card;
  if (reply?.kind === "emergency") {
    const number = config.emergencyNumber;
    return { level: "emergency", heading: `Call ${number} now`, phone: number, call_label: `Call ${number}`, why: [], then: [] };
  }
  if (reply?.kind === "urgent") {
    const number = config.clinicPhone;
    return { level: "urgent", heading: "Call the clinic today", phone: number, call_label: `Call ${number}`, why: [], then: [] };
  }
  return null;
}

/**
 * Build the card.
 * @param {object} card
 * @param {string} text the reply's whole text, shown only when the card itself has no lists
 * @returns {HTMLElement}
 */
export function careCard(card, text) {
  const lists = (card.why?.length ?? 0) + (card.then?.length ?? 0) > 0;
  return element(
    "div",
    { class: "care-card", role: "group", data: { testid: "care-card", level: card.level }, "aria-label": card.heading },
    element("h2", { class: "care-card-heading" }, element("span", { class: "visually-hidden", text: `${urgencyOf(card)}: ` }), card.heading),
    element(
      "div",
      { class: "care-card-body" },
      element(
        "div",
        { class: "care-card-actions" },
        card.phone && element("a", { class: "button call", href: phoneAddress("tel", card.phone), text: card.call_label || `Call ${card.phone}` }),
        card.phone && card.text_label && element("a", { class: "button call secondary", href: phoneAddress("sms", card.phone), text: card.text_label }),
      ),
      part("Why", card.why),
      part("What to do next", card.then),
      !lists && text && element("p", { class: "text", text }),
    ),
  );
}

/** Let a screen reader say a reply's card at once, whatever it was reading; nothing if the reply has none. */
export function announceCard(region, reply, config) {
  const card = cardOf(reply, config);
  if (!card) return;
  announce(region, [card.heading, ...(card.why ?? [])].map((sentence) => sentence.replace(/[.\s]*$/, ".")).join(" "));
}

function urgencyOf(card) {
  return card.level === "urgent" ? "Urgent advice" : "Immediate action needed";
}

function part(title, items) {
  if (!items?.length) return null;
  return element(
    "div",
    { class: "care-card-part" },
    element("h3", { text: title }),
    items.length === 1
      ? element("p", { text: items[0] })
      : element("ul", {}, ...items.map((item) => element("li", { text: item }))),
  );
}
