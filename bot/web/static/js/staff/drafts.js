/** Keeps what is being written in this tab only: it may hold a patient's words. */

/**
 * Bring a draft back and keep it as it grows.
 * @param {HTMLTextAreaElement} box
 * @param {string} name
 * @returns {() => void} call it when the text was sent
 */
export function keepDraft(box, name) {
  const key = `frontdesk.draft.${name}`;
  try {
    if (!box.value) box.value = sessionStorage.getItem(key) ?? "";
  } catch {
    // Without storage there is no draft.
  }
  const keep = () => {
    try {
      if (box.value) sessionStorage.setItem(key, box.value);
      else sessionStorage.removeItem(key);
    } catch {
      // Without storage the draft lasts as long as the page.
    }
  };
  box.addEventListener("input", keep);
  return keep;
}
