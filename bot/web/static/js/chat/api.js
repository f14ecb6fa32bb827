/** Speaks the chat's HTTP interface and turns each failure into a sentence for the patient. */

const PATIENCE = 45000;

/** A request that did not work; `message` can be shown, `status` is 0 when no answer came, `reply` is a care card. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "unreachable", reply = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.reply = reply;
  }

  /** True when the server no longer knows this conversation or its token. */
  get conversationIsGone() {
    return [401, 403, 404, 410].includes(this.status);
  }
}

async function request(method, path, { token, body } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort.signal,
      cache: "no-store",
    });
    const data = await response.json().catch(() => null);
    if (!response.ok) throw failure(response.status, data);
    if (data === null) throw new ApiError("The reply could not be read. Try again.", { status: response.status });
    return data;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(
      navigator.onLine === false
        ? "You are offline. Check your connection."
        : "The clinic's system did not answer. Check your connection.",
    );
  } finally {
    clearTimeout(timer);
  }
}

function failure(status, data) {
  const fallback = status >= 500 ? "The clinic's system has a problem." : "The message was not accepted.";
  return new ApiError(data?.error?.message || fallback, { status, code: data?.error?.code || "failed", reply: data?.error?.reply });
}

function path(conversation, end) {
  return `/api/conversations/${encodeURIComponent(conversation.id)}/${end}`;
}

/** The requests of the chat; each gives the server's JSON and throws ApiError. A conversation is `{id, token}`. */
export const api = {
  async createConversation() {
    const created = await request("POST", "/api/conversations", { body: {} });
    return { id: created.conversation_id, token: created.token };
  },
  sendMessage: (conversation, text, clientMessageId) =>
    request("POST", path(conversation, "messages"), {
      token: conversation.token,
      body: { text, client_message_id: clientMessageId },
    }),
  messagesAfter: (conversation, id) =>
    request("GET", path(conversation, id ? `messages?after=${id}` : "messages"), { token: conversation.token }),
  giveFeedback: (conversation, messageId, helpful, reason) =>
    request("POST", path(conversation, `messages/${messageId}/feedback`), {
      token: conversation.token,
      body: { helpful, reason },
    }),
  askForPerson: (conversation) =>
    request("POST", path(conversation, "escalations"), { token: conversation.token, body: {} }),
  goOnWithAssistant: (conversation) =>
    request("POST", path(conversation, "escalations/cancel"), { token: conversation.token, body: {} }),
  rate: (conversation, ticket, helped) =>
    request("POST", path(conversation, "satisfaction"), { token: conversation.token, body: { ticket, helped } }),
  giveContact: (conversation, contact) =>
    request("POST", path(conversation, "contact"), { token: conversation.token, body: contact }),
};
