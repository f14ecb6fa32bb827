/** The patient chat: joins the composer, the transcript and the connection to one conversation. */

import { ApiError, api } from "./chat/api.js";
import { cardAnnouncement, cardOf } from "./chat/care_card.js";
import { Composer } from "./chat/composer.js";
import { Connection } from "./chat/connection.js";
import { contactForm } from "./chat/contact_form.js";
import * as store from "./chat/conversation_store.js";
import { RequestBar } from "./chat/request_bar.js";
import { Transcript } from "./chat/transcript.js";
import { StatusBar, TypingLine, UnseenCount, announce } from "./chat/status.js";

const byId = (id) => document.getElementById(id);

class Chat {
  constructor() {
    const { clinicName, clinicPhone, emergencyNumber, wordings } = byId("chat").dataset;
    this.config = { clinicName, clinicPhone, emergencyNumber };
    this.wordings = JSON.parse(wordings);
    this.conversation = null;
    this.handler = "bot";
    this.staffName = null;
    this.outbox = Promise.resolve();
    this.log = byId("log");
    this.suggestions = byId("suggestions");
    this.startOverButton = byId("start-over");
    this.personButton = byId("talk-to-person");
    this.unseen = new UnseenCount();
    this.typing = new TypingLine(byId("typing"), byId("typing-text"));
    this.status = new StatusBar({
      bar: byId("connection"),
      text: byId("connection-text"),
      retry: byId("connection-retry"),
      who: byId("who-answers"),
    });
    this.requestBar = new RequestBar(byId("request"), () => this.goOnWithAssistant());
    this.transcript = new Transcript(byId("messages"), byId("new-messages"), {
      config: this.config,
      wordings: this.wordings,
      say: (text) => this.say(text),
      askForPerson: () => this.askForPerson(),
      rephrase: () => this.rephrase(),
      giveFeedback: (messageId, helpful, reason) => this.giveFeedback(messageId, helpful, reason),
      rate: (ticket, helped) => api.rate(this.conversation, ticket, helped),
    });
    this.composer = new Composer(byId("composer"), byId("count"), (text) => this.say(text));
    byId("composer-input").addEventListener("input", () => this.handler === "staff" && this.connection?.tellTyping());
    this.suggestions?.querySelectorAll("button").forEach((button) => {
      button.addEventListener("click", () => this.say(button.textContent.trim()));
    });
    this.personButton.addEventListener("click", () => this.askForPerson());
    this.startOverButton.addEventListener("click", () => byId("start-over-dialog").showModal());
    byId("start-over-dialog").addEventListener("close", (event) => {
      if (event.target.returnValue === "start-over") this.startOver();
      event.target.returnValue = "";
    });
  }

  /** Show the conversation this browser remembers, if the server still has it. */
  async restore() {
    const remembered = store.load();
    if (!remembered) return;
    this.log.setAttribute("aria-busy", "true");
    this.status.loading();
    try {
      const history = await api.messagesAfter(remembered, 0);
      this.conversation = remembered;
      this.status.clearProblem();
      this.receive(history.messages, { restored: true });
      this.setHandler(history.handler, history.staff_name);
      this.requestBar.show(history.request, history.staff_name);
      this.transcript.toEnd();
      this.connect();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.conversationIsGone) {
        store.clear();
        this.status.clearProblem();
      } else {
        this.status.problem(`Your earlier messages could not be loaded. ${error.message}`, () => this.restore());
      }
    } finally {
      this.log.removeAttribute("aria-busy");
    }
  }

  /** Send a patient's message; messages go one after another, in the order they were written. */
  say(text) {
    const id = store.newMessageId();
    this.transcript.addPending(id, text);
    this.began();
    this.post(id, text);
  }

  post(id, text) {
    this.transcript.setPending(id, "sending");
    this.inOrder(async () => {
      const sent = await this.withConversation((conversation) => api.sendMessage(conversation, text, id));
      this.receive(sent.messages);
    }).catch((error) => {
      const callInstead = error.status === 0 || error.status >= 500 ? ` You can also call ${this.config.clinicPhone}.` : "";
      this.transcript.setPending(id, "failed", error.message + callInstead, () => this.post(id, text));
      // A message that sounds dangerous gets its card even when it could not be stored.
      if (error.reply) {
        this.transcript.addUnstored(error.reply);
        this.announceCard({ author: "bot", reply: error.reply });
      }
    });
    this.composer.focus();
  }

  /** Pass the conversation to staff. */
  async askForPerson() {
    if (this.personButton.getAttribute("aria-disabled") === "true") return;
    this.personButton.setAttribute("aria-disabled", "true");
    this.began();
    try {
      await this.inOrder(async () => {
        const escalated = await this.withConversation((conversation) => api.askForPerson(conversation));
        this.receive(escalated.messages);
      });
    } catch (error) {
      this.transcript.addLine(`Your request did not reach the clinic. ${error.message} Try again, or call ${this.config.clinicPhone}.`);
    } finally {
      this.personButton.removeAttribute("aria-disabled");
    }
  }

  /** Tell the clinic whether an answer helped; what comes back is shown like any message. */
  async giveFeedback(messageId, helpful, reason) {
    const given = await this.withConversation((conversation) => api.giveFeedback(conversation, messageId, helpful, reason));
    this.receive(given.messages);
  }

  /** Take the wish for a person back. */
  async goOnWithAssistant() {
    try {
      const { messages } = await api.goOnWithAssistant(this.conversation);
      this.receive(messages);
      await this.sync();
      this.composer.focus();
    } catch (error) {
      this.transcript.addLine(error.message);
    }
  }

  /** None of the choices fit: ask for other words, and say nothing on the patient's behalf. */
  rephrase() {
    this.transcript.retireLast();
    this.transcript.addLine(`Ask it in other words below, or choose “${this.wordings.optionPerson}”.`);
    byId("composer-input").focus();
  }

  /** Leave this conversation; the next message begins another. */
  startOver() {
    this.forget();
    this.suggestions?.removeAttribute("hidden");
    this.startOverButton.hidden = true;
    byId("status").textContent = "A new conversation has begun.";
    this.composer.focus();
  }

  forget() {
    this.connection?.stop();
    this.connection = null;
    this.conversation = null;
    store.clear();
    this.transcript.clear();
    this.typing.hide();
    this.setHandler("bot", null);
    this.requestBar.show(null);
  }

  /** Take in messages from whichever road they came. */
  receive(messages, { restored = false } = {}) {
    const fresh = this.transcript.add(messages ?? []);
    if (!fresh.length) return;
    this.began();
    const replies = fresh.filter((message) => message.author !== "patient");
    if (replies.length) this.typing.heard();
    if (!restored) {
      replies.forEach((message) => this.announceCard(message));
      this.unseen.add(replies.length);
    }
    this.offerContactForm();
  }

  announceCard(message) {
    if (message.author !== "bot") return;
    const card = cardOf(message.reply, this.config);
    if (card) announce(byId("announcer"), cardAnnouncement(card));
  }

  began() {
    if (this.suggestions) this.suggestions.hidden = true;
    this.startOverButton.hidden = false;
  }

  async inOrder(task) {
    const turn = this.outbox.then(async () => {
      this.typing.waiting(this.handler === "staff");
      try {
        await task();
      } finally {
        this.typing.hide();
      }
    });
    this.outbox = turn.catch(() => {});
    return turn;
  }

  /** Run a request on the conversation, beginning one when there is none or the server lost it. */
  async withConversation(request) {
    if (this.conversation) {
      try {
        return await request(this.conversation);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.conversationIsGone) throw error;
        this.connection?.stop();
        this.conversation = null;
      }
    }
    const conversation = await api.createConversation();
    this.conversation = conversation;
    store.save(conversation);
    this.connect();
    return request(conversation);
  }

  connect() {
    this.connection?.stop();
    this.connection = new Connection(this.conversation, {
      onFrame: (frame) => this.onFrame(frame),
      sync: () => this.sync(),
    });
  }

  async sync() {
    const conversation = this.conversation;
    if (!conversation) return;
    try {
      const news = await api.messagesAfter(conversation, this.transcript.lastId);
      if (conversation !== this.conversation) return;
      this.status.clearProblem();
      this.receive(news.messages);
      this.setHandler(news.handler, news.staff_name);
      this.requestBar.show(news.request, news.staff_name);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.conversationIsGone) this.connection?.stop();
      else this.status.problem("The connection to the clinic is lost. Trying again.");
    }
  }

  onFrame(frame) {
    if (frame.type === "message") this.receive([frame.message]);
    else if (frame.type === "handler") this.setHandler(frame.handler, frame.staff_name);
    else if (frame.type === "typing") this.typing.typing(frame.author === "staff" ? frame.name || "Clinic staff" : null);
    else if (frame.type === "ticket") this.sync();
  }

  setHandler(handler = "bot", staffName = null) {
    this.handler = handler;
    this.staffName = staffName;
    this.status.who(handler, staffName);
  }

  offerContactForm() {
    const message = this.transcript.lastOfKind("escalated");
    if (!message || !this.conversation || this.conversation.contactDone || message.querySelector("form")) return;
    this.log.querySelectorAll(".contact-form").forEach((form) => form.remove());
    if (!("wantsContact" in message.dataset)) return;
    const conversation = this.conversation;
    const done = () => {
      conversation.contactDone = true;
      if (conversation === this.conversation) store.save(conversation);
      form.remove();
      this.composer.focus();
    };
    const form = contactForm({
      give: async (contact) => {
        const { messages } = await api.giveContact(conversation, contact);
        done();
        this.receive(messages);
      },
      skip: done,
    });
    // The form's own "Skip" takes the place of the choice to decline.
    message.querySelector(".options")?.remove();
    message.append(form);
    this.transcript.show(message);
  }
}

const chat = new Chat();
chat.restore();
chat.composer.focus();
