// Signed-in pages: the live line, lists by keyboard, copying, theme. Pages read well without it.
import { $, $$, guardForms, keepPage, say, tellKeeper } from "./common.js";
import { clock, hear, now, tickTimes } from "./times.js";

const body = document.body;
const root = document.documentElement;
guardForms();
keepPage();
// Signing out takes the list of tasks off this device, never what waits to be sent.
document.addEventListener("submit", ({ target }) => {
  if (target.action && new URL(target.action).pathname === "/akun/logout/") tellKeeper({ kind: "left" });
});

// ---- small words at the corner ------------------------------------------------------------
export function toast(words, bad = false) {
  const place = $("#toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = bad ? "toast bad" : "toast";
  note.textContent = words;
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}

// ---- the live line --------------------------------------------------------------------------
const dot = $("[data-live-dot]");
let joined = null;
function showLink(state) {
  if (joined === false && state) toast(say("Tersambung kembali.", "Connected again."));
  if (joined && !state) toast(say("Sambungan terputus, mencoba lagi. Yang tampil adalah keadaan terakhir.", "Connection lost, trying again. You see the last known state."), true);
  joined = state;
  drawLink();
}
function drawLink() {
  if (!dot || joined === null) return;
  dot.classList.toggle("on", joined);
  dot.classList.toggle("off", !joined);
  const words = joined ? say("Langsung", "Live") + " · " + clock(now()) : say("Sambungan terputus, mencoba lagi", "Connection lost, trying again");
  if (dot.textContent !== words) dot.textContent = words;
}

let last = "";
let wait = 2000;
function listen() {
  const address = new URL(body.dataset.stream, location.href);
  if (last) address.searchParams.set("after", last);
  const source = new EventSource(address);
  source.onopen = () => {
    if (joined === false) $$("[data-live]").forEach(refreshSoon);
    wait = 2000;
    showLink(true);
  };
  source.onerror = () => {
    showLink(false);
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(listen, wait);
      wait = Math.min(wait * 2, 60000);
    }
  };
  const take = (event) => {
    if (event.lastEventId) last = event.lastEventId;
    let line;
    try {
      line = JSON.parse(event.data);
    } catch {
      return;
    }
    hear(line.now);
    document.dispatchEvent(new CustomEvent("kondusif:line", { detail: line }));
  };
  source.addEventListener("message", take);
  source.addEventListener("line", take);
  source.addEventListener("clock", (event) => hear(event.data.replace(/"/g, "")));
  addEventListener("pagehide", () => source.close(), { once: true });
}

export const concerns = (element, verb) =>
  (element.dataset.live || "").split(/\s+/).some((prefix) => prefix && (prefix === "*" || verb.startsWith(prefix)));

// At once for the first event, then at most every 400 ms: a steady stream must neither flood nor starve the page.
// Keyed by id, because each refresh puts a new element in the place of the old one.
const PAUSE = 400;
const waiting = new Map();
const refreshed = new Map();
function refreshSoon(element) {
  if (element.hasAttribute("data-live-paused")) {
    element.dataset.liveMissed = String(Number(element.dataset.liveMissed || 0) + 1);
    drawPause(element);
    return;
  }
  const key = element.id || element;
  if (waiting.has(key)) return;
  const since = performance.now() - (refreshed.get(key) ?? -PAUSE);
  waiting.set(key, setTimeout(() => {
    waiting.delete(key);
    refreshed.set(key, performance.now());
    refresh((element.id && document.getElementById(element.id)) || element);
  }, Math.max(20, PAUSE - since)));
}

const typing = (element) => element && (/^(TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable || (element.tagName === "INPUT" && !/^(button|submit|checkbox|radio|reset)$/.test(element.type)));

async function refresh(element) {
  if (!element.isConnected || !element.dataset.liveUrl) return;
  const holds = () => element.contains(document.activeElement);
  if (holds() && typing(document.activeElement)) {
    // Never pull the page from under a person who is writing.
    document.activeElement.addEventListener("blur", () => refreshSoon(element), { once: true });
    return;
  }
  let page;
  try {
    const answer = await fetch(element.dataset.liveUrl, { headers: { "HX-Request": "true", "HX-Target": element.id }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // the live dot already says that the line is down
  }
  const fresh = (element.id && page.getElementById(element.id)) || page.body.firstElementChild;
  if (!fresh || !element.isConnected || (holds() && typing(document.activeElement))) return;
  const focused = holds() ? document.activeElement : null;
  const address = (node) => node.id ? `#${CSS.escape(node.id)}` : node.getAttribute("href") ? `a[href="${CSS.escape(node.getAttribute("href"))}"]` : node.name ? `[name="${CSS.escape(node.name)}"]` : null;
  const back = focused && (focused === element ? ":self" : address(focused));
  const open = $$("details[open][id]", element).map((node) => node.id);
  const scroll = element.scrollTop;
  const place = document.importNode(fresh, true);
  element.replaceWith(place);
  open.forEach((id) => { const node = document.getElementById(id); if (node) node.open = true; });
  place.scrollTop = scroll;
  if (back) { const node = back === ":self" ? place : $(back, place); if (node) node.focus({ preventScroll: true }); }
  tickTimes();
  document.dispatchEvent(new CustomEvent("kondusif:fresh", { detail: place }));
}

document.addEventListener("kondusif:line", ({ detail }) => {
  const verb = String(detail.verb || "");
  for (const element of $$("[data-live]")) if (concerns(element, verb)) refreshSoon(element);
});

// A pause button: <button data-live-pause="#umpan" aria-pressed="false">jeda</button>
function drawPause(element) {
  for (const button of $$("[data-live-pause]")) {
    if (!element.matches(button.dataset.livePause)) continue;
    const paused = element.hasAttribute("data-live-paused");
    const missed = Number(element.dataset.liveMissed || 0);
    button.setAttribute("aria-pressed", String(paused));
    button.textContent = paused ? say("lanjutkan", "resume") + (missed ? ` · ${missed} ${say("baru", "new")}` : "") : say("jeda", "pause");
  }
}

document.addEventListener("click", (event) => {
  const pause = event.target.closest("[data-live-pause]");
  if (pause) {
    const element = $(pause.dataset.livePause);
    if (!element) return;
    const paused = element.toggleAttribute("data-live-paused");
    delete element.dataset.liveMissed;
    drawPause(element);
    if (!paused) refreshSoon(element);
    return;
  }
  const copy = event.target.closest("[data-copy],[data-copy-from]");
  if (copy) {
    const from = copy.dataset.copyFrom && $(copy.dataset.copyFrom);
    const text = from ? from.value || from.textContent : copy.dataset.copy;
    const done = () => toast(say("Teks disalin.", "Text copied."));
    const failed = () => toast(say("Tidak dapat menyalin. Pilih teksnya lalu salin sendiri.", "Could not copy. Select the text and copy it yourself."), true);
    if (navigator.clipboard) navigator.clipboard.writeText(text.trim()).then(done, failed);
    else failed();
    return;
  }
  for (const open of $$("details.user[open]")) if (!open.contains(event.target)) open.open = false;
});

// ---- keyboard ---------------------------------------------------------------------------------
let letters = true;
try {
  letters = localStorage.getItem("kondusif:letters") !== "off";
} catch { /* refused: letters stay on */ }

function items(list) {
  return $$("[data-item]", list).map((item) => (item.matches("a,button") ? item : $("a,button", item))).filter(Boolean);
}
function step(by) {
  const lists = $$("[data-keylist]");
  const list = lists.find((one) => one.contains(document.activeElement)) || lists[0];
  if (!list) return false;
  const all = items(list);
  if (!all.length) return false;
  let at = all.indexOf(document.activeElement);
  if (at < 0) at = all.findIndex((item) => item.getAttribute("aria-current") === "true");
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function keysDialog() {
  const old = $("dialog.keys");
  if (old) old.remove();
  const box = document.createElement("dialog");
  box.className = "keys";
  box.setAttribute("aria-labelledby", "keys-h");
  const head = document.createElement("h2");
  head.id = "keys-h";
  head.textContent = say("Pintasan papan ketik", "Keyboard shortcuts");
  const list = document.createElement("dl");
  list.className = "kv";
  const add = (key, words) => {
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    const what = document.createElement("dd");
    cap.textContent = key;
    term.append(cap);
    what.textContent = words;
    list.append(term, what);
  };
  if ($("[data-keylist]")) {
    add("j", say("berikutnya", "next"));
    add("k", say("sebelumnya", "previous"));
    add("Enter", say("buka", "open"));
  }
  for (const element of $$("[data-key]")) add(element.dataset.key, element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent.replace(/\s+/g, " ").trim());
  add("?", say("daftar ini", "this list"));
  const form = document.createElement("form");
  form.method = "dialog";
  const label = document.createElement("label");
  label.className = "check";
  const check = document.createElement("input");
  check.type = "checkbox";
  check.checked = letters;
  check.addEventListener("change", () => {
    letters = check.checked;
    try { localStorage.setItem("kondusif:letters", letters ? "on" : "off"); } catch { /* for this page only */ }
  });
  label.append(check, say("Pakai pintasan satu huruf", "Use single-letter shortcuts"));
  const close = document.createElement("button");
  close.className = "btn";
  close.textContent = say("Tutup", "Close");
  form.append(label, close);
  box.append(head, list, form);
  body.append(box);
  box.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const open of $$("details.user[open],details.menu[open]")) { open.open = false; $("summary", open).focus(); }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || $("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    keysDialog();
    return;
  }
  if (!letters || event.key.length !== 1) return;
  if (event.key === "j" || event.key === "k") {
    if (step(event.key === "j" ? 1 : -1)) event.preventDefault();
    return;
  }
  const target = $$("[data-key]").find((element) => element.dataset.key === event.key && !element.disabled && element.getClientRects().length);
  if (!target) return;
  event.preventDefault();
  if (typing(target)) target.focus();
  else target.click();
});
$$("[data-keys-help]").forEach((button) => { button.hidden = false; button.addEventListener("click", keysDialog); });

// ---- theme at once, remembered by the server ----------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  delete form.dataset.sent;
  const data = new FormData(form);
  const choice = (event.submitter && event.submitter.value) || "auto";
  data.set("theme", choice);
  if (choice === "auto") root.removeAttribute("data-theme");
  else root.dataset.theme = choice;
  $$("button[name=theme]", form).forEach((button) => button.setAttribute("aria-pressed", String(button.value === choice)));
  document.dispatchEvent(new Event("kondusif:theme"));
  fetch(form.action, { method: "POST", body: data, credentials: "same-origin" }).catch(() => {});
});

tickTimes();
setInterval(() => { tickTimes(); drawLink(); }, 15000);
if (body.dataset.stream && window.EventSource) listen();

// ---- pasting in one tap: what was just copied is read at once; without leave to read it, the page with the field opens as ever
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-paste]");
  const token = $("input[name=csrfmiddlewaretoken]");
  if (!link || !token || !navigator.clipboard?.readText || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const words = (await navigator.clipboard.readText().catch(() => "")).trim();
  if (!words) return location.assign(link.href);
  const form = document.createElement("form");
  form.method = "post";
  form.action = link.href;
  for (const [name, value] of [["csrfmiddlewaretoken", token.value], ["step", "read"], ["text", words]]) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  form.hidden = true;
  body.append(form);
  form.submit();
});
