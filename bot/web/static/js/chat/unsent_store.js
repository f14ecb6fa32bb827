/**
 * Keeps in this browser what the patient wrote and the server does not have yet, each message by itself and sealed.
 *
 * Sealing and opening take a moment. What this page knows is in memory at once; what an earlier page or another tab has
 * kept is known as soon as it is opened, for which its key has to be had.
 */

import { ownKey } from "../prefix.js";
import { open, seal } from "../sealing.js";
import { keyOf, ownKeyId } from "./page_keys.js";

const PREFIX = `${ownKey("frontdesk.unsent")}.`;
/**
 * What this page knows, by id: the message, what stands for it in the storage (null while it is being sealed), and
 * whether it could not be stored, so that it is kept as long as the page.
 * @type {Map<string, {entry: Unsent, record: string|null, isOnlyHere: boolean}>}
 */
const known = new Map();
/** What is in the storage and cannot be opened yet, because its key cannot be had now: by its name there. */
const locked = new Set();
/** Forgotten here, even where storage lets nothing be taken out: it would be sent again without end. */
const forgotten = new Set();
const listeners = new Set();

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
 * All that is kept and can be read, in the order in which it was written.
 * @returns {Unsent[]}
 */
export function all() {
  // What was stored and is there no more, another tab has sent or discarded.
  for (const [id, { record }] of known) if (record !== null && inStorage(PREFIX + id) === null) known.delete(id);
  return [...known.values()].map(({ entry }) => entry).sort((one, other) => one.order - other.order);
}

/** How many are kept that cannot be read yet: they are neither shown nor sent until their key can be had. */
export function countLocked() {
  return locked.size;
}

/** True when there is something in the storage of which it is not known yet whether it can be read. */
export function isUnread() {
  return names().some((name) => {
    const id = name.slice(PREFIX.length);
    return !known.has(id) && !locked.has(name) && !forgotten.has(id);
  });
}

/** Keep a message; one of the same id is replaced. */
export function put(entry) {
  forgotten.delete(entry.id);
  const kept = { entry, record: null, isOnlyHere: false };
  known.set(entry.id, kept);
  store(kept);
}

/** Forget a message. */
export function remove(id) {
  known.delete(id);
  forgotten.add(id);
  outOfStorage(PREFIX + id);
}

/** Forget all, also what cannot be read. */
export function removeAll() {
  [...known.keys()].forEach(remove);
  names().forEach((name) => remove(name.slice(PREFIX.length)));
  locked.clear();
}

/** Tell whether a message is kept here; another tab may have sent or discarded it. */
export function has(id) {
  return all().some((entry) => entry.id === id);
}

/** True when all of it outlasts the page. */
export function isLasting() {
  return ![...known.values()].some(({ isOnlyHere }) => isOnlyHere);
}

/** Where the next message stands: behind all others, whatever the clock says. */
export function nextOrder() {
  return Math.max(Date.now(), ...all().map((entry) => entry.order + 1));
}

/** Hear when there is more or less than before: another tab keeps or forgets a message, or one can be read now. */
export function onChange(listener) {
  listeners.add(listener);
}

/**
 * Read what earlier pages and other tabs have kept, as far as its keys can be had now.
 * @returns {Promise<boolean>} whether there is anything new to send
 */
export async function read() {
  const found = await Promise.all(names().map(readOne));
  if (found.some(Boolean)) tell();
  return found.includes("read");
}

/** Take up one record of the storage; gives "read" if it is, "counted" if only how many are locked is new. */
async function readOne(name) {
  const record = inStorage(name);
  const id = name.slice(PREFIX.length);
  const before = known.get(id);
  if (record === null || forgotten.has(id) || before?.record === record || (before && before.record === null)) return null;
  const stored = parsed(record);
  if (isEntry(stored)) {
    // As it was stored before anything was sealed, or where nothing can be: it is read, and sealed if that is possible.
    known.set(id, { entry: stored, record, isOnlyHere: false });
    if (ownKeyId) put(stored);
    return "read";
  }
  if (typeof stored?.key !== "string" || typeof stored.sealed !== "string") return null;
  const key = await keyOf(stored.key).catch(() => null);
  if (key === null) {
    const isNew = !locked.has(name);
    locked.add(name);
    return isNew ? "counted" : null;
  }
  const wasLocked = locked.delete(name);
  const entry = parsed(await open(key, name, stored.sealed).catch(() => null));
  // Meanwhile this page may have forgotten it, another tab sent it; what was changed by hand is passed over.
  if (!isEntry(entry) || forgotten.has(id) || known.get(id) !== before || inStorage(name) !== record) return wasLocked ? "counted" : null;
  known.set(id, { entry, record, isOnlyHere: false });
  return "read";
}

async function store(kept) {
  const name = PREFIX + kept.entry.id;
  try {
    if (!ownKeyId) throw new Error("nothing can be sealed here");
    const sealed = await seal(await keyOf(ownKeyId), name, JSON.stringify(kept.entry));
    // It was sent, discarded or changed before it was sealed.
    if (known.get(kept.entry.id) !== kept) return;
    const record = JSON.stringify({ key: ownKeyId, sealed });
    localStorage.setItem(name, record);
    kept.record = record;
  } catch {
    if (known.get(kept.entry.id) !== kept) return;
    kept.isOnlyHere = true;
    tell();
  }
}

function tell() {
  listeners.forEach((listener) => listener());
}

addEventListener("storage", (event) => {
  if (event.key !== null && !event.key.startsWith(PREFIX)) return;
  if (event.newValue === null) locked.delete(event.key);
  if (event.key === null) locked.clear();
  tell();
  read();
});

/**
 * True when two texts say the same but for what the server takes out of a message, spaces around it among that. An id
 * alone does not tell that a message is another one: see `id_reused`.
 */
export function sameWords(one, other) {
  const [words, others] = [one, other].map((text) => text.replace(/[\s\p{C}]+/gu, ""));
  return words === others;
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

function names() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

function inStorage(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function outOfStorage(name) {
  locked.delete(name);
  try {
    localStorage.removeItem(name);
  } catch {
    // There was nothing stored.
  }
}

/** What a person or a program has put there by hand is passed over. */
function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isEntry(stored) {
  return typeof stored?.id === "string" && typeof stored.text === "string" && typeof stored.order === "number";
}
