/** Thumbs under an answer, and the reason for a thumbs down. */

import { element, icon } from "../dom.js";

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
      said.textContent = "That did not reach the clinic. Try again.";
      return false;
    }
  };
  const press = (button) => votes.forEach((vote) => vote.setAttribute("aria-pressed", String(vote === button)));
  const vote = (label, testid, path, helpful) => {
    const button = element("button", { type: "button", class: "button button-quiet", "aria-pressed": "false", data: { testid } }, icon(path), label);
    button.addEventListener("click", async () => {
      if (!(await send(helpful, null, helpful ? "Thank you." : "Thank you. What was wrong?"))) return;
      press(button);
      reasons.hidden = helpful;
    });
    return button;
  };
  const votes = [vote("Yes", "helpful", UP, true), vote("No", "not-helpful", DOWN, false)];
  const reasons = element("div", { class: "chips", role: "group", "aria-label": "What was wrong?", hidden: true });
  reasons.append(
    ...wordings.feedbackReasons.map(({ reason, label }) =>
      element("button", {
        type: "button",
        class: "chip",
        data: { testid: "reason" },
        text: label,
        on: { click: async () => { reasons.hidden = await send(false, reason, "Thank you. The clinic will look at it."); } },
      }),
    ),
  );
  return element(
    "div",
    { class: "feedback", role: "group", "aria-label": "Was this helpful?" },
    element("span", { text: "Was this helpful?" }),
    ...votes,
    said,
    reasons,
  );
}
