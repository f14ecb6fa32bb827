/** Keeps in this browser what the patient wrote and the server does not have yet, each message by itself. */

import { ownKey } from "../prefix.js";

const PREFIX = `${ownKey("frontdesk.unsent")}.`;
/** Where storage is full or refused: kept as long as the page. */
const inMemory = new Map();
/** Forgotten here, even where storage lets nothing be taken out: it would be sent again without end. */
const forgotten = new Set();

/**
 * @typedef {object} Unsent
 * @property {string} id the client's id, which makes it safe to send twice
 * @property {string} text what the patient wrote
 * @property {boolean} wantsPerson whether it is the wish for a person
 * @property {number} [inReplyTo] the message of the clinic's whose button was pressed
 * @property {number} order where it stands among the others
 * @property {{message: string}} [refused] why the server will not take it
 * @property {boolean} [wasRenamed] whether its first id stood for another message
 */

/**
 * All that is kept, in the order in which it was written.
 * @returns {Unsent[]}
 */
export function all() {
  return [...stored(), ...inMemory.values()].sort((one, other) => one.order - other.order);
}

/** Keep a message; one of the same id is replaced. */
export function put(entry) {
  forgotten.delete(entry.id);
  try {
    localStorage.setItem(PREFIX + entry.id, JSON.stringify(entry));
    inMemory.delete(entry.id);
  } catch {
    inMemory.set(entry.id, entry);
  }
}

/** Forget a message. */
export function remove(id) {
  inMemory.delete(id);
  forgotten.add(id);
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // There was nothing stored.
  }
}

/** Tell whether a message is kept here; another tab may have sent or discarded it. */
export function has(id) {
  return all().some((entry) => entry.id === id);
}

/**
 * True when two texts say the same but for what the server takes out of a message, spaces around it among that. An id
 * alone does not tell that a message is another one: see `id_reused`.
 */
export function sameWords(one, other) {
  const [words, others] = [one, other].map((text) => text.replace(/[\s\p{C}]+/gu, ""));
  return words === others;
}

/** True when all of it outlasts the page. */
export function isLasting() {
  return inMemory.size === 0;
}

/** Where the next message stands: behind all others, whatever the clock says. */
export function nextOrder() {
  return Math.max(Date.now(), ...all().map((entry) => entry.order + 1));
}

/** Hear when another tab keeps or forgets a message. */
export function onChangeElsewhere(listener) {
  addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith(PREFIX)) listener();
  });
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

function stored() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => parsed(localStorage.getItem(key)))
      .filter((entry) => entry !== null && !inMemory.has(entry.id) && !forgotten.has(entry.id));
  } catch {
    return [];
  }
}

/** What a person or a program has put there by hand is passed over. */
function parsed(json) {
  try {
    const entry = JSON.parse(json);
    const isOurs = typeof entry?.id === "string" && typeof entry.text === "string" && typeof entry.order === "number";
    return isOurs ? entry : null;
  } catch {
    return null;
  }
}
