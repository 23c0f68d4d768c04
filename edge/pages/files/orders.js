// The page of today's orders: the list, which goes on while one of them is open.

import { attempt, button, element } from "/pages/doing.js";
import { $, begin, keepLooking, read } from "/pages/edge.js";
import { isDirty, openOrder } from "/pages/order.js";
import { clock, money, onTheWall, setZone } from "/pages/order-words.js";
import { fill, keepRows, row } from "/pages/rows.js";
import { NOT_ON_PAPER, notPrinted } from "/pages/tickets.js";

const page = { refunds: false, open: null }; // open: {id, close, look}, of the one order that somebody is at

async function load() {
  const [orders, jobs, printers] = await Promise.all([read("orders"), read(NOT_ON_PAPER), read("printers")]);
  const waiting = (order) => notPrinted(jobs.filter((job) => job.order_id === order.id), jobs, printers);
  keepRows($("orders"), withOpen(orders).map((order) => ({ order, waits: waiting(order) })), ({ order }) => order.id, newRow, "There is none yet.");
}

// What somebody is at stays, though its day has passed.
function withOpen(orders) {
  if (page.open && !orders.some((order) => order.id === page.open.id)) return [...orders, page.open.seen()];
  return orders;
}

function newRow({ order: { id, number } }) {
  const about = element("div", { className: "about" });
  const opener = button("Open", () => attempt(() => open(id, made, opener)));
  const made = row(({ order, waits }) => {
    made.classList.toggle("cancelled", order.status === "cancelled");
    fill(about, ...summary(order, waits));
    if (page.open?.id === id) page.open.look(order).catch(() => {});
  });
  made.dataset.order = number;
  made.append(about, element("div", { className: "actions" }, opener));
  return made;
}

function summary(order, waits) {
  const { customer, payment, totals } = order;
  const paid = payment.status === "paid" ? `paid (${payment.method})` : payment.status;
  const what = [
    clock(order.placed_at), order.type.replace("_", " "), order.table && `table ${order.table}`, order.promised_at && `for ${dayOf(order)}${clock(order.promised_at)}`,
    customer.name, money(totals.gross, order.currency), order.status === "cancelled" && payment.status === "unpaid" ? "" : paid,
  ];
  return [
    element("h3", {}, element("span", { className: "number", textContent: order.number }), element("span", { className: "mark", textContent: order.status }),
      element("small", { textContent: what.filter(Boolean).join(" · ") })),
    ...(order.note ? [element("p", { textContent: order.note })] : []),
    ...waits.map((words) => element("p", { className: "waits", textContent: words })),
  ];
}

function dayOf(order) {
  const [placed, wanted] = [order.placed_at, order.promised_at].map((at) => onTheWall(at).slice(0, 10));
  return placed === wanted ? "" : `${wanted} `;
}

async function open(id, made, opener) {
  if (page.open && !page.open.close()) return;
  const opened = await openOrder(id, { refunds: page.refunds, changed: () => load().catch(() => {}), closed: () => {
    page.open = null;
    opener.hidden = false;
    opener.focus();
  } });
  if (page.open && !page.open.close()) return; // another one was quicker
  page.open = opened;
  opener.hidden = true;
  made.append(opened.panel);
  opened.panel.focus();
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape") page.open?.close();
});

addEventListener("beforeunload", (event) => {
  if (page.open && isDirty(page.open.panel)) event.preventDefault();
});

keepLooking(load);

begin(async (who) => {
  page.refunds = who.rights.includes("may_refund");
  setZone((await read("menu")).business.timezone || "UTC");
  await load();
});
