// Everything works without this script; with it, choices act at once and runs are followed live.
"use strict";

for (const select of document.querySelectorAll("form.switch select")) {
  const form = select.form;
  if (form.method !== "get" || form.querySelectorAll("select").length !== 1) continue;
  const button = form.querySelector("button");
  if (button) button.hidden = true;
  select.addEventListener("change", () => form.submit());
}

const live = document.querySelector("[data-events]");
if (live && window.EventSource) {
  const source = new EventSource(live.dataset.events);
  source.addEventListener("progress", (event) => {
    // What is open or has the focus stays so.
    const open = live.querySelector("details[open]") !== null;
    const focused = live.contains(document.activeElement);
    if (focused) return;
    live.innerHTML = event.data;
    if (open) for (const part of live.querySelectorAll("details")) part.open = true;
  });
  source.addEventListener("end", () => {
    source.close();
    window.location.reload();
  });
}

const problem = document.getElementById("problem");
if (problem) problem.focus();
