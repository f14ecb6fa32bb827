/** The keys that what is kept in this browser is sealed with: this page's own, and those of earlier pages and other tabs. */

import { at, ownKey } from "../prefix.js";
import { canSeal, takeKey } from "../sealing.js";

const PATIENCE = 15000;

/** As letters, in memory alone; what other tabs ask for is passed on. */
const written = new Map();
const taken = new Map();
const asked = new Map();

const { keyId, key } = document.getElementById("chat").dataset;
/** The id of this page's own key; null where nothing can be sealed: over plain HTTP, or if the server had none to give. */
export const ownKeyId = canSeal && keyId ? keyId : null;
if (ownKeyId) written.set(ownKeyId, key);
// A page that is saved, or looked into, does not show it.
delete document.getElementById("chat").dataset.key;

const tabs = shareWithTabs();

/**
 * Give a key: from here, from another tab, or from the server.
 * @param {string} id
 * @returns {Promise<CryptoKey>}
 * @throws {Error} it cannot be had now
 */
export async function keyOf(id) {
  if (!written.has(id)) written.set(id, await askOnce(id));
  if (!taken.has(id)) taken.set(id, takeKey(written.get(id)));
  return taken.get(id);
}

function askOnce(id) {
  if (!asked.has(id)) asked.set(id, fromServer(id).finally(() => asked.delete(id)));
  return asked.get(id);
}

async function fromServer(id) {
  const response = await fetch(at("/page-key"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id }),
    signal: AbortSignal.timeout(PATIENCE),
    cache: "no-store",
  });
  const given = response.ok ? await response.json() : null;
  if (typeof given?.key !== "string") throw new Error("no key");
  tabs?.postMessage({ key: [id, given.key] });
  return given.key;
}

/** Tabs tell each other their keys, so that each can show and send what another one has kept while the server is away. */
function shareWithTabs() {
  if (!ownKeyId) return null;
  try {
    const channel = new BroadcastChannel(ownKey("frontdesk.keys"));
    channel.addEventListener("message", ({ data }) => {
      if (data?.hello) written.forEach((letters, id) => channel.postMessage({ key: [id, letters] }));
      else if (data?.key && !written.has(data.key[0])) written.set(...data.key);
    });
    channel.postMessage({ hello: true });
    channel.postMessage({ key: [ownKeyId, key] });
    return channel;
  } catch {
    // A frame on another website may be refused it together with storage.
    return null;
  }
}
