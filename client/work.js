// On our own pages: do a form's little work while its sender waits.
import { solve } from "./solve.js";

const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-zweck-work]"));

if (field) {
  const told = document.querySelector("[data-zweck-wait]");
  void solve(JSON.parse(field.dataset.zweckWork ?? "")).then((solution) => {
    field.value = solution;
    if (told && solution) told.textContent = field.dataset.zweckDone ?? "";
  });
}
