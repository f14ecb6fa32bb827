/** The patient's request for staff as the page shows it: the line under the header, and how staff can reach the patient. */

import { api } from "./api.js";
import { ContactForm } from "./contact_form.js";
import { RequestBar } from "./request_bar.js";
import { say } from "./words.js";

export class PatientRequest {
  /**
   * @param {object} chat
   * @param {HTMLElement} bar
   */
  constructor(chat, bar) {
    this.chat = chat;
    this.request = null;
    this.bar = new RequestBar(bar, () => this.#withdraw());
    this.form = new ContactForm({
      give: (contact) => this.#giveContact(contact),
      refused: (contact, error) => chat.notSent({ id: contact }, error),
      given: () => this.#isGiven(),
      skipped: () => this.#isSkipped(),
    });
  }

  /** Show the request that staff have, or that they have none. */
  show(request, staffName) {
    this.request = request;
    this.bar.show(request, staffName);
    this.offerForm();
  }

  /** The form stands below what was said last of the request, as long as staff do not know how to reach the patient. */
  offerForm() {
    const { current, transcript } = this.chat;
    const message = transcript.lastAboutRequest;
    const isWanted = current.conversation && !current.conversation.contactDone && this.request?.asks_contact && message;
    if (!isWanted) this.form.remove();
    else if (this.form.showBelow(message)) transcript.show(message);
  }

  /** Take the wish for a person back. */
  async #withdraw() {
    try {
      this.chat.receive((await this.chat.current.run(api.goOnWithAssistant))?.messages, { follow: true });
      await this.chat.sync();
      // It may have come over the live connection first; where it can be undone stays in view either way.
      this.chat.transcript.toEnd();
      this.chat.composer.focus();
    } catch (error) {
      this.chat.transcript.addLine(error.message);
    }
  }

  async #giveContact(contact) {
    const { current } = this.chat;
    const { conversation } = current;
    const given = await current.run((theirs, signal) => api.giveContact(theirs, contact, signal));
    if (!given || conversation !== current.conversation) return;
    this.chat.receive(given.messages, { follow: true });
    // While staff answer, the assistant says nothing to it.
    if (!given.messages.length) this.chat.transcript.addLine(say("contact-sent"));
    await this.chat.sync();
  }

  /** The form has gone from where it stood: what was said to it stays in view. */
  #isGiven() {
    this.offerForm();
    this.chat.transcript.toEnd();
    this.chat.composer.focus();
  }

  #isSkipped() {
    const { current } = this.chat;
    if (current.conversation) current.conversation.contactDone = true;
    current.save();
    this.chat.composer.focus();
  }
}
