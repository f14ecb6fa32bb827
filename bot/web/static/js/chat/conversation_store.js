/** Remembers in this browser which conversation is the patient's, so that a reload, or another tab, finds it. */

const KEY = "frontdesk.conversation";
let inMemory = null;

/**
 * The remembered conversation.
 * @returns {{id: string, token: string, contactDone?: boolean}|null}
 */
export function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    if (stored?.conversation_id && stored?.token) {
      return { id: stored.conversation_id, token: stored.token, contactDone: Boolean(stored.contact_done) };
    }
    return inMemory;
  } catch {
    // Private windows may refuse storage: the conversation then lasts as long as the page.
    return inMemory;
  }
}

/** Remember a conversation, replacing the one before. */
export function save(conversation) {
  try {
    const { id, token, contactDone } = conversation;
    localStorage.setItem(KEY, JSON.stringify({ conversation_id: id, token, contact_done: Boolean(contactDone) }));
    inMemory = null;
  } catch {
    inMemory = conversation;
  }
}

/** Forget the conversation. */
export function clear() {
  inMemory = null;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There was nothing stored.
  }
}

/** Hear when another tab begins, leaves or replaces the conversation. */
export function onChangeElsewhere(listener) {
  addEventListener("storage", (event) => {
    // Without a key all of the storage was cleared.
    if (event.key === KEY || event.key === null) listener();
  });
}
