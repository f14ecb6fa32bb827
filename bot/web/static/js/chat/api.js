/** Speaks the chat's HTTP interface and turns each failure into a sentence for the patient. */

import { at } from "../prefix.js";
import { say } from "./words.js";

const PATIENCE = 45000;
/** Looking for news is soon done, or worth another try. */
const PATIENCE_FOR_NEWS = 15000;
/** The server's own words for a conversation that cannot be gone on with. */
const ENDED = new Set(["no_such_conversation", "not_your_conversation"]);
const WORTH_ANOTHER_TRY = new Set([408, 425, 429]);

/**
 * A request that did not work; `message` can be shown, `status` is 0 when no answer came, `reply` is a care card.
 *
 * `code` is "unreachable" for all that does not come from our server: what a proxy on the way says, a 404 or 403 too,
 * tells nothing of the conversation. `wait` says in milliseconds when it is worth another try, where the server said so.
 */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "unreachable", reply = null, wait = 0 } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.reply = reply;
    this.wait = wait;
  }

  /** True when the server itself says that it does not know this conversation or its token. */
  get conversationIsGone() {
    return ENDED.has(this.code);
  }

  /** True when the server takes no more of this for now; it takes what sounds dangerous all the same. */
  get isTooSoon() {
    return this.code === "too_many_requests";
  }

  /** True when the server itself has refused what was sent, so that sending it again would change nothing. */
  get isRefused() {
    const isDecision = this.status >= 400 && this.status < 500 && !WORTH_ANOTHER_TRY.has(this.status);
    return isDecision && this.code !== "unreachable" && !this.conversationIsGone;
  }
}

async function request(method, path, { token, body, signal, patience = PATIENCE } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const timer = setTimeout(giveUp, patience);
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      cache: "no-store",
    });
    const data = await response.json().catch(() => null);
    if (!response.ok) throw failure(response, data);
    return data;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(
      navigator.onLine === false
        ? say("no-connection")
        : say("no-answer"),
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Errors of ours have one form, with a `reply` even if it is null; anything else was said by somebody on the way. */
function failure({ status, headers }, data) {
  const error = data?.error;
  const isOurs = typeof error?.code === "string" && typeof error?.message === "string" && "reply" in error;
  if (!isOurs) return new ApiError(say("unreachable"), { status });
  const wait = Number(headers.get("Retry-After")) * 1000 || 0;
  return new ApiError(error.message, { status, code: error.code, reply: error.reply, wait });
}

/** What says "all is well" but holds nothing of ours is a page in between, such as a hotel's sign-in. */
function checked(data, isAsExpected) {
  if (!isAsExpected(data)) throw new ApiError(say("unreachable"));
  return data;
}

async function messages(method, conversation, end, options) {
  const path = at(`/api/conversations/${encodeURIComponent(conversation.id)}/${end}`);
  const data = await request(method, path, { token: conversation.token, ...options });
  return checked(data, (given) => Array.isArray(given?.messages));
}

const post = (conversation, end, body, signal) => messages("POST", conversation, end, { body, signal });

/**
 * The requests of the chat; each gives the server's JSON and throws ApiError. A conversation is `{id, token}`; a signal
 * ends the wait for what nobody wants to know any more.
 */
export const api = {
  /** Begin a conversation; where too many have begun of late, the first words of this one may tell of danger. */
  async createConversation(signal, words) {
    const isConversation = (given) => typeof given?.conversation_id === "string" && typeof given?.token === "string";
    const created = checked(await request("POST", at("/api/conversations"), { body: words ? { first_words: words } : {}, signal }), isConversation);
    return { id: created.conversation_id, token: created.token };
  },
  /** Send what the patient wrote, or their wish for a person: an entry of the outbox. */
  send: (conversation, { id, text, wantsPerson, inReplyTo }, signal) =>
    wantsPerson
      ? post(conversation, "escalations", { client_message_id: id }, signal)
      : post(conversation, "messages", { text, client_message_id: id, in_reply_to: inReplyTo ?? null }, signal),
  messagesAfter: (conversation, id, signal) =>
    messages("GET", conversation, id ? `messages?after=${id}` : "messages", { signal, patience: PATIENCE_FOR_NEWS }),
  giveFeedback: (conversation, messageId, helpful, reason, signal) =>
    post(conversation, `messages/${messageId}/feedback`, { helpful, reason }, signal),
  goOnWithAssistant: (conversation, signal) => post(conversation, "escalations/cancel", {}, signal),
  rate: (conversation, ticket, helped, signal) => post(conversation, "satisfaction", { ticket, helped }, signal),
  identify: (conversation, signed, signal) => post(conversation, "identity", { signed }, signal),
  giveContact: (conversation, contact, signal) => post(conversation, "contact", contact, signal),
};
