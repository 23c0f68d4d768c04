// An order's payment: paid, corrected, or money given back. Each form says by `edit` what it would send, and what was
// `done` with that.

import { element, field, valueOf } from "/pages/doing.js";
import { minor, money, plain } from "/pages/order-words.js";

export function moneyForms(order, refunds) {
  const { currency, payment } = order;
  const title = element("h4", { textContent: "Payment" });
  if (payment.status !== "paid") {
    if (order.status === "cancelled") return [];
    return [title, small("Paid", [field("How", method(true))], (form) => ({ pay: valueOf(form, "method") }), "paid. “The receipt”, below, prints one that says so.")];
  }
  if (!refunds) return [title, element("p", { className: "note", textContent: "To correct a payment or to give money back is the owner’s, or of whom the owner allows it." })];
  const reason = () => field("Why", element("input", { name: "reason", required: true, maxLength: 280 }));
  const left = (payment.entries ?? [{ amount: order.totals.gross }]).reduce((sum, one) => sum + one.amount, 0);
  const [least, most] = [plain(1, currency), plain(left, currency)];
  const amount = element("input", { name: "amount", type: "number", min: least, step: least, max: most, defaultValue: most, required: true });
  return [
    title,
    small("Correct it", [field("It was paid by", method(true)), reason()],
      (form) => ({ correct_payment: { method: valueOf(form, "method"), reason: valueOf(form, "reason") } }), "the payment is corrected."),
    small("Give back", [field(`Amount, ${currency}`, amount), field("How", method(false, payment.method)), reason()], (form) => {
      const back = minor(valueOf(form, "amount"), currency);
      return confirm(`Give ${money(back, currency)} back?`) && { refund: { amount: back, method: valueOf(form, "method"), reason: valueOf(form, "reason") } };
    }, "money given back."),
  ];
}

function small(name, fields, edit, done) {
  const form = element("form", { className: "fields" }, ...fields, element("p", { className: "actions wide" }, element("button", { textContent: name })));
  form.dataset.form = name;
  return Object.assign(form, { edit: () => edit(form), done });
}

function method(required, value = "") {
  const input = element("input", { name: "method", maxLength: 40, required, defaultValue: value });
  input.setAttribute("list", "methods");
  return input;
}
