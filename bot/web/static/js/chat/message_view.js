/** One message of the conversation as it stands on the page, by who wrote it and what kind of reply it is. */

import { exactTime, shortTime } from "../dates.js";
import { element } from "../dom.js";
import { answerView } from "./answer_view.js";
import { cardOf, careCard } from "./care_card.js";
import { feedbackView } from "./feedback_view.js";
import { say } from "./words.js";

const ASKS_PERSON = "ask_person";

/**
 * Build a message that the server has stored.
 * @param {object} message
 * @param {object} context `config`, `wordings`, `links`, and what a click does: `say(text, options)`, `askForPerson()`,
 *   `rephrase()`
 * @returns {HTMLElement}
 */
export function messageView(message, context) {
  const reply = message.author === "patient" ? null : message.reply;
  const kind = reply?.kind ?? (message.author === "staff" ? "staff" : message.author);
  const card = message.author === "bot" ? cardOf(reply, context.config) : null;
  const isNotice = message.author === "bot" && kind === "staff";
  const view = element("li", {
    class: ["message", card && "has-card", isNotice && "notice"].filter(Boolean).join(" "),
    data: { testid: "message", author: message.author, kind, id: message.id, state: "sent" },
  });
  view.dataset.createdAt = message.created_at ?? "";
  // Of what is said around a ticket, all but the thanks for contact details leaves room for the form.
  if (kind === "escalated" && (reply.ticket || reply.options?.length)) view.dataset.wantsContact = "";
  if (message.author === "patient") {
    view.append(author(message), body(message, reply, context), element("p", { class: "message-meta" }));
    return view;
  }
  if (isNotice) {
    view.append(element("p", { class: "system-line" }, ...context.links.of(message.text)), ...[satisfaction(reply, context), options(reply, context)].filter(Boolean));
    return view;
  }
  view.append(author(message, time(message.created_at)), card ? careCard(card, message.text, context.links) : body(message, reply, context));
  if (card && reply.about) view.dataset.about = reply.about;
  if (reply) view.append(...(card ? notNow(message, card, context) : followUps(message, reply, context)));
  return view;
}

/**
 * Build a message the patient has just written and the server does not have yet.
 * @param {string} clientMessageId
 * @param {string} text
 * @returns {HTMLElement}
 */
export function pendingView(clientMessageId, text) {
  return element(
    "li",
    {
      class: "message",
      data: { testid: "message", author: "patient", kind: "patient", id: "", state: "sending", clientMessageId },
    },
    element("p", { class: "message-author visually-hidden", text: say("you") }),
    element("div", { class: "bubble" }, element("p", { class: "text", text, dir: "auto" })),
    element("p", { class: "message-meta" }, element("span", { class: "message-state", text: say("sending") })),
  );
}

/**
 * Show how a patient's own message is doing.
 * @param {HTMLElement} view
 * @param {"sending"|"sent"|"held"|"refused"} state held: it is sent by itself later; refused: the server will not take it
 * @param {object} [details] `problem`: why it is refused; `onRetry`, `onDiscard`: what its buttons do
 */
export function showState(view, state, { problem, onRetry, onDiscard } = {}) {
  view.dataset.state = state;
  const button = (testid, text, click) =>
    click && element("button", { type: "button", class: "button button-quiet", data: { testid }, text, on: { click } });
  view.querySelector(".message-meta").replaceChildren(
    ...[
      view.dataset.createdAt && time(view.dataset.createdAt),
      element("span", { class: "message-state", role: problem && "alert", text: problem ? say("refused", { problem }) : say(state) }),
      button("retry", say("try-again"), onRetry),
      button("discard", say("discard"), onDiscard),
    ].filter(Boolean),
  );
}

/** Say whether the conversation has left a reply behind: then its buttons do nothing. */
export function setPast(view, past) {
  if (view.classList.contains("past") === past) return;
  view.classList.toggle("past", past);
  view.querySelectorAll(".option").forEach((button) => { button.disabled = past; });
}

/**
 * Give in words what a screen reader says of a message that has come: who speaks, what, and what can be chosen.
 * @param {object} message
 * @returns {string}
 */
export function spoken(message) {
  const { reply } = message;
  const isAnswer = reply?.kind === "answer" && reply.short;
  const first = isAnswer ? [reply.lead, reply.short, ...reply.details.slice(0, reply.first_details ?? undefined).map(({ text }) => text)] : [message.text];
  const titles = (reply?.options ?? []).map(({ title }) => title).join(", ");
  const said = [...first, titles && say("choices", { titles })].filter(Boolean).join(" ");
  return say("says", { who: authorOf(message), text: said });
}

function authorOf(message) {
  if (message.author === "patient") return say("you");
  if (message.author === "staff") return message.author_name ? say("staff-named", { name: message.author_name }) : say("staff");
  return say("assistant");
}

function body(message, reply, { links, wordings }) {
  const isOurs = message.author !== "patient";
  if (message.author === "bot" && reply?.kind === "answer") {
    return answerView({ ...reply, text: reply.text || message.text }, message.id, { links, subjects: wordings.subjects });
  }
  const passages = reply?.passages?.length ? reply.passages : [{ text: message.text, dir: message.author === "bot" ? null : "auto" }];
  return element("div", { class: "bubble" }, ...passages.map(({ text, lang, dir }) => element("p", { class: "text", lang, dir }, ...(isOurs ? links.of(text) : [text]))));
}

function author(message, ...children) {
  const isPatient = message.author === "patient";
  return element("p", { class: isPatient ? "message-author visually-hidden" : "message-author" }, authorOf(message), ...children);
}

function time(createdAt) {
  const moment = new Date(createdAt ?? NaN);
  if (Number.isNaN(moment.getTime())) return null;
  return element("time", { datetime: createdAt, title: exactTime(moment), text: shortTime(moment) });
}

function followUps(message, reply, context) {
  // A table is made of several answers, and none of them alone is what helped.
  if (reply.kind === "answer") return [reply.answer_id && feedbackView(message, context), options(reply, context), ...related(reply, context)].filter(Boolean);
  // A check's buttons say which message they belong to: whatever is said meanwhile, they answer no other.
  const choose = reply.kind === "safety_check" ? (title) => context.say(title, { inReplyTo: message.id }) : context.say;
  const choices = options(reply, { ...context, say: choose });
  return choices ? [choices] : [];
}

/** Below a card, for whoever wrote of somebody else or of another time; below a crisis card they say that they are safe. */
function notNow(message, card, context) {
  if (!message.reply.about) return [];
  const title = card.level === "crisis" ? context.wordings.optionSafe : context.wordings.optionNotNow;
  const press = () => context.say(title, { inReplyTo: message.id });
  return [element("button", { type: "button", class: "button button-quiet not-now", data: { testid: "not-now" }, text: title, on: { click: press } })];
}

function options(reply, { say: choose, askForPerson, rephrase, wordings }) {
  const given = reply.options ?? [];
  const isGiven = (title) => given.some((option) => option.title === title);
  // Staff have the question then too: one way to a person is enough.
  const hasPerson = given.some((option) => option.intent === ASKS_PERSON);
  const buttons = given.map((option) => choice(option.title, "option", () => choose(option.title)));
  if (reply.kind === "clarify" && buttons.length && !hasPerson && !isGiven(wordings.optionNone)) buttons.push(choice(wordings.optionNone, "option-none", rephrase));
  if (reply.kind === "no_answer" && !hasPerson) buttons.push(choice(wordings.optionPerson, "option-person", askForPerson));
  if (!buttons.length) return null;
  return element("div", { class: "follow-up options", role: "group", "aria-label": say("choices-label") }, ...buttons);
}

function choice(title, testid, act) {
  const button = element("button", { type: "button", class: "option", data: { testid }, text: title });
  button.addEventListener("click", () => {
    button.classList.add("chosen");
    act();
  });
  return button;
}

/** One question after staff are done; asked once, answered with one tap. */
function satisfaction(reply, { rate }) {
  if (!reply.rate_ticket) return null;
  const group = element("div", { class: "feedback", role: "group", "aria-label": say("helped") }, element("span", { text: say("helped") }));
  const answer = (label, testid, helped) =>
    element("button", {
      type: "button",
      class: "button button-quiet",
      data: { testid },
      text: label,
      on: {
        click: async () => {
          try {
            await rate(reply.rate_ticket, helped);
            group.replaceChildren(element("span", { role: "status", text: say("helped-thanks") }));
          } catch (error) {
            group.querySelector("[role=alert]")?.remove();
            group.append(element("span", { role: "alert", text: say("problem", { problem: error.message }) }));
          }
        },
      },
    });
  group.append(answer(say("yes"), "staff-helped", true), answer(say("no"), "staff-did-not-help", false));
  return group;
}

function related(reply, { say: choose }) {
  if (!reply.related?.length) return [];
  return [
    element(
      "div",
      { class: "follow-up related", role: "group", "aria-label": say("related") },
      element("p", { class: "follow-up-title", text: say("related") }),
      element(
        "div",
        { class: "chips" },
        ...reply.related.map((question) =>
          element("button", { type: "button", class: "chip", data: { testid: "related" }, text: question.title, on: { click: () => choose(question.title) } }),
        ),
      ),
    ),
  ];
}
