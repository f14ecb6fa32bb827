/** Knows which of the clinic's messages have been before the patient's eyes, on whichever page, and counts the others. */

import * as store from "./conversation_store.js";

export class Seen {
  /**
   * @param {object} chat
   * @param {object} page `isShown()` whether the conversation can be read now, `onCount(number)` how many are new
   */
  constructor(chat, { isShown, onCount = () => {} }) {
    Object.assign(this, { chat, isShown, onCount, ids: new Set(), count: 0 });
    chat.happenings.addEventListener("messages", ({ detail }) => {
      detail.messages.forEach(({ id, author }) => author !== "patient" && this.ids.add(id));
      this.look();
    });
    chat.happenings.addEventListener("left", () => {
      this.ids.clear();
      this.look();
    });
    // Another tab may have shown them.
    store.onChangeElsewhere(() => this.look());
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Count anew: something came, or was shown. */
  look() {
    const { current } = this.chat;
    const newest = Math.max(0, ...this.ids);
    const seen = current.conversation?.seen ?? 0;
    if (current.conversation && newest > seen && document.visibilityState === "visible" && this.isShown()) {
      current.conversation.seen = newest;
      current.save();
    }
    const from = current.conversation?.seen ?? 0;
    const count = Array.from(this.ids).filter((id) => id > from).length;
    if (count === this.count) return;
    this.count = count;
    this.onCount(count);
  }
}
