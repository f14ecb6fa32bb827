/** Says in words that pictures and files are not taken, where they are pasted or dropped; nothing of them is read or sent. */

const SHOWN = 12000;

/**
 * @param {HTMLTextAreaElement} input the box a patient types in
 * @param {HTMLElement} note where it is said
 * @param {string} words
 */
export function refuseFiles(input, note, words) {
  let timer;
  const clear = () => { note.textContent = ""; };
  const refuse = () => {
    clearTimeout(timer);
    clear();
    // Anew, so that it is read out again.
    timer = setTimeout(() => {
      note.textContent = words;
      timer = setTimeout(clear, SHOWN);
    }, 50);
  };
  const holdsFile = (data) => Array.from(data?.types ?? []).includes("Files");
  const holdsText = (data) => Boolean(data?.getData("text/plain"));
  input.addEventListener("input", () => {
    clearTimeout(timer);
    clear();
  });
  addEventListener("paste", (event) => {
    // Words copied from a text program bring a picture of themselves along: the words are taken.
    if (!holdsFile(event.clipboardData) || holdsText(event.clipboardData)) return;
    event.preventDefault();
    refuse();
  });
  // A browser opens a file that is dropped, in the place of the chat.
  addEventListener("dragover", (event) => {
    if (!holdsFile(event.dataTransfer)) return;
    event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!holdsFile(event.dataTransfer)) return;
    event.preventDefault();
    refuse();
  });
}
