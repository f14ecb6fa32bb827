/** Puts a text into a reply: type a slash and a few letters, choose with the arrows and Enter. */

import { element } from "../dom.js";
import { at } from "../prefix.js";

const WAIT = 120;
const TYPED = /(^|\s)\/([\w .-]{0,60})$/;

/**
 * Offer texts in a reply.
 * @param {HTMLTextAreaElement} box
 * @param {HTMLUListElement} list
 */
export function offerCanned(box, list) {
  let timer = null;
  let chosen = 0;
  let offered = [];

  const close = () => {
    list.hidden = true;
    offered = [];
    box.removeAttribute("aria-activedescendant");
  };
  const mark = () => {
    Array.from(list.children).forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", list.children[chosen]?.id ?? "");
  };
  const put = (index) => {
    const start = box.value.slice(0, box.selectionStart).replace(TYPED, "$1");
    const text = offered[index].text;
    box.value = start + text + box.value.slice(box.selectionStart);
    box.selectionStart = box.selectionEnd = start.length + text.length;
    close();
    box.dispatchEvent(new Event("input"));
    box.focus();
  };
  const look = async (words) => {
    const response = await fetch(at(`/staff/canned-replies/search?q=${encodeURIComponent(words)}`), {
      headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!response?.ok || wordsTyped(box) !== words) return;
    offered = (await response.json()).replies;
    list.replaceChildren(...offered.map((reply, index) => row(reply, index, put)));
    chosen = 0;
    list.hidden = !offered.length;
    mark();
  };

  box.addEventListener("input", () => {
    const words = wordsTyped(box);
    clearTimeout(timer);
    if (words === null) close();
    else timer = setTimeout(() => look(words), WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) chosen = (chosen + moves[event.key] + offered.length) % offered.length;
    else if (event.key === "Enter" || event.key === "Tab") put(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (!list.hidden) mark();
  });
  box.addEventListener("blur", () => setTimeout(close, 200));
}

function wordsTyped(box) {
  const match = TYPED.exec(box.value.slice(0, box.selectionStart));
  return match ? match[2] : null;
}

function row(reply, index, put) {
  return element(
    "li",
    { id: `canned-${index}`, role: "option", data: { testid: "canned" }, on: { mousedown: (event) => { event.preventDefault(); put(index); } } },
    element("span", { class: "canned-title", text: `/${reply.shortcut}` }),
    element("span", { class: "quiet", text: reply.answer_id ? `${reply.title}, approved answer` : reply.title }),
    element("span", { class: "canned-text", text: reply.text }),
  );
}
