// What stands over an order: its note, who it is for, and when it is wanted.

import { attempt, element, field, sends } from "/pages/doing.js";
import { Refused } from "/pages/edge.js";
import { clashes, fieldsOf, isTyped, settled, takeUp, typed } from "/pages/meanwhile.js";
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
  const part = element("div", {}, element("h4", { textContent: "Note, customer, time" }), form);
  sends(form, () => attempt(save));
  settled(form, (name) => standing(order, name));

  function take(now, open) {
    part.hidden = !open && !fieldsOf(form).some(isTyped);
    takeUp(form, (name) => standing(now, name));
  }

  function edit() {
    const value = (name) => typed(form.elements[name]);
    const moved = (name) => isTyped(form.elements[name]);
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
    settled(form, (name) => standing(now, name));
    const { phone, ...printed } = { ...sent, ...sent.customer, customer: undefined };
    const slip = Object.values(printed).some((one) => one !== undefined);
    return `saved.${slip ? " A slip tells who has it on paper." : ""}${phone && !callable(phone) ? ` But “${phone}” is no number that can be called.` : ""}`;
  }

  return { part, take, edit, saved, clashes: () => clashes(form) };
}

function standing(order, name) {
  if (name === "note") return order.note;
  if (name === "promised_at") return order.promised_at ? onTheWall(order.promised_at) : "";
  return order.customer[name];
}

// Extensions are written in many ways, and a guest may leave none: only what holds no number at all is told of.
const callable = (text) => (text.match(/\d/g) ?? []).length >= 3;
