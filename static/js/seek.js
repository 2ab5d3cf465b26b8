// Results while one types. A region says where they come from:
//   <div data-seek="/search" data-of="form's id" data-fields="q" data-follow>
// data-fields: only these are sent; data-follow: the address follows. The field
// of the top bar gets a region of its own. Arrows walk [data-hit].
"use strict";
(() => {
  const told = document.createElement("p");
  told.className = "away";
  told.setAttribute("role", "status");
  document.body.append(told);

  // Returns what lets go of what is under way.
  const seek = (form, region, address, fields, follow) => {
    let timer, running, last = "";
    const isAsked = (name) => !fields || fields.includes(name);
    const ask = async () => {
      const given = [...new FormData(form)].filter(([name, value]) => isAsked(name) && value.trim?.());
      const query = `${new URLSearchParams(given)}`;
      if (query === last) return;
      last = query;
      running?.abort();
      if (!query && !follow) return region.replaceChildren();
      running = new AbortController();
      try {
        const { page, isOurs } = await readPage(`${address}?${query}&part=hits`, running.signal);
        if (!isOurs || query !== last) return;
        region.replaceChildren(...page.body.childNodes);
        region.hidden = false;
        region.dispatchEvent(new Event("fresh", { bubbles: true }));
        told.textContent = region.querySelector("[data-said]")?.dataset.said ?? "";
        if (follow) history.replaceState(null, "", query ? `?${query}` : location.pathname);
      } catch {
        // What was asked for since is under way.
        if (query === last) last = "";
      }
    };
    form.addEventListener("input", (event) => {
      if (!isAsked(event.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, 160);
    });
    const walk = (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const hits = [...region.querySelectorAll("[data-hit]")];
      const here = hits.indexOf(event.target);
      if (!by || !hits.length || (here < 0 && (by < 0 || event.target.type !== "search"))) return;
      event.preventDefault();
      (here + by < 0 ? form.querySelector("[type=search]") : hits[here + by])?.focus();
    };
    for (const place of [form, region]) place.addEventListener("keydown", walk);
    return () => {
      clearTimeout(timer);
      running?.abort();
      last = "";
    };
  };

  for (const region of document.querySelectorAll("[data-seek]")) {
    const { seek: address, of, fields, follow } = region.dataset;
    const form = document.getElementById(of);
    if (form) seek(form, region, address, fields?.split(" "), follow !== undefined);
  }

  const field = document.querySelector("[data-find]");
  if (!field) return;
  const found = document.createElement("div");
  found.className = "found";
  found.setAttribute("role", "region");
  found.setAttribute("aria-label", "Found");
  found.hidden = true;
  field.closest("header").append(found);
  const stop = seek(field.form, found, "/search");
  const close = () => {
    found.hidden = true;
    stop();
  };
  const isInside = (node) => field.form.contains(node) || found.contains(node);
  field.addEventListener("input", () => { if (!field.value.trim()) close(); });
  for (const kind of ["focusin", "pointerdown"]) {
    document.addEventListener(kind, (event) => { if (!isInside(event.target)) close(); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || found.hidden || !isInside(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
    field.focus();
  }, true);
})();
