/** Calls staff who look elsewhere: a sound, the number in the tab's title and icon, a notification of the browser. */

const KEY = "frontdesk.sound";

export class Alerts {
  /** @param {HTMLButtonElement} button turns the sound off and on */
  constructor(button) {
    this.button = button;
    this.waiting = this.#count();
    button.hidden = false;
    button.addEventListener("click", () => this.#turn(!this.isOn));
    this.#turn(this.#remembered());
    // A browser asks, and lets a page sound, only after somebody has touched it.
    addEventListener("pointerdown", () => this.#prepare(), { once: true });
    addEventListener("keydown", () => this.#prepare(), { once: true });
  }

  /** Look whether more tickets wait than before, and call if so. */
  look() {
    const now = this.#count();
    if (now > this.waiting) this.#call(now);
    this.waiting = now;
    // Where the console was put on the desktop, its icon shows the number too.
    navigator.setAppBadge?.(now).catch(() => {});
  }

  #count() {
    return Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0);
  }

  #call(count) {
    if (!this.isOn) return;
    this.#sound();
    if (document.visibilityState === "visible" || globalThis.Notification?.permission !== "granted") return;
    // No patient's words: a lock screen shows this to whoever passes by.
    new Notification("Frontdesk", { body: count === 1 ? "A patient is waiting." : `${count} patients are waiting.`, tag: "frontdesk" });
  }

  #sound() {
    if (!this.audio || this.audio.state !== "running") return;
    const tone = this.audio.createOscillator();
    const volume = this.audio.createGain();
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.12, this.audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, this.audio.currentTime + 0.5);
    tone.connect(volume).connect(this.audio.destination);
    tone.start();
    tone.stop(this.audio.currentTime + 0.5);
    document.documentElement.dataset.sounded = String(Number(document.documentElement.dataset.sounded ?? 0) + 1);
  }

  #prepare() {
    this.audio ??= new AudioContext();
    this.audio.resume().catch(() => {});
    if (globalThis.Notification?.permission === "default") Notification.requestPermission().catch(() => {});
  }

  #turn(on) {
    this.isOn = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.button.textContent = on ? "Sound on" : "Sound off";
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  #remembered() {
    try {
      return localStorage.getItem(KEY) !== "off";
    } catch {
      return true;
    }
  }
}
