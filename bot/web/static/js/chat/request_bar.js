/** The line under the header that says what became of the wish for a person, with the way back to the assistant. */

export class RequestBar {
  /**
   * @param {HTMLElement} bar
   * @param {() => Promise<void>} goOn goes on with the assistant
   */
  constructor(bar, goOn) {
    this.bar = bar;
    this.text = bar.querySelector("span");
    this.button = bar.querySelector("button");
    this.button.addEventListener("click", async () => {
      this.button.disabled = true;
      await goOn();
      this.button.disabled = false;
    });
  }

  /**
   * Show the open request, or nothing when staff have none.
   * @param {{status: string, call: ?string, reply_by: ?string, call_back_by: ?string, can_cancel: boolean}|null|undefined} request
   * @param {?string} staffName who answers now
   */
  show(request, staffName) {
    this.bar.hidden = !request;
    if (!request) return;
    const words = sentence(request, staffName);
    if (this.text.textContent !== words) this.text.textContent = words;
    this.button.hidden = !request.can_cancel;
  }
}

function sentence({ call, reply_by: replyBy, call_back_by: callBackBy }, staffName) {
  if (staffName) return `You are writing with ${staffName} from the clinic.`;
  if (call) return `Do not wait for a reply here. Call ${call}.`;
  if (replyBy) return `Our staff have your request. They reply here by ${replyBy}.`;
  if (callBackBy) return `Our staff have your request. They write or call you back by ${callBackBy}.`;
  return "Our staff have your request.";
}
