// The keyboard: one key for each thing that is done often. A page says what it
// offers by attributes, and the help (?) and the palette (Ctrl+K) list it:
//   data-key="d"      on a link or button: pressed. On a form or fieldset: its
//                     first field gets the focus (a closed <details> around it
//                     opens). On a field: gets the focus. First one shown wins.
//   data-does="Decide" what the key does, in words; without it, the own text.
//                     data-does without data-key: in the palette alone.
//   data-go="q"       on a link anywhere: g, then q goes there.
//   data-items        on a list, table or text: j and k walk its items, which
//                     are its [data-item], or else its li or tbody rows. The
//                     item itself (if a link) or its first link gets the focus,
//                     so Enter or o opens it; x ticks its checkbox.
//                     A data-key within an item is that item's alone: it works
//                     where the item has the focus or the address names it.
//   <link rel="next"> and "prev" in the head: j and k on a page without items.
//   data-hit          on a link of /search: what the palette lists.
//   data-draft="off"  on a form: drafts.js keeps nothing of it.
//   data-forget       on a link or button: what drafts.js kept is let go.
// Single letters sleep in fields, with modifiers, and when switched off in the
// help (WCAG 2.1.4). Taken everywhere: j k o x / ? g. By custom: c cite,
// d decide, a approve, x dissent where nothing is ticked, n note or new,
// e edit, p publish. Ctrl+Enter sends the form around the field.
"use strict";
const desk = {};
(() => {
  const OFF = "citekeep.keys";
  const one = (path, under = document) => under.querySelector(path);
  const all = (path, under = document) => [...under.querySelectorAll(path)];
  const shown = (it) => it.checkVisibility() || !!it.closest("details:not([open])")?.checkVisibility();
  const label = (it) => it.dataset.does || (it.getAttribute("aria-label") || it.textContent).replace(/\s+/g, " ").trim();
  const isField = (it) => it.isContentEditable || it.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  desk.all = all;
  desk.label = label;
  desk.singles = () => localStorage.getItem(OFF) !== "off";
  desk.switch = (on) => on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "off");
  /** What the page offers, in its order; of several for one key the first. */
  desk.offers = () => {
    const taken = new Set();
    const own = around();
    return all("[data-key], [data-does]").filter((it) => {
      if (it.closest("[data-items]") && !own?.contains(it)) return false;
      const key = it.dataset.key;
      if (!shown(it) || it.disabled || (key && taken.has(key))) return false;
      taken.add(key);
      return true;
    });
  };
  desk.places = () => all("[data-go]");
  /** Does what an element with a key is for. */
  desk.act = (it) => {
    for (let box = it.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (it.matches("a, button, summary")) {
      it.focus();
      return it.click();
    }
    const field = it.matches("input, textarea, select") ? it
      : one("input:checked", it) || one("input:not([type=hidden]), textarea, select", it) || one("button", it) || it;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest" });
    if (field.getBoundingClientRect().top < 80) field.scrollIntoView({ block: "center" });
  };

  // The items that j and k walk through, and what of each takes the focus.
  const items = () => all("[data-items]").flatMap((list) => {
    const marked = all("[data-item]", list);
    return (marked.length ? marked : all(":scope > li, :scope > tbody > tr", list)).filter((it) => it.checkVisibility());
  });
  const handle = (item) => item.matches("a, button, [tabindex]") ? item : one("a[href]", item) || one("button, input", item);
  const named = (item) => !!location.hash && item.hash === location.hash && document.activeElement === document.body;
  const at = (list) => list.findIndex((item) => item.contains(document.activeElement) || named(item));
  // What belongs to the item at hand; its own keys come before the page's.
  const around = () => {
    const list = items();
    return document.activeElement.closest("[data-items] li, [data-items] tr") || list[at(list)]?.closest("li, tr");
  };
  const step = (by) => {
    const list = items();
    if (!list.length) return one(`link[rel=${by > 0 ? "next" : "prev"}]`)?.href;
    let here = at(list);
    // From nowhere, the first item that is in sight.
    if (here < 0) here = list.findIndex((item) => item.getBoundingClientRect().bottom > 90) - (by > 0 ? 1 : 0);
    const next = list[Math.max(0, Math.min(list.length - 1, here + by))];
    const grip = handle(next);
    grip?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const walk = (by) => {
    const to = step(by);
    if (to) location.assign(to);
    return true;
  };
  const opened = () => {
    const list = items();
    const item = list[at(list)];
    if (item) handle(item)?.click();
    return !!item;
  };
  const ticked = () => {
    const list = items();
    const box = list[at(list)] && one("input[type=checkbox]", list[at(list)]);
    box?.click();
    return !!box;
  };
  const search = () => {
    const field = one("main [type=search]") || one("[data-find]");
    if (!field || !field.checkVisibility()) return one('[data-go="f"]')?.click() ?? true;
    field.focus();
    field.select();
    return true;
  };
  const offer = (key) => {
    const own = around(), has = (it) => it.dataset.key === key;
    const it = (own && all("[data-key]", own).find(has)) || desk.offers().find(has);
    if (it) desk.act(it);
    return !!it;
  };
  const plain = {
    "?": () => (desk.help(), true), "/": search, o: opened, x: () => ticked() || offer("x"),
    j: () => (items().length ? walk(1) : offer("j") || walk(1)), k: () => (items().length ? walk(-1) : offer("k") || walk(-1)),
  };
  let went = 0;
  const press = (key) => {
    if (Date.now() - went < 1500) {
      went = 0;
      desk.places().find((it) => it.dataset.go === key)?.click();
      return true;
    }
    if (key === "g") return (went = Date.now());
    return plain[key] ? plain[key]() : offer(key);
  };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.isComposing) return;
    const chord = event.ctrlKey || event.metaKey;
    if (chord && !event.altKey && !event.shiftKey && key.toLowerCase() === "k") {
      event.preventDefault();
      return desk.palette();
    }
    if (chord && key === "Enter" && target.form?.method === "post") {
      event.preventDefault();
      return target.form.requestSubmit(one("button:not([type=button], .quiet, .link)", target.form) || one("button:not([type=button])", target.form));
    }
    if (key === "Escape" && isField(target) && !target.closest("dialog")) return target.blur();
    if (chord || event.altKey || key.length !== 1 || isField(target) || !desk.singles() || one("dialog[open]")) return;
    if (press(key)) event.preventDefault();
  });
  // A form that comes back is entered where something is wrong.
  const wrong = one("main .error:not(.specimen *)")?.closest(".field, fieldset, form");
  if (wrong) one("[aria-invalid], textarea, select, input:not([type=hidden])", wrong)?.focus();
  for (const it of all("[data-key]")) it.setAttribute("aria-keyshortcuts", it.dataset.key);
})();
