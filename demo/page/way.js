// The order's way: each step with its time since the caller's last word.

import { duration, make } from "./dom.js";

const list = document.getElementById("steps");
const total = document.getElementById("total");

export function showJourney(journey) {
  if (!journey) return;
  list.replaceChildren(...journey.steps.map(row));
  total.replaceChildren();
  if (journey.total_ms !== null) total.append(make("b", {}, duration(journey.total_ms)), " to paper");
}

function row(step) {
  const said = { waiting: "not yet", now: "now", done: "done", held: "waiting" }[step.state];
  return make(
    "li", { class: step.state },
    make("span", { class: "name" }, step.name, make("span", { class: "unseen" }, `, ${said}`)),
    make("span", { class: "time" }, step.ms === null ? "" : step.ms === 0 ? "0" : `+${duration(step.ms)}`),
    step.detail ? make("span", { class: "more" }, step.detail) : "",
  );
}
