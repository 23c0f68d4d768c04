// Both printers, and their paper as it comes out: newest on top.

import { make } from "./dom.js";

const printers = document.getElementById("printers");
const closeUp = document.getElementById("close-up");
let seen = false; // papers that were there when the page came are not "printed" again

const FEED_MS = 900;
const LINES = 22; // the paper comes out in jerks, a line at a time

export function showPrinters(all) {
  for (const printer of all) {
    const machine = document.getElementById(`machine-${printer.id}`) ?? addPrinter(printer);
    const fine = printer.cable && printer.paper;
    machine.querySelector(".lamp").className = `lamp ${fine ? "up" : "down"}`;
    machine.querySelector(".what").textContent = !printer.cable ? "cable is out" : !printer.paper ? "out of paper" : printer.kind;
  }
}

export function showPapers(all) {
  for (const printer of printers.children) {
    const roll = printer.querySelector(".roll");
    const mine = all.filter((paper) => `printer-${paper.printer}` === printer.id);
    roll.querySelector(".empty").hidden = mine.length > 0;
    const ids = new Set(mine.map((paper) => `paper-${paper.id}`));
    for (const old of roll.querySelectorAll(".sheet")) if (!ids.has(old.id)) old.remove();
    for (const paper of mine) {
      if (document.getElementById(`paper-${paper.id}`)) continue;
      const fresh = sheet(paper);
      roll.prepend(fresh);
      if (seen) feed(fresh);
    }
  }
  seen = true;
}

function addPrinter(printer) {
  const column = make(
    "div", { class: "printer", id: `printer-${printer.id}` },
    make("div", { class: "machine", id: `machine-${printer.id}` },
      make("div", { class: "body" },
        make("div", {}, make("b", {}, printer.name), make("span", { class: "what" })),
        make("i", { class: "lamp" })),
      make("div", { class: "slot" })),
    make("div", { class: "roll", "aria-live": "polite" }, make("p", { class: "empty" }, "No paper yet. Order something.")),
  );
  printers.append(column);
  return column.querySelector(".machine");
}

function sheet(paper) {
  const image = make("img", { src: paper.image, alt: paper.text, width: paper.width, height: paper.height });
  return make(
    "div", { class: "sheet", id: `paper-${paper.id}` },
    make("button", { type: "button", title: "Look closer", onclick: () => look(paper) }, image),
  );
}

// Out of the slot, from nothing to its whole height.
function feed(fresh) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const height = `${fresh.scrollHeight}px`;
  fresh.animate([{ height: "0" }, { height }], { duration: FEED_MS, easing: `steps(${LINES}, end)` });
}

function look(paper) {
  const image = document.getElementById("close-up-image");
  image.src = paper.image;
  image.alt = paper.text;
  document.getElementById("close-up-text").textContent = paper.text;
  closeUp.showModal();
}
