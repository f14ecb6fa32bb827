/** Remembers in this browser which conversation is the patient's, so that a reload finds it again. */

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
  inMemory = conversation;
  try {
    const { id, token, contactDone } = conversation;
    localStorage.setItem(KEY, JSON.stringify({ conversation_id: id, token, contact_done: Boolean(contactDone) }));
  } catch {
    // Kept in memory above.
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

/**
 * An id that makes a message safe to send twice.
 * @returns {string}
 */
export function newMessageId() {
  // randomUUID is missing on plain-http pages, where a clinic may well try this out first.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
