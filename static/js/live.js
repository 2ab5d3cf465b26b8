// What colleagues do appears without a reload, and moves nothing.
//
// A page asks for it with attributes:
//   <main data-live="claim=7">       what to follow: claim=7, article=3, or nothing for all
//   <main data-entry="1204">         the newest entry of the log that the page shows
//   <main data-quiet>                no notice; only names, counts and states
//   <p id="present" class="present" aria-live="polite"></p>    who else looks at the claim
//   <b data-live-text="count.stale">   a number of the queue: count.open, count.in_review …
//   <b data-live-text="state" data-claim="7" data-state="open">   a claim's state, in words
// Before the page is drawn again, "citekeep:redraw" is sent to the document,
// so that what is being typed can be kept.
(() => {
  const main = document.querySelector("main[data-live]");
  const KEY = "citekeep:place";
  const restore = () => {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY));
      sessionStorage.removeItem(KEY);
    } catch { return; }
    if (!kept || kept.path !== location.pathname + location.search) return;
    for (const [id, top] of kept.panes) {
      const pane = document.getElementById(id);
      if (pane) pane.scrollTop = top;
    }
    const mark = document.getElementById(kept.id);
    scrollTo(0, mark ? mark.getBoundingClientRect().top + scrollY - kept.top : kept.y);
  };
  if (history.scrollRestoration === "manual") {
    restore();
    addEventListener("load", () => { history.scrollRestoration = "auto"; });
  }
  if (!main || !window.EventSource) return;

  const present = document.getElementById("present");
  const bar = document.createElement("div");
  bar.className = "live";
  bar.setAttribute("role", "status");
  bar.setAttribute("aria-live", "polite");
  document.body.append(bar);
  const claim = new URLSearchParams(main.dataset.live).get("claim");
  let entry = main.dataset.entry || "";
  let stream = null;
  let timer = 0;
  let wait = 5000;
  let count = 0;

  // The place is kept by what is in sight, not by pixels: above it there may
  // be more to read when the page comes again.
  const redraw = () => {
    const seen = [...main.querySelectorAll("[id]")]
      .map((node) => [node.id, node.getBoundingClientRect()])
      .filter(([, box]) => box.height > 0 && box.bottom > 0)
      .sort((one, other) => Math.abs(one[1].top) - Math.abs(other[1].top))[0];
    const panes = [...main.querySelectorAll("[id]")]
      .filter((node) => node.scrollTop > 0).map((node) => [node.id, node.scrollTop]);
    document.dispatchEvent(new CustomEvent("citekeep:redraw"));
    try {
      const place = { path: location.pathname + location.search, y: scrollY, panes };
      if (seen && scrollY > 0) Object.assign(place, { id: seen[0], top: seen[1].top });
      sessionStorage.setItem(KEY, JSON.stringify(place));
      history.scrollRestoration = "manual";
    } catch { /* The browser keeps nothing here: it scrolls as it does. */ }
    location.reload();
  };
  const button = (words, act, quiet) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    if (quiet) made.className = "link";
    made.addEventListener("click", act);
    return made;
  };
  const say = (words) => {
    if ("quiet" in main.dataset) return;
    if (!bar.firstChild) {
      const buttons = document.createElement("span");
      buttons.append(button("Show", redraw), button("Later", () => { bar.replaceChildren(); count = 0; }, true));
      bar.append(document.createElement("p"), buttons);
      bar.firstChild.dir = "auto";
    }
    count += 1;
    bar.firstChild.textContent = words + (count > 1 ? ` (and ${count - 1} more)` : "") + ".";
  };
  // Words are replaced only where that moves nothing around them.
  const put = (node, words) => {
    const old = node.textContent;
    if (old === words) return true;
    const height = node.parentElement.offsetHeight;
    node.textContent = words;
    if (node.parentElement.offsetHeight === height) return true;
    node.textContent = old;
    return false;
  };

  const heard = {
    change(told) {
      if (told.claim && told.state) {
        for (const node of main.querySelectorAll(`[data-live-text=state][data-claim="${told.claim}"]`)) {
          if (!put(node, told.state_words)) continue;
          node.classList.replace(node.dataset.state, told.state);
          node.dataset.state = told.state;
        }
      }
      if (told.own) return;
      say(told.words + (told.claim && String(told.claim) !== claim ? ` (claim ${told.claim})` : ""));
    },
    counts(told) {
      for (const node of document.querySelectorAll("[data-live-text^='count.']")) {
        const n = told[node.dataset.liveText.slice(6)];
        if (n !== undefined) put(node, String(n));
      }
    },
    present(told) {
      if (!present) return;
      const names = told.people.map((person) => person.name);
      if (told.more) names.push(`${told.more} more`);
      present.textContent = names.length ? `Also here: ${names.join(", ")}` : "";
    },
    reset() { say("Much has changed here since you opened this page"); },
    over() { close(); stream = "over"; },
  };
  const close = () => {
    clearTimeout(timer);
    if (stream && stream.close) { stream.close(); stream = null; }
  };
  const open = () => {
    if (stream || document.hidden) return;
    const query = new URLSearchParams(main.dataset.live);
    if (entry) query.set("after", entry);
    stream = new EventSource(`/events?${query}`);
    for (const [name, hear] of Object.entries(heard)) {
      stream.addEventListener(name, (event) => {
        entry = event.lastEventId || entry;
        wait = 5000;
        hear(JSON.parse(event.data));
      });
    }
    // The browser tries again by itself, except where it was refused.
    stream.addEventListener("error", () => {
      if (present) present.textContent = "";
      if (!stream || stream.readyState !== EventSource.CLOSED) return;
      close();
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 300000);
    });
  };
  // A page that is not in sight leaves its connection to those that are. One
  // that is passed over quickly does not take one.
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(open, 150);
  };
  document.addEventListener("visibilitychange", () => document.hidden ? close() : soon());
  addEventListener("pagehide", close);
  addEventListener("pageshow", soon);
})();
