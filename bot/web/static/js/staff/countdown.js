/** Keeps the time that is left until a promise up to date between two looks at the server. */

const EVERY = 15000;
const CLOSE = 5 * 60;

/** Start counting. */
export function countDown() {
  setInterval(update, EVERY);
}

/** Write the time left into every element that is due at some time. */
export function update() {
  document.querySelectorAll("[data-due]").forEach((node) => {
    const due = Date.parse(node.dataset.due);
    if (Number.isNaN(due)) return;
    const left = (due - Date.now()) / 1000;
    node.textContent = left <= 0 ? `Late by ${span(-left)}` : `Due in ${span(left)}`;
    if (node.classList.contains("due")) {
      node.classList.remove("due-late", "due-close", "due-far");
      node.classList.add(left <= 0 ? "due-late" : left <= CLOSE ? "due-close" : "due-far");
    }
  });
}

function span(seconds) {
  for (const [size, unit] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count > 1 ? "s" : ""}`;
  }
  return "less than a minute";
}
