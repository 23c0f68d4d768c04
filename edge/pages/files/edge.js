// What the edge's pages share: asking its API, signing in, and the way from one page to the others.

const REFRESH_MS = 5 * 60_000; // a sign-in lasts a quarter of an hour
const READY_MS = 15_000;
const PAGES = { "/orders": "Orders", "/printers": "Printers", "/templates": "What stands on paper" };

export const $ = (id) => document.getElementById(id);

export class Refused extends Error {
  constructor(status, message, problem = {}) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

export async function ask(method, path, body, headers = {}) {
  const raw = body instanceof Blob;
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: { ...(body && !raw ? { "Content-Type": "application/json" } : {}), ...headers },
    body: body && !raw ? JSON.stringify(body) : body,
  }).catch(() => { throw new Refused(0, "The edge does not answer. Is it on?"); });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "auth/login") showSignIn();
  const words = problem.errors?.map((one) => one.message).join("; ") ?? problem.detail ?? response.statusText;
  throw new Refused(response.status, capital(words), problem);
}

export const read = async (path) => (await ask("GET", path)).json();

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function tell(text, wrong = false, where = $("state")) {
  where.textContent = text;
  where.classList.toggle("wrong", wrong);
}

// Runs what a button does, and says what it returns; what the edge refuses stands there too.
export async function attempt(step, where = $("state")) {
  try {
    tell("", false, where);
    tell((await step()) ?? "", false, where);
  } catch (error) {
    tell(error.message, true, where);
  }
}

export function button(text, step, properties = {}) {
  const made = element("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", step);
  return made;
}

export function field(name, input) {
  return element("label", { textContent: name }, input);
}

// Has whoever opens the page sign in, and calls `signedIn({name, role, owner, rights})` each time.
export function begin(signedIn) {
  document.querySelector("header").append(
    element("nav", {}, ...Object.entries(PAGES).map(([href, name]) => link(href, name))),
    who(),
  );
  const stuck = element("p", { id: "stuck", hidden: true });
  stuck.setAttribute("role", "alert");
  document.querySelector("header").after(stuck, form(signedIn));
  lookIfStuck();
  setInterval(lookIfStuck, READY_MS);
  setInterval(() => {
    if (!$("workplace").hidden) ask("POST", "auth/refresh").catch(() => {});
  }, REFRESH_MS);
  // The cookie is out of a script's reach, so whoever has one is asked of the edge.
  ask("POST", "auth/refresh").then((response) => enter(response, signedIn)).catch(showSignIn);
}

// Where the way to the cloud breaks on an error of ours, people have to know: they wait for calls.
async function lookIfStuck() {
  const stuck = await fetch("/ready").then((response) => response.json()).then((ready) => ready.stuck ?? {}).catch(() => ({}));
  const loops = Object.keys(stuck);
  const words = loops.includes("push") && loops.length === 1
    ? "What is changed here does not reach the cloud"
    : "Orders from the telephone may not arrive";
  $("stuck").hidden = !loops.length;
  $("stuck").textContent = `${words}: the program breaks on an error (${loops.map((one) => `${one}: ${stuck[one]}`).join("; ")}). `
    + "Orders taken here are printed as ever. Look at the calls in the cloud, and tell whoever looks after PanBot.";
}

function link(href, name) {
  const made = element("a", { href, textContent: name });
  if (href === location.pathname) made.setAttribute("aria-current", "page");
  return made;
}

function who() {
  const out = element("button", { type: "button", id: "sign-out", className: "plain", textContent: "Sign out" });
  out.addEventListener("click", async () => {
    await ask("POST", "auth/logout");
    showSignIn();
  });
  return element("p", { id: "who", hidden: true }, element("span", { id: "name" }), " ", out);
}

function form(signedIn) {
  const pin = element("input", { id: "pin", type: "password", inputMode: "numeric", autocomplete: "current-password", maxLength: 64, required: true });
  const wrong = element("p", { className: "wrong", id: "sign-in-wrong" });
  wrong.setAttribute("role", "alert");
  const made = element(
    "form",
    { id: "sign-in", hidden: true },
    element("h2", { textContent: "Sign in" }),
    element("label", { htmlFor: "pin", textContent: "Your PIN" }),
    pin,
    element("button", { className: "first", textContent: "Sign in" }),
    wrong,
  );
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      await enter(await ask("POST", "auth/login", { pin: pin.value }), signedIn);
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
  return made;
}

function showSignIn() {
  $("workplace").hidden = $("who").hidden = true;
  $("sign-in").hidden = false;
  $("pin").value = "";
  $("pin").focus();
}

async function enter(response, signedIn) {
  const token = await response.json();
  const name = token.name || token.staff_id;
  $("name").textContent = name;
  $("sign-in").hidden = true;
  $("workplace").hidden = $("who").hidden = false;
  await signedIn({ name, role: token.role, owner: ["owner", "admin"].includes(token.role), rights: token.rights });
}
