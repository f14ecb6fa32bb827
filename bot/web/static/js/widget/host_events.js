/** Tells the website what happens, never in the patient's or the clinic's words; its errors stay its own. */

export class HostEvents {
  constructor() {
    this.listeners = new Map();
  }

  /** Listen; gives what ends it. */
  on(name, listener) {
    if (typeof listener !== "function") throw new TypeError("Frontdesk.on(name, listener): the listener is no function.");
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(name, detail = {}) {
    (this.listeners.get(name) ?? []).forEach((listener) => callHost(() => listener(detail)));
  }

  clear() {
    this.listeners.clear();
  }
}

/** Run something of the website's: what it throws is reported as its own error and stops nothing here. */
export function callHost(run) {
  try {
    run();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
