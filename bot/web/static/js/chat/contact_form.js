/** Asks, after a conversation was passed to staff, how they can reach a patient who leaves the page. */

import { element } from "../dom.js";

let forms = 0;

/**
 * Put the form below the newest message about a request, and take it from any other.
 * @param {HTMLElement} log the conversation
 * @param {HTMLElement} message
 * @param {object} actions `give(contact)` sends and may throw an error with a message to show; `refused(contact, error)`
 *   shows the card that came with one; `done()` when that is over
 * @returns {boolean} whether the form was put there just now
 */
export function offerContactForm(log, message, { give, refused, done }) {
  if (message.querySelector("form")) return false;
  log.querySelectorAll(".contact-form").forEach((form) => form.remove());
  if (!("wantsContact" in message.dataset)) return false;
  const finish = () => {
    form.remove();
    done();
  };
  const form = contactForm({
    give: async (contact) => {
      await give(contact);
      finish();
    },
    refused,
    skip: finish,
  });
  // The form's own "Skip" takes the place of the choice to decline.
  message.querySelector(".options")?.remove();
  message.append(form);
  return true;
}

/**
 * Build the form.
 * @param {object} actions `give(contact)` sends and may throw an error with a message to show; `refused(contact, error)`
 *   shows the card that came with one; `skip()` leaves it
 * @returns {HTMLFormElement}
 */
function contactForm({ give, refused, skip }) {
  forms += 1;
  const prefix = `contact-${forms}`;
  const name = field(prefix, "name", "Name", { autocomplete: "name", type: "text" });
  const phone = field(prefix, "phone", "Phone", { autocomplete: "tel", type: "tel" });
  const email = field(prefix, "email", "Email", { autocomplete: "email", type: "email", inputmode: "email", spellcheck: "false" });
  const problem = element("p", { class: "error", role: "alert", id: `${prefix}-error`, hidden: true });
  const send = element("button", { type: "submit", class: "button", text: "Send details", data: { testid: "contact-send" } });
  const form = element(
    "form",
    { class: "contact-form", novalidate: true, "aria-labelledby": `${prefix}-title`, data: { testid: "contact-form" } },
    element("h2", { id: `${prefix}-title`, text: "How can staff reach you?" }),
    element("p", { class: "field-hint", text: "Optional. Give a phone number or an email address in case you leave this page." }),
    problem,
    name,
    phone,
    email,
    element(
      "div",
      { class: "form-actions" },
      send,
      element("button", { type: "button", class: "button button-plain", text: "Skip", data: { testid: "contact-skip" }, on: { click: skip } }),
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const contact = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
    if (!Object.keys(contact).length) {
      show(problem, "Enter a phone number or an email address, or choose Skip.", form.elements.phone);
      return;
    }
    // Everything else the server judges, which looks for danger in it first.
    problem.hidden = true;
    send.disabled = true;
    try {
      await give(contact);
    } catch (error) {
      refused(contact, error);
      send.disabled = false;
      show(problem, `Your details were not sent. ${error.message} Try again.`, send);
    }
  });
  return form;
}

function show(problem, text, target) {
  problem.hidden = false;
  problem.textContent = text;
  target.setAttribute("aria-describedby", problem.id);
  target.focus();
}

function field(prefix, name, label, attributes) {
  const id = `${prefix}-${name}`;
  return element(
    "div",
    { class: "field" },
    element("label", { class: "field-label", for: id, text: label }),
    element("input", { class: "input", id, name, ...attributes }),
  );
}
