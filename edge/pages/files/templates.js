// The page on which an owner changes templates: it asks the edge's API and shows what it answers.

import { busy, capital, element } from "/pages/doing.js";
import { $, Refused, ask, begin, read } from "/pages/edge.js";

const KINDS = { kitchen: "Kitchen", change: "Change", receipt: "Receipt", report: "End of day" };
const PREVIEW_AFTER_MS = 250; // of silence at the keyboard: a picture a keystroke would lag behind
const LOGO_WIDTH = 768; // dots that are sent up: twice what the printer prints, for good edges

const page = { owner: false, kind: "kitchen", id: "kitchen", saved: "", paper: 80, listed: null, printers: [] };

// ---- templates

const own = (id) => page.listed.own.find((one) => one.id === id);
const textOf = (id) => own(id)?.text ?? page.listed.built_in[page.kind];
const variantsOf = (kind) => page.listed.own.filter((one) => one.kind === kind && one.id !== kind);
const dirty = () => $("text").value !== page.saved;

async function load() {
  const unsaved = page.listed && dirty() ? $("text").value : null; // signed in again: nothing is lost
  [page.listed, page.printers] = await Promise.all([read("templates"), read("printers")]);
  showKinds();
  show(page.kind, own(page.id) ? page.id : page.kind);
  if (unsaved !== null) {
    $("text").value = unsaved;
    typed();
    preview();
  }
  showPrinters();
  showLogo();
}

function showKinds() {
  $("kinds").replaceChildren(...Object.entries(KINDS).map(([kind, name]) => {
    const button = element("button", { type: "button", textContent: name });
    button.dataset.kind = kind;
    button.addEventListener("click", () => leave(() => show(kind, kind)));
    return button;
  }));
}

function leave(then) {
  if (!dirty() || confirm("What you changed is not saved. Leave it?")) then();
  else $("variant").value = page.id;
}

function show(kind, id) {
  Object.assign(page, { kind, id });
  for (const button of $("kinds").children) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  $("variant").replaceChildren(
    new Option(own(kind) ? "The restaurant’s own" : "Built in", kind),
    ...variantsOf(kind).map((one) => new Option(one.name || one.id, one.id)),
  );
  $("variant").value = id;
  $("theirs").hidden = true;
  page.saved = $("text").value = textOf(id);
  tell(own(id)?.problem ? "This template is broken." : "", Boolean(own(id)?.problem));
  typed();
  preview();
}

function typed() {
  $("save").disabled = !page.owner || !dirty();
  $("copy").disabled = !page.owner;
  $("remove").disabled = !page.owner || !own(page.id);
  $("remove").textContent = page.id === page.kind ? "Back to the built-in one" : "Delete this template";
}

function tell(text, wrong = false) {
  $("state").textContent = text;
  $("state").classList.toggle("wrong", wrong);
}

async function keep(id, name) {
  try {
    const version = own(id)?.version ?? 0;
    await ask("PUT", `templates/${id}`, { kind: page.kind, text: $("text").value, name }, { "If-Match": `"${version}"` });
    page.id = id;
    page.saved = $("text").value;
    await load();
    const under = own(id)?.left_out;
    tell(`Saved. The next ticket looks like this.${under ? ` ${printedUnder(under)}` : ""}`, Boolean(under));
  } catch (error) {
    if (error.status === 412) await showTheirs(id).catch(() => {});
    else tell(error.message, true);
  }
}

// Somebody else saved this template meanwhile: theirs stands beside what is typed, and the next Save is over it.
async function showTheirs(id) {
  page.listed = await read("templates");
  page.saved = textOf(id);
  $("theirs").hidden = false;
  $("theirs-text").textContent = page.saved;
  typed();
  tell("Somebody saved this template meanwhile: theirs stands below. Take it, or save again to put yours over it.", true);
}

$("take-theirs").addEventListener("click", () => show(page.kind, page.id));
$("save").addEventListener("click", () => busy($("save"), () => keep(page.id, own(page.id)?.name ?? "")));
$("copy").addEventListener("click", () => {
  const name = prompt("A name for the new template:")?.trim();
  if (!name) return;
  const id = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 32);
  const free = id && !own(id) && !(id in KINDS) ? id : `${page.kind}-${Date.now().toString(36)}`;
  keep(free, name);
});
$("remove").addEventListener("click", async () => {
  if (!confirm(`${$("remove").textContent}?`)) return;
  try {
    await ask("DELETE", `templates/${page.id}`);
    page.id = page.kind;
    page.saved = $("text").value;
    await load();
    tell("Removed.");
  } catch (error) {
    tell(error.message, true);
  }
});
$("variant").addEventListener("change", () => leave(() => show(page.kind, $("variant").value)));

// ---- the picture

let waiting = 0;
let asked = 0;

$("text").addEventListener("input", () => {
  typed();
  tell("");
  clearTimeout(waiting);
  waiting = setTimeout(preview, PREVIEW_AFTER_MS);
});

async function preview() {
  clearTimeout(waiting);
  const turn = ++asked;
  const paper = page.paper;
  try {
    const response = await ask("POST", "templates/preview", { kind: page.kind, text: $("text").value, paper_mm: paper });
    const picture = await response.blob();
    if (turn !== asked) return; // a later one is on its way
    const reason = decodeURIComponent(response.headers.get("Template-Problem") ?? "");
    const under = decodeURIComponent(response.headers.get("Template-Left-Out") ?? "");
    if (under) showProblem(printedUnder(under));
    else showProblem(reason && `${capital(reason)}. Tickets print with the built-in template, shown here, until it is mended.`);
    URL.revokeObjectURL($("preview").src);
    $("preview").dataset.paper = String(paper);
    $("preview").src = URL.createObjectURL(picture);
  } catch (error) {
    if (turn === asked) showProblem(error.message);
  }
}

// A note or an option is never lost for its looks.
const printedUnder = (words) => `${capital(words)}. Where an order has it, it is printed under the rest, as here.`;

function showProblem(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
}

for (const button of document.querySelectorAll("[data-paper]")) {
  if (button.tagName !== "BUTTON") continue;
  button.addEventListener("click", () => {
    page.paper = Number(button.dataset.paper);
    for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
    preview();
  });
}

// ---- printers

function showPrinters() {
  $("printers").replaceChildren(...page.printers.map(printerForm));
  if (!page.printers.length) $("printers").replaceChildren(element("p", { textContent: "No printer is set up yet.", className: "note" }));
}

function printerForm(printer) {
  const form = element("fieldset", { disabled: !page.owner });
  form.append(element("legend", { textContent: `${printer.name} (${printer.paper_mm ?? 80} mm)` }));
  for (const [kind, name] of Object.entries(KINDS)) {
    const options = variantsOf(kind).map((one) => [one.id, one.name || one.id]);
    if (options.length) form.append(choice(name, kind, [["", "The restaurant’s"], ...options], printer.templates?.[kind] ?? ""));
  }
  const languages = [...new Set([...page.listed.languages, printer.language].filter(Boolean))];
  form.append(choice("Second language", "language", [["", "The restaurant’s"], ...languages.map((one) => [one, one])], printer.language ?? ""));
  form.append(choice("It stands", "names", [["under", "under the first"], ["instead", "instead of the first"]], printer.names ?? "under"));
  form.append(element("p", { className: "state" }));
  form.addEventListener("change", () => keepLooks(printer, form));
  return form;
}

function choice(name, field, options, value) {
  const select = element("select", { name: field });
  select.append(...options.map(([id, text]) => new Option(text, id)));
  select.value = value;
  const label = element("label", { textContent: name });
  label.append(select);
  return label;
}

async function keepLooks(printer, form) {
  const value = (name) => form.querySelector(`[name="${name}"]`)?.value;
  const templates = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, value(kind)]).filter(([, id]) => id));
  const state = form.querySelector(".state");
  try {
    await ask("PUT", `printers/${encodeURIComponent(printer.id)}/looks`, { templates, language: value("language"), names: value("names") });
    state.textContent = "Saved.";
    state.classList.remove("wrong");
  } catch (error) {
    state.textContent = error.message;
    state.classList.add("wrong");
  }
}

// ---- the logo

function showLogo() {
  $("logo-state").textContent = page.listed.logo
    ? "There is a logo. It stands where a template says <logo>."
    : "There is none. Dark on white prints best.";
  $("logo-remove").disabled = !page.owner || !page.listed.logo;
  $("logo").disabled = !page.owner;
  $("logo-label").hidden = !page.owner;
}

$("logo").addEventListener("change", async () => {
  const [file] = $("logo").files;
  if (!file) return;
  try {
    await ask("PUT", "templates/logo", await smaller(file), { "Content-Type": "application/octet-stream" });
    await reload();
  } catch (error) {
    $("logo-state").textContent = error.message;
  }
  $("logo").value = "";
});
$("logo-remove").addEventListener("click", async () => {
  await ask("DELETE", "templates/logo");
  await reload();
});

async function reload() {
  page.listed = await read("templates");
  showLogo();
  preview();
}

async function smaller(file) {
  const picture = await createImageBitmap(file).catch(() => { throw new Refused(422, "This is no picture that can be read."); });
  const scale = Math.min(1, LOGO_WIDTH / picture.width);
  const canvas = element("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

addEventListener("beforeunload", (event) => {
  if (page.listed && dirty()) event.preventDefault();
});

begin(async (who) => {
  page.owner = who.owner;
  $("read-only").hidden = page.owner;
  await load();
});
