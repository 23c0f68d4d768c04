// An order's times and money as people write them. Times are the restaurant's, as on paper, whatever this screen is set to.

let zone = "UTC";

export function setZone(name) {
  zone = name;
}

const formatOf = (currency) => new Intl.NumberFormat("en", { style: "currency", currency });
const digits = (currency) => formatOf(currency).resolvedOptions().maximumFractionDigits;
export const plain = (amount, currency) => (amount / 10 ** digits(currency)).toFixed(digits(currency));
export const money = (amount, currency) => formatOf(currency).format(plain(amount, currency));
export const minor = (text, currency) => Math.round(Number(text) * 10 ** digits(currency));
export const clock = (at) => onTheWall(at).slice(11);

export function onTheWall(at) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return format.format(new Date(at)).replace(" ", "T"); // Swedish dates are ISO's
}

export function fromTheWall(text) {
  const asIfUtc = Date.parse(`${text}Z`);
  const ahead = (moment) => Date.parse(`${onTheWall(moment)}Z`) - Math.floor(moment / 60_000) * 60_000;
  return new Date(asIfUtc - ahead(asIfUtc - ahead(asIfUtc))).toISOString();
}

// What a line costs, were it charged; see `Line.full_price`.
export function priceOf(line) {
  return line.qty * Math.max(0, line.unit_price + (line.modifiers ?? []).reduce((sum, one) => sum + (one.price ?? 0), 0));
}

// The options of a line as the kitchen reads them.
export function optionsOf(line, currency) {
  return (line.modifiers ?? []).map((one) => {
    if (one.removes) return `WITHOUT ${one.name}`;
    return one.price ? `${one.name} (${one.price > 0 ? "+" : ""}${money(one.price, currency)})` : one.name;
  });
}

// Who did something, when and why, as far as it is known.
export const why = ({ reason, by, at }) => [reason, by, at && clock(at)].filter(Boolean).join(" · ");
