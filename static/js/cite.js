// Citing by selecting: what is selected in a text goes into the form beside
// it, with its place counted in code points. Without this script the words are
// pasted by hand.
"use strict";
(() => {
  const text = document.getElementById("text");
  const form = document.getElementById("cite");
  if (!text || !form) return;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    // The words come from the nodes and not from what is drawn, so that they
    // are the stored characters to the last space.
    const quote = range.cloneContents().textContent;
    if (quote.trim() === "") return;
    // A block of the text says at which code point it begins.
    const at = range.startContainer;
    const block = (at.closest ? at : at.parentElement).closest("[data-at]");
    const before = document.createRange();
    before.setStart(block || text, 0);
    before.setEnd(at, range.startOffset);
    const lead = quote.length - quote.trimStart().length;
    form.elements.quote.value = quote.trim();
    form.elements.near.value = Number(block?.dataset.at || 0) + Array.from(before.toString()).length + Array.from(quote.slice(0, lead)).length;
  });
  form.elements.quote.addEventListener("input", () => {
    form.elements.near.value = "";
  });
})();
