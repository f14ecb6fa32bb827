/** Who the visitor is, as the clinic's own server has signed it: shown to ours, which alone decides whether it is true. */

import { ApiError, api } from "./api.js";

const TRY_AGAIN_AFTER = 10000;

export class Identity {
  /**
   * @param {object} chat
   * @param {(told: {accepted: boolean, code?: string}) => void} tell
   */
  constructor(chat, tell) {
    Object.assign(this, { chat, tell, signed: null });
  }

  /** Take what the website says; null means that nobody is signed in there any more. */
  is(signed) {
    this.signed = signed;
    if (signed) this.prove();
    // The next one at this computer is not shown what somebody who was signed in has asked.
    else if (this.chat.current.conversation?.identified) this.chat.startOver({ takeFocus: false });
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
      conversation.identified = true;
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
