/** Brings in what others write: over the WebSocket while it is up, by asking now and then while it is not. */

import { LiveSocket } from "../live_socket.js";

const POLL_WHILE_SEEN = 4000;
const POLL_WHILE_HIDDEN = 20000;
const TELL_EVERY = 2000;

export class Connection {
  /**
   * @param {{id: string, token: string}} conversation
   * @param {object} listeners `onFrame(frame)`; `sync()`, which fetches what was missed; `onLost()` when it was up
   */
  constructor(conversation, { onFrame, sync, onLost }) {
    this.sync = sync;
    const path = `/api/conversations/${encodeURIComponent(conversation.id)}/live`;
    this.socket = new LiveSocket(path, {
      onFrame,
      onUp: () => {
        this.#stopPolling();
        // Whatever came between the last fetch and now is on neither road.
        this.sync();
      },
      onDown: ({ wasUp }) => {
        if (wasUp) {
          onLost();
          this.sync();
        }
        this.#startPolling();
      },
    }, ["frontdesk", `token.${conversation.token}`]);
    this.whenSeen = () => document.visibilityState === "visible" && !this.socket.isUp && this.sync();
    document.addEventListener("visibilitychange", this.whenSeen);
  }

  /** Tell staff that the patient is writing; lost without harm while the connection is down. */
  tellTyping() {
    if (Date.now() - (this.told ?? 0) < TELL_EVERY) return;
    this.told = Date.now();
    this.socket.send({ type: "typing" });
  }

  /** Ask again soon, whatever the socket does: what was asked for did not come. */
  askAgain() {
    this.#startPolling();
  }

  /** Stop listening for good. */
  stop() {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.whenSeen);
    this.#stopPolling();
    this.socket.stop();
  }

  #startPolling() {
    if (this.timer || this.stopped) return;
    const pause = document.visibilityState === "visible" ? POLL_WHILE_SEEN : POLL_WHILE_HIDDEN;
    this.timer = setTimeout(async () => {
      this.timer = null;
      await this.sync();
      if (!this.socket.isUp) this.#startPolling();
    }, pause);
  }

  #stopPolling() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}
