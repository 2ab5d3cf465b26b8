// Moments that are typed. Without a script, fields for them are in UTC and say
// so; here they are in the reader's own zone, and sent as UTC. Summer time is
// that of the moment which is typed, not of today.
"use strict";
(() => {
  const two = (n) => String(n).padStart(2, "0");
  const inUtc = (typed) => {
    const at = new Date(typed);
    return isNaN(at) ? typed : at.toISOString().slice(0, 16);
  };
  const here = (utc) => {
    const at = new Date(`${utc}Z`);
    if (isNaN(at)) return utc;
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  };
  for (const field of document.querySelectorAll("input[type=datetime-local]")) {
    // From what the page says, not from what a browser put back into the
    // field: that is in the reader's zone already.
    field.value = field.defaultValue = here(field.defaultValue);
    field.form.addEventListener("formdata", ({ formData }) => formData.set(field.name, inUtc(field.value)));
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const name of document.querySelectorAll("[data-zone]")) {
    name.textContent = "your time zone";
    name.title = zone;
  }
})();
