/** `window.Frontdesk`: what a website may do with the widget. */

import { callHost } from "./host_events.js";
import { Words } from "./words.js";

/**
 * Make it.
 * @param {Widget} widget
 * @param {() => void} onDestroy
 */
export function publicInterface(widget, onDestroy) {
  let isThere = true;
  const whileThere = (act) => (...given) => {
    if (isThere) act(...given);
  };
  return Object.freeze({
    /** Run something once the widget is there: it is. */
    ready: (run) => callHost(() => run(window.Frontdesk)),
    push: (run) => callHost(() => run(window.Frontdesk)),
    open: whileThere(() => widget.open()),
    close: whileThere(() => widget.close()),
    setLanguage: whileThere((tag) => widget.speak(new Words(tag))),
    identify: whileThere((signed) => {
      if (signed !== null && typeof signed !== "string") {
        throw new TypeError("Frontdesk.identify(signed): give what your server has signed, or null when they sign out.");
      }
      widget.identify(signed);
    }),
    on: (name, listener) => widget.events.on(name, listener),
    destroy: whileThere(() => {
      isThere = false;
      widget.remove();
      onDestroy();
    }),
    get isOpen() {
      return isThere && widget.isOpen;
    },
  });
}
