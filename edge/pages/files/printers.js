// The page on which printers are named, moved, routed and removed, and on which all that is not on paper is seen.

import { attempt, busy, button, capital, element, field, sends, tell, valueOf } from "/pages/doing.js";
import { $, Refused, ask, begin, keepLooking, read } from "/pages/edge.js";
import { clashes, fieldsOf, isTyped, settled, takeUp, typed } from "/pages/meanwhile.js";
import { fill, keepRows, row } from "/pages/rows.js";
import { NOT_ON_PAPER, comeOut, isAway, whyNot } from "/pages/tickets.js";

const SCAN_LOOK_MS = 500;

const page = { may: false, printers: [], stations: [], waiting: [] };

async function load() {
  const [printers, stations, waiting] = await Promise.all([read("printers"), read("routing"), read(NOT_ON_PAPER)]);
  Object.assign(page, { printers, stations, waiting: waiting.reverse() }); // as they will come out
  showWaiting();
  keepRows($("printers"), page.printers, (one) => one.id, printerRow, "No printer is set up yet.");
  showStations();
}

const printerOf = (id) => page.printers.find((one) => one.id === id);
const nameOf = (id) => printerOf(id)?.name ?? id;
const pathOf = (id) => `printers/${encodeURIComponent(id)}`;

// ---- what is not on paper

function showWaiting() {
  $("held-part").hidden = !page.waiting.length;
  keepRows($("held"), page.waiting, (job) => String(job.id), waitingRow);
}

function waitingRow({ id, number, kind }) {
  const about = element("div", { className: "about" });
  const made = row((job) => fill(about,
    element("h3", {}, `${number} ${kind}`, element("small", { textContent: `for ${job.station}, ${job.printer_id ? nameOf(job.printer_id) : "no printer"}` })),
    element("p", { className: "quiet", textContent: `${capital(whyNot(job, page.waiting, page.printers))}.` })));
  made.append(about, element("div", { className: "actions" },
    button("Print it now", () => attempt(async () => {
      const jobs = await (await ask("POST", `print-jobs/${id}/retry`)).json();
      return sent(`${number} ${kind}`, jobs);
    })),
    button("Cancel this ticket", () => confirm(`Cancel the ${kind} of ${number}? It is not printed; the order stands.`) && attempt(async () => {
      await ask("POST", `print-jobs/${id}/cancel`);
      await load();
      return `${number}: its ${kind} is cancelled, and is not printed.`;
    }))));
  return made;
}

// Follows what was sent to a printer, and says what is true of it: on paper, or why not.
async function sent(what, jobs) {
  tell(`${what}: sent to ${jobs[0].printer_id ? nameOf(jobs[0].printer_id) : "the printer"}…`);
  const words = await comeOut(jobs, "printed.");
  await load();
  return `${what}: ${words}`;
}

// ---- printers

function printerRow({ id }) {
  const about = element("div", { className: "about" });
  const made = row((printer) => {
    const mine = page.stations.filter((one) => one.printer_ids.includes(id)).map((one) => one.station);
    const lines = [
      printer.uri,
      mine.length ? `prints ${mine.join(", ")}` : "prints for no station",
      printer.fallback_id ? `while it is away: ${nameOf(printer.fallback_id)}` : "",
    ];
    const status = element("span", { className: isAway(printer) ? "mark wrong" : "mark", textContent: (printer.status ?? "unknown").replace("_", " ") });
    fill(about,
      element("h3", {}, printer.name, status, element("small", { textContent: printer.status_reason ?? "" })),
      element("p", { className: "quiet", textContent: lines.filter(Boolean).join(" · ") }));
    for (const one of made.querySelectorAll("[data-setup]")) one.disabled = !page.may;
  });
  made.dataset.printer = id;
  const changes = button("Change…", () => attempt(() => edit(printerOf(id), made)));
  const removes = button("Remove…", () => attempt(() => remove(printerOf(id))));
  changes.dataset.setup = removes.dataset.setup = "";
  made.append(about, element("div", { className: "actions" },
    button("Print a test", () => attempt(async () => sent(`The test ticket of ${nameOf(id)}`, await (await ask("POST", `${pathOf(id)}/test`)).json()))),
    button("Which one is it?", () => attempt(async () => {
      const { job_id: slip } = await (await ask("POST", `${pathOf(id)}/identify`)).json();
      if (slip === null) return `${nameOf(id)} blinks or beeps.`;
      return sent(`The slip with the name of ${nameOf(id)}`, [{ id: slip, printer_id: id }]);
    })),
    changes, removes));
  return made;
}

async function edit(printer, made) {
  if (made.querySelector("form")) return made.querySelector("form").elements.name.focus(); // it is open: what is typed there stays
  const found = async () => {
    const response = await ask("GET", pathOf(printer.id));
    return [response.headers.get("ETag"), await response.json()];
  };
  let [etag, seen] = await found();
  const others = page.printers.filter((one) => one.id !== printer.id);
  const standing = (name) => seen[name] ?? { paper_mm: 80, columns: 42, fallback_id: "" }[name];
  const form = element("form", { className: "fields" },
    field("Its name", element("input", { name: "name", maxLength: 80 })),
    field("Its address", element("input", { name: "uri", spellcheck: false })),
    field("Paper, mm", element("input", { name: "paper_mm", type: "number", min: 20, max: 300, required: true })),
    field("Characters in a line", element("input", { name: "columns", type: "number", min: 16, max: 120, required: true })),
    field("While it is away", choice("fallback_id", [["", "its tickets wait"], ...others.map((one) => [one.id, `${one.name} prints them`])])));
  settled(form, standing);
  const state = element("p", { className: "state wide" });
  const done = () => {
    form.remove();
    made.querySelector("[data-setup]").focus();
  };
  const leave = () => {
    if (!isHalfway(form) || confirm(`What you changed of ${printer.name} is not saved. Leave it?`)) done();
  };
  form.append(element("p", { className: "actions wide" }, element("button", { className: "first", textContent: "Save" }), button("Leave it", leave)), state);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
  });
  sends(form, () => attempt(async () => {
    const changed = fieldsOf(form).filter(isTyped);
    const wanted = Object.fromEntries(changed.map((one) => [one.name, one.type === "number" ? Number(one.value) : typed(one)]));
    try {
      if (changed.length) await ask("PATCH", pathOf(printer.id), wanted, { "If-Match": etag });
    } catch (error) {
      if (error.status !== 412) throw error;
      [etag, seen] = await found();
      takeUp(form, standing);
      throw new Refused(412, clashes(form)
        ? "Somebody changed the same meanwhile: theirs stands beside yours. Take it, or save again to put yours over it."
        : "Somebody changed it meanwhile, and it is shown as it stands now. Save again.");
    }
    done();
    tell(changed.length ? `${wanted.name ?? seen.name} is saved.` : `${printer.name}: nothing was changed.`);
    await load();
  }, state));
  made.append(form);
  form.elements.name.focus();
}

const isHalfway = (form) => fieldsOf(form).some(isTyped);

function choice(name, options) {
  const select = element("select", { name });
  select.append(...options.map(([id, text]) => new Option(text, id)));
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
  $("removing-yes").onclick = () => busy($("removing-yes"), async () => {
    const query = $("removing").querySelector("[name=then]:checked").value;
    try {
      const gone = await (await ask("DELETE", `${pathOf(printer.id)}${query}`, undefined, { "If-Match": etag })).json();
      $("removing").close();
      await load();
      tell(`${printer.name} is removed. ${told(gone)}`);
    } catch (error) {
      $("removing-wrong").textContent = error.message;
    }
  });
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
  keepRows($("stations"), page.stations, (one) => one.station, stationRow);
}

function stationRow({ station }) {
  const about = element("div", { className: "about" });
  const boxes = element("div", { className: "stations" });
  const made = row((now) => {
    fill(about, element("h3", {}, station, element("small", { textContent: aboutStation(now) })));
    if (made.sending) return; // what was ticked last is on its way
    fill(boxes, ...page.printers.map((printer) => element("label", {},
      element("input", { type: "checkbox", value: printer.id, disabled: !page.may }), printer.name)));
    for (const box of boxes.querySelectorAll("input")) box.checked = now.printer_ids.includes(box.value);
  });
  made.dataset.station = station;
  made.sending = 0;
  let turn = Promise.resolve(); // quick clicks go up one after the other, each on what the last one made
  let refused = 0; // after which none of those that were waiting goes up: they did not see what is shown now
  made.addEventListener("change", () => {
    const chosen = [...made.querySelectorAll("input:checked")].map((box) => box.value);
    const since = refused;
    made.sending += 1;
    turn = turn.then(() => attempt(async () => {
      try {
        if (since !== refused) throw new Error("It was changed meanwhile; look at it again.");
        const { version } = page.stations.find((one) => one.station === station);
        await ask("PUT", `routing/${encodeURIComponent(station)}`, { printer_ids: chosen }, { "If-Match": `"${version}"` });
      } catch (error) {
        refused += 1;
        throw error;
      } finally {
        made.sending -= 1;
        await load(); // the boxes show what stands, also where it was refused
      }
      return chosen.length ? `${station}: ${chosen.map(nameOf).join(", ")}.` : nobody(station);
    }));
  });
  made.append(about, boxes);
  return made;
}

function aboutStation(station) {
  const dishes = station.station === "receipt" ? "receipts and reports" : `${station.dishes} ${station.dishes === 1 ? "dish" : "dishes"}`;
  return station.held ? `${dishes}; ${station.held} tickets are held, above` : dishes;
}

const nobody = (station) => station === "receipt" ? "No receipts are printed." : `Nothing prints for ${station}: its tickets are held.`;

// ---- adding

sends($("add"), (form) => attempt(async () => {
  const value = (name) => valueOf(form, name);
  const added = await (await ask("POST", "printers", { name: value("name"), uri: value("uri"), paper_mm: Number(value("paper_mm")), columns: Number(value("columns")) })).json();
  form.reset();
  await load();
  return `${added.name} is added. Now say what it prints, above.`;
}, $("add-state")));

$("scan").addEventListener("click", () => busy($("scan"), () => attempt(async () => {
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
}, $("add-state"))));

addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("#workplace form")].some(isHalfway)) event.preventDefault();
});

keepLooking(load);

begin(async (who) => {
  page.may = who.rights.includes("may_set_up_printers");
  $("read-only").hidden = page.may;
  for (const one of $("add").elements) one.disabled = !page.may;
  await load();
});
