/** Tells the styles when few lines of text fit into the window, whatever the reason: big letters, zoom, a keyboard. */

/** With fewer lines than this, what stands still around the conversation makes room for it. */
const FEW_LINES = 20;

/**
 * Keep the page's `little-room` up to date.
 * @param {HTMLElement} page
 */
export function watchRoom(page) {
  // Its height is that of a line, however the letters were made bigger.
  const line = document.createElement("div");
  line.className = "line-height";
  line.textContent = "A";
  line.setAttribute("aria-hidden", "true");
  document.body.append(line);
  const look = () => {
    page.classList.toggle("little-room", innerHeight < FEW_LINES * line.getBoundingClientRect().height);
  };
  new ResizeObserver(look).observe(line);
  addEventListener("resize", look);
  look();
}
