// What the edge's pages share: asking its API, signing in, whether it is there, and the way from one page to the others.

import { attempt, busy, capital, element, tell } from "/pages/doing.js";

const REFRESH_MS = 5 * 60_000; // a sign-in lasts a quarter of an hour
const BEAT_MS = 3_000; // how soon a page says that the edge is gone, and that it is back
const SILENT_MS = 5_000; // a wireless network may leave a question without any answer
const ANSWER_MS = 20_000; // of what takes longest, a printer that is asked how it is, four times as much
const LOOK_MS = 5_000;
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
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => {
    heard(false);
    throw new Refused(0, "The edge does not answer. Is it on?");
  });
  heard(true);
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "auth/login") showSignIn();
  const words = problem.errors?.map((one) => one.message).join("; ") ?? problem.detail ?? response.statusText;
  throw new Refused(response.status, capital(words), problem);
}

export const read = async (path) => (await ask("GET", path)).json();

// Has whoever opens the page sign in, and calls `signedIn({name, role, owner, rights})` each time.
export function begin(signedIn) {
  document.querySelector("header").append(
    element("nav", {}, ...Object.entries(PAGES).map(([href, name]) => link(href, name))),
    who(),
  );
  document.querySelector("header").after(banner("gone"), banner("stuck"), form(signedIn));
  beat();
  setInterval(beat, BEAT_MS);
  setInterval(() => {
    if (!$("workplace").hidden) ask("POST", "auth/refresh").catch(() => {});
  }, REFRESH_MS);
  // The cookie is out of a script's reach, so whoever has one is asked of the edge.
  ask("POST", "auth/refresh").then((response) => enter(response, signedIn)).catch(showSignIn);
}

// Looks again every few seconds, while somebody is there to see it. That the edge is gone, the banner says.
export function keepLooking(load) {
  let looking = false;
  setInterval(async () => {
    if (looking || $("workplace").hidden || document.hidden) return;
    looking = true;
    await load().catch(() => {});
    looking = false;
  }, LOOK_MS);
}

// ---- whether the edge is there, and its way to the cloud

let lastHeard = new Date();

function heard(there) {
  if (there) lastHeard = new Date();
  else if ($("gone")?.hidden) {
    const at = lastHeard.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    $("gone").textContent = `The edge does not answer. What stands here is as it was at ${at}, and may be old. This goes by itself once the edge is back.`;
  }
  if ($("gone")) $("gone").hidden = there;
}

async function beat() {
  const answer = await fetch("/ready", { signal: AbortSignal.timeout(SILENT_MS) }).catch(() => null);
  heard(answer !== null);
  if (answer) showStuck((await answer.json().catch(() => ({}))).stuck ?? {});
}

// Where the way to the cloud breaks on an error of ours, people have to know: they wait for calls.
function showStuck(stuck) {
  const loops = Object.keys(stuck);
  const words = loops.includes("push") && loops.length === 1
    ? "What is changed here does not reach the cloud"
    : "Orders from the telephone may not arrive";
  $("stuck").hidden = !loops.length;
  $("stuck").textContent = loops.length && `${words}: the program breaks on an error (${loops.map((one) => `${one}: ${stuck[one]}`).join("; ")}). `
    + "Orders taken here are printed as ever. Look at the calls in the cloud, and tell whoever looks after PanBot.";
}

function banner(id) {
  const made = element("p", { id, className: "banner", hidden: true });
  made.setAttribute("role", "alert");
  return made;
}

// ---- signing in

function link(href, name) {
  const made = element("a", { href, textContent: name });
  if (href === location.pathname) made.setAttribute("aria-current", "page");
  return made;
}

function who() {
  const out = element("button", { type: "button", id: "sign-out", className: "plain", textContent: "Sign out" });
  out.addEventListener("click", () => busy(out, () => attempt(async () => {
    await ask("POST", "auth/logout");
    showSignIn();
  })));
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
  let asking = false; // a PIN that is sent twice would count twice, where it is wrong
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    wrong.textContent = "";
    try {
      await enter(await ask("POST", "auth/login", { pin: pin.value }), signedIn);
    } catch (error) {
      wrong.textContent = error.message;
    }
    asking = false;
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
  try {
    await signedIn({ name, role: token.role, owner: ["owner", "admin"].includes(token.role), rights: token.rights });
  } catch (error) {
    tell(error.message, true); // signed in all the same
  }
}
