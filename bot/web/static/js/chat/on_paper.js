/** Opens what is folded before the page is printed, and folds it again afterwards. */

/** @param {HTMLElement} log the conversation */
export function unfoldOnPaper(log) {
  let opened = [];
  let shown = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(log.querySelectorAll("details:not([open])"));
    opened.forEach((details) => { details.open = true; });
    shown = Array.from(log.querySelectorAll(".step[hidden]"));
    shown.forEach((step) => step.removeAttribute("hidden"));
  });
  addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    shown.forEach((step) => step.setAttribute("hidden", "until-found"));
  });
}
