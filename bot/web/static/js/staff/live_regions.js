/** Brings the parts of a staff page that change up to date from the server's own rendering of it. */

import { at } from "../prefix.js";

const NEAR_THE_END = 80;
const seen = new WeakMap();

/**
 * Fetch this page again and put in the parts that differ. A reply being written is never touched.
 * @param {HTMLElement|null} conversation kept scrolled to its end if it was there
 * @returns {Promise<"fresh"|"signed-out"|"refused"|"unreachable">}
 */
export async function refresh(conversation) {
  let page;
  try {
    // Only a page that is in sight makes its ticket read.
    const headers = { Accept: "text/html", "X-Refresh": document.visibilityState };
    const response = await fetch(location.href, { headers, cache: "no-store" });
    // The server sends whoever is not signed in there; a bare 401 or 403 may be a proxy's.
    if (new URL(response.url).pathname === at("/staff/sign-in")) return "signed-out";
    if (response.status === 401 || response.status === 403) return "refused";
    if (!response.ok) return "unreachable";
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return "unreachable";
  }
  const wasAtEnd = conversation && conversation.scrollTop + conversation.clientHeight >= conversation.scrollHeight - NEAR_THE_END;
  document.querySelectorAll("[data-live]").forEach((part) => update(part, page));
  document.title = page.title;
  if (wasAtEnd) conversation.scrollTop = conversation.scrollHeight;
  return "fresh";
}

function update(part, page) {
  const news = page.querySelector(`[data-live="${part.dataset.live}"]`);
  if (!news || seen.get(part) === news.innerHTML) return;
  seen.set(part, news.innerHTML);
  if (part.dataset.live === "messages") {
    addMessages(part, news);
    return;
  }
  // A menu that somebody has open, or what they are pressing just now, is not taken out of their hands: the click would
  // be lost.
  if (part.matches(":active") || part.querySelector("details.menu[open], .sure-first[open]")) {
    seen.delete(part);
    return;
  }
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.getAttribute("href") ?? null;
  const number = focused?.getAttribute("value") ?? null;
  const ticked = Array.from(part.querySelectorAll("[name=ticket]:checked"), (box) => box.value);
  part.replaceChildren(...news.childNodes);
  part.querySelectorAll("[name=ticket]").forEach((box) => (box.checked = ticked.includes(box.value)));
  if (key) part.querySelector(`[href="${CSS.escape(key)}"]`)?.focus();
  else if (number) part.querySelector(`[name=ticket][value="${CSS.escape(number)}"]`)?.focus();
  document.dispatchEvent(new Event("list-changed"));
}

/**
 * Only what is new goes in, so that a screen reader hears just that; each where it belongs, since a merged chat brings
 * older lines too.
 */
function addMessages(list, news) {
  list.querySelector(".empty")?.remove();
  const known = new Map(Array.from(list.children, (message) => [message.dataset.id, message]));
  let before = null;
  for (const message of Array.from(news.children)) {
    const there = known.get(message.dataset.id);
    if (!there) before ? before.after(message) : list.prepend(message);
    else judgeAgain(there.querySelector("[data-judged]"), message.querySelector("[data-judged]"));
    before = there ?? message;
  }
}

/** What staff say of a danger may change on a message that is there; a form that somebody has open stays. */
function judgeAgain(part, news) {
  if (!part || !news || part.querySelector("details[open]") || part.innerHTML === news.innerHTML) return;
  const hadFocus = part.contains(document.activeElement);
  part.replaceChildren(...news.childNodes);
  if (hadFocus) part.querySelector("summary").focus();
}
