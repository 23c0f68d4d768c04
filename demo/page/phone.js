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

const MINE = "call"; // in the tab's own storage: a reload takes its call up again

let calls = [];
let mine = sessionStorage.getItem(MINE); // the call that this page made; until then the newest one is shown
let there = true; // the demo answers
let busy = Promise.resolve();
let problem = "";
let unheard = []; // what was said and reached nobody: kept until it is said again

const current = () => calls.find((call) => call.id === mine) ?? (mine ? undefined : calls.at(-1));
const talking = () => current()?.id === mine && mine && !current().ended;
const another = () => !mine && current() && !current().ended && current().by !== "demo"; // another page made it

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

// `anew`: these are all that there are. Else a call that was just made may still be on its way here.
export function showCalls(all, anew = false) {
  calls = all;
  if (anew && mine && !calls.some((call) => call.id === mine)) keep(null); // the demo was started anew
  showChat();
}

export function showLine(answers) {
  there = answers;
  if (there) problem = "";
  showChat();
}

// One thing after the other, so that quick clicks reach the agent in their order.
function inTurn(step) {
  busy = busy.then(step).then(() => { problem = ""; }, (error) => { problem = error.message; }).then(showChat);
}

function keep(call) {
  mine = call;
  if (call) sessionStorage.setItem(MINE, call);
  else sessionStorage.removeItem(MINE);
}

async function start() {
  if (talking()) await ask("DELETE", `api/calls/${mine}`);
  const { call } = await ask("POST", "api/calls");
  keep(call);
  input.focus();
}

function say(text) {
  inTurn(async () => {
    try {
      if (!talking()) await start();
      await ask("POST", `api/calls/${mine}/say`, { text });
    } catch (error) {
      // What the call shows has been heard, whatever came of it.
      if (current()?.turns.at(-1)?.text !== text) unheard.push(text);
      throw error;
    }
  });
}

function sayAgain() {
  const again = unheard;
  unheard = [];
  again.forEach(say);
}

function takeUp() {
  keep(current().id);
  showChat();
  input.focus();
}

function showChat() {
  const call = current();
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
  const rows = [];
  for (const turn of call?.turns ?? []) rows.push(...bubbles(turn));
  if (call?.thinking && there) rows.push(make("div", { class: "typing", "aria-label": "The agent is answering" }, make("i"), make("i"), make("i")));
  if (call?.by === "demo") rows.push(make("p", { class: "note" }, "The demo made this first call by itself, so that there is paper to look at. The next one is yours."));
  else if (call?.ended) rows.push(make("p", { class: "note" }, "The call is over."));
  else if (another()) rows.push(make("p", { class: "note" }, "This is the call of another page. What you say here begins a new one.", make("button", { type: "button", "data-step": "take-up" }, "Take this one up here")));
  if (!call && !unheard.length) rows.push(make("p", { class: "note" }, "Say what you would like, or tap one of the sentences below."));
  for (const text of unheard) rows.push(make("div", { class: "bubble caller unheard" }, make("span", { class: "unseen" }, "You: "), text, make("small", {}, "not heard")));
  if (problem) rows.push(make("p", { class: "note", role: "alert" }, problem));
  if (unheard.length) rows.push(make("p", { class: "note" }, "What you said is kept.", make("button", { type: "button", "data-step": "again" }, "Say it again")));
  replaceChanged(chat, rows);
  showSuggestions();
  showState();
  if (atEnd || call?.thinking || unheard.length) chat.scrollTop = chat.scrollHeight;
}

chat.addEventListener("click", ({ target }) => {
  if (target.dataset.step === "take-up") takeUp();
  if (target.dataset.step === "again") sayAgain();
});

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
  hangUp.disabled = !talking() || !there;
  if (!there) state.textContent = "The demo does not answer";
  else if (!call) state.textContent = "No call yet";
  else if (call.ended) state.textContent = "Call ended";
  else {
    const seconds = Math.max(0, Math.round(Date.now() / 1000 - call.started_at));
    state.textContent = `${another() ? "Another page’s call" : "On the line"}, ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
