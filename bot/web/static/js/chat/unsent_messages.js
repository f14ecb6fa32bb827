/** Shows what the server does not have yet: how each message is doing, and beside what is stuck the numbers to call. */

import { announce } from "./announcer.js";
import { say } from "./words.js";

export class UnsentMessages {
  /**
   * @param {HTMLElement} notice the calm lines below the conversation
   * @param {HTMLElement} status where a screen reader is told politely
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./transcript.js").Transcript} transcript
   */
  constructor(notice, status, outbox, transcript) {
    Object.assign(this, { notice, status, outbox, transcript });
    this.numbers = notice.querySelector("[data-numbers]");
    this.fate = notice.querySelector("[data-fate]");
    this.button = notice.querySelector("button");
    this.button.addEventListener("click", () => {
      outbox.retry();
      this.show();
    });
  }

  /** Bring the screen up to date. */
  show() {
    this.outbox.entries.forEach((entry) => this.#showOne(entry));
    const { stuck, locked } = this.outbox;
    // What cannot be read yet is said to be kept; it is shown once it can be.
    const held = stuck.filter((entry) => !entry.refused).length + locked;
    const isStuck = stuck.length + locked > 0;
    const begins = this.notice.hidden && isStuck;
    this.notice.hidden = !isStuck;
    this.button.hidden = held === 0;
    this.fate.textContent = held ? fate(held, this.outbox.isLasting) : "";
    if (!begins) return;
    this.notice.scrollIntoView({ block: "nearest", behavior: "instant" });
    // Read out once. The lines are no live region: they would be read out again with every message.
    announce(this.status, [say("not-sent"), this.numbers.innerText, this.fate.textContent].join(" "));
  }

  /** The messages on screen that wait no more and were not fetched either: another tab has sent or discarded them. */
  get gone() {
    const kept = new Set(this.outbox.entries.map((entry) => entry.id));
    return this.transcript.pendingIds.filter((id) => !kept.has(id));
  }

  /** Take off the screen what was discarded in another tab, once all that was sent is fetched. */
  dropGone() {
    this.gone.forEach((id) => this.transcript.dropPending(id));
  }

  #showOne({ id, text, refused }) {
    this.transcript.addPending(id, text);
    const onDiscard = () => this.#discard(id);
    const onRetry = () => this.outbox.retry();
    if (refused) this.transcript.setPending(id, "refused", { problem: refused.message, onRetry, onDiscard });
    else if (this.outbox.isHeldBack({ id })) this.transcript.setPending(id, "held", { onDiscard });
    else this.transcript.setPending(id, "sending");
  }

  #discard(id) {
    this.outbox.discard(id);
    this.transcript.dropPending(id);
    this.show();
    announce(this.status, say("discarded"));
    document.getElementById("composer-input").focus();
  }
}

function fate(count, isLasting) {
  return say(`fate-${count === 1 ? "one" : "several"}${isLasting ? "-kept" : ""}`);
}
