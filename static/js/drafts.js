// What is being written is kept in this browser until it is saved: through a
// crash, an expired session, and a conflict. A form is kept for a person, a page
// and an action, for 30 days, or until somebody signs out, which leaves nothing
// behind (Clear-Site-Data). What the server sends back wins.
(() => {
  const me = document.body.dataset.person;
  if (!me) return;
  const MARK = "citekeep.sent";
  const MONTH = 30 * 864e5;
  const MOST = 200;
  const page = location.pathname + location.search;
  const read = (store, key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };
  const keep = (store, key, value) => {
    try {
      store.setItem(key, JSON.stringify(value));
    } catch {
      // A full or forbidden store: the form still works, without a copy.
    }
  };
  const drop = (key) => localStorage.removeItem(key);
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
  // A desk that wants nothing kept: what lay here from before goes.
  if (document.body.dataset.drafts === "off") return kept().forEach(drop);
  const path = (form) => new URL(form.getAttribute("action") || page, location).pathname;
  const isText = (it) => it.matches("textarea:not([hidden]), input:not([type]), input[type=text], input[type=url], input[type=date], input[type=number]");
  const isKept = (it) => it.name && (isText(it) || it.matches("select, [type=radio], [type=checkbox]"));
  const isBox = (it) => it.type === "radio" || it.type === "checkbox";
  const fields = (form) => [...form.elements].filter(isKept);
  const now = (it) => isBox(it) ? it.checked : it.value;
  const was = (it) => isBox(it) ? it.defaultChecked
    : it.options ? ([...it.options].find((option) => option.defaultSelected) || it.options[0])?.value ?? "" : it.defaultValue;
  const name = (it) => isBox(it) ? `${it.name}=${it.value}` : it.name;

  // What was sent last from this tab: saved, if a redirection brought us from
  // the page that sent it to another; else the form, or its page, is back.
  const sent = read(sessionStorage, MARK);
  sessionStorage.removeItem(MARK);
  let back = sent?.me === me ? sent : null;
  if (back) {
    const came = performance.getEntriesByType("navigation")[0];
    if (came?.redirectCount > 0 && document.referrer === back.from) {
      drop(back.key);
      back = null;
    } else if (page !== back.action) {
      back = null;
    }
  }
  const isBack = (form) => !!back && [back.of, back.action].includes(path(form));
  const key = (form) => isBack(form) ? back.key : `draft:${me}:${page}:${path(form)}`;
  // What the fields held before anything was typed, also when the server sent
  // what was typed.
  const bases = new Map(back && read(localStorage, back.key)?.values.map(([name, , base]) => [name, base]));
  const base = (form, it) => isBack(form) && bases.has(name(it)) ? bases.get(name(it)) : was(it);

  kept().map((key) => ({ key, at: read(localStorage, key)?.at || 0 }))
    .sort((a, b) => b.at - a.at)
    .forEach(({ key, at }, i) => (i >= MOST || Date.now() - at > MONTH) && drop(key));

  const write = (form) => {
    const values = fields(form).map((it) => [name(it), now(it), base(form, it)]).filter(([, now, base]) => now !== base);
    values.length ? keep(localStorage, key(form), { at: Date.now(), values }) : drop(key(form));
  };
  const say = (form, draft, words, put) => {
    const line = document.createElement("p");
    line.className = "kept";
    line.setAttribute("role", "status");
    const at = new Intl.DateTimeFormat(document.documentElement.dataset.locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    line.append(`${words} ${at.format(draft.at).replace(" at ", ", ")}. `);
    const button = (words, act) => {
      const it = document.createElement("button");
      it.type = "button";
      it.className = "link";
      it.textContent = words;
      it.addEventListener("click", () => (act(), line.remove()));
      line.append(it, " ");
    };
    if (put) button("Put it back", put);
    button("Discard", () => {
      drop(key(form));
      if (!put) form.reset();
    });
    form.append(line);
  };
  const restore = (form) => {
    const draft = read(localStorage, key(form));
    if (!draft?.values) return;
    const waiting = new Map(draft.values.map(([name, value, base]) => [name, { value, base }]));
    const lost = fields(form).filter((it) => waiting.has(name(it)) && now(it) !== waiting.get(name(it)).value);
    const put = (list) => list.forEach((it) => {
      const { value } = waiting.get(name(it));
      isBox(it) ? (it.checked = value) : (it.value = value);
      it.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const isFree = (it) => !now(it) || now(it) === waiting.get(name(it)).base;
    const safe = lost.filter(isFree), other = lost.filter((it) => !isFree(it));
    put(safe);
    if (safe.length) form.closest("details")?.setAttribute("open", "");
    if (other.length && !back) say(form, draft, "You wrote something else here on", () => (put(other), write(form)));
    else if (safe.length) say(form, draft, "Restored what you wrote on");
  };

  const forms = [...document.querySelectorAll("form[method=post]:not([data-draft=off])")].filter((form) => fields(form).some(isText) && !form.querySelector("[type=password]"));
  forms.forEach(restore);
  const timers = new Map();
  document.addEventListener("input", ({ target: { form } }) => {
    if (!forms.includes(form)) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => (timers.delete(form), write(form)), 300));
  });
  const flush = () => {
    timers.forEach((timer, form) => (clearTimeout(timer), write(form)));
    timers.clear();
  };
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", flush);
  document.addEventListener("submit", ({ target: form, submitter }) => {
    if (!forms.includes(form) && !isBack(form)) return;
    flush();
    const action = submitter?.getAttribute("formaction") || path(form);
    keep(sessionStorage, MARK, { me, key: key(form), of: path(form), action, from: location.href.split("#")[0] });
  });
  const every = document.querySelector("[data-forget-all]");
  if (every) every.disabled = false;
  // Saved without another page, or given up.
  document.addEventListener("saved", ({ target }) => drop(key(target)));
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-forget]") && back) drop(back.key);
    if (target !== every) return;
    kept().filter((key) => key.startsWith(`draft:${me}:`)).forEach(drop);
    document.querySelector("main [role=status]").textContent = "Nothing that you wrote is kept in this browser now.";
  });
})();
