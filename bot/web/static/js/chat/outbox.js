/** Sends what the patient wrote: in order, one at a time, and again by itself until the server has it. */

import { oneTabAtATime } from "../tabs.js";
import { ApiError } from "./api.js";
import * as unsent from "./unsent_store.js";

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
const FOR_THE_OTHER_TAB = 5000;
/** How long a message waits until what was written before it and is still sealed can be read and sent first. */
const FOR_ITS_TURN = 2000;
/** After this long on its way a message counts as one that cannot be sent: the patient may need to know of another way. */
const SLOW = 8000;
const SLOW_IF_DOUBTFUL = 1000;

export class Outbox {
  /**
   * @param {(entry: unsent.Unsent) => Promise<object|undefined>} send gives the server's answer; throws ApiError
   * @param {object} listeners
   *   `onSending(entry)` when one is on its way for the first time,
   *   `onSent(entry, answer)`, the answer is null if another tab got it,
   *   `onRefused(entry, error)` when the server will not take it,
   *   `onRenamed(from, to)` when a message goes on under another id,
   *   `onHeld(entry, error)` when it cannot be sent now; the error is null while its request still runs,
   *   `onChange()` when another tab has kept, sent or discarded one, or what was kept before can be read now
   */
  constructor(send, listeners) {
    this.send = send;
    this.listeners = listeners;
    this.pause = FIRST_PAUSE;
    this.isHeld = false;
    /** Until when those have to wait of which the server takes no more for now; others may overtake them. */
    this.waiting = new Map();
    /** The patient's messages that the server has, by their ids here: what other tabs kept of them may be read later. */
    this.received = new Map();
    /** Whether the connection is known to be lost: what is sent all the same will hardly arrive. */
    this.isDoubtful = false;
    this.stay = newStay();
    unsent.onChange(() => {
      this.#forgetReceived();
      listeners.onChange();
      // The other tab sends what it kept, unless it is closed before.
      if (!this.isHeld && this.#next()) this.#goLater(FOR_THE_OTHER_TAB);
    });
  }

  /** All that the server does not have yet, in order. */
  get entries() {
    return unsent.all();
  }

  /** Those that could not be sent: refused, or all of them while the way is blocked. */
  get stuck() {
    return this.entries.filter((entry) => this.isHeldBack(entry) || entry.refused);
  }

  /** True for one that cannot be sent now, but will be by itself. */
  isHeldBack({ id }) {
    return this.isHeld || this.waiting.has(id);
  }

  /** How many are kept that cannot be read yet: without the server there is no key to them. */
  get locked() {
    return unsent.countLocked();
  }

  /** True when what is kept here outlasts the page. */
  get isLasting() {
    return unsent.isLasting();
  }

  /** Keep a message; `go` then sends it. */
  add(text, { wantsPerson = false, inReplyTo } = {}) {
    const entry = { id: unsent.newMessageId(), text, wantsPerson, inReplyTo, order: unsent.nextOrder() };
    unsent.put(entry);
    return entry;
  }

  /** Send all that waits, unless that is under way. */
  async go() {
    const stay = this.stay;
    const reading = this.#readKept(stay);
    if (stay.isSending) return;
    clearTimeout(this.timer);
    // Not for long: it may need a key that the server cannot give now, and what was just written may tell of danger.
    if (unsent.isUnread()) await Promise.race([reading, after(FOR_ITS_TURN)]);
    if (stay !== this.stay || stay.isSending) return;
    stay.isSending = true;
    try {
      let entry = this.#next();
      while (entry && (await this.#sendOne(entry, stay))) entry = this.#next();
    } finally {
      stay.isSending = false;
    }
  }

  /** Read what earlier pages and other tabs have kept. */
  async #readKept(stay) {
    const isMore = await unsent.read();
    if (stay !== this.stay) return;
    if (isMore) this.go();
    else if (this.locked && !this.isHeld) this.#goAgain();
  }

  /** Try again now, because the patient says so; one that was refused gets another chance too. */
  retry() {
    if (!this.stay.isSending) this.isHeld = false;
    this.waiting.clear();
    this.entries.filter((entry) => entry.refused).forEach(({ refused, ...entry }) => unsent.put(entry));
    this.go();
  }

  /** Messages have come from the server, by whichever road: those among them that are kept here need not be any more. */
  arrived(messages) {
    const own = messages.filter(({ author }) => author === "patient");
    own.forEach(({ client_message_id: id, text }) => this.received.set(id, text));
    this.#forgetReceived();
  }

  #forgetReceived() {
    const { received } = this;
    this.#forget(this.entries.filter(({ id, text }) => received.has(id) && unsent.sameWords(text, received.get(id))));
  }

  /** Forget one that was not sent. */
  discard(id) {
    this.#forget([{ id }]);
  }

  /** Forget all, also what is on its way just now. */
  clear() {
    this.stay.leaving.abort();
    this.stay = newStay();
    clearTimeout(this.timer);
    this.pause = FIRST_PAUSE;
    this.#forget(this.entries);
    this.received.clear();
    unsent.removeAll();
  }

  #forget(entries) {
    entries.forEach(({ id }) => {
      unsent.remove(id);
      this.waiting.delete(id);
    });
    if (!this.#next()) this.isHeld = false;
  }

  #next() {
    return this.entries.find((entry) => !entry.refused && (this.waiting.get(entry.id) ?? 0) <= Date.now());
  }

  /** Send one; gives whether to go on with the next. */
  async #sendOne(entry, stay) {
    const hold = () => stay === this.stay && unsent.has(entry.id) && this.#hold(entry, null);
    const slow = setTimeout(hold, this.isDoubtful ? SLOW_IF_DOUBTFUL : SLOW);
    // Tries that nobody asked for change nothing on the screen, unless they succeed.
    if (!this.isHeld) this.listeners.onSending(entry);
    const unlessSent = async () => (unsent.has(entry.id) ? this.send(entry) : null);
    try {
      const answer = await oneTabAtATime("frontdesk.outbox", unlessSent, stay.leaving.signal);
      if (stay !== this.stay) return false;
      this.pause = FIRST_PAUSE;
      this.isHeld = false;
      unsent.remove(entry.id);
      this.waiting.delete(entry.id);
      this.listeners.onSent(entry, answer);
      return true;
    } catch (error) {
      if (stay !== this.stay) return false;
      if (!(error instanceof ApiError)) throw error;
      return this.#failed(entry, error);
    } finally {
      clearTimeout(slow);
    }
  }

  #failed(entry, error) {
    // It was discarded, or came in over the live connection before the answer to it was lost.
    if (!unsent.has(entry.id)) {
      this.listeners.onSent(entry, null);
      return true;
    }
    if (error.code === "id_reused" && !entry.wasRenamed) {
      // Storage that was copied or put back may bring an id again that stands for another message.
      const renamed = { ...entry, id: unsent.newMessageId(), wasRenamed: true };
      unsent.put(renamed);
      unsent.remove(entry.id);
      this.listeners.onRenamed(entry.id, renamed.id);
      return true;
    }
    if (error.isRefused) {
      unsent.put({ ...entry, refused: { message: error.message } });
      this.listeners.onRefused(entry, error);
      return true;
    }
    if (error.isTooSoon) {
      // What comes after it may tell of danger, which the server takes at any time: nothing waits behind this one.
      const wait = error.wait || LONGEST_PAUSE;
      this.waiting.set(entry.id, Date.now() + wait);
      this.#hold(entry, error);
      this.#goLater(wait);
      return true;
    }
    this.#hold(entry, error);
    this.#goAgain();
    return false;
  }

  #goAgain() {
    this.#goLater(this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  #goLater(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.go(), pause);
  }

  #hold(entry, error) {
    this.isHeld = true;
    this.listeners.onHeld(entry, error);
  }
}

/** A pause of so many milliseconds. */
function after(pause) {
  return new Promise((resolve) => {
    setTimeout(resolve, pause);
  });
}

/** Between two times that the patient starts over; what was begun in an earlier one is of no account. */
function newStay() {
  return { isSending: false, leaving: new AbortController() };
}
