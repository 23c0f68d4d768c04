// What stands over an order: its note, who it is for, and when it is wanted.

import { button, element, field, sends, attempt } from "/pages/doing.js";
import { Refused } from "/pages/edge.js";
import { fromTheWall, onTheWall } from "/pages/order-words.js";

const CUSTOMER = ["name", "phone", "address"];

// `part` is what is shown; `take` shows another state of the order and keeps what is typed; `edit` is what of it is to
// be sent, `clashes` whether somebody else wrote the same field, `saved` the words once the edge has it.
export function headForm(order, save) {
  const form = element("form", { className: "fields" },
    field("Note", element("input", { name: "note", maxLength: 280 })),
    field("Name", element("input", { name: "name", maxLength: 80 })),
    field("Telephone", element("input", { name: "phone", maxLength: 40, type: "tel" })),
    field("Address", element("input", { name: "address", maxLength: 280 })),
    field("Wanted at", element("input", { name: "promised_at", type: "datetime-local" })),
    element("p", { className: "actions wide" }, element("button", { className: "first", textContent: "Save" })));
  const fields = [...form.elements].filter((one) => one.name);
  const part = element("div", {}, element("h4", { textContent: "Note, customer, time" }), form);
  const typed = (one) => one.value.trim();
  const changed = (one) => typed(one) !== one.defaultValue;
  sends(form, () => attempt(save));

  for (const one of fields) one.defaultValue = standing(order, one.name);

  function take(now, open) {
    part.hidden = !open && !fields.some(changed);
    for (const one of fields) {
      const [mine, base, theirs] = [typed(one), one.defaultValue, standing(now, one.name)];
      if (base === theirs) continue;
      const clash = mine !== base && mine !== theirs;
      one.defaultValue = theirs;
      one.value = clash ? mine : mine === base ? theirs : one.value;
      mark(one, clash && theirs);
    }
  }

  // Shows what somebody else wrote into the field meanwhile, with a way to take it; `false` takes that away again.
  function mark(one, theirs) {
    const label = one.parentElement;
    label.querySelector(".theirs")?.remove();
    if (theirs === false) return;
    const taken = button("Take it", () => {
      one.value = one.defaultValue;
      mark(one, false);
      one.focus();
    });
    label.append(element("span", { className: "theirs" }, theirs ? `Meanwhile: “${theirs.replace("T", " ")}” ` : "Meanwhile: nothing stands there ", taken));
  }

  function edit() {
    const value = (name) => typed(form.elements[name]);
    const moved = (name) => changed(form.elements[name]);
    if (moved("promised_at") && !value("promised_at")) {
      form.elements.promised_at.focus();
      throw new Refused(422, "An order is always wanted at some time: write another one, or leave the one that stands.");
    }
    const set = CUSTOMER.filter(moved);
    return {
      ...(moved("note") ? { note: value("note") } : {}),
      ...(set.length ? { customer: Object.fromEntries(set.map((name) => [name, value(name)])) } : {}),
      ...(moved("promised_at") ? { promised_at: fromTheWall(value("promised_at")) } : {}),
    };
  }

  function saved(now, sent) {
    for (const one of fields) {
      one.value = one.defaultValue = standing(now, one.name);
      mark(one, false);
    }
    const { phone, ...printed } = { ...sent, ...sent.customer, customer: undefined };
    const slip = Object.values(printed).some((one) => one !== undefined);
    return `saved.${slip ? " A slip tells who has it on paper." : ""}${phone && !callable(phone) ? ` But “${phone}” is no number that can be called.` : ""}`;
  }

  // Whether there is a field that somebody else wrote too; whoever is asked about it is taken there.
  function clashes() {
    const first = form.querySelector(".theirs");
    first?.parentElement.querySelector("input").focus();
    return Boolean(first);
  }

  return { part, take, edit, saved, clashes };
}

function standing(order, name) {
  if (name === "note") return order.note;
  if (name === "promised_at") return order.promised_at ? onTheWall(order.promised_at) : "";
  return order.customer[name];
}

// Extensions are written in many ways, and a guest may leave none: only what holds no number at all is told of.
const callable = (text) => (text.match(/\d/g) ?? []).length >= 3;
