/** Who the visitor is, as the clinic's own server has signed it: shown to ours, which alone decides whether it is true. */

import { ApiError, api } from "./api.js";

const TRY_AGAIN_AFTER = 10000;

export class Identity {
  /**
   * @param {object} chat
   * @param {(told: {accepted: boolean, code?: string}) => void} tell
   */
  constructor(chat, tell) {
    Object.assign(this, { chat, tell });
    /** Undefined as long as the website has said nothing. */
    this.signed = undefined;
  }

  /** Take what the website says; null means that nobody is signed in there any more. */
  is(signed) {
    this.signed = signed;
    if (this.isAnothers(this.chat.current.conversation)) this.chat.startOver({ takeFocus: false });
    else this.prove();
  }

  /** Whether a conversation is known to be somebody's who is not, or no longer, signed in: the next one must not see it. */
  isAnothers(conversation) {
    if (!conversation?.identified || this.signed === undefined) return false;
    // An earlier version kept the id itself.
    return ![markOf(this.signed, conversation), personOf(this.signed)].includes(conversation.identified);
  }

  /** Show it to the server, if there is a conversation that it can be about. */
  async prove() {
    clearTimeout(this.timer);
    const { signed, chat } = this;
    const { conversation } = chat.current;
    if (!signed || !conversation) return;
    try {
      const proven = await chat.current.run((theirs, signal) => api.identify(theirs, signed, signal));
      if (!proven) return;
      conversation.identified = markOf(signed, conversation);
      chat.current.save();
      this.tell({ accepted: true });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "another_person") {
        chat.startOver({ takeFocus: false });
        return;
      }
      if (error.isRefused) this.tell({ accepted: false, code: error.code });
      else this.timer = setTimeout(() => this.prove(), TRY_AGAIN_AFTER);
    }
  }
}

/** The id in what was signed, whether that is true or not: enough to know that somebody is not the one before. */
function personOf(signed) {
  try {
    const bytes = atob(signed.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"));
    return String(JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))).id).trim();
  } catch {
    return "";
  }
}

/**
 * A mark of the person, kept in the storage in place of the id that the clinic's website gives: 32 bits of FNV-1a with
 * the conversation's token. Two people who share one would be told apart by the server.
 */
function markOf(signed, { token }) {
  const person = personOf(signed);
  if (!person) return "";
  let hash = 0x811c9dc5;
  for (const letter of `${token} ${person}`) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return `#${hash.toString(16).padStart(8, "0")}`;
}
