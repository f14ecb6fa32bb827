/** One tab stop for a row of buttons or links: Tab goes past them, the arrow keys go from one to the next. */

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {HTMLElement} around what holds them
 * @param {string} selector which they are
 */
export function rove(around, selector) {
  const all = () => Array.from(around.querySelectorAll(selector));
  const stopAt = (stop) => all().forEach((one) => { one.tabIndex = one === stop ? 0 : -1; });
  const shown = () => all().filter((one) => one.checkVisibility());
  stopAt(all()[0]);
  around.addEventListener("focusin", ({ target }) => target.matches(selector) && stopAt(target));
  around.addEventListener("keydown", (event) => {
    if (!event.target.matches(selector) || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = shown();
    const last = row.length - 1;
    const step = document.documentElement.dir === "rtl" && event.key.match(/Left|Right/) ? -STEPS[event.key] : STEPS[event.key];
    const place = { Home: 0, End: last }[event.key] ?? row.indexOf(event.target) + step;
    if (Number.isNaN(place)) return;
    event.preventDefault();
    row[Math.max(0, Math.min(last, place))].focus();
  });
  // What was stopped at is folded away: the first that can be seen takes its place.
  around.addEventListener(
    "toggle",
    () => {
      const row = shown();
      if (row.length && !row.some((one) => one.tabIndex === 0)) stopAt(row[0]);
    },
    { capture: true },
  );
}
