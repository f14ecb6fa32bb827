/** The patient chat: joins the composer, the transcript, the outbox and the connection to one conversation. */
import { ApiError, api } from "./chat/api.js";
import { announce } from "./chat/announcer.js";
import { announceCard, cardOf } from "./chat/care_card.js";
import { Composer } from "./chat/composer.js";
import { Connection } from "./chat/connection.js";
import { CurrentConversation } from "./chat/current_conversation.js";
import { Embedding } from "./chat/embedding.js";
import { LinkedText } from "./chat/linked_text.js";
import { spoken } from "./chat/message_view.js";
import { News } from "./chat/news.js";
import { refuseFiles } from "./chat/no_files.js";
import { unfoldOnPaper } from "./chat/on_paper.js";
import { Outbox } from "./chat/outbox.js";
import { PatientRequest } from "./chat/patient_request.js";
import { watchRoom } from "./chat/room.js";
import { Seen } from "./chat/seen.js";
import { askBeforeStartingOver } from "./chat/start_over.js";
import { Transcript } from "./chat/transcript.js";
import { StatusBar, TypingLine, UnseenCount } from "./chat/status.js";
import { UnsentMessages } from "./chat/unsent_messages.js";
import { say } from "./chat/words.js";
import { pressOnce } from "./press_once.js";

const byId = (id) => document.getElementById(id);
const isByBot = (message) => message.author === "bot";

class Chat {
  constructor() {
    const { clinicPhone, emergencyNumber, wordings, links } = byId("chat").dataset;
    Object.assign(this, { config: { clinicPhone, emergencyNumber }, wordings: JSON.parse(wordings) });
    /** What happens in the conversation, for whoever this page stands beside: "joined", "left", "messages". */
    this.happenings = new EventTarget();
    this.handler = "bot";
    this.log = byId("log");
    this.suggestions = byId("suggestions");
    this.startOverButton = byId("start-over");
    this.unseen = new UnseenCount();
    this.typing = new TypingLine(byId("typing"), byId("typing-text"));
    this.status = new StatusBar(byId("connection"), byId("who-answers"));
    this.current = new CurrentConversation({
      onJoined: ({ isNew }) => this.connect(isNew),
      onGone: () => this.conversationIsGone(),
      onLeftElsewhere: () => this.forget(),
    });
    this.news = new News(this.current);
    const send = (entry) =>
      this.current.run((conversation, signal) => api.send(conversation, entry, signal), { begin: true, words: entry.text });
    this.outbox = new Outbox(send, {
      onSending: () => this.sending(),
      onRenamed: (from, to) => this.transcript.renamePending(from, to),
      onSent: (entry, answer) => this.sent(entry, answer),
      onRefused: (entry, error) => this.notSent(entry, error),
      onHeld: (entry, error) => this.notSent(entry, error),
      onChange: () => this.followOtherTab(),
    });
    this.transcript = new Transcript(byId("messages"), byId("new-messages"), {
      config: this.config,
      wordings: this.wordings,
      links: new LinkedText(JSON.parse(links)),
      say: (...said) => this.say(...said),
      askForPerson: () => this.askForPerson(),
      rephrase: () => this.rephrase(),
      giveFeedback: (...feedback) => this.giveFeedback(...feedback),
      rate: (ticket, helped) => this.current.run((conversation, signal) => api.rate(conversation, ticket, helped, signal)),
    });
    this.unsent = new UnsentMessages(byId("unsent"), byId("status"), this.outbox, this.transcript);
    this.request = new PatientRequest(this, byId("request"));
    this.composer = new Composer(byId("composer"), byId("count"), (text) => this.say(text));
    this.#listen();
  }

  #listen() {
    byId("composer-input").addEventListener("input", () => this.handler === "staff" && this.connection?.tellTyping());
    this.suggestions?.querySelectorAll("button").forEach((button) => {
      button.addEventListener("click", () => this.say(button.textContent.trim()));
    });
    byId("talk-to-person").addEventListener("click", () => this.askForPerson());
    askBeforeStartingOver(this.startOverButton, byId("start-over-dialog"), {
      hasUnsent: () => this.outbox.entries.length + this.outbox.locked > 0,
      startOver: () => this.startOver(),
    });
    addEventListener("online", () => {
      this.sync();
      this.outbox.go();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.outbox.go());
    // A page that the browser had put aside missed what other tabs did meanwhile.
    addEventListener("pageshow", (event) => event.persisted && this.restore());
  }

  /** Show the conversation this browser remembers, and what was written in it and is not sent yet. */
  restore() {
    this.current.lookAgain();
    this.followOtherTab();
    // What has just been joined is being fetched already.
    if (this.news.isCaughtUp) this.sync();
    this.outbox.go();
  }

  /** Send a patient's message; messages go one after another, in the order they were written. */
  say(text, options) {
    this.outbox.add(text, options);
    this.began();
    this.unsent.show();
    this.outbox.go();
    this.composer.focus();
  }

  /** Pass the conversation to staff; a wish that is on its way already is not sent again. */
  askForPerson() {
    if (this.outbox.entries.some((entry) => entry.wantsPerson)) this.outbox.retry();
    else this.say(this.wordings.optionPerson, { wantsPerson: true });
  }

  sending() {
    this.typing.waiting(this.handler === "staff");
    this.unsent.show();
  }

  sent({ id }, answer) {
    this.typing.hide();
    // Without an answer another tab has it, or it was lost on the way.
    if (answer) this.receive(answer.messages);
    if (answer) this.transcript.dropPending(id);
    this.followOtherTab();
  }

  notSent(entry, error) {
    if (error) this.typing.hide();
    this.unsent.show();
    // A message that sounds dangerous gets its card even if it could not be stored; once, however often it is tried.
    if (!error?.reply || this.shownFor === entry.id) return;
    this.shownFor = entry.id;
    this.transcript.addUnstored(error.reply);
    announceCard(byId("announcer"), error.reply, this.config);
  }

  /** Another tab, or an earlier page, has kept, sent or discarded a message. */
  followOtherTab() {
    if (this.outbox.entries.length + this.outbox.locked) this.began();
    this.unsent.show();
    if (this.unsent.gone.length) this.sync();
  }

  /** Tell the clinic whether an answer helped; what comes back is shown like any message. */
  async giveFeedback(...feedback) {
    const given = await this.current.run((conversation, signal) => api.giveFeedback(conversation, ...feedback, signal));
    this.receive(given?.messages);
  }

  /** None of the choices fit: ask for other words, and say nothing on the patient's behalf. */
  rephrase() {
    this.transcript.retireLast();
    this.transcript.addLine(say("rephrase", { person: this.wordings.optionPerson }));
    byId("composer-input").focus();
  }

  /** Leave this conversation, and what was not sent in it; the next message begins another. */
  startOver({ takeFocus = true } = {}) {
    this.outbox.clear();
    this.current.leave();
    this.forget();
    announce(byId("status"), say("begun"));
    if (takeFocus) this.composer.focus();
  }

  /** Take what was said off the screen. */
  forget() {
    this.disconnect();
    this.transcript.clear();
    this.typing.hide();
    this.status.clearProblem();
    this.suggestions?.removeAttribute("hidden");
    this.startOverButton.hidden = true;
    this.#tell("left");
    this.followOtherTab();
  }

  /** The server has this conversation no more; what was said stays in view, and what is not sent goes into the next. */
  conversationIsGone() {
    this.disconnect();
    this.status.clearProblem();
    this.transcript.addLine(say("gone"));
    this.transcript.closeOff();
    this.#tell("left");
    this.began();
  }

  /** Take in messages from whichever road they came. */
  receive(messages = [], { fromBefore = false, follow = false } = {}) {
    this.outbox.arrived(messages);
    const fresh = this.transcript.add(messages, { follow });
    if (!fresh.length) return;
    this.began();
    this.unsent.show();
    const replies = fresh.filter((message) => message.author !== "patient");
    if (replies.length) this.typing.heard();
    if (!fromBefore) {
      replies.forEach((message) => this.#announce(message));
      this.unseen.add(replies.length);
    }
    this.#tell("messages", { messages: fresh, fromBefore });
    this.request.offerForm();
    // What is asked of the patient beside it is known once the state of their request is.
    const isOfRequest = ({ reply }) => reply?.kind === "escalated" || reply?.ticket || reply?.takes_back;
    if (!fromBefore && replies.some(isOfRequest)) this.sync();
  }

  /** A card is said at once, whatever is being read; all else after it, one after the other. */
  #announce(message) {
    if (isByBot(message) && cardOf(message.reply, this.config)) announceCard(byId("announcer"), message.reply, this.config);
    else if (message.text) announce(byId("said"), spoken(message));
  }

  began() {
    if (this.suggestions) this.suggestions.hidden = true;
    this.startOverButton.hidden = false;
  }

  /** Listen to the conversation; one that is not new has messages to fetch first. */
  connect(isNew) {
    this.disconnect();
    this.#tell("joined");
    this.news.startAnew({ isNew });
    this.connection = new Connection(this.current.conversation, {
      onFrame: (frame) => this.onFrame(frame),
      sync: () => this.sync(),
      onLost: () => this.connectionIsLost(say("connection-lost")),
    });
    if (isNew) return;
    this.log.setAttribute("aria-busy", "true");
    this.status.loading();
    this.sync();
  }

  disconnect() {
    this.connection?.stop();
    this.connection = null;
    this.setState({ handler: "bot", staff_name: null, request: null });
  }

  async sync() {
    try {
      const news = await this.news.fetch();
      if (!news) return this.unsent.dropGone();
      this.status.clearProblem();
      this.outbox.isDoubtful = false;
      this.receive(news.messages, news);
      this.unsent.dropGone();
      if (news.fromBefore) this.transcript.toEnd();
      if (news.state) this.setState(news.state);
      if (this.outbox.isHeld) this.outbox.go();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.conversationIsGone) return;
      this.connection?.askAgain();
      if (this.news.isCaughtUp) this.connectionIsLost(say("connection-lost"));
      else this.connectionIsLost(say("not-loaded", { problem: error.message }), () => this.sync());
    } finally {
      this.log.removeAttribute("aria-busy");
    }
  }

  connectionIsLost(...words) {
    this.status.problem(...words);
    this.outbox.isDoubtful = true;
  }

  onFrame(frame) {
    if (frame.type === "message") this.receive([frame.message]);
    else if (frame.type === "handler") {
      this.news.isOvertaken();
      this.setHandler(frame.handler, frame.staff_name);
    } else if (frame.type === "typing") this.typing.typing(frame.author === "staff" ? frame.name || say("staff") : null);
    else if (frame.type === "ticket") this.sync();
  }

  setState({ handler, staff_name: staffName, request }) {
    this.setHandler(handler, staffName);
    this.request.show(request, staffName);
  }

  setHandler(handler, staffName) {
    this.handler = handler;
    this.status.who(handler, staffName);
  }

  #tell(happened, detail = null) {
    this.happenings.dispatchEvent(new CustomEvent(happened, { detail }));
  }
}

pressOnce();
watchRoom(document.documentElement);
const chat = new Chat();
unfoldOnPaper(byId("log"));
refuseFiles(byId("composer-input"), byId("composer-note"), chat.wordings.noFiles);
const framedBy = byId("chat").dataset.framedBy;
if (framedBy) {
  // In a frame the keyboard is the page's around it, and what is shown waits for that page's word on who is there.
  new Embedding(chat, byId("close-chat"), JSON.parse(framedBy));
} else {
  new Seen(chat, { isShown: () => true });
  chat.restore();
  chat.composer.focus();
}
