/** What the widget keeps in the website's own storage: nothing before a conversation has begun. */

const KEPT = "frontdesk.widget";
const OPEN = "frontdesk.widget.open";

export class Memory {
  constructor() {
    /** Where storage is full or refused: as long as the page. */
    this.inMemory = new Map();
  }

  /** Whether there is a conversation: then the chat is loaded with the page, for what is new in it. */
  get hasConversation() {
    return this.#kept() !== null;
  }

  /** The conversation itself, from a browser in which the frame cannot keep it; else null. */
  get conversation() {
    const kept = this.#kept()?.conversation;
    return typeof kept?.id === "string" && typeof kept.token === "string" ? kept : null;
  }

  /**
   * Note that there is a conversation, or that there is none any more.
   * @param {boolean} has
   * @param {object|null} conversation itself, if the frame cannot keep it
   */
  note(has, conversation = null) {
    if (has) this.#put(() => localStorage, KEPT, JSON.stringify(conversation ? { conversation } : {}));
    else {
      this.#put(() => localStorage, KEPT, null);
      this.#put(() => sessionStorage, OPEN, null);
    }
  }

  /** Whether the panel was open in this tab when the last page was left. */
  get wasOpen() {
    return this.hasConversation && this.#get(() => sessionStorage, OPEN) === "1";
  }

  /** Note whether the panel is open; of a visitor who has written nothing, nothing is kept. */
  noteOpen(isOpen) {
    if (this.hasConversation) this.#put(() => sessionStorage, OPEN, isOpen ? "1" : null);
  }

  /** Hear when another tab of this website begins or leaves the conversation; gives what ends that. */
  onChangeElsewhere(listener) {
    const hear = (event) => (event.key === KEPT || event.key === null) && listener();
    addEventListener("storage", hear);
    return () => removeEventListener("storage", hear);
  }

  #kept() {
    try {
      const kept = JSON.parse(this.#get(() => localStorage, KEPT));
      return kept && typeof kept === "object" ? kept : null;
    } catch {
      return null;
    }
  }

  #get(storage, key) {
    try {
      return storage().getItem(key) ?? this.inMemory.get(key) ?? null;
    } catch {
      return this.inMemory.get(key) ?? null;
    }
  }

  #put(storage, key, value) {
    this.inMemory.delete(key);
    try {
      if (value === null) storage().removeItem(key);
      else storage().setItem(key, value);
    } catch {
      if (value !== null) this.inMemory.set(key, value);
    }
  }
}
