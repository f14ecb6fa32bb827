/** Keeps one WebSocket open, coming back after a loss with longer and longer pauses. */

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
/** Close codes that say "not allowed" or "not there": asking again would not help. */
const REFUSED = new Set([1008, 4401, 4403, 4404]);

export class LiveSocket {
  /**
   * @param {string} path where the socket is, on this host
   * @param {object} listeners `onFrame(frame)`, `onUp()`, `onDown()`
   */
  constructor(path, { onFrame, onUp, onDown }) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.address = `${scheme}//${location.host}${path}`;
    this.listeners = { onFrame, onUp, onDown };
    this.pause = FIRST_PAUSE;
    this.stopped = false;
    this.isUp = false;
    this.hurry = () => this.#open();
    window.addEventListener("online", this.hurry);
    this.#open();
  }

  /** Send a frame, if the connection is up; what is lost with it was only of the moment. */
  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Close for good. */
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.hurry);
    this.socket?.close();
  }

  #open() {
    if (this.stopped || this.socket?.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.timer);
    try {
      this.socket = new WebSocket(this.address);
    } catch {
      // Some networks and browsers refuse WebSockets outright; the caller's polling carries on.
      this.#lost(null);
      return;
    }
    this.socket.addEventListener("open", () => {
      this.pause = FIRST_PAUSE;
      this.isUp = true;
      this.listeners.onUp();
    });
    this.socket.addEventListener("message", (event) => this.#received(event.data));
    this.socket.addEventListener("close", (event) => this.#lost(event.code));
  }

  #received(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (!this.stopped) this.listeners.onFrame(frame);
  }

  #lost(code) {
    this.isUp = false;
    if (this.stopped) return;
    this.listeners.onDown();
    if (REFUSED.has(code)) return;
    // The jitter keeps all browsers from coming back in the same second after a restart.
    this.timer = setTimeout(() => this.#open(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
