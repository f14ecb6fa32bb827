/** Asks the browser for a passkey, and sends what the device gives with the form that asked. */

import { at } from "../prefix.js";

const NOT_DONE = "The passkey was not used: it was cancelled, took too long, or is not on this device. Try again.";
const THERE_ALREADY = "This device has a passkey for your account already.";
const NO_PASSKEYS = "This browser has no passkeys at this address. Use a code.";

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
  // Until now it would have sent the form as it stands, with no answer of a device in it.
  form.querySelector("button").disabled = false;
}

async function ask(form) {
  const error = form.querySelector("[data-passkey-error]");
  const button = form.querySelector("button");
  error.hidden = true;
  button.disabled = true;
  try {
    if (!globalThis.PublicKeyCredential) throw new Error(NO_PASSKEYS);
    form.elements.answer.value = await (form.dataset.passkey === "make" ? make(form) : sign(form));
    // Past the listener above.
    form.submit();
  } catch (problem) {
    error.textContent = wordsFor(problem);
    error.hidden = false;
    button.disabled = false;
  }
}

/** @returns {Promise<string>} a new key, as JSON */
async function make(form) {
  const { challenge, options } = await begun(form);
  form.elements.challenge.value = challenge;
  // The password was shown; it goes no further.
  form.elements.password.value = "";
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  return written(made, { attestationObject: made.response.attestationObject });
}

/** @returns {Promise<string>} what a key has signed, as JSON */
async function sign(form) {
  const options = JSON.parse(form.dataset.options);
  const signed = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
  const { authenticatorData, signature } = signed.response;
  return written(signed, { authenticatorData, signature });
}

/** Have our server say what the device is to sign, for a password. */
async function begun(form) {
  const data = new FormData(form);
  const response = await fetch(at(form.dataset.begin), {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRF-Token": data.get("csrf_token") },
    body: new URLSearchParams({ password: data.get("password") }),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer?.options) throw new Refused(answer?.error?.message);
  return answer;
}

class Refused extends Error {
  constructor(message) {
    super(message ?? "The server has a problem. Try again.");
  }
}

function wordsFor(problem) {
  if (problem.name === "InvalidStateError") return THERE_ALREADY;
  if (problem instanceof DOMException) return NOT_DONE;
  if (problem instanceof TypeError) return "The server did not answer. Check your connection and try again.";
  return problem.message;
}

function written(credential, parts) {
  const response = { clientDataJSON: lettersOf(credential.response.clientDataJSON) };
  for (const [name, bytes] of Object.entries(parts)) response[name] = lettersOf(bytes);
  return JSON.stringify({ id: credential.id, rawId: lettersOf(credential.rawId), type: credential.type, response });
}

function described(known) {
  return (known ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));
}

function bytesOf(letters) {
  return Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function lettersOf(bytes) {
  const letters = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
