/** The conversation that this page is in: begun once however many tabs are open, and, once left, left for good. */

import { oneTabAtATime } from "../tabs.js";
import { ApiError, api } from "./api.js";
import * as store from "./conversation_store.js";

export class CurrentConversation {
  /**
   * @param {object} listeners
   *   `onJoined({isNew})` when there is one from now on: begun just now, or remembered, or begun in another tab,
   *   `onGone()` when the server has it no more,
   *   `onLeftElsewhere()` when the patient has started over in another tab
   */
  constructor(listeners) {
    this.listeners = listeners;
    /** @type {{id: string, token: string, contactDone?: boolean}|null} */
    this.conversation = null;
    this.gone = new Set();
    this.leaving = new AbortController();
    store.onChangeElsewhere(() => this.lookAgain());
  }

  /** Take up what this browser remembers: at the start, and when another tab or an earlier page may have changed it. */
  lookAgain() {
    const remembered = store.load();
    const known = this.conversation;
    if (remembered && this.gone.has(remembered.id)) return;
    if (known && remembered?.id === known.id) {
      known.contactDone ||= remembered.contactDone;
      known.identified ||= remembered.identified;
      known.seen = Math.max(known.seen ?? 0, remembered.seen ?? 0);
    } else if (known && !remembered) {
      this.#stop();
      this.listeners.onLeftElsewhere();
    } else if (remembered) {
      // Without a moment in between in which there was none, the one before was not left: the server had lost it.
      if (known) this.#lose(known);
      this.#join(remembered, { isNew: false });
    }
  }

  /**
   * Run a request on the conversation.
   * @param {(conversation: object, signal: AbortSignal) => Promise<object>} request
   * @param {object} options `begin`: whether to begin a conversation if there is none, or the server has lost it;
   *   `words`: what the patient then says first
   * @returns {Promise<object|undefined>} undefined if there is none, or the patient has left it meanwhile
   * @throws {ApiError}
   */
  async run(request, { begin = false, words = "" } = {}) {
    const { signal } = this.leaving;
    let conversation = this.conversation;
    try {
      if (conversation) {
        try {
          return this.#unlessLeft(conversation, signal, await request(conversation, signal));
        } catch (error) {
          if (!(error instanceof ApiError) || !error.conversationIsGone || signal.aborted) throw error;
          this.#lose(conversation);
          if (!begin) throw error;
        }
      }
      if (!begin) return undefined;
      conversation = await this.#begin(signal, words);
      return conversation && this.#unlessLeft(conversation, signal, await request(conversation, signal));
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Remember what was changed of the conversation. */
  save() {
    if (this.conversation) store.save(this.conversation);
  }

  /** Leave it, here and in the other tabs; what still comes for it is of no account. */
  leave() {
    this.#stop();
    store.clear();
  }

  #stop() {
    this.leaving.abort();
    this.leaving = new AbortController();
    this.conversation = null;
  }

  async #begin(signal, words) {
    const begin = async () => {
      if (this.conversation || signal.aborted) return this.conversation;
      const isThere = () => {
        const remembered = store.load();
        return remembered && !this.gone.has(remembered.id) ? remembered : null;
      };
      const before = isThere();
      if (before) return this.#join(before, { isNew: false });
      const created = await this.#create(signal, words);
      if (signal.aborted) return null;
      // Where tabs cannot wait for each other, another one may have been quicker.
      const quicker = this.conversation ?? isThere();
      if (quicker) return this.conversation ?? this.#join(quicker, { isNew: false });
      store.save(created);
      return this.#join(created, { isNew: true });
    };
    return oneTabAtATime("frontdesk.begin", begin, signal);
  }

  async #create(signal, words) {
    try {
      return await api.createConversation(signal);
    } catch (error) {
      if (!error.isTooSoon || !words) throw error;
      return api.createConversation(signal, words);
    }
  }

  #join(conversation, { isNew }) {
    this.conversation = conversation;
    this.listeners.onJoined({ isNew });
    return conversation;
  }

  #lose(conversation) {
    if (conversation !== this.conversation) return;
    this.gone.add(conversation.id);
    this.conversation = null;
    this.listeners.onGone();
  }

  #unlessLeft(conversation, signal, outcome) {
    return signal.aborted || conversation !== this.conversation ? undefined : outcome;
  }
}
