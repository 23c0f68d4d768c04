// The page on which printers are named, moved, routed and removed.

import { $, ask, attempt, begin, button, capital, element, field, read, tell } from "/pages/edge.js";

const LOOK_MS = 5_000; // how printers are changes by itself
const SCAN_LOOK_MS = 500;
const AWAY = ["offline", "paper_out", "cover_open", "error"];

const page = { may: false, printers: [], stations: [], held: [], editing: "" };

async function load() {
  [page.printers, page.stations, page.held] = await Promise.all([read("printers"), read("routing"), read("print-jobs?state=held")]);
  showHeld();
  showPrinters();
  showStations();
}

const nameOf = (id) => page.printers.find((one) => one.id === id)?.name ?? id;
const pathOf = (id) => `printers/${encodeURIComponent(id)}`;

// ---- what is held

function showHeld() {
  $("held-part").hidden = !page.held.length;
  $("held").replaceChildren(...page.held.map((job) => {
    const act = (what, done) => () => attempt(async () => {
      await ask("POST", `print-jobs/${job.id}/${what}`);
      await load();
      return done;
    });
    const where = job.printer_id ? nameOf(job.printer_id) : "no printer";
    return element("div", { className: "row" },
      element("h3", {}, `${job.number} ${job.kind}`, element("small", { textContent: `for ${job.station}, ${where}` })),
      element("p", { className: "quiet", textContent: capital(job.reason) }),
      element("div", { className: "actions" },
        button("Print it now", act("retry", `${job.number} is printed again.`)),
        button("Cancel it", () => confirm(`Cancel the ${job.kind} of ${job.number}? It is not printed.`) && act("cancel", `${job.number}: cancelled.`)())));
  }));
}

// ---- printers

function showPrinters() {
  if (page.editing) return; // somebody is typing there
  const rows = page.printers.map(printerRow);
  $("printers").replaceChildren(...(rows.length ? rows : [element("p", { className: "note", textContent: "No printer is set up yet." })]));
}

function printerRow(printer) {
  const status = printer.status ?? "unknown";
  const mark = element("span", { className: AWAY.includes(status) ? "mark wrong" : "mark", textContent: status.replace("_", " ") });
  const mine = page.stations.filter((one) => one.printer_ids.includes(printer.id)).map((one) => one.station);
  const lines = [
    printer.uri,
    mine.length ? `prints ${mine.join(", ")}` : "prints for no station",
    printer.fallback_id ? `while it is away: ${nameOf(printer.fallback_id)}` : "",
  ];
  const row = element("div", { className: "row" },
    element("h3", {}, printer.name, mark, element("small", { textContent: printer.status_reason ?? "" })),
    element("p", { className: "quiet", textContent: lines.filter(Boolean).join(" · ") }));
  row.dataset.printer = printer.id;
  row.append(element("div", { className: "actions" },
    button("Print a test", () => attempt(async () => {
      await ask("POST", `${pathOf(printer.id)}/test`);
      return `A test ticket is on its way to ${printer.name}.`;
    })),
    button("Which one is it?", () => attempt(async () => {
      const answer = await (await ask("POST", `${pathOf(printer.id)}/identify`)).json();
      return answer.job_id === null ? `${printer.name} blinks or beeps.` : `${printer.name} prints a slip with its name.`;
    })),
    button("Change…", () => edit(printer, row), { disabled: !page.may }),
    button("Remove…", () => remove(printer), { disabled: !page.may })));
  return row;
}

async function edit(printer, row) {
  const response = await ask("GET", pathOf(printer.id));
  const [etag, seen] = [response.headers.get("ETag"), await response.json()];
  page.editing = printer.id;
  const others = page.printers.filter((one) => one.id !== printer.id);
  const form = element("form", { className: "fields" },
    field("Its name", element("input", { name: "name", value: seen.name, maxLength: 80 })),
    field("Its address", element("input", { name: "uri", value: seen.uri, spellcheck: false })),
    field("Paper, mm", element("input", { name: "paper_mm", type: "number", min: 20, max: 300, value: seen.paper_mm ?? 80 })),
    field("Characters in a line", element("input", { name: "columns", type: "number", min: 16, max: 120, value: seen.columns ?? 42 })),
    field("While it is away", choice("fallback_id", [["", "its tickets wait"], ...others.map((one) => [one.id, `${one.name} prints them`])], seen.fallback_id ?? "")));
  const state = element("p", { className: "state wide" });
  const done = () => {
    page.editing = "";
    load();
  };
  form.append(
    element("p", { className: "actions wide" }, element("button", { className: "first", textContent: "Save" }), button("Leave it", done)),
    state);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const value = (name) => form.elements[name].value.trim();
      const wanted = { name: value("name"), uri: value("uri"), paper_mm: Number(value("paper_mm")), columns: Number(value("columns")), fallback_id: value("fallback_id") };
      await ask("PATCH", pathOf(printer.id), wanted, { "If-Match": etag });
      done();
      tell(`${wanted.name} is saved.`);
    }, state);
  });
  row.querySelector("form")?.remove();
  row.append(form);
  form.elements.name.focus();
}

function choice(name, options, value) {
  const select = element("select", { name });
  select.append(...options.map(([id, text]) => new Option(text, id)));
  select.value = value;
  return select;
}

// ---- taking one away

async function remove(printer) {
  const etag = (await ask("GET", pathOf(printer.id))).headers.get("ETag");
  const others = page.printers.filter((one) => one.id !== printer.id);
  $("removing-title").textContent = `Remove ${printer.name}?`;
  $("removing-why").textContent = "It is taken off the list. What it still had to print is not lost: say what becomes of it.";
  $("removing-wrong").textContent = "";
  const options = [
    ...others.map((one) => [`?move_to=${encodeURIComponent(one.id)}`, `${one.name} takes over: its tickets and its stations`]),
    ["?hold=true", "Nobody: its tickets are held until somebody prints or cancels them"],
  ];
  const fallback = options.findIndex(([query]) => query === `?move_to=${encodeURIComponent(printer.fallback_id ?? "")}`);
  $("removing-choices").replaceChildren(...options.map(([value, text], n) => element("label", { className: "pick" },
    element("input", { type: "radio", name: "then", value, checked: n === Math.max(0, fallback) }), text)));
  $("removing-yes").onclick = async () => {
    const query = $("removing").querySelector("[name=then]:checked").value;
    try {
      const gone = await (await ask("DELETE", `${pathOf(printer.id)}${query}`, undefined, { "If-Match": etag })).json();
      $("removing").close();
      await load();
      tell(`${printer.name} is removed. ${told(gone)}`);
    } catch (error) {
      $("removing-wrong").textContent = error.message;
    }
  };
  $("removing").showModal();
}

function told(gone) {
  const moved = gone.moved ? [`${gone.moved} tickets come out elsewhere.`] : [];
  const held = gone.held ? [`${gone.held} tickets are held, above.`] : [];
  const alone = Object.entries(gone.stations).filter(([, printers]) => !printers.length).map(([station]) => `Nothing prints for ${station} now.`);
  return [...moved, ...held, ...alone].join(" ");
}

// ---- stations

function showStations() {
  $("stations").replaceChildren(...page.stations.map((station) => {
    const state = element("p", { className: "state" });
    const boxes = page.printers.map((printer) => {
      const box = element("input", { type: "checkbox", value: printer.id, checked: station.printer_ids.includes(printer.id), disabled: !page.may });
      return element("label", {}, box, printer.name);
    });
    const row = element("div", { className: "row" },
      element("h3", {}, station.station, element("small", { textContent: about(station) })),
      element("div", { className: "stations" }, ...boxes), state);
    row.dataset.station = station.station;
    row.addEventListener("change", () => attempt(async () => {
      const chosen = [...row.querySelectorAll("input:checked")].map((box) => box.value);
      try {
        await ask("PUT", `routing/${encodeURIComponent(station.station)}`, { printer_ids: chosen }, { "If-Match": `"${station.version}"` });
      } finally {
        await load(); // the boxes show what stands, also where it was refused
      }
      return chosen.length ? `${station.station}: ${chosen.map(nameOf).join(", ")}.` : nobody(station.station);
    }));
    return row;
  }));
}

function about(station) {
  const dishes = station.station === "receipt" ? "receipts and reports" : `${station.dishes} ${station.dishes === 1 ? "dish" : "dishes"}`;
  return station.held ? `${dishes}; ${station.held} tickets are held, above` : dishes;
}

const nobody = (station) => station === "receipt" ? "No receipts are printed." : `Nothing prints for ${station}: its tickets are held.`;

// ---- adding

$("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  attempt(async () => {
    const value = (name) => form.elements[name].value.trim();
    const added = await (await ask("POST", "printers", { name: value("name"), uri: value("uri"), paper_mm: Number(value("paper_mm")), columns: Number(value("columns")) })).json();
    form.reset();
    await load();
    return `${added.name} is added. Now say what it prints, above.`;
  }, $("add-state"));
});

$("scan").addEventListener("click", () => attempt(async () => {
  let scan = await (await ask("POST", "printers/scan")).json();
  while (scan.state === "running") {
    tell(`Asked ${scan.probed} of ${scan.total} addresses…`, false, $("add-state"));
    await new Promise((resolve) => setTimeout(resolve, SCAN_LOOK_MS));
    scan = await read("printers/scan");
  }
  $("found").replaceChildren(...scan.found.map((one) => element("div", { className: "row" },
    element("h3", {}, one.name, element("small", { textContent: one.uri })),
    one.printer_id
      ? element("p", { className: "quiet", textContent: `This is ${nameOf(one.printer_id)}.` })
      : element("div", { className: "actions" }, button("Take this one", () => {
          $("add").elements.uri.value = one.uri;
          $("add").elements.name.value = one.name;
          $("add").elements.name.focus();
        })))));
  return scan.reason || (scan.found.length ? "" : "No printer answers on the restaurant’s network.");
}, $("add-state")));

setInterval(() => {
  if (!$("workplace").hidden && !document.hidden && !$("removing").open) load().catch(() => {});
}, LOOK_MS);

begin(async (who) => {
  page.may = who.rights.includes("may_set_up_printers");
  $("read-only").hidden = page.may;
  for (const one of $("add").elements) one.disabled = !page.may;
  await load();
});
