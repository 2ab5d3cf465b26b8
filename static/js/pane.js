// Beside a claim: what stands before the cited words is unfolded without
// moving them, and they are brought into sight within their pane alone.
"use strict";
(() => {
  const pane = document.querySelector("[data-quote]");
  const own = pane?.querySelector("mark.own, rect.quoted");
  if (!own || pane.scrollHeight <= pane.clientHeight) return;
  const top = () => own.getBoundingClientRect().top;
  const before = pane.querySelector("details.before");
  const at = top();
  if (before) before.open = true;
  pane.scrollTop += top() - at;
  const box = pane.getBoundingClientRect();
  if (top() < box.top || top() > box.bottom - 60) pane.scrollTop += top() - box.top - box.height / 4;
})();
