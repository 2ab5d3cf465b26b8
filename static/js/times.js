// Times in the reader's own zone, in the desk's locale. The server's text is
// UTC, and stays as the title. A day without a time is never shifted. Whoever
// puts new times into a page sends a bubbling "fresh" event from there.
"use strict";
(() => {
  const locale = document.documentElement.dataset.locale || undefined;
  const form = (options) => new Intl.DateTimeFormat(locale, options);
  const moment = form({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
  const days = { 7: { month: "long", year: "numeric" }, 10: { day: "numeric", month: "long", year: "numeric" } };
  const span = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

  // How far off, in the largest unit of which there is more than one.
  const off = (at) => {
    const minutes = Math.round((at - Date.now()) / 60000);
    const size = Math.abs(minutes);
    if (size < 90) return span.format(minutes, "minute");
    if (size < 48 * 60) return span.format(Math.round(minutes / 60), "hour");
    return span.format(Math.round(minutes / 1440), "day");
  };
  const due = (time, at) => {
    time.textContent = off(at);
    time.title = `${moment.format(at)} (${time.dateTime})`;
    time.dataset.due = at < Date.now() ? "late" : at - Date.now() < 864e5 ? "soon" : "";
  };
  const show = (time) => {
    const text = time.dateTime;
    const at = new Date(text);
    if (isNaN(at)) return;
    if (text.includes("T")) {
      if (time.dataset.due !== undefined) return due(time, at);
      const now = moment.format(at);
      if (time.textContent !== now) time.textContent = now;
    } else if (days[text.length]) {
      time.textContent = form({ ...days[text.length], timeZone: "UTC" }).format(at);
    }
  };
  const all = (under) => under.querySelectorAll("time[datetime]").forEach(show);
  all(document);
  document.addEventListener("fresh", (event) => all(event.target));
  setInterval(() => {
    if (!document.hidden) document.querySelectorAll("time[data-due]").forEach((time) => due(time, new Date(time.dateTime)));
  }, 60000);
})();
