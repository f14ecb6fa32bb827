/** The knowledge editor: everything works as plain forms; this adds the live preview, remarks beside fields, and trying questions. */

import { element } from "./dom.js";
import { at } from "./prefix.js";

const QUIET_FOR = 400;

const form = document.getElementById("editor");
const preview = document.getElementById("preview");
let waiting = null;
let asked = 0;

async function post(address, extra = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(extra)) body.set(name, value);
  const response = await fetch(at(address), { method: "POST", body, headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** Show the draft as the patient would read it, and what there is to say on each field. */
async function refresh() {
  asked += 1;
  const mine = asked;
  try {
    const { html, remarks } = await post("/staff/knowledge/preview");
    if (mine !== asked) return;
    if (html) preview.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    document.querySelectorAll("[data-remarks]").forEach((list) => {
      list.replaceChildren(
        ...(remarks[list.dataset.remarks] ?? []).map(({ text, bars }) => element("li", { class: bars && "bars", text })),
      );
    });
  } catch {
    preview.replaceChildren(element("p", { class: "error", text: "The preview could not be made. Your words are still in the form." }));
  }
}

function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, QUIET_FOR);
}

function countChoices(event) {
  const name = event.target.name;
  const count = name && form.querySelector(`[data-count="${CSS.escape(name)}"]`);
  if (count) count.textContent = `${form.querySelectorAll(`input[name="${CSS.escape(name)}"]:checked`).length} chosen`;
}

function addParagraph() {
  const place = form.querySelectorAll("[data-paragraph]").length;
  const markup = document.getElementById("paragraph-template").innerHTML.replaceAll("PLACE", String(place));
  const added = new DOMParser().parseFromString(markup, "text/html").body.firstElementChild;
  document.getElementById("paragraphs").append(added);
  added.querySelector("textarea").focus();
}

async function tryQuestion(event) {
  event.preventDefault();
  const result = document.getElementById("try-result");
  try {
    const { lines } = await post("/staff/knowledge/try", { question: document.getElementById("question").value });
    result.replaceChildren(...lines.map((text) => element("li", { text })));
  } catch {
    result.replaceChildren(element("li", { text: "That could not be tried. Try again in a minute." }));
  }
}

if (form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; refreshSoon(); });
  form.addEventListener("change", (event) => { countChoices(event); refreshSoon(); });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  const add = document.getElementById("add-paragraph");
  add.hidden = false;
  add.addEventListener("click", addParagraph);
  document.getElementById("try").addEventListener("submit", tryQuestion);
  refresh();
}
