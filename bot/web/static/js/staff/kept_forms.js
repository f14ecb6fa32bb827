/** Keeps what was written in a form that was sent when the session had ended, and fills it in after signing in again. */

import { ownKey, within } from "../prefix.js";

const KEY = ownKey("frontdesk.form");
const NOT_KEPT = new Set(["csrf_token"]);

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function write(kept) {
  try {
    if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Without storage it cannot be kept; the form is sent all the same.
  }
}

/** Keep a form as it is sent: only the answer shows whether somebody is still signed in. */
function keepOnSubmit(form) {
  form.addEventListener("submit", () => {
    const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
    write({ form: form.dataset.draft, page: within(location.pathname) + location.search, fields, signedOut: false });
  });
}

/** After the sign-in the page of the form opens, not the inbox. */
function leadBack(kept) {
  const query = new URLSearchParams({ next: kept.page, kept: "1" });
  history.replaceState(null, "", `${location.pathname}?${query}`);
  write({ ...kept, signedOut: true });
}

function fill(form, kept) {
  const add = document.getElementById("add-paragraph");
  const missing = (name) => /^paragraph-\d+$/.test(name) && !form.elements[name];
  for (const [name] of kept.fields) if (add && missing(name)) add.click();
  for (const box of form.querySelectorAll("[type=checkbox]")) box.checked = false;
  const seen = new Map();
  for (const [name, value] of kept.fields) {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const place = seen.get(name) ?? 0;
    seen.set(name, place + 1);
    if (fields[0]?.type === "checkbox") fields.filter((box) => box.value === value).forEach((box) => { box.checked = true; });
    else if (fields[place]) fields[place].value = value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const told = document.createElement("p");
  told.className = "callout";
  told.setAttribute("role", "status");
  told.dataset.testid = "form-kept";
  told.textContent = "Your session had ended. What you wrote is back in the form; it is not saved yet.";
  form.before(told);
  told.scrollIntoView({ block: "center" });
}

const kept = read();
if (within(location.pathname) === "/staff/sign-in") {
  if (kept && new URLSearchParams(location.search).has("kept")) leadBack(kept);
} else {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const mine = kept?.signedOut && forms.find((form) => form.dataset.draft === kept.form);
  if (mine) fill(mine, kept);
  // Any other page of the console shows that the form arrived, or was left.
  if (kept) write(null);
  forms.forEach(keepOnSubmit);
}
