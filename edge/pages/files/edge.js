// What the edge's pages share: asking its API, signing in, and the way from one page to the others.

const REFRESH_MS = 5 * 60_000; // a sign-in lasts a quarter of an hour
const PAGES = { "/printers": "Printers", "/templates": "What stands on paper" };

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

// Has whoever opens the page sign in, and calls `signedIn({name, role, owner, rights})` each time.
export function begin(signedIn) {
  document.querySelector("header").append(
    element("nav", {}, ...Object.entries(PAGES).map(([href, name]) => link(href, name))),
    who(),
  );
  document.querySelector("header").after(form(signedIn));
  setInterval(() => {
    if (!$("workplace").hidden) ask("POST", "auth/refresh").catch(() => {});
  }, REFRESH_MS);
  // The cookie is out of a script's reach, so whoever has one is asked of the edge.
  ask("POST", "auth/refresh").then((response) => enter(response, signedIn)).catch(showSignIn);
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
