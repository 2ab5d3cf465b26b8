// Selecting: what is selected in a text goes into the form beside it, with its
// place counted in code points. Without this script the words are pasted by
// hand.
"use strict";
(() => {
  const points = (text) => Array.from(text).length;

  // The words of a selection, and where they start in the element. They come
  // from the nodes and not from what is drawn, so that they are the stored
  // characters to the last space.
  const picked = (range, element) => {
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.cloneContents().textContent;
    const lead = words.length - words.trimStart().length;
    return { quote: words.trim(), start: points(before.toString()) + points(words.slice(0, lead)) };
  };

  const selected = (text) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    return text.contains(range.startContainer) && text.contains(range.endContainer) ? range : null;
  };

  const cite = (text, form) => {
    document.addEventListener("selectionchange", () => {
      const range = selected(text);
      const found = range && picked(range, text);
      if (!found || !found.quote) return;
      form.elements.quote.value = found.quote;
      form.elements.near.value = found.start;
    });
    form.elements.quote.addEventListener("input", () => { form.elements.near.value = ""; });
  };

  // In a draft the words stand in paragraphs with margins between them: what is
  // selected is put together from the paragraphs that it touches.
  const draft = (text, form) => {
    const pick = document.getElementById("pick");
    const panel = document.getElementById("marking");
    const fields = form.elements;
    let found = null;
    const read = (range) => {
      const touched = [...text.querySelectorAll(".para > .words")].filter((words) => range.intersectsNode(words));
      const parts = touched.map((words) => {
        const own = document.createRange();
        own.selectNodeContents(words);
        if (words.contains(range.startContainer)) own.setStart(range.startContainer, range.startOffset);
        if (words.contains(range.endContainer)) own.setEnd(range.endContainer, range.endOffset);
        const part = picked(own, words);
        return { quote: part.quote, start: Number(words.dataset.start) + part.start };
      }).filter((part) => part.quote);
      return parts.length ? { quote: parts.map((part) => part.quote).join("\n\n"), start: parts[0].start } : null;
    };
    const offer = () => {
      const range = selected(text);
      found = range && read(range);
      pick.hidden = !found;
      if (!found) return;
      const place = range.getBoundingClientRect();
      const left = Math.min(place.left, document.documentElement.clientWidth - pick.offsetWidth - 8);
      pick.style.left = `${Math.max(8, left) + scrollX}px`;
      pick.style.top = `${place.bottom + scrollY + 8}px`;
    };
    const sink = () => panel.classList.remove("floats");
    document.addEventListener("selectionchange", offer);
    pick.addEventListener("pointerdown", (event) => event.preventDefault());
    pick.addEventListener("click", (event) => {
      const field = event.target.closest("button")?.dataset.pick;
      if (!field || !found) return;
      fields.quote.value = found.quote;
      fields.near.value = found.start;
      fields.statement.value = found.quote.replace(/\s+/g, " ");
      pick.hidden = true;
      panel.classList.add("floats");
      fields[field].focus({ preventScroll: true });
    });
    fields.quote.addEventListener("input", () => { fields.near.value = ""; });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      pick.hidden = true;
      sink();
    });
  };

  const text = document.getElementById("text");
  const form = document.getElementById("cite");
  if (text && form) cite(text, form);
  const words = document.getElementById("draft");
  const mark = document.getElementById("mark");
  if (words && mark) draft(words, mark);
})();
