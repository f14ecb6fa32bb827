/** Remembers in this browser which conversation is the patient's, so that a reload, or another tab, finds it. */

import { ownKey } from "../prefix.js";

const KEY = ownKey("frontdesk.conversation");
let inMemory = null;
const onSavedHere = new Set();
const onChangedElsewhere = new Set();

/**
 * The remembered conversation.
 * @returns {{id: string, token: string, contactDone?: boolean, identified?: string, seen?: number}|null}
 */
export function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    if (stored?.conversation_id && stored?.token) {
      return {
        id: stored.conversation_id,
        token: stored.token,
        contactDone: Boolean(stored.contact_done),
        identified: stored.identified || null,
        seen: Number(stored.seen) || 0,
      };
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
    const { id, token, contactDone, identified, seen } = conversation;
    const kept = {
      conversation_id: id,
      token,
      contact_done: Boolean(contactDone),
      identified: identified ?? null,
      seen: seen ?? 0,
    };
    localStorage.setItem(KEY, JSON.stringify(kept));
    inMemory = null;
  } catch {
    inMemory = conversation;
  }
  onSavedHere.forEach((listener) => listener());
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

/** True where storage lets nothing be kept: for a frame on another website, browsers may refuse it. */
export function isRefused() {
  try {
    return localStorage.length < 0 || inMemory !== null;
  } catch {
    return true;
  }
}

/** Take up what somebody else has kept for this page, where it cannot keep anything itself. */
export function takeFromElsewhere(conversation) {
  inMemory = conversation;
  onChangedElsewhere.forEach((listener) => listener());
}

/** Hear when something of the conversation was saved here. */
export function onSaved(listener) {
  onSavedHere.add(listener);
}

/** Hear when another tab begins, leaves or replaces the conversation. */
export function onChangeElsewhere(listener) {
  onChangedElsewhere.add(listener);
  addEventListener("storage", (event) => {
    // Without a key all of the storage was cleared.
    if (event.key === KEY || event.key === null) listener();
  });
}
