// Ruang kendali: keeps its picture when the link is lost and says since when; comes back by itself; turns its pages; prints each hour.
import { $, $$, say } from "./common.js";
import { clock, hear, now, tickTimes } from "./times.js";

const EVERY = 30000; // looks again this often, whatever the live line says
const TURN = 15000; // a page of matters stands so long
const body = document.body;
const place = () => $("#dinding");
let heard = now(); // when the picture was last known to be true
let lost = false;
let over = false;

// ---- the link -----------------------------------------------------------------------------------
function drawLink() {
  const strip = $("#putus");
  strip.hidden = !lost || over;
  const words = lost ? say(`Tautan terputus sejak ${clock(heard)}. Yang tampil adalah keadaan waktu itu.`, `Link lost since ${clock(heard)}. You see the state of that time.`) : "";
  if (strip.textContent !== words) strip.textContent = words;
  body.classList.toggle("lost", lost);
  const dot = $("#tautan");
  dot.classList.toggle("on", !lost);
  dot.classList.toggle("off", lost);
  const state = lost ? say("Terputus", "Link lost") : say("Langsung", "Live");
  if (dot.textContent !== state) dot.textContent = state;
}
function setLost(state) {
  if (lost === state) return;
  lost = state;
  drawLink();
}

// The right to see it has ended: nothing of the picture stays.
function end() {
  over = true;
  const box = document.createElement("p");
  box.className = "wall-over";
  box.setAttribute("role", "alert");
  box.textContent = say("Layar ini tidak lagi terhubung ke ruang kendali. Minta tautan baru kepada sekretaris tim.", "This screen is no longer connected. Ask the team's secretary for a new link.");
  place().replaceChildren(box);
  drawLink();
}

let asking = false;
let again = false;
async function look() {
  if (over) return;
  if (asking) { again = true; return; }
  asking = true;
  again = false;
  try {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 20000);
    const answer = await fetch(location.pathname, { credentials: "same-origin", signal: stop.signal, cache: "no-store" });
    const text = await answer.text();
    clearTimeout(late);
    if ([401, 403, 404].includes(answer.status) || (answer.redirected && !new URL(answer.url).pathname.startsWith(location.pathname))) end();
    else if (answer.ok) show(new DOMParser().parseFromString(text, "text/html"));
    else setLost(true);
  } catch {
    setLost(true); // the picture stays
  }
  asking = false;
  if (again) setTimeout(look, 1000);
}
function show(page) {
  const fresh = page.getElementById("dinding");
  if (!fresh) { setLost(true); return; }
  hear(page.body.dataset.now);
  heard = now();
  place().replaceWith(document.importNode(fresh, true));
  setLost(false);
  turn(0);
  tick();
}

let wait = 2000;
let soon = 0;
function listen() {
  if (over || !window.EventSource) return;
  const source = new EventSource("/langsung");
  source.onopen = () => {
    wait = 2000;
    if (lost) look();
  };
  source.addEventListener("line", () => {
    clearTimeout(soon);
    soon = setTimeout(look, 700);
  });
  source.onerror = () => {
    look(); // says whether it is the link or only the stream
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, 60000);
  };
  addEventListener("pagehide", () => source.close(), { once: true });
}

// ---- pages, clock, paper ------------------------------------------------------------------------
let page = 0;
function turn(by) {
  const all = $$("#dinding .wall-page");
  if (!all.length) return;
  page = (page + by) % all.length;
  all.forEach((one, n) => one.classList.toggle("now", n === page));
  const where = $("#dinding [data-page]");
  if (where) where.textContent = `${page + 1}/${all.length}`;
}
function tick() {
  const face = $("#jam");
  const words = clock(now());
  if (face && face.textContent !== words) face.textContent = words;
  tickTimes();
}

const printer = new URLSearchParams(location.search).has("cetak");
let printed = new Date(now()).getUTCHours();
function paper() {
  const hour = new Date(now()).getUTCHours();
  if (!printer || hour === printed || lost || over) return;
  printed = hour;
  print();
}

for (const change of ["offline", "online"]) addEventListener(change, look);
const began = performance.now();
turn(0);
tick();
drawLink();
setInterval(look, EVERY);
setInterval(() => turn(1), TURN);
setInterval(() => {
  tick();
  paper();
  if (!lost && performance.now() - began > 86400000) location.reload(); // once a day, for new styles and scripts
}, 1000);
listen();
const awake = () => navigator.wakeLock && document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
document.addEventListener("visibilitychange", awake);
awake();
