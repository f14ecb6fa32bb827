/** The line under the header that says what became of the wish for a person, with the way back to the assistant. */

import { say } from "./words.js";

export class RequestBar {
  /**
   * @param {HTMLElement} bar
   * @param {() => Promise<void>} goOn goes on with the assistant
   */
  constructor(bar, goOn) {
    this.bar = bar;
    this.text = bar.querySelector("span");
    [this.button, this.sure, this.keep] = ["go-on", "go-on-sure", "keep-request"].map((id) => bar.querySelector(`[data-testid="${id}"]`));
    this.isAsking = false;
    this.button.addEventListener("click", () => this.#ask(true));
    this.keep.addEventListener("click", () => this.#ask(false));
    this.sure.addEventListener("click", async () => {
      this.sure.disabled = true;
      await goOn();
      this.sure.disabled = false;
      this.isAsking = false;
      this.#draw();
    });
    bar.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isAsking) return;
      event.preventDefault();
      this.#ask(false);
    });
  }

  /**
   * Show the open request, or nothing when staff have none.
   * @param {{status: string, call: ?string, reply_by: ?string, call_back_by: ?string, can_cancel: boolean}|null|undefined} request
   * @param {?string} staffName who answers now
   */
  show(request, staffName) {
    Object.assign(this, { request, staffName });
    this.isAsking &&= Boolean(request?.can_cancel);
    this.#draw();
  }

  /** Ask once whether the request is to go, or leave that. */
  #ask(isAsking) {
    this.isAsking = isAsking;
    this.#draw();
    (isAsking ? this.sure : this.button).focus();
  }

  #draw() {
    this.bar.hidden = !this.request;
    if (!this.request) return;
    const words = this.isAsking ? say("request-sure") : sentence(this.request, this.staffName);
    if (this.text.textContent !== words) this.text.textContent = words;
    this.button.hidden = this.isAsking || !this.request.can_cancel;
    this.sure.hidden = this.keep.hidden = !this.isAsking;
  }
}

function sentence({ call, reply_by: replyBy, call_back_by: callBackBy }, staffName) {
  if (staffName) return say("request-with", { name: staffName });
  if (call) return say("request-call", { number: call });
  if (replyBy) return say("request-by", { when: replyBy });
  if (callBackBy) return say("request-call-back", { when: callBackBy });
  return say("request");
}
