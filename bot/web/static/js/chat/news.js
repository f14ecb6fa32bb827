/** Fetches what is new in the conversation, from where the last fetch ended. */

import { api } from "./api.js";

export class News {
  /** @param {import("./current_conversation.js").CurrentConversation} current */
  constructor(current) {
    this.current = current;
    this.startAnew({ isNew: true });
  }

  /** Forget how far the last conversation was fetched; one that is not new has messages from before. */
  startAnew({ isNew }) {
    this.isCaughtUp = isNew;
    // Not the newest message on screen: the answer to one's own may come before others that are missing.
    this.fetchedTo = 0;
    this.asked = 0;
    this.newest = 0;
  }

  /** A frame has told who answers: a fetch that is under way knows only how it was before. */
  isOvertaken() {
    this.newest = this.asked;
  }

  /**
   * Fetch.
   * @returns {Promise<object|undefined>} `messages`; `fromBefore`, whether they are what the page should have begun with;
   *   `state`, which says who answers and what became of the request, or null if that is known from later
   * @throws {import("./api.js").ApiError}
   */
  async fetch() {
    this.asked += 1;
    const number = this.asked;
    const news = await this.current.run((conversation, signal) => api.messagesAfter(conversation, this.fetchedTo, signal));
    if (!news) return undefined;
    const fromBefore = !this.isCaughtUp;
    const isLate = number <= this.newest;
    this.isCaughtUp = true;
    this.newest = Math.max(this.newest, number);
    this.fetchedTo = Math.max(this.fetchedTo, ...news.messages.map((message) => message.id));
    return { messages: news.messages, fromBefore, state: isLate ? null : news };
  }
}
