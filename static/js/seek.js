// Results while one types. A region says where they come from:
//   <div data-seek="/search" data-of="form's id" data-fields="q" data-follow>
// data-fields: only these fields are sent; data-follow: the address follows.
// The field in the top bar gets a region of its own. Arrows walk [data-hit].
"use strict";
(() => {
  const wait = 160;
  const told = document.createElement("p");
  told.className = "away";
  told.setAttribute("role", "status");
  document.body.append(told);

  const seek = (form, region, address, fields, follow) => {
    let timer, running, last = "";
    const ask = async () => {
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && value.trim() && (!fields || fields.includes(name))) query.append(name, value);
      }
      if (`${query}` === last) return;
      last = `${query}`;
      running?.abort();
      if (!last && !follow) return region.replaceChildren();
      running = new AbortController();
      try {
        const answer = await fetch(`${address}?${last}&part=hits`, { signal: running.signal });
        if (!answer.ok || answer.redirected) return;
        region.innerHTML = await answer.text();
        region.hidden = false;
        region.dispatchEvent(new Event("fresh", { bubbles: true }));
        told.textContent = region.querySelector("[data-said]")?.dataset.said ?? "";
        if (follow) history.replaceState(null, "", last ? `?${last}` : location.pathname);
      } catch (error) {
        if (error.name !== "AbortError") last = "";
      }
    };
    form.addEventListener("input", (event) => {
      if (fields && !fields.includes(event.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, wait);
    });
    // From a field of one line down into what was found, and back.
    const walk = (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by || event.target.matches("textarea, select, [type=radio], [type=date]")) return;
      const hits = [...region.querySelectorAll("[data-hit]")];
      const to = hits.indexOf(document.activeElement) + by;
      if (to < -1 || !hits.length || (to < 0 && by < 0 && !hits.includes(document.activeElement))) return;
      event.preventDefault();
      (hits[to] ?? (to < 0 ? form.querySelector("[type=search]") : document.activeElement))?.focus();
    };
    form.addEventListener("keydown", walk);
    if (!form.contains(region)) region.addEventListener("keydown", walk);
    return () => {
      clearTimeout(timer);
      running?.abort();
      last = "";
    };
  };

  for (const region of document.querySelectorAll("[data-seek]")) {
    const form = document.getElementById(region.dataset.of);
    if (form) seek(form, region, region.dataset.seek, region.dataset.fields?.split(" "), "follow" in region.dataset);
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
