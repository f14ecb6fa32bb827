/** Several tickets at once: how many are ticked, all of a page with one press, and none of it without a tick. */

const boxes = () => Array.from(document.querySelectorAll("[data-testid=tick]"));

/**
 * Take over the form for several tickets.
 * @param {HTMLFormElement|null} form
 */
export function enhanceSeveral(form) {
  if (!form) return;
  const count = document.getElementById("several-count");
  const all = document.getElementById("select-page");
  const tools = form.closest(".list-tools");
  const ticked = () => boxes().filter((box) => box.checked);
  const show = () => {
    const many = ticked().length;
    count.textContent = many ? `${many} ticked` : "";
    tools.classList.toggle("has-ticks", many > 0);
    all.textContent = many && many === boxes().length ? "Tick none" : "Tick all of this page";
    form.querySelectorAll("[name=action]").forEach((button) => (button.disabled = !many));
  };
  // Only who gives tickets must choose to whom: the other buttons are of the same form.
  const whom = form.elements.staff_member_id;
  form.querySelectorAll("[name=action]").forEach((button) =>
    button.addEventListener("click", () => (whom.required = button.value === "assign")),
  );
  all.hidden = false;
  all.addEventListener("click", () => {
    const every = ticked().length < boxes().length;
    boxes().forEach((box) => (box.checked = every));
    show();
  });
  document.addEventListener("change", (event) => event.target.matches?.("[data-testid=tick]") && show());
  document.addEventListener("list-changed", show);
  // A page that the browser had put aside comes back with its ticks.
  addEventListener("pageshow", show);
  show();
}

/** Tick the ticket that has the focus in the list, or is open. */
export function tickOne() {
  const focused = document.activeElement?.closest?.(".ticket-item");
  const item = focused ?? document.querySelector(".ticket-row[aria-current=page]")?.closest(".ticket-item");
  const box = item?.querySelector("[data-testid=tick]");
  if (!box) return;
  box.click();
  document.getElementById("several-tools").open = true;
}
