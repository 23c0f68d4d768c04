// What is running, and the switches that break a printer.

import { ask, make } from "./dom.js";

const parts = document.getElementById("parts");
const trouble = document.getElementById("trouble");

export function showParts(all) {
  parts.replaceChildren(...all.map((part) => make(
    "li", {},
    make("i", { class: `lamp ${part.state}`, role: "img", "aria-label": part.state }),
    make("b", {}, part.url ? make("a", { href: part.url, target: "_blank", rel: "noopener" }, part.name) : part.name),
    make("span", {}, part.detail),
  )));
}

export function showTrouble(printers) {
  for (const printer of printers) {
    const row = document.getElementById(`trouble-${printer.id}`) ?? addRow(printer);
    const [cable, paper] = row.querySelectorAll("button");
    cable.setAttribute("aria-pressed", String(!printer.cable));
    cable.textContent = printer.cable ? "Pull its cable" : "Cable is out";
    paper.setAttribute("aria-pressed", String(!printer.paper));
    paper.textContent = printer.paper ? "Take its paper" : "Paper is out";
  }
}

function addRow(printer) {
  const toggle = (part) => make("button", {
    type: "button",
    class: "switch",
    // Where the demo is gone, the top of the page says so.
    onclick: ({ currentTarget }) => ask("PUT", `api/printers/${printer.id}`, { [part]: currentTarget.getAttribute("aria-pressed") === "true" }).catch(() => {}),
  });
  const row = make("fieldset", { id: `trouble-${printer.id}` }, make("legend", {}, printer.name), toggle("cable"), toggle("paper"));
  trouble.append(row);
  return row;
}
