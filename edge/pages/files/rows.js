// Lists that are brought up to date while somebody works in them: what has not changed stays where it is, with the focus,
// a press that is held and what is being typed.

import { element } from "/pages/doing.js";

const shows = new WeakMap();
const drawn = new WeakMap();

// A row that `show` fills from a thing, at once and at each look.
export function row(show) {
  const made = element("div", { className: "row" });
  shows.set(made, show);
  return made;
}

// Has `list` hold a row for each of `things`, in their order: `keyOf` tells them apart, `make` makes a new one's row.
export function keepRows(list, things, keyOf, make, none = "") {
  const had = new Map([...list.children].map((one) => [one.dataset.key, one]));
  const wanted = things.map((thing) => {
    const one = had.get(keyOf(thing)) ?? make(thing);
    one.dataset.key = keyOf(thing);
    shows.get(one)(thing);
    return one;
  });
  if (!wanted.length && none) wanted.push(had.get("none") ?? nothing(none));
  for (const old of had.values()) if (!wanted.includes(old)) old.remove();
  wanted.forEach((one, n) => {
    if (list.children[n] !== one) list.insertBefore(one, list.children[n] ?? null);
  });
}

// Fills `box` anew only where that says anything else than the last time; the focus stays at the same place in it.
export function fill(box, ...children) {
  const made = element("div", {}, ...children);
  if (drawn.get(box) === made.innerHTML) return;
  drawn.set(box, made.innerHTML);
  const at = document.activeElement;
  const place = box.contains(at) ? [...box.querySelectorAll(at.tagName)].indexOf(at) : -1;
  box.replaceChildren(...made.childNodes);
  if (place >= 0) box.querySelectorAll(at.tagName)[place]?.focus();
}

function nothing(text) {
  const made = element("p", { className: "note", textContent: text });
  made.dataset.key = "none";
  return made;
}
