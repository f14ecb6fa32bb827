/** Takes a double click, or a key that is held down, for the one press that it is meant as. */

/** Begin, for all buttons of the page. */
export function pressOnce() {
  const isOnButton = (event) => event.target.closest?.("button, summary, [type=submit]");
  document.addEventListener(
    "click",
    (event) => {
      // What the first click put under the pointer was not meant by the second.
      if (event.detail < 2 || !isOnButton(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.repeat && event.key === "Enter" && isOnButton(event)) event.preventDefault();
    },
    { capture: true },
  );
}
