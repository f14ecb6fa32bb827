/** Seals what staff have half-written, for the tab that keeps it: with a key that is theirs alone, at each sign-in again. */

import { at } from "../prefix.js";
import { canSeal, open, seal, takeKey } from "../sealing.js";

const MARK = "sealed1.";
let asked = null;

function draftKey() {
  asked ??= ask();
  return asked;
}

async function ask() {
  try {
    if (!canSeal) throw new Error("nothing can be sealed on this page");
    // A page that asks by itself keeps nobody signed in.
    const response = await fetch(at("/staff/draft-key"), { headers: { Accept: "application/json", "X-Refresh": "1" }, cache: "no-store" });
    if (!response.ok) throw new Error("no key");
    return await takeKey((await response.json()).key);
  } catch (error) {
    asked = null;
    throw error;
  }
}

/** Have the key at hand before anything is written: the session may end while somebody writes. */
export function prepare() {
  draftKey().catch(() => {});
}

/**
 * Seal a text under the name of its place in the storage.
 * @returns {Promise<string>}
 * @throws {Error} no key can be had
 */
export async function sealDraft(name, text) {
  return MARK + (await seal(await draftKey(), name, text));
}

/**
 * Read what was kept; what an earlier version has kept is plain.
 * @returns {Promise<string>} empty if there is nothing, or it is somebody else's
 */
export async function openDraft(name, stored) {
  if (!stored?.startsWith(MARK)) return stored ?? "";
  try {
    return await open(await draftKey(), name, stored.slice(MARK.length));
  } catch {
    return "";
  }
}
