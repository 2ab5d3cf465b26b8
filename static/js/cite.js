// Selecting: what is selected in a text goes into the form beside it, with its
// place counted in code points. Without this script the words are pasted by
// hand.
"use strict";
(() => {
  const points = (text) => Array.from(text).length;

  // The words of a range, and where they start in the element. They come from
  // the nodes and not from what is drawn, so that they are the stored
  // characters to the last space.
  const picked = (range, element) => {
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.cloneContents().textContent;
    const lead = words.slice(0, words.length - words.trimStart().length);
    return { quote: words.trim(), near: points(before + lead) };
  };

  // In a draft the words stand in paragraphs with margins between them: what is
  // selected is put together from those that it touches.
  const gathered = (range, draft) => {
    const parts = [...draft.querySelectorAll(".para > .words")].filter((words) => range.intersectsNode(words)).map((words) => {
      const own = range.cloneRange();
      if (!words.contains(own.startContainer)) own.setStart(words, 0);
      if (!words.contains(own.endContainer)) own.setEnd(words, words.childNodes.length);
      const part = picked(own, words);
      return { quote: part.quote, near: Number(words.dataset.start) + part.near };
    }).filter((part) => part.quote);
    return { quote: parts.map((part) => part.quote).join("\n\n"), near: parts[0]?.near };
  };

  const watch = (text, form, read, use) => {
    const { quote, near } = form.elements;
    document.addEventListener("selectionchange", () => {
      const selection = document.getSelection();
      const range = selection?.rangeCount && !selection.isCollapsed && selection.getRangeAt(0);
      const inside = range && text.contains(range.startContainer) && text.contains(range.endContainer);
      const found = inside && read(range, text);
      use(found?.quote ? found : null, range);
    });
    quote.addEventListener("input", () => { near.value = ""; });
    return (found) => { quote.value = found.quote; near.value = found.near; };
  };

  const text = document.getElementById("text");
  const cite = document.getElementById("cite");
  if (text && cite) {
    const put = watch(text, cite, picked, (found) => { if (found) put(found); });
  }

  const draft = document.getElementById("draft");
  const mark = document.getElementById("mark");
  if (!draft || !mark) return;
  const pick = document.getElementById("pick");
  const panel = mark.parentElement;
  let last = null;
  const put = watch(draft, mark, gathered, (found, range) => {
    const floats = panel.classList.contains("floats");
    if (floats && found) put(found);
    last = found;
    pick.hidden = !found || floats;
    if (pick.hidden) return;
    const place = range.getBoundingClientRect();
    const left = Math.min(place.left, document.documentElement.clientWidth - pick.offsetWidth - 8);
    pick.style.left = `${Math.max(8, left) + scrollX}px`;
    pick.style.top = `${place.bottom + scrollY + 8}px`;
  });
  pick.addEventListener("pointerdown", (event) => event.preventDefault());
  pick.addEventListener("click", ({ target }) => {
    const field = target.closest("button")?.dataset.pick;
    if (!field || !last) return;
    put(last);
    mark.elements.statement.value = last.quote.replace(/\s+/g, " ");
    pick.hidden = true;
    panel.classList.add("floats");
    mark.elements[field].focus({ preventScroll: true });
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    pick.hidden = true;
    panel.classList.remove("floats");
  });
})();
