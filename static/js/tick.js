// Ticks all claims on the page, and says how many are ticked.
"use strict";
(() => {
  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  const boxes = [...document.querySelectorAll(`input[form="${all.form.id}"][type=checkbox]`)];
  const said = all.form.querySelector("[data-ticked]");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    said.textContent = ticked ? ` to ${ticked}` : "";
    all.textContent = ticked === boxes.length ? "Untick all" : "Tick all";
  };
  all.disabled = false;
  all.addEventListener("click", () => {
    const to = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = to;
    count();
  });
  for (const box of boxes) box.addEventListener("change", count);
  count();
})();
