// The page on which an order that stands is put right: its note, customer and time, its payment, its paper.

import { $, ask, attempt, begin, button, capital, element, field, read, tell } from "/pages/edge.js";

const LOOK_MS = 5_000;
const RECEIPT = "receipt";
const OPEN = ["placed", "preparing", "ready"];

const page = { refunds: false, zone: "UTC", orders: [], open: "" };

async function load() {
  page.orders = await read("orders");
  if (page.open) return; // somebody is at work there
  const rows = page.orders.map(orderRow);
  $("orders").replaceChildren(...(rows.length ? rows : [element("p", { className: "note", textContent: "There is none yet." })]));
}

const formatOf = (currency) => new Intl.NumberFormat("en", { style: "currency", currency });
const digits = (currency) => formatOf(currency).resolvedOptions().maximumFractionDigits;
const plain = (amount, currency) => (amount / 10 ** digits(currency)).toFixed(digits(currency));
const money = (amount, currency) => formatOf(currency).format(plain(amount, currency));
const minor = (text, currency) => Math.round(Number(text) * 10 ** digits(currency));
const clock = (at) => onTheWall(at).slice(11);
const path = (order) => `orders/${encodeURIComponent(order.id)}`;

function orderRow(order) {
  const { customer, payment, totals } = order;
  const paid = payment.status === "paid" ? `paid (${payment.method})` : payment.status;
  const what = [order.type.replace("_", " "), order.table && `table ${order.table}`, customer.name, money(totals.gross, order.currency), paid];
  const row = element("div", { className: "row" },
    element("h3", {}, order.number, element("span", { className: "mark", textContent: order.status }),
      element("small", { textContent: what.filter(Boolean).join(" · ") })));
  if (order.note) row.append(element("p", { textContent: order.note }));
  row.dataset.order = order.number;
  row.append(element("div", { className: "actions" }, button("Open", () => attempt(() => open(order.id, row)))));
  return row;
}

// One order, opened: what is shown is what If-Match will name.
async function open(id, row) {
  const before = page.open;
  page.open = id; // before anything is waited for: a list that comes meanwhile must not take the row away
  let etag, order;
  try {
    const response = await ask("GET", `orders/${encodeURIComponent(id)}`);
    [etag, order] = [response.headers.get("ETag"), await response.json()];
  } catch (error) {
    page.open = before;
    throw error;
  }
  for (const other of $("orders").querySelectorAll(".opened")) other.remove();
  const state = element("p", { className: "state" });
  const change = (edit, done) => attempt(async () => {
    await ask("PATCH", path(order), edit, { "If-Match": etag });
    await close();
    tell(`${order.number}: ${done}`);
  }, state);
  row.append(element("div", { className: "opened" },
    dishes(order), state, ...(OPEN.includes(order.status) ? headForm(order, change) : []),
    ...paymentForms(order, change), ...paperButtons(order, state),
    element("div", { className: "actions" }, button("Close", close))));
}

async function close() {
  page.open = "";
  await load();
}

function dishes(order) {
  const lines = order.lines.map((line) => element("li", { className: line.voided ? "gone" : "" },
    element("span", { textContent: `${line.qty}× ${line.name}${line.note ? ` (${line.note})` : ""}` }),
    element("span", { textContent: line.comped ? "on the house" : "" })));
  const entries = (order.payment.entries ?? []).map((one) => element("li", {},
    element("span", { className: "quiet", textContent: [`${capital(one.kind)}, ${one.method}`, one.reason, one.by, one.at && clock(one.at)].filter(Boolean).join(" · ") }),
    element("span", { textContent: money(one.amount, order.currency) })));
  const sum = element("li", { className: "sum" }, element("span", { textContent: "Total" }), element("span", { textContent: money(order.totals.gross, order.currency) }));
  return element("ul", { className: "dishes" }, ...lines, sum, ...entries);
}

// ---- note, customer, time

function headForm(order, change) {
  const { customer } = order;
  const local = order.promised_at ? onTheWall(order.promised_at) : "";
  const form = element("form", { className: "fields" },
    field("Note", element("input", { name: "note", value: order.note, maxLength: 280 })),
    field("Name", element("input", { name: "name", value: customer.name, maxLength: 80 })),
    field("Telephone", element("input", { name: "phone", value: customer.phone, maxLength: 40, type: "tel" })),
    field("Address", element("input", { name: "address", value: customer.address, maxLength: 280 })),
    field("Wanted at", element("input", { name: "promised_at", type: "datetime-local", value: local })),
    element("p", { className: "actions wide" }, element("button", { className: "first", textContent: "Save" })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name) => form.elements[name].value.trim();
    const edit = {};
    if (value("note") !== order.note) edit.note = value("note");
    const set = ["name", "phone", "address"].filter((name) => value(name) !== customer[name]);
    if (set.length) edit.customer = Object.fromEntries(set.map((name) => [name, value(name)]));
    const at = form.elements.promised_at.value;
    if (at && at !== local) edit.promised_at = fromTheWall(at);
    change(edit, "saved. Who has it on paper is told what is new.");
  });
  return [element("h4", { textContent: "Note, customer, time" }), form];
}

// Times are the restaurant's, as on paper, whatever this screen is set to.
function onTheWall(at) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: page.zone, dateStyle: "short", timeStyle: "short" });
  return format.format(new Date(at)).replace(" ", "T"); // Swedish dates are ISO's
}

function fromTheWall(text) {
  const asIfUtc = Date.parse(`${text}Z`);
  const ahead = (moment) => Date.parse(`${onTheWall(moment)}Z`) - Math.floor(moment / 60_000) * 60_000;
  return new Date(asIfUtc - ahead(asIfUtc - ahead(asIfUtc))).toISOString();
}

// ---- payment

function paymentForms(order, change) {
  const title = element("h4", { textContent: "Payment" });
  if (order.payment.status !== "paid") {
    if (order.status === "cancelled") return [];
    const method = () => element("input", { name: "method", required: true, maxLength: 40 });
    return [title, small("Paid", [field("How", listed(method()))], (value) => change({ pay: value("method") }, "paid. Open it and press “The receipt” for one that says so."))];
  }
  if (!page.refunds) return [title, element("p", { className: "note", textContent: "To correct a payment or to give money back is the owner’s, or of whom the owner allows it." })];
  const reason = () => field("Why", element("input", { name: "reason", required: true, maxLength: 280 }));
  const left = (order.payment.entries ?? [{ amount: order.totals.gross }]).reduce((sum, one) => sum + one.amount, 0);
  const [least, most] = [plain(1, order.currency), plain(left, order.currency)];
  const amount = element("input", { name: "amount", type: "number", min: least, step: least, max: most, value: most, required: true });
  return [
    title,
    small("Correct it", [field("It was paid by", listed(element("input", { name: "method", required: true, maxLength: 40, value: "" }))), reason()],
      (value) => change({ correct_payment: { method: value("method"), reason: value("reason") } }, "the payment is corrected.")),
    small("Give back", [field(`Amount, ${order.currency}`, amount), field("How", listed(element("input", { name: "method", value: order.payment.method, maxLength: 40 }))), reason()],
      (value) => confirm(`Give ${money(minor(value("amount"), order.currency), order.currency)} back?`)
        && change({ refund: { amount: minor(value("amount"), order.currency), method: value("method"), reason: value("reason") } }, "money given back.")),
  ];
}

function small(name, fields, done) {
  const form = element("form", { className: "fields" }, ...fields, element("p", { className: "actions wide" }, element("button", { textContent: name })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    done((one) => form.elements[one].value.trim());
  });
  return form;
}

function listed(input) {
  input.setAttribute("list", "methods");
  return input;
}

// ---- paper

function paperButtons(order, state) {
  if (order.status === "cancelled") return [];
  const stations = [...new Set(order.lines.filter((line) => !line.voided).map((line) => line.station))];
  const again = (name, body) => button(name, () => attempt(async () => {
    const jobs = await (await ask("POST", `${path(order)}/print`, body)).json();
    if (jobs.every((job) => !job.banner)) return "The receipt is printed.";
    return `${jobs.length === 1 ? "One ticket is" : `${jobs.length} tickets are`} printed again, marked REPRINT.`;
  }, state));
  return [
    element("h4", { textContent: "Print again" }),
    element("div", { className: "actions" },
      again("The receipt", { stations: [RECEIPT] }),
      ...stations.map((one) => again(`The ticket of ${one}`, { stations: [one] })),
      again("All of it", {})),
  ];
}

setInterval(() => {
  if (!$("workplace").hidden && !document.hidden) load().catch(() => {});
}, LOOK_MS);

begin(async (who) => {
  page.refunds = who.rights.includes("may_refund");
  page.zone = (await read("menu")).business.timezone || "UTC";
  await load();
});
