/** Says who else looks at a ticket and who is typing, and tells the others the same of this page. */

const FADES = 6000;
const TELL_EVERY = 2000;

export class Company {
  /**
   * @param {number} ticketId
   * @param {string} ownName
   * @param {import("../live_socket.js").LiveSocket} socket
   */
  constructor(ticketId, ownName, socket) {
    Object.assign(this, { ticketId, ownName, socket, told: 0 });
    this.looking = document.getElementById("looking");
    this.typing = document.getElementById("typing");
    document.addEventListener("visibilitychange", () => this.arrive());
    document.getElementById("reply").addEventListener("input", () => this.#tellTyping());
  }

  /** Tell the others that this page shows the ticket, or, out of sight, that it does not. */
  arrive() {
    const seen = document.visibilityState === "visible";
    this.socket.send({ type: "looking", ticket_id: seen ? this.ticketId : 0 });
  }

  /** Take in what the others told. */
  hear(frame) {
    if (frame.ticket_id !== this.ticketId) return;
    if (frame.type === "looking") {
      const others = frame.names.filter((name) => name !== this.ownName);
      this.looking.textContent = others.length ? `${others.join(", ")} ${others.length > 1 ? "are" : "is"} looking at this too` : "";
    } else if (frame.type === "typing" && frame.name !== this.ownName) {
      this.typing.textContent = `${frame.author === "patient" ? "The patient" : frame.name} is typing`;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.quiet(), FADES);
    }
  }

  /** What was being written has come. */
  quiet() {
    clearTimeout(this.timer);
    this.typing.textContent = "";
  }

  #tellTyping() {
    if (Date.now() - this.told < TELL_EVERY) return;
    this.told = Date.now();
    this.socket.send({ type: "typing", ticket_id: this.ticketId });
  }
}
