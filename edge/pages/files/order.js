// One order, opened: what it is, and the forms that put it right. What is shown is what If-Match names; what is typed
// is never thrown away without a question, nor put over what somebody else wrote meanwhile without showing that.

import { attempt, busy, button, capital, element, field, sends, tell, valueOf } from "/pages/doing.js";
import { Refused, ask } from "/pages/edge.js";
import { clock, money, optionsOf, priceOf, why } from "/pages/order-words.js";
import { isTyped } from "/pages/meanwhile.js";
import { headForm } from "/pages/order-head.js";
import { moneyForms } from "/pages/order-money.js";
import { fill } from "/pages/rows.js";
import { comeOut } from "/pages/tickets.js";

const RECEIPT = "receipt";
const WAY = ["placed", "preparing", "ready", "completed"];
const inputs = (panel) => [...panel.querySelectorAll("input")];

export const isOpen = (order) => WAY.slice(0, -1).includes(order.status);
export const isDirty = (panel) => inputs(panel).some(isTyped);

// Answers with the `panel`; `close`, which is false where somebody stays with what they typed; and `look`, which takes
// up what has become of the order elsewhere, as long as nothing is typed.
export async function openOrder(id, { refunds, changed, closed }) {
  const path = `orders/${encodeURIComponent(id)}`;
  let [order, etag] = await found();
  const panel = element("div", { className: "opened", tabIndex: -1 });
  panel.setAttribute("aria-label", `Order ${order.number}`);
  const [dishes, asking, way, payment, paper] = Array.from({ length: 5 }, () => element("div"));
  const head = headForm(order, saveHead);

  async function found() {
    const response = await ask("GET", path);
    return [await response.json(), response.headers.get("ETag")];
  }

  function show() {
    fill(dishes, dishesOf(order));
    fill(way, ...wayOf(order));
    head.take(order, isOpen(order));
    const typed = Object.fromEntries(inputs(payment).filter(isTyped).map((one) => [`${one.form.dataset.form} ${one.name}`, one.value]));
    fill(payment, ...moneyForms(order, refunds));
    for (const one of inputs(payment)) one.value = typed[`${one.form.dataset.form} ${one.name}`] ?? one.value;
    fill(paper, ...paperOf(order));
  }

  // Sends `edit`. Where somebody was faster nothing is changed, and what they made of it is shown beside what is typed.
  async function send(edit) {
    try {
      const response = await ask("PATCH", path, edit, { "If-Match": etag });
      [order, etag] = [await response.json(), response.headers.get("ETag")];
    } catch (error) {
      if (error.status !== 412) throw error;
      [order, etag] = await found();
      show();
      throw new Refused(412, `Somebody changed ${order.number} meanwhile, and it is shown as it stands now. Look, and press again.`);
    }
    return changed();
  }

  async function saveHead() {
    for (;;) {
      const edit = head.edit();
      if (!Object.keys(edit).length) return `${order.number}: nothing was changed.`;
      try {
        await send(edit);
      } catch (error) {
        if (error.status !== 412) throw error;
        if (!head.clashes()) continue; // they changed something else: both stand
        throw new Refused(412, "Somebody changed the same meanwhile: theirs stands beside yours. Take it, or save again to put yours over it.");
      }
      const words = head.saved(order, edit);
      show();
      return `${order.number}: ${words}`;
    }
  }

  async function pay(form) {
    const edit = form.edit();
    if (!edit) return;
    await attempt(async () => {
      await send(edit);
      form.reset();
      show();
      return `${order.number}: ${form.done}`;
    });
  }

  function askWhy(line, what) {
    const [act, done] = what === "void" ? ["Void it", "is voided"] : ["On the house", "is on the house"];
    const form = element("form", { className: "fields" },
      field(`${line.qty}× ${line.name}: why?`, element("input", { name: "reason", required: true, maxLength: 280 })),
      element("p", { className: "actions wide" }, element("button", { textContent: act }), button("Leave it", () => asking.replaceChildren())));
    sends(form, () => attempt(async () => {
      await send({ [what]: [{ line_id: line.id, reason: valueOf(form, "reason") }] });
      asking.replaceChildren();
      show();
      return `${order.number}: ${line.name} ${done}.`;
    }));
    asking.replaceChildren(form);
    form.elements.reason.focus();
  }

  async function advance(status) {
    if (status === "cancelled" && !confirm(`Cancel order ${order.number}? Who has it on paper is told to stop.`)) return;
    await attempt(async () => {
      await send({ status });
      show();
      return `${order.number} is ${status}.`;
    });
  }

  function printAgain(stations) {
    return attempt(async () => {
      const jobs = await (await ask("POST", `${path}/print`, { stations })).json();
      const words = jobs.length === 1 ? "One ticket" : `${jobs.length} tickets`;
      const again = jobs.some((job) => job.banner) ? " again, marked REPRINT" : "";
      tell(`${words} on the way…`);
      changed();
      const said = await comeOut(jobs, `${words} ${jobs.length === 1 ? "is" : "are"} printed${again}.`);
      changed();
      return `${order.number}: ${said}`;
    });
  }

  function close() {
    if (isDirty(panel) && !confirm(`What you typed for ${order.number} is not saved. Leave it?`)) return false;
    panel.remove();
    closed();
    return true;
  }

  async function look(listed) {
    if (JSON.stringify(listed) === JSON.stringify(order) || isDirty(panel)) return;
    const [theirs, theirEtag] = await found();
    if (isDirty(panel)) return; // somebody began to type meanwhile
    [order, etag] = [theirs, theirEtag];
    show();
  }

  // What is drawn anew as the order moves on says by its data what it does.
  panel.addEventListener("click", ({ target }) => {
    const { line, what, status, print } = target.dataset;
    if (line) askWhy(order.lines.find((one) => one.id === line), what);
    if (status) busy(target, () => advance(status));
    if (print) busy(target, () => printAgain(JSON.parse(print)));
  });
  panel.addEventListener("submit", (event) => {
    if (!event.target.edit) return; // it sees to itself
    event.preventDefault();
    busy(event.target.querySelector("button"), () => pay(event.target));
  });
  panel.append(dishes, asking, way, head.part, payment, paper, element("div", { className: "actions" }, button("Close", close)));
  show();
  return { id, panel, close, look, seen: () => order };
}

function dishesOf(order) {
  const { currency } = order;
  const lines = order.lines.map((line) => {
    const [voided, comped] = [line.voided, line.comped];
    const gone = voided || order.status === "cancelled" ? "gone" : "";
    const more = [...optionsOf(line, currency), ...(line.note ? [`(${line.note})`] : [])];
    return element("li", {},
      element("span", { className: "dish" },
        element("span", { className: gone, textContent: `${line.qty}× ${line.name}` }),
        ...more.map((one) => element("span", { className: `option ${gone}`, textContent: one })),
        ...(voided ? [element("span", { className: "option", textContent: `voided: ${why(voided)}` })] : []),
        ...(comped ? [element("span", { className: "option", textContent: `on the house: ${why(comped)}` })] : []),
        ...(isOpen(order) && !voided ? [element("span", { className: "acts" }, act("Void…", "void", line), ...(comped ? [] : [act("On the house…", "comp", line)]))] : [])),
      element("span", { className: voided || comped ? "gone" : gone, textContent: money(priceOf(line), currency) }));
  });
  const entries = (order.payment.entries ?? []).map((one) => element("li", {},
    element("span", { className: "quiet", textContent: [`${capital(one.kind)}, ${one.method}`, one.reason, one.by, one.at && clock(one.at)].filter(Boolean).join(" · ") }),
    element("span", { textContent: money(one.amount, currency) })));
  const sum = element("li", { className: "sum" }, element("span", { textContent: order.status === "cancelled" ? "Total, before it was cancelled" : "Total" }),
    element("span", { textContent: money(order.totals.gross, currency) }));
  return element("ul", { className: "dishes" }, ...lines, sum, ...entries);
}

function act(text, what, line) {
  const made = element("button", { type: "button", className: "plain", textContent: text });
  made.setAttribute("aria-label", `${text.slice(0, -1)}: ${line.name}`);
  Object.assign(made.dataset, { line: line.id, what });
  return made;
}

function wayOf(order) {
  if (!isOpen(order)) return [];
  const onward = WAY.slice(WAY.indexOf(order.status) + 1).map((status) => [capital(status), status]);
  return [
    element("h4", { textContent: "How far it is" }),
    element("div", { className: "actions" }, ...[...onward, ["Cancel the order…", "cancelled"]].map(([text, status]) => {
      const made = element("button", { type: "button", textContent: text });
      made.dataset.status = status;
      return made;
    })),
  ];
}

function paperOf(order) {
  if (order.status === "cancelled") return [];
  const stations = [...new Set(order.lines.filter((line) => !line.voided).map((line) => line.station))];
  const choices = [["The receipt", [RECEIPT]], ...stations.map((one) => [`The ticket of ${one}`, [one]]), ["All of it", []]];
  return [
    element("h4", { textContent: "Print again" }),
    element("div", { className: "actions" }, ...choices.map(([text, chosen]) => {
      const made = element("button", { type: "button", textContent: text });
      made.dataset.print = JSON.stringify(chosen);
      return made;
    })),
  ];
}
