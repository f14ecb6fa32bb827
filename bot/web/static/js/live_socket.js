/** Keeps one WebSocket open: knows a dead one by its silence, and comes back after a loss with longer and longer pauses. */

import { at } from "./prefix.js";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
/** The server's pace (`PING_SECONDS` in bot/web/live.py). */
const PING_EVERY = 10000;
/** Two pings are missing; the half lets a slow one arrive. */
const LONGEST_SILENCE = 2.5 * PING_EVERY;
/** Close codes that say "not allowed" or "not there": asking again would not help. */
const REFUSED = new Set([1008, 4401, 4403, 4404]);

export class LiveSocket {
  /**
   * @param {string} path where the socket is, from "/"
   * @param {object} listeners `onFrame(frame)` for all but pings, `onUp()`, `onDown({wasUp, isRefused})`
   * @param {string[]} protocols what is offered; a secret may stand here, since it is in no address and so in no log
   */
  constructor(path, { onFrame, onUp, onDown }, protocols = []) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.protocols = protocols;
    this.address = `${scheme}//${location.host}${at(path)}`;
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
    if (this.isUp && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Close for good. */
  stop() {
    this.stopped = true;
    this.#leave();
    window.removeEventListener("online", this.hurry);
  }

  #open() {
    if (this.stopped || this.socket) return;
    clearTimeout(this.timer);
    let socket;
    try {
      socket = new WebSocket(this.address, this.protocols);
    } catch {
      // Some networks and browsers refuse WebSockets outright; the caller's polling carries on.
      this.#lost(null);
      return;
    }
    this.socket = socket;
    // A socket that was given up may still say something; only the present one is listened to.
    const heard = (listener) => (event) => socket === this.socket && listener(event);
    socket.addEventListener("open", heard(() => this.#up()));
    socket.addEventListener("message", heard((event) => this.#received(event.data)));
    socket.addEventListener("close", heard((event) => this.#lost(event.code)));
    this.#listenForSilence();
  }

  #up() {
    this.pause = FIRST_PAUSE;
    this.isUp = true;
    this.#listenForSilence();
    this.listeners.onUp();
  }

  #received(data) {
    this.#listenForSilence();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame?.type !== "ping") this.listeners.onFrame(frame);
  }

  /** A network that swallows everything closes nothing: neither a socket that is open nor one that is opening. */
  #listenForSilence() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.#lost(null), LONGEST_SILENCE);
  }

  /** Give the socket up without waiting for the other side, which may be gone. */
  #leave() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    this.isUp = false;
    socket?.close();
  }

  #lost(code) {
    const wasUp = this.isUp;
    this.#leave();
    if (this.stopped) return;
    const isRefused = REFUSED.has(code);
    if (!isRefused) {
      // The jitter keeps all browsers from coming back in the same second after a restart.
      this.timer = setTimeout(() => this.#open(), this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }
    this.listeners.onDown({ wasUp, isRefused });
  }
}
