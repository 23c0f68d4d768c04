// What is running, the ways in to it, and the switches that break a printer.

import { ask, make } from "./dom.js";

const parts = document.getElementById("parts");
const doors = document.getElementById("doors");
const trouble = document.getElementById("trouble");

// Nothing is known of any part while the demo does not answer.
export function showParts(all, there = true) {
  parts.replaceChildren(...all.map((part) => make(
    "li", {},
    make("i", { class: `lamp ${there ? part.state : "unknown"}`, role: "img", "aria-label": there ? part.state : "not known" }),
    make("b", {}, part.url ? make("a", { href: part.url, target: "_blank", rel: "noopener" }, part.name) : part.name),
    make("span", {}, part.detail),
  )));
}

export function showDoors(all) {
  doors.replaceChildren(...all.map((door) => make(
    "p", {},
    make("b", {}, door.name), ": ",
    ...door.links.flatMap((link, n) => [n ? ", " : "", make("a", { href: link.url, target: "_blank", rel: "noopener" }, link.name)]),
    make("span", {}, door.sign_in),
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
