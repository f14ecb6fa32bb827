/** Thumbs under an answer, and the reason for a thumbs down. */

import { element, icon } from "../dom.js";
import { say } from "./words.js";

const UP = "M7 11v9H4v-9zm0 0 4-8c1.5 0 2.5 1 2.5 2.5V9H19a2 2 0 0 1 2 2.3l-1.2 7A2 2 0 0 1 17.8 20H7";
const DOWN = "M7 13V4H4v9zm0 0 4 8c1.5 0 2.5-1 2.5-2.5V15H19a2 2 0 0 0 2-2.3l-1.2-7A2 2 0 0 0 17.8 4H7";

/**
 * Build the thumbs of an answer.
 * @param {object} message the answer's message
 * @param {object} context `wordings`, and `giveFeedback(messageId, helpful, reason)`
 * @returns {HTMLElement}
 */
export function feedbackView(message, { wordings, giveFeedback }) {
  const said = element("span", { class: "feedback-said", role: "status" });
  // What was pressed last counts, so what was pressed first must not arrive after it.
  let last = Promise.resolve();
  const send = (helpful, reason, words) => {
    last = last.then(() => sendNow(helpful, reason, words));
    return last;
  };
  const sendNow = async (helpful, reason, words) => {
    try {
      await giveFeedback(message.id, helpful, reason);
      said.textContent = words;
      return true;
    } catch {
      said.textContent = say("helpful-failed");
      return false;
    }
  };
  const press = (button) => votes.forEach((vote) => vote.setAttribute("aria-pressed", String(vote === button)));
  const vote = (label, testid, path, helpful) => {
    const button = element("button", { type: "button", class: "button button-quiet", "aria-pressed": "false", data: { testid } }, icon(path), label);
    button.addEventListener("click", async () => {
      if (!(await send(helpful, null, say(helpful ? "helpful-thanks" : "helpful-not")))) return;
      press(button);
      reasons.hidden = helpful;
    });
    return button;
  };
  const votes = [vote(say("yes"), "helpful", UP, true), vote(say("no"), "not-helpful", DOWN, false)];
  const reasons = element("div", { class: "chips", role: "group", "aria-label": say("what-was-wrong"), hidden: true });
  reasons.append(
    ...wordings.feedbackReasons.map(({ reason, label }) =>
      element("button", {
        type: "button",
        class: "chip",
        data: { testid: "reason" },
        text: label,
        on: { click: async () => { reasons.hidden = await send(false, reason, say("helpful-noted")); } },
      }),
    ),
  );
  return element(
    "div",
    { class: "feedback", role: "group", "aria-label": say("helpful") },
    element("span", { text: say("helpful") }),
    ...votes,
    said,
    reasons,
  );
}
