// Tickets that are not on paper yet: why, in words for whoever waits for them.

import { capital } from "/pages/doing.js";
import { read } from "/pages/edge.js";

const AWAY = { offline: "cannot be reached", paper_out: "is out of paper", cover_open: "is open", error: "does not work" };
const WHAT = { kitchen: "", receipt: "the receipt", change: "what was changed", report: "the report" };
const FOLLOW_MS = 6_000; // a ticket takes well under a second; after that somebody wants to be told something
const PATIENCE_MS = 1_500; // a printer that is called away may be back by now
const AGAIN_MS = 250;

export const isAway = (printer) => Boolean(printer && AWAY[printer.status]);
export const NOT_ON_PAPER = "print-jobs?open=true&limit=500";

// Why `job` is not on paper. `jobs` are all that are not, `printers` as they are.
export function whyNot(job, jobs, printers) {
  const printer = printers.find((one) => one.id === job.printer_id);
  const name = printer?.name ?? job.printer_id;
  if (job.state === "failed") return `${name} does not take it: ${job.reason}`;
  if (job.state === "held" && !job.awaits_printer) return job.reason;
  if (isAway(printer)) return `${name} ${AWAY[printer.status]}`;
  if (job.reason) return job.reason;
  const front = (other) => other.state === "held" && other.order_id === job.order_id && other.station === job.station && other.id < job.id;
  if (job.kind === "change" && jobs.some(front)) return "the ticket that it changes is held";
  if (jobs.some((other) => other.printer_id === job.printer_id && other.id < job.id)) return `it waits its turn at ${name}`;
  return `it is on its way to ${name}`;
}

// What is to be said of an order whose `mine` are not on paper.
export function notPrinted(mine, jobs, printers) {
  const said = mine.map((job) => `${WHAT[job.kind] ? `${capital(WHAT[job.kind])} is not` : "Not"} printed yet: ${whyNot(job, jobs, printers)}`);
  return [...new Set(said)];
}

// Waits a few seconds for `jobs` to come out, and says what is true then: `done`, or why not.
export async function comeOut(jobs, done) {
  const since = performance.now();
  const passed = () => performance.now() - since;
  for (;;) {
    const [seen, printers] = await Promise.all([Promise.all(jobs.map((job) => read(`print-jobs/${job.id}`))), read("printers")]);
    const open = seen.filter((job) => job.state !== "printed");
    if (!open.length) return done;
    const stuck = open.find((job) => ["held", "failed"].includes(job.state) || job.reason || isAway(printers.find((one) => one.id === job.printer_id)));
    if ((stuck && passed() > PATIENCE_MS) || passed() > FOLLOW_MS) {
      const of = jobs.length > 1 ? `${open.length} of ${jobs.length} tickets are not` : "Not";
      const why = whyNot(stuck ?? open[0], await read(NOT_ON_PAPER), printers);
      return `${of} printed yet: ${why}. Printers lists what is not out.`;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
