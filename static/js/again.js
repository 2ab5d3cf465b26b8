// What still happens is looked at again every few seconds, in its place, so that
// nothing that one reads moves; when it is over the page is opened anew. Without
// this script the whole page is opened anew each time.
"use strict";
(() => {
  const find = page => page.querySelector("[data-again]");
  const place = find(document);
  if (!place) return;
  let seen = place.innerHTML;
  const wait = () => setTimeout(look, Number(place.dataset.again) * 1000);
  const look = async () => {
    try {
      // What the keyboard stands on is not taken away.
      if (!document.hidden && !place.contains(document.activeElement)) {
        const next = find((await readPage(location.pathname + location.search)).page);
        if (!next) return location.reload();
        if (next.innerHTML !== seen) {
          seen = next.innerHTML;
          place.replaceChildren(...next.childNodes);
        }
      }
    } catch {
      // The desk cannot be reached; it is asked again.
    }
    wait();
  };
  wait();
})();
