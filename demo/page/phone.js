// The caller's phone: one call at a time, shown as bubbles.

import { ask, duration, make } from "./dom.js";

const OPENERS = ["Two margheritas, one without basil", "A large coke", "A tiramisù and an espresso", "A caesar salad with yoghurt dressing"];
const NEXT = ["Yes, please", "And a large coke", "For Maria, pick-up", "That’s all", "No, cancel it"];

const chat = document.getElementById("chat");
const state = document.getElementById("call-state");
const suggestions = document.getElementById("suggestions");
const hangUp = document.getElementById("hang-up");
const newCall = document.getElementById("new-call");
const input = document.getElementById("say");

let calls = [];
let mine = null; // the call that this page made; until then the newest one is shown
let busy = Promise.resolve();
let problem = "";

const current = () => calls.find((call) => call.id === mine) ?? (mine ? undefined : calls.at(-1));
const talking = () => current()?.id === mine && mine && !current().ended;

export function startPhone() {
  document.getElementById("say-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    input.value = "";
    if (text) say(text);
  });
  newCall.addEventListener("click", () => inTurn(start));
  hangUp.addEventListener("click", () => inTurn(() => ask("DELETE", `api/calls/${mine}`)));
  setInterval(showState, 1000);
}

export function showCalls(all) {
  calls = all;
  showChat();
}

// One thing after the other, so that quick clicks reach the agent in their order.
function inTurn(step) {
  busy = busy.then(step).then(() => { problem = ""; }, (error) => { problem = error.message; }).then(showChat);
}

async function start() {
  if (talking()) await ask("DELETE", `api/calls/${mine}`);
  mine = (await ask("POST", "api/calls")).call;
  input.focus();
}

function say(text) {
  inTurn(async () => {
    if (!talking()) await start();
    await ask("POST", `api/calls/${mine}/say`, { text });
  });
}

function showChat() {
  const call = current();
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  const rows = [];
  for (const turn of call?.turns ?? []) rows.push(...bubbles(turn));
  if (call?.thinking) rows.push(make("div", { class: "typing", "aria-label": "The agent is answering" }, make("i"), make("i"), make("i")));
  if (call?.by === "demo") rows.push(make("p", { class: "note" }, "The demo made this first call by itself, so that there is paper to look at. The next one is yours."));
  else if (call?.ended) rows.push(make("p", { class: "note" }, "The call is over."));
  if (!call) rows.push(make("p", { class: "note" }, "Say what you would like, or tap one of the sentences below."));
  if (problem) rows.push(make("p", { class: "note", role: "alert" }, problem));
  replaceChanged(chat, rows);
  showSuggestions();
  showState();
  if (atEnd || call?.thinking) chat.scrollTop = chat.scrollHeight;
}

// Rows that stay the same stay in the page: the log is read aloud, and only news should be.
function replaceChanged(parent, rows) {
  rows.forEach((row, n) => {
    const old = parent.children[n];
    if (!old) parent.append(row);
    else if (!old.isEqualNode(row)) old.replaceWith(row);
  });
  while (parent.children.length > rows.length) parent.lastElementChild.remove();
}

function bubbles(turn) {
  const time = turn.who === "agent" && turn.ms !== null ? make("small", {}, duration(turn.ms)) : "";
  const bubble = make("div", { class: `bubble ${turn.who}` }, make("span", { class: "unseen" }, `${turn.who === "agent" ? "Agent" : "You"}: `), turn.text, time);
  if (!turn.placed) return [bubble];
  return [bubble, make("p", { class: "placed" }, `✓ Order ${turn.placed} is on its way`)];
}

function showSuggestions() {
  const words = talking() && current().turns.length > 1 ? NEXT : OPENERS;
  const rows = words.map((text) => make("button", { type: "button" }, text));
  if ([...suggestions.children].map((b) => b.textContent).join() === words.join()) return;
  rows.forEach((row, n) => row.addEventListener("click", () => say(words[n])));
  suggestions.replaceChildren(...rows);
}

function showState() {
  const call = current();
  hangUp.disabled = !talking();
  if (!call) state.textContent = "No call yet";
  else if (call.ended) state.textContent = "Call ended";
  else {
    const seconds = Math.max(0, Math.round(Date.now() / 1000 - call.started_at));
    state.textContent = `On the line, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
