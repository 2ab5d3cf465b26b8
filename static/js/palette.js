// The help (?) and the command palette (Ctrl+K): what this page offers, where
// one can go, and what the search finds. Built from the attributes that
// keys.js describes.
(() => {
  const make = (name, set = {}, ...inside) => {
    const it = document.createElement(name);
    for (const [key, value] of Object.entries(set)) key in it ? (it[key] = value) : it.setAttribute(key, value);
    it.append(...inside);
    return it;
  };
  const open = (dialog) => {
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.showModal();
  };
  const chips = (keys) => keys.map((key) => make("kbd", { textContent: key }));

  desk.help = () => {
    const rows = [];
    const line = (keys, words) => rows.push(make("dt", {}, ...chips(keys)), make("dd", { textContent: words }));
    for (const it of desk.offers()) if (it.dataset.key) line([it.dataset.key], desk.label(it));
    const own = new Map(desk.all("[data-items] [data-key]").map((it) => [it.dataset.key, it]));
    for (const it of desk.offers()) own.delete(it.dataset.key);
    for (const [key, it] of own) line([key], `${desk.label(it)} (at an item)`);
    if (document.querySelector("[data-items]")) line(["j", "k"], "Next, previous"), line(["o"], "Open");
    else if (document.querySelector("link[rel=next], link[rel=prev]")) line(["j", "k"], "Next, previous");
    line(["/"], "Search"), line(["Ctrl", "K"], "Find an action, a page or a claim"), line(["Ctrl", "Enter"], "Send the form");
    for (const it of desk.places()) line(["g", it.dataset.go], `Go to ${desk.label(it)}`);
    const box = make("input", { type: "checkbox", checked: desk.singles() });
    box.addEventListener("change", () => desk.switch(box.checked));
    const close = make("button", { type: "button", textContent: "Close" });
    const dialog = make("dialog", { "aria-labelledby": "help-head" }, make("h2", { id: "help-head", textContent: "Keys on this page" }), make("label", { className: "choice" }, box, make("span", { textContent: "Single keys work" })),
      make("dl", { className: "keys" }, ...rows), make("p", {}, close));
    close.addEventListener("click", () => dialog.close());
    open(dialog);
  };

  const find = async (words, signal) => {
    const { page, isOurs } = await readPage(`/search?part=hits&q=${encodeURIComponent(words)}`, signal);
    if (!isOurs) return [];
    return desk.all("[data-hit]", page).slice(0, 8).map((it) => ({ words: [it, it.closest("li")?.querySelector("p")].filter(Boolean).map(desk.label).join(": "), note: "found", go: () => location.assign(it.getAttribute("href")) }));
  };
  desk.palette = () => {
    if (document.querySelector("dialog[open]")) return;
    const input = make("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list",
      "aria-label": "Action, page, claim number or words", placeholder: "Action, page, claim number or words", autocomplete: "off", spellcheck: false });
    const list = make("ul", { id: "palette-list", role: "listbox", "aria-label": "Choices" });
    const count = make("p", { role: "status" });
    const dialog = make("dialog", { className: "palette", "aria-label": "Commands" }, input, list, count);
    const fixed = [...desk.offers().map((it) => ({ words: desk.label(it), note: it.dataset.key || "", go: () => desk.act(it) })),
      ...desk.places().map((it) => ({ words: `Go to ${desk.label(it)}`, note: `g ${it.dataset.go}`, go: () => it.click() })),
      { words: "Help with keys", note: "?", go: () => desk.help() }];
    let choices = [], chosen = 0, asked, timer;
    const point = (to) => {
      chosen = to;
      [...list.children].forEach((row, i) => row.setAttribute("aria-selected", i === to));
      list.children[to]?.scrollIntoView({ block: "nearest" });
      list.children[to] ? input.setAttribute("aria-activedescendant", `choice-${to}`) : input.removeAttribute("aria-activedescendant");
    };
    const draw = (more = []) => {
      const typed = input.value.trim().toLowerCase();
      const number = /^(?:claim )?#?(\d{1,9})$/.exec(typed);
      choices = fixed.filter((choice) => typed.split(/\s+/).every((word) => choice.words.toLowerCase().includes(word)));
      if (number) choices.unshift({ words: `Claim ${number[1]}`, note: "go", go: () => location.assign(`/claims/${number[1]}`) });
      if (typed) choices.push(...more, { words: `Search for “${input.value.trim()}”`, note: "/", go: () => location.assign(`/search?q=${encodeURIComponent(input.value.trim())}`) });
      list.replaceChildren(...choices.map((choice, i) => make("li", { role: "option", id: `choice-${i}` },
        make("span", { textContent: choice.words, dir: "auto" }), make("span", { className: "soft", textContent: choice.note }))));
      count.textContent = `${choices.length} ${choices.length === 1 ? "choice" : "choices"}`;
      point(Math.min(chosen, choices.length - 1));
    };
    const take = (i) => {
      const choice = choices[i];
      if (!choice) return;
      dialog.close();
      choice.go();
    };
    input.addEventListener("input", () => {
      chosen = 0;
      draw();
      clearTimeout(timer);
      asked?.abort();
      const words = input.value.trim();
      if (words.length < 2) return;
      timer = setTimeout(() => {
        asked = new AbortController();
        find(words, asked.signal).then(draw, () => {});
      }, 200);
    });
    input.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by && choices.length) point((chosen + by + choices.length) % choices.length);
      else if (event.key === "Enter") take(chosen);
      else return;
      event.preventDefault();
    });
    list.addEventListener("click", (event) => take([...list.children].indexOf(event.target.closest("li"))));
    dialog.addEventListener("close", () => (clearTimeout(timer), asked?.abort()));
    draw();
    open(dialog);
    input.focus();
  };
})();
