/** Seals what a browser keeps of people's words (AES-256-GCM), with a key that our server gives and no browser stores. */

const NONCE_BYTES = 12;

/** False on pages over plain HTTP, where browsers have no WebCrypto: nothing can be sealed there. */
export const canSeal = Boolean(globalThis.crypto?.subtle);

/**
 * Take up a key.
 * @param {string} written in base64url, as the server gives it
 * @returns {Promise<CryptoKey>} one that no script can read again
 */
export function takeKey(written) {
  return crypto.subtle.importKey("raw", bytesOf(written), "AES-GCM", false, ["encrypt", "decrypt"]);
}

/**
 * Seal a text.
 * @param {CryptoKey} key
 * @param {string} name of what is kept: under another name it does not open
 * @param {string} text
 * @returns {Promise<string>} in base64
 */
export async function seal(key, name, text) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(under(iv, name), key, new TextEncoder().encode(text)));
  return lettersOf(iv) + lettersOf(sealed);
}

/**
 * Open what was sealed.
 * @returns {Promise<string>}
 * @throws {Error} it was sealed with another key or name, or changed
 */
export async function open(key, name, sealed) {
  const bytes = bytesOf(sealed);
  const words = await crypto.subtle.decrypt(under(bytes.slice(0, NONCE_BYTES), name), key, bytes.slice(NONCE_BYTES));
  return new TextDecoder().decode(words);
}

function under(iv, name) {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
}

function bytesOf(letters) {
  return Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function lettersOf(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
