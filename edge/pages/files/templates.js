// The page on which an owner changes templates: it asks the edge's API and shows what it answers.

const KINDS = { kitchen: "Kitchen", change: "Change", receipt: "Receipt", report: "End of day" };
const PREVIEW_AFTER_MS = 250; // of silence at the keyboard: a picture a keystroke would lag behind
const REFRESH_MS = 5 * 60_000; // a sign-in lasts a quarter of an hour
const LOGO_WIDTH = 768; // dots that are sent up: twice what the printer prints, for good edges

const $ = (id) => document.getElementById(id);
const page = { owner: false, kind: "kitchen", id: "kitchen", saved: "", paper: 80, listed: null, printers: [] };

class Refused extends Error {
  constructor(status, message) { super(message); this.status = status; }
}

async function ask(method, path, body, headers = {}) {
  const raw = body instanceof Blob;
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: { ...(body && !raw ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body && !raw ? JSON.stringify(body) : body,
  }).catch(() => { throw new Refused(0, "The edge does not answer. Is it on?"); });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "auth/login") showSignIn();
  throw new Refused(response.status, problem.errors?.map((one) => one.message).join("; ") ?? problem.detail ?? response.statusText);
}

const read = async (path) => (await ask("GET", path)).json();

// ---- signing in

function showSignIn() {
  $("workplace").hidden = $("who").hidden = true;
  $("sign-in").hidden = false;
  $("pin").value = "";
  $("pin").focus();
}

async function signedIn(who) {
  page.owner = ["owner", "admin"].includes(who.role);
  $("name").textContent = who.name || who.staff_id;
  $("sign-in").hidden = true;
  $("workplace").hidden = $("who").hidden = false;
  $("read-only").hidden = page.owner;
  await load();
}

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("sign-in-wrong").textContent = "";
  try {
    await signedIn(await (await ask("POST", "auth/login", { pin: $("pin").value })).json());
  } catch (error) {
    $("sign-in-wrong").textContent = error.message;
  }
});

$("sign-out").addEventListener("click", async () => {
  await ask("POST", "auth/logout");
  showSignIn();
});

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
    tell("Saved. The next ticket looks like this.");
  } catch (error) {
    tell(error.message, true);
  }
}

$("save").addEventListener("click", () => keep(page.id, own(page.id)?.name ?? ""));
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
    showProblem(reason && `${capital(reason)}. Tickets print with the built-in template, shown here, until it is mended.`);
    URL.revokeObjectURL($("preview").src);
    $("preview").dataset.paper = String(paper);
    $("preview").src = URL.createObjectURL(picture);
  } catch (error) {
    if (turn === asked) showProblem(error.message);
  }
}

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

// ---- small things

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

addEventListener("beforeunload", (event) => {
  if (page.listed && dirty()) event.preventDefault();
});

setInterval(() => {
  if (!$("workplace").hidden) ask("POST", "auth/refresh").catch(() => {});
}, REFRESH_MS);

// The cookie is out of a script's reach, so whoever has one is asked of the edge.
ask("POST", "auth/refresh").then(async (response) => signedIn(await response.json())).catch(showSignIn);
