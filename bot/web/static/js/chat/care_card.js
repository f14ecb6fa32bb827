/** The card for a message that sounds dangerous: what to do now, a button that dials, and why. */

import { element, phoneAddress } from "../dom.js";
import { announce } from "./announcer.js";
import { say } from "./words.js";

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
    return { level: "emergency", heading: say("card-emergency", { number }), phone: number, call_label: say("card-call", { number }), why: [], then: [] };
  }
  if (reply?.kind === "urgent") {
    const number = config.clinicPhone;
    return { level: "urgent", heading: say("card-urgent"), phone: number, call_label: say("card-call", { number }), why: [], then: [] };
  }
  return null;
}

/**
 * Build the card.
 * @param {object} card
 * @param {string} text the reply's whole text, shown only when the card itself has no lists
 * @param {import("./linked_text.js").LinkedText} links
 * @returns {HTMLElement}
 */
export function careCard(card, text, links) {
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
        card.phone && element("a", { class: "button call", href: phoneAddress("tel", card.phone), text: card.call_label || say("card-call", { number: card.phone }) }),
        card.phone && card.text_label && element("a", { class: "button call secondary", href: phoneAddress("sms", card.phone), text: card.text_label }),
      ),
      part(say("card-why"), card.why, links),
      part(say("card-then"), card.then, links),
      !lists && text && element("p", { class: "text" }, ...links.of(text)),
    ),
  );
}

/**
 * Make a card small that its patient has said is not about them now: it and its numbers stay, and nothing shouts.
 * @param {HTMLElement} view the message that holds it
 */
export function makeSmall(view) {
  if (view.classList.contains("taken-back")) return;
  view.classList.add("taken-back");
  view.querySelector(".not-now")?.remove();
  view.querySelector(".care-card-body")?.prepend(element("p", { class: "care-card-taken-back", text: say("card-taken-back") }));
}

/** Let a screen reader say a reply's card at once, whatever it was reading; nothing if the reply has none. */
export function announceCard(region, reply, config) {
  const card = cardOf(reply, config);
  if (!card) return;
  announce(region, [card.heading, ...(card.why ?? [])].map((sentence) => sentence.replace(/[.\s]*$/, ".")).join(" "));
}

function urgencyOf(card) {
  const isForToday = card.level === "urgent";
  return say(isForToday ? "card-today" : "card-now");
}

function part(title, items, links) {
  if (!items?.length) return null;
  return element(
    "div",
    { class: "care-card-part" },
    element("h3", { text: title }),
    items.length === 1
      ? element("p", {}, ...links.of(items[0]))
      : element("ul", {}, ...items.map((item) => element("li", {}, ...links.of(item)))),
  );
}
