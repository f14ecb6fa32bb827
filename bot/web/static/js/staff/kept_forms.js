/** Keeps what was written in a form that was sent when the session had ended, and fills it in after signing in again. */

import { ownKey, within } from "../prefix.js";

const KEY = ownKey("frontdesk.form");
const NOT_KEPT = new Set(["csrf_token"]);
/** A form that is sent waits no longer than this for what was written last to be sealed. */
const LONGEST_WAIT = 1000;
/** Loaded where it is needed: the sign-in page leads back without it, and soon. */
const drafts = () => import("./draft_key.js");

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

/**
 * Keep a form as it is sent: only the answer shows whether somebody is still signed in. It is sealed as it is written,
 * since the page is gone as soon as the form is.
 */
function keepOnSubmit(form) {
  let sealing = null;
  let sealed = null;
  let hasWaited = false;
  const sealAnew = () => {
    const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
    const mine = drafts()
      .then(({ sealDraft }) => sealDraft(KEY, JSON.stringify(fields)))
      .catch(() => null);
    sealing = mine;
    mine.then((done) => {
      if (sealing !== mine) return;
      sealed = done;
      sealing = null;
      // From now on what is written outlasts the end of the session.
      if (sealed) form.dataset.sealed = "true";
    });
  };
  for (const change of ["input", "change", "click"]) form.addEventListener(change, sealAnew);
  sealAnew();
  form.addEventListener("submit", (event) => {
    if (sealing && !hasWaited) {
      event.preventDefault();
      hasWaited = true;
      const pause = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
      Promise.race([sealing, pause]).then(() => form.requestSubmit(event.submitter));
      return;
    }
    hasWaited = false;
    // Without a key it cannot be kept; the form is sent all the same.
    if (sealed) write({ form: form.dataset.draft, page: within(location.pathname) + location.search, sealed, signedOut: false });
  });
}

/** After the sign-in the page of the form opens, not the inbox. */
function leadBack(kept) {
  const query = new URLSearchParams({ next: kept.page, kept: "1" });
  history.replaceState(null, "", `${location.pathname}?${query}`);
  const provider = document.querySelector("[data-provider]");
  if (provider) provider.search = `?${query}`;
  write({ ...kept, signedOut: true });
}

/** Fill a form in; gives whether it could be read. */
async function fill(form, kept) {
  const { openDraft } = await drafts();
  const fields = kept.fields ?? JSON.parse((await openDraft(KEY, kept.sealed)) || "null");
  if (fields === null) return false;
  const add = document.getElementById("add-paragraph");
  const missing = (name) => /^paragraph-\d+$/.test(name) && !form.elements[name];
  for (const [name] of fields) if (add && missing(name)) add.click();
  for (const box of form.querySelectorAll("[type=checkbox]")) box.checked = false;
  const seen = new Map();
  for (const [name, value] of fields) {
    const boxes = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const place = seen.get(name) ?? 0;
    seen.set(name, place + 1);
    if (boxes[0]?.type === "checkbox") boxes.filter((box) => box.value === value).forEach((box) => { box.checked = true; });
    else if (boxes[place]) boxes[place].value = value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const told = document.createElement("p");
  told.className = "callout";
  told.setAttribute("role", "status");
  told.dataset.testid = "form-kept";
  told.textContent = "Your session had ended. What you wrote is back in the form; it is not saved yet.";
  form.before(told);
  told.scrollIntoView({ block: "center" });
  return true;
}

const kept = read();
if (within(location.pathname) === "/staff/sign-in") {
  const said = document.querySelector("[data-kept]");
  if (kept && new URLSearchParams(location.search).has("kept")) leadBack(kept);
  else if (said) said.textContent = "Your session has ended. What you wrote could not be kept in this browser: sign in, and write it again.";
} else {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  const mine = kept?.signedOut && forms.find((form) => form.dataset.draft === kept.form);
  // Any other page of the console shows that the form arrived, or was left.
  if (kept && (!mine || (await fill(mine, kept)))) write(null);
  forms.forEach(keepOnSubmit);
}
