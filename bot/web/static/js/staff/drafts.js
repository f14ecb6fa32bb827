/** Keeps what is being written in this tab only, and sealed: it may hold a patient's words. */

import { openDraft, prepare, sealDraft } from "./draft_key.js";

/**
 * Bring a draft back and keep it as it grows.
 * @param {HTMLTextAreaElement} box
 * @param {string} name
 * @returns {() => void} call it when the text was sent
 */
export function keepDraft(box, name) {
  const key = `frontdesk.draft.${name}`;
  let changes = 0;
  const keep = async () => {
    changes += 1;
    const mine = changes;
    try {
      if (!box.value) {
        sessionStorage.removeItem(key);
        return;
      }
      const sealed = await sealDraft(key, box.value);
      if (mine === changes) sessionStorage.setItem(key, sealed);
    } catch {
      // Without storage, or a key, the draft lasts as long as the page.
    }
  };
  bringBack(box, key, () => changes === 0).then(keep);
  box.addEventListener("input", keep);
  prepare();
  return keep;
}

async function bringBack(box, key, isUntouched) {
  let stored = null;
  try {
    stored = sessionStorage.getItem(key);
  } catch {
    // Without storage there is no draft.
  }
  const draft = await openDraft(key, stored);
  if (draft && !box.value && isUntouched()) box.value = draft;
}
