// What a button does, and what is said of it: once for a double click, and where it can be seen.

const BUSY_MS = 700; // the second click of two comes within that, also where the edge answers at once
const READ_MS = 12_000; // then what went well has been read; what went wrong stays

let forgetting = 0;

const answer = () => document.getElementById("state");

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function tell(text, wrong = false, where = answer()) {
  where.textContent = text;
  where.classList.toggle("wrong", wrong);
  if (where !== answer()) return;
  clearTimeout(forgetting);
  if (text && !wrong) forgetting = setTimeout(() => tell(""), READ_MS);
}

// Runs what a button does, and says what it returns; what the edge refuses stands there too.
export async function attempt(step, where = answer()) {
  try {
    tell("", false, where);
    tell((await step()) ?? "", false, where);
  } catch (error) {
    tell(error.message, true, where);
  }
}

// Runs `step` unless `control` is at it already. It stays in the keyboard's reach: one that is disabled loses the focus.
export async function busy(control, step) {
  if (control.getAttribute("aria-disabled") === "true") return;
  control.setAttribute("aria-disabled", "true");
  const since = performance.now();
  try {
    await step();
  } finally {
    setTimeout(() => control.removeAttribute("aria-disabled"), Math.max(0, BUSY_MS - (performance.now() - since)));
  }
}

export function button(text, step, properties = {}) {
  const made = element("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", () => busy(made, async () => step()));
  return made;
}

// Has `form` do `step` when it is sent; its button is the one that is busy then.
export function sends(form, step) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form.querySelector("button:not([type=button])"), async () => step(form));
  });
}

export function field(name, input) {
  return element("label", { textContent: name }, input);
}

export const valueOf = (form, name) => form.elements[name].value.trim();
