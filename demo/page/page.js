// The demo's page: state comes over one event stream; every message replaces one thing by its id.

import { showCalls, showLine, startPhone } from "./phone.js";
import { showPapers, showPrinters } from "./paper.js";
import { showJourney } from "./way.js";
import { showDoors, showParts, showTrouble } from "./parts.js";

const QUIET_MS = 12_000; // the server pings every 5 s: this silence means that it is gone

const shown = { part: new Map(), door: new Map(), printer: new Map(), call: new Map(), journey: new Map(), paper: new Map() };
const link = document.getElementById("link");

const draw = {
  part: () => showParts([...shown.part.values()], link.hidden),
  door: () => showDoors([...shown.door.values()]),
  printer: () => { showPrinters([...shown.printer.values()]); showTrouble([...shown.printer.values()]); },
  call: (anew) => showCalls([...shown.call.values()], anew),
  journey: () => showJourney([...shown.journey.values()].at(-1)),
  paper: () => showPapers([...shown.paper.values()]),
};

let stream;
let watchdog;

function alive() {
  show(true);
  clearTimeout(watchdog);
  watchdog = setTimeout(() => { show(false); connect(); }, QUIET_MS);
}

// Whether the demo is there: while it is not, nothing on the page may look as if it went on.
function show(there) {
  if (link.hidden === there) return;
  link.hidden = there;
  draw.part();
  showLine(there);
}

function replaceAll(snapshot) {
  document.getElementById("restaurant").textContent = snapshot.restaurant;
  document.getElementById("callee").textContent = snapshot.restaurant;
  for (const topic of Object.keys(shown)) {
    shown[topic] = new Map(snapshot[topic].map((value) => [value.id, value]));
    draw[topic](true);
  }
}

function connect() {
  stream?.close();
  stream = new EventSource("api/events");
  stream.addEventListener("ping", alive);
  stream.addEventListener("snapshot", (event) => { alive(); replaceAll(JSON.parse(event.data)); });
  for (const topic of Object.keys(shown)) {
    stream.addEventListener(topic, (event) => {
      alive();
      const value = JSON.parse(event.data);
      shown[topic].set(value.id, value);
      draw[topic]();
    });
  }
  stream.addEventListener("error", () => show(false));
}

startPhone();
connect();
