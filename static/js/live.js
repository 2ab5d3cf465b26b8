// What colleagues do appears without a reload, and moves nothing.
// A page asks for it with attributes:
//   <main data-live="claim=7">       what to follow: claim=7, article=3, or nothing for all
//   <main data-entry="1204">         the newest entry of the log that the page shows
//   <main data-quiet>                no notice; only names, counts and states
//   <p id="present" class="present" aria-live="polite"></p>    who else looks at the claim
//   <b data-live-text="count.stale">   a number of the desk: count.open … or of a queue: count.queue.mine …
//   <b data-live-text="state" data-claim="7" data-state="open">   a claim's state, in words
// Before the page is drawn again the document hears "citekeep:redraw", so that
// what is being typed can be kept. The key r draws it again.
(() => {
  const main = document.querySelector("main[data-live]");
  if (!main || !window.EventSource) return;
  const here = location.pathname + location.search;
  const claim = new URLSearchParams(main.dataset.live).get("claim");
  const present = document.getElementById("present");
  const bar = document.createElement("div");
  bar.className = "live";
  bar.setAttribute("role", "status");
  document.body.append(bar);
  let entry = main.dataset.entry;
  let stream, timer, over;
  let count = 0;

  // What had the focus last is found again by what it is and does; of several
  // that are the same, by its place among them.
  let last;
  main.addEventListener("focusin", ({ target }) => (last = target));
  const sign = (it) => [it.tagName, it.id, it.name, it.getAttribute("href"), it.form?.getAttribute("action"), it.tagName === "BUTTON" && it.textContent].join(" ");
  const alike = (like) => [...main.querySelectorAll("a, button, input, select, textarea, summary")].filter((it) => sign(it) === like);
  const focused = () => last?.isConnected && { like: sign(last), nth: alike(sign(last)).indexOf(last), caret: last.selectionStart };
  const focus = (kept, mark) => {
    const found = kept && alike(kept.like);
    const it = found?.[kept.nth] || found?.[0];
    for (let box = it?.closest("details"); box && it.tagName !== "SUMMARY"; box = box.parentElement.closest("details")) box.open = true;
    it?.focus({ preventScroll: true });
    if (typeof kept?.caret === "number") it?.setSelectionRange(kept.caret, kept.caret);
    if (it || !mark) return;
    // Nothing to return to: the next Tab begins at what is in sight.
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
    mark.blur();
    mark.removeAttribute("tabindex");
  };

  // The place is kept by what is in sight, not by pixels: when the page comes
  // again there may be more above it. Panes that scroll keep theirs.
  const named = () => [...main.querySelectorAll("[id]")];
  const redraw = () => {
    document.dispatchEvent(new CustomEvent("citekeep:redraw"));
    const top = (node) => node.getBoundingClientRect().top;
    const far = (node) => Math.abs(top(node));
    const mark = named().filter((node) => node.offsetHeight).reduce((a, b) => far(b) < far(a) ? b : a, main);
    const panes = named().filter((node) => node.scrollTop).map((node) => [node.id, node.scrollTop]);
    try {
      sessionStorage.setItem("place", JSON.stringify({ here, y: scrollY, id: mark.id, top: top(mark), panes, focus: focused() }));
      history.scrollRestoration = "manual";
    } catch { /* Nothing can be kept here: the browser scrolls as it does. */ }
    location.reload();
  };
  const restore = () => {
    history.scrollRestoration = "auto";
    const kept = JSON.parse(sessionStorage.getItem("place"));
    sessionStorage.removeItem("place");
    if (!kept || kept.here !== here) return;
    for (const [id, top] of kept.panes) {
      const pane = document.getElementById(id);
      if (pane) pane.scrollTop = top;
    }
    const mark = document.getElementById(kept.id) || main;
    focus(kept.focus, mark);
    scrollTo(0, kept.y && mark.getBoundingClientRect().top + scrollY - kept.top);
  };
  if (history.scrollRestoration === "manual") addEventListener("load", restore);

  const button = (words, kind, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };
  const say = (words) => {
    if ("quiet" in main.dataset) return;
    if (!count) {
      const line = document.createElement("p");
      line.dir = "auto";
      const later = () => {
        count = 0;
        bar.replaceChildren();
      };
      const show = button("Show", "quiet", redraw);
      show.dataset.key = "r";
      show.dataset.does = "Show what colleagues changed";
      bar.replaceChildren(line, show, button("Later", "link", later));
    }
    count += 1;
    bar.firstChild.textContent = `${words}${count > 1 ? ` (and ${count - 1} more)` : ""}.`;
  };
  // Words are replaced only where that moves nothing around them.
  const put = (node, words) => {
    const old = node.textContent;
    const height = node.parentElement.offsetHeight;
    node.textContent = words;
    const fits = node.parentElement.offsetHeight === height;
    if (!fits) node.textContent = old;
    return fits;
  };

  const heard = {
    change(told) {
      for (const node of document.querySelectorAll(`[data-live-text=state][data-claim="${told.claim}"]`)) {
        if (!told.state || !put(node, told.state_words)) continue;
        node.classList.replace(node.dataset.state, told.state);
        node.dataset.state = told.state;
      }
      if (!told.own) say(told.words + (told.claim && `${told.claim}` !== claim ? ` (claim ${told.claim})` : ""));
    },
    counts(told) {
      for (const node of document.querySelectorAll("[data-live-text^='count.']")) {
        put(node, told[node.dataset.liveText.slice(6)] ?? node.textContent);
      }
    },
    queue(told) {
      heard.counts(told);
    },
    present({ people, more }) {
      const names = people.map((person) => person.name);
      if (more) names.push(`${more} more`);
      if (present) present.textContent = names.length ? `Also here: ${names.join(", ")}` : "";
    },
    reset: () => say("Much has changed here since you opened this page"),
    over() {
      over = true;
      close();
    },
  };
  const close = () => {
    clearTimeout(timer);
    stream?.close();
    stream = null;
    if (present) present.textContent = "";
  };
  const open = () => {
    if (stream || over || document.hidden) return;
    const query = new URLSearchParams(main.dataset.live);
    if (entry) query.set("after", entry);
    stream = new EventSource(`/events?${query}`);
    for (const name in heard) {
      stream.addEventListener(name, (event) => {
        entry = event.lastEventId || entry;
        heard[name](JSON.parse(event.data));
      });
    }
    // A browser connects again by itself, except where it was refused.
    stream.onerror = () => {
      if (stream?.readyState !== EventSource.CLOSED) return;
      close();
      soon(30000);
    };
  };
  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(open, wait);
  };
  // A page that is out of sight leaves its connection to those that are in
  // sight; one that is passed over quickly takes none.
  document.addEventListener("visibilitychange", () => document.hidden ? close() : soon(150));
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => soon(150));
})();
