/** The list of messages: in order, each once, and scrolled so that nothing new is missed. */

import { element } from "../dom.js";
import { makeSmall } from "./care_card.js";
import { messageView, pendingView, setPast, showState } from "./message_view.js";
import { sameWords } from "./unsent_store.js";

const NEAR_THE_END = 140;
const CARD_GAP = 8;
const SAME_BREATH = 5 * 60 * 1000;

export class Transcript {
  /**
   * @param {HTMLElement} list
   * @param {HTMLButtonElement} pill "New messages", shown while the patient reads further up
   * @param {object} context what message_view needs
   */
  constructor(list, pill, context) {
    this.list = list;
    this.pill = pill;
    this.context = context;
    this.views = new Map();
    this.pending = new Map();
    this.closed = new Set();
    /** The messages whose cards are not about their patient now. */
    this.takenBack = new Set();
    this.opening = Array.from(list.children);
    /** What stands above and is of no conversation that goes on: it is neither sorted nor looked up. */
    this.above = new Set(this.opening);
    pill.addEventListener("click", () => this.#showFirstUnread());
    addEventListener("scroll", () => this.#atEnd() && this.#hidePill(), { passive: true });
  }

  /** Take everything away except what the page opened with. */
  clear() {
    this.views.clear();
    this.pending.clear();
    this.closed.clear();
    this.takenBack.clear();
    this.above = new Set(this.opening);
    this.list.replaceChildren(...this.opening);
    this.#hidePill();
  }

  /** Leave what was said where it stands, though its conversation is over; what is not sent yet stays below it. */
  closeOff() {
    const unsent = new Set(this.pending.values());
    const said = Array.from(this.list.children).filter((view) => !unsent.has(view) && !this.above.has(view));
    said.forEach((view) => {
      this.above.add(view);
      this.closed.add(view);
      view.classList.add("closed-off");
    });
    this.views.clear();
    this.list.append(...unsent);
    this.#tidy();
  }

  /**
   * Show messages, each once however often and in whatever order it comes.
   * @param {object[]} messages
   * @param {object} [options] `follow`: bring them into view wherever the patient reads
   * @returns {object[]} those that were new
   */
  add(messages, { follow: wanted = false } = {}) {
    const follow = wanted || this.#atEnd();
    const fresh = messages.filter((message) => !this.views.has(message.id));
    const shown = fresh.map((message) => this.#place(message)).filter((view) => view?.isConnected);
    if (!fresh.length) return fresh;
    fresh.forEach(({ reply }) => reply?.takes_back && this.takenBack.add(String(reply.takes_back)));
    this.#tidy();
    const first = shown.find((view) => view.dataset.author !== "patient");
    // A danger is seen at once, also below an answer that fills the window.
    const urgent = shown.find((view) => view.dataset.kind === "safety_check" || view.querySelector(".care-card"));
    if (urgent) this.#bringIntoView(urgent, true);
    else if (first) this.#bringIntoView(first, follow);
    else if (follow) this.#toEnd();
    return fresh;
  }

  /** Show a message that the server does not have yet. */
  addPending(clientMessageId, text) {
    if (this.pending.has(clientMessageId)) return;
    const view = pendingView(clientMessageId, text);
    this.pending.set(clientMessageId, view);
    this.list.append(view);
    this.#tidy();
    this.#toEnd();
  }

  /** Say how a message is doing that the server does not have: see `showState`. */
  setPending(clientMessageId, state, details) {
    const view = this.pending.get(clientMessageId);
    if (view && view.dataset.state !== state) showState(view, state, details);
  }

  /** The ids of the messages that the server does not have, as far as is known here. */
  get pendingIds() {
    return Array.from(this.pending.keys());
  }

  /** Let a message that was not sent go by another id. */
  renamePending(from, to) {
    const view = this.pending.get(from);
    if (!view) return;
    this.pending.delete(from);
    this.pending.set(to, view);
    view.dataset.clientMessageId = to;
  }

  /** Take a message away that was not sent. */
  dropPending(clientMessageId) {
    if (!this.pending.has(clientMessageId)) return;
    this.pending.get(clientMessageId).remove();
    this.pending.delete(clientMessageId);
    this.#tidy();
  }

  /** Show a reply that came without being stored, such as a care card beside an error. */
  addUnstored(reply) {
    const view = messageView({ id: "unstored", author: "bot", text: reply.text, created_at: new Date().toISOString(), reply }, this.context);
    this.list.append(view);
    this.#tidy();
    this.#bringIntoView(view, true);
  }

  /** The newest message about a request that leaves room for contact details, or undefined. */
  get lastAboutRequest() {
    return Array.from(this.list.querySelectorAll("[data-wants-contact]:not(.closed-off)")).at(-1);
  }

  /** Close the choices of the newest message, a check aside: the patient wants none of them. */
  retireLast() {
    const last = Array.from(this.list.querySelectorAll('.message:not([data-kind="safety_check"])')).at(-1);
    if (!last) return;
    this.closed.add(last);
    setPast(last, true);
  }

  /** A quiet line of the page's own, between the messages. */
  addLine(text) {
    const follow = this.#atEnd();
    this.list.append(element("li", { class: "system-line", text }));
    if (follow) this.#toEnd();
  }

  /** Scroll to the end. */
  toEnd() {
    this.#toEnd();
  }

  /** Keep a message in view from its first line on, after something was added to it. */
  show(view) {
    this.#bringIntoView(view, true);
  }

  #place(message) {
    const pending = message.author === "patient" && this.#pendingOf(message);
    const view = pending || messageView(message, this.context);
    this.views.set(message.id, view);
    if (pending) {
      this.pending.delete(message.client_message_id);
      view.dataset.id = message.id;
    }
    if (message.author === "patient") {
      view.dataset.createdAt = message.created_at ?? "";
      showState(view, "sent");
    }
    // A person has the conversation: the bot's empty reply says only that the message was passed on.
    if (message.author === "bot" && !message.text && !message.reply?.card) return null;
    this.#insert(view, message.id);
    return view;
  }

  #pendingOf({ client_message_id: id, text }) {
    const view = this.pending.get(id);
    return view && sameWords(view.querySelector(".text").textContent, text) ? view : null;
  }

  #insert(view, id) {
    const others = Array.from(this.list.children).filter((other) => other !== view && !this.above.has(other));
    const next = others.find((other) => place(other) > id) ?? null;
    // A line or a card that has no place of its own stays behind the message that it came with.
    let follower = view.nextElementSibling;
    while (follower && Number.isNaN(place(follower))) follower = follower.nextElementSibling;
    if (!view.isConnected || follower !== next) this.list.insertBefore(view, next);
  }

  /** Names once per speaker, "Sent" once, and buttons only where the conversation still is. */
  #tidy() {
    const views = Array.from(this.list.querySelectorAll(".message"));
    const lastOwn = views.findLastIndex((view) => view.dataset.author === "patient");
    views.forEach((view, index) => {
      const before = views[index - 1];
      const continues = carriesOn(before, view);
      view.classList.toggle("continues", continues);
      view.classList.toggle("latest-own", index === lastOwn);
      const author = view.querySelector(".message-author");
      if (view.dataset.author !== "patient") author?.classList.toggle("visually-hidden", continues);
      // A reply may come while its question still stands below it, on its way: then it is past for that moment only.
      setPast(view, index < lastOwn || this.closed.has(view));
      if (this.takenBack.has(view.dataset.about)) makeSmall(view);
    });
  }

  #atEnd() {
    return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - NEAR_THE_END;
  }

  #toEnd() {
    window.scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
    this.#hidePill();
  }

  /** A reply taller than the window is shown from its first line, not its last. */
  #bringIntoView(view, follow) {
    if (!follow) {
      this.unread ??= view;
      this.pill.hidden = false;
      return;
    }
    this.#toEnd();
    const header = document.querySelector(".chat-header").getBoundingClientRect();
    const top = Math.max(header.bottom, 0);
    const card = view.querySelector(".care-card");
    // On a phone every line counts: a card begins right below the header, so that action, number and reasons are in view.
    if (card && card.getBoundingClientRect().top < top) {
      window.scrollBy({ top: card.getBoundingClientRect().top - top - CARD_GAP, behavior: "instant" });
    } else if (view.getBoundingClientRect().top < top) view.scrollIntoView({ block: "start", behavior: "instant" });
  }

  #showFirstUnread() {
    const view = this.unread;
    this.#hidePill();
    if (view?.isConnected) view.scrollIntoView({ block: "start" });
    else this.#toEnd();
  }

  #hidePill() {
    this.unread = null;
    this.pill.hidden = true;
  }
}

/**
 * Where a view stands among the others: by its id; behind all of them if it is still to be sent; NaN, which is where it
 * is, if it has no place of its own, as a line of the page's, or a message that was refused.
 */
function place(view) {
  if (view.dataset.id === "") return view.dataset.state === "refused" ? NaN : Infinity;
  return Number(view.dataset.id);
}

/** True when the same speaker goes on within minutes, so that the name need not be said again. */
function carriesOn(before, view) {
  if (!before || before.nextElementSibling !== view || before.dataset.author !== view.dataset.author) return false;
  if ([before, view].some((one) => one.matches(".has-card, .notice"))) return false;
  const [earlier, later] = [before, view].map((one) => new Date(one.dataset.createdAt || Date.now()).getTime());
  return later - earlier < SAME_BREATH;
}
