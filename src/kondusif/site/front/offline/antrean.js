// Kirim nanti: the page of the queue. Shows that something waits and what arrived, never what it says.
import { $, $$, say } from "../common.js";
import { device } from "./device.js";
import { readForm, fillForm, faultsOf } from "./form.js";
import { NotSaved } from "./queue.js";
import { work } from "./work.js";
import { cookieWitness } from "./witness.js";

const root = $("#antrean");
const noble = () => import(root.dataset.noble);
const language = document.documentElement.lang.startsWith("en") ? "en" : "id";
const here = device({ witness: cookieWitness(), language: () => language, noble });
const { queue, store, transport } = here;

const WHAT = { report: say("Laporan", "Report"), nil: say("Laporan nihil", "Nil report"), task: say("Jawaban tugas", "Answer to a task") };
const SHORT = { r: WHAT.report, n: WHAT.nil, t: WHAT.task };

export function make(name, props = {}, ...inside) {
  const found = Object.assign(document.createElement(name), props);
  found.append(...inside.filter((one) => one !== null && one !== ""));
  return found;
}
// In the house's own zone, which the page carries; a phone may stand on another.
const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(document.body.dataset.now || "") || [0, "+", "08", "00"];
const shift = (sign === "-" ? -1 : 1) * (hours * 60 + Number(minutes)) * 60_000;
const MONTHS = say("Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split(" ");
const when = (at) => {
  const date = new Date(new Date(at).getTime() + shift);
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCHours())}.${two(date.getUTCMinutes())} WITA`;
};

function tell(words, tone = "info") {
  const box = $("#antrean-state");
  box.className = `box ${tone}`;
  box.textContent = words;
  box.hidden = !words;
}

// ---- what waits ------------------------------------------------------------------------------
function stateOf(item) {
  if (item.state === "refused") return `${say("ditolak", "refused")}: ${item.refusal.title} ${item.refusal.detail}`;
  if (item.state === "signin") return say("menunggu penulisnya masuk kembali", "waits for its writer to sign in again");
  if (item.strange) return say("jawaban server belum dapat dipastikan; dicoba lagi", "the server's answer could not be made sure of; tried again");
  return item.tries ? say("belum sampai; dicoba lagi dengan sendirinya", "not there yet; tried again by itself") : say("menunggu sinyal", "waits for a signal");
}

function row(item) {
  const buttons = make("div", { className: "btns" });
  const press = (words, act, tone = "") => {
    const button = make("button", { className: `btn ${tone}`, type: "button", textContent: words });
    button.addEventListener("click", act);
    buttons.append(button);
  };
  if (item.state === "signin") buttons.append(make("a", { className: "btn", href: "/akun/login/?next=/antrean", textContent: say("Masuk", "Sign in") }));
  if (item.state === "refused" && item.kind === "report") press(say("Perbaiki", "Put right"), () => mend(item));
  press(say("Hapus", "Delete"), () => discard(item), "danger");
  const tone = item.state === "refused" ? "tone-bad" : item.state === "signin" ? "tone-warn" : "tone-info";
  return make(
    "li",
    { className: "stack tight" },
    make("div", { className: "row spread" }, make("b", { textContent: WHAT[item.kind] }), make("span", { className: `chip ${tone}`, textContent: item.state === "refused" ? say("ditolak", "refused") : say("menunggu", "waiting") })),
    make("p", { className: "sub", textContent: `${say("disimpan", "saved")} ${when(item.savedAt)} · ${stateOf(item)}` }),
    buttons,
  );
}

async function discard(item) {
  const words = say("Hapus kiriman ini dari perangkat? Posko tidak akan menerimanya.", "Delete this from the device? The office will not get it.");
  if (!(await sure(words, say("Hapus", "Delete")))) return;
  await queue.discard(item.id);
  waited -= 1;
  await draw();
}

// ---- what arrived ----------------------------------------------------------------------------
function proofRow(held) {
  const code = make("div", { className: "stack tight" });
  const line = make("div", { className: "row spread" }, make("b", { textContent: `${WHAT[held.kind]} · ${held.subject.split(":")[1]}` }), make("span", { className: "chip tone-ok", textContent: say("diterima", "received") }));
  if (held.tracking) {
    const button = make("button", { className: "btn", type: "button", textContent: say("Tampilkan kode lacak (sekali)", "Show the tracking code (once)") });
    button.addEventListener("click", () => showOnce(held, code, button));
    code.append(button);
  }
  return make("li", { className: "stack tight" }, line, make("p", { className: "sub", textContent: `${when(held.receivedAt)} · ${say("waktu menurut server", "by the server's clock")}` }), code);
}

function showOnce(held, place, button) {
  const noted = make("button", { className: "btn", type: "button", textContent: say("Sudah saya catat; hapus dari sini", "I have written it down; delete it here") });
  noted.addEventListener("click", async () => {
    await store.see(held.id);
    await draw();
  });
  button.replaceWith(
    make("p", { className: "code-big", textContent: held.tracking }),
    make("p", { className: "sub", textContent: say("Catat atau foto. Dengan kode ini Anda dapat melihat perkembangan di Lacak tanpa membuka identitas.", "Write it down. With it you can follow the report under Lacak without an identity.") }),
    noted,
  );
  noted.focus();
}

let refused = 0;

// ---- everything drawn anew -------------------------------------------------------------------
async function draw() {
  const [items, proofs, evicted, ahead] = await Promise.all([store.items(), store.receipts(), store.notes(), store.meta("clockAhead")]);
  items.sort((a, b) => a.savedAt - b.savedAt);
  $("#antrean-queue").hidden = !items.length;
  $("#antrean-queue [data-list]").replaceChildren(...items.map(row));
  proofs.sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1));
  $("#antrean-proofs").replaceChildren(...proofs.map(proofRow));
  $("#antrean-none").hidden = proofs.length > 0;
  $("[data-export]").hidden = !proofs.length;
  notices(evicted, ahead);
  refused = items.filter((item) => item.state === "refused").length;
  return items.length;
}

function notices(evicted, ahead) {
  const place = $("#antrean-notices");
  const found = [];
  const lost = evicted.filter((one) => one.kind in SHORT);
  if (lost.length) {
    const list = lost.map((one) => `${SHORT[one.kind]} (${when(one.at)})`).join(", ");
    found.push(`${say("Peramban telah menghapus simpanan halaman ini. Tidak dapat dipastikan sampai: ", "The browser has cleared what this page had stored. It cannot be said whether these arrived: ")}${list}. ${say("Mohon tulis dan kirim lagi.", "Please write and send them again.")}`);
  } else if (evicted.length) found.push(say("Peramban telah menghapus daftar tanda terima di perangkat ini. Kiriman yang sudah diterima tetap ada di posko.", "The browser has deleted the list of receipts on this device. What was received is still with the office."));
  const boxes = found.map((words) => {
    const seen = make("button", { className: "link", type: "button", textContent: say("Mengerti", "Understood") });
    seen.addEventListener("click", async () => {
      await store.unnote();
      await draw();
    });
    return make("div", { className: "box error" }, make("p", { textContent: words }), seen);
  });
  const hours = Math.round((ahead || 0) / 360) / 10;
  if (Math.abs(ahead || 0) > 600)
    boxes.push(make("div", { className: "box warn", textContent: say(`Jam ponsel ini ${hours > 0 ? "lebih cepat" : "lebih lambat"} ${Math.abs(hours)} jam. Waktu yang berlaku adalah waktu diterima server.`, `This phone's clock is ${Math.abs(hours)} hours ${hours > 0 ? "fast" : "slow"}. What counts is the server's time of receipt.`) }));
  place.replaceChildren(...boxes);
  place.hidden = !boxes.length;
}

// ---- sending ---------------------------------------------------------------------------------
let timer = 0;
let waited = 0; // how many waited, and were refused, when this page last looked
async function send(force, asked = false) {
  clearTimeout(timer);
  const before = (await store.items()).length;
  const known = refused;
  const seen = before ? await queue.flush({ force }) : { delivered: 0, refused: 0 };
  await queue.check(); // the service worker may have sent something meanwhile
  const left = await draw();
  const arrived = Math.max(seen.delivered, waited - left);
  waited = left;
  if (arrived > 0) tell(say(`${arrived} kiriman sudah diterima posko.`, `${arrived} received by the office.`), "ok");
  else if (seen.refused || refused > known) tell(say("Ada kiriman yang ditolak; alasannya di bawah.", "Something was refused; the reason is below."), "warn");
  else if (left && before && (asked || $("#antrean-state").hidden)) tell(say(`${left} kiriman menunggu sinyal.`, `${left} waiting for a signal.`));
  const wait = await queue.nextLook();
  if (wait !== null) timer = setTimeout(() => send(false), Math.max(2000, wait));
}

async function saved(words) {
  waited = await draw();
  tell(words || say("Tersimpan di perangkat ini. Terkirim dengan sendirinya begitu ada sinyal.", "Saved on this device. It is sent by itself once there is a signal."), "ok");
  const worker = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration());
  if (worker && worker.sync) await worker.sync.register("antrean").catch(() => {});
  if (navigator.storage && navigator.storage.persist) await kept(await navigator.storage.persist());
  await send(true);
}

// The browser's own word on whether it may throw this away.
async function kept(lasting) {
  const words = lasting
    ? say("Peramban berjanji tidak menghapus simpanan ini dengan sendirinya.", "The browser has promised not to delete this by itself.")
    : say("Peramban tidak menjamin simpanan ini: bila ruang ponsel habis, kiriman yang menunggu dapat terhapus. Buka halaman ini saat ada sinyal.", "The browser does not vouch for this: when the phone runs full, what waits may be deleted. Open this page once there is a signal.");
  $("#antrean-kept").textContent = `${say("Yang tersimpan di perangkat ini: kiriman yang belum terkirim, dan tanda terima tanpa isi.", "Stored on this device: what is not yet sent, and receipts without content.")} ${words}`;
}

// ---- the form --------------------------------------------------------------------------------
const form = $("form", root);
let mending = null;

async function submit(event) {
  event.preventDefault();
  if (form.dataset.busy) return;
  tell(""); // the word about an earlier one must not be taken for this one's
  const { fields, photos } = readForm(form, language);
  if (showFaults(faultsOf(form, fields, photos))) return;
  try {
    if (mending) await queue.mend(mending, fields, { photos: photos.length ? photos : null });
    else await queue.save("report", fields, { photos, uuid: form.dataset.uuid || "" });
  } catch (error) {
    if (!(error instanceof NotSaved)) throw error;
    tell(say("BELUM tersimpan: ruang ponsel ini penuh atau peramban menolak. Isian masih di halaman ini; catat di tempat lain atau kirim lewat telepon.", "NOT saved: this phone is full or the browser refused. What you typed is still on this page; note it elsewhere or phone."), "error");
    return;
  }
  mending = null;
  delete form.dataset.uuid;
  form.reset();
  sessionStorage.removeItem("lapor:nanti");
  $("#antrean-write").open = false;
  await saved();
}

function showFaults(faults) {
  const box = $("[data-errors]", form);
  box.hidden = !faults.length;
  $("ul", box).replaceChildren(...faults.map(([id, words]) => make("li", {}, make("a", { href: `#${id}`, textContent: words }))));
  if (faults.length) box.focus();
  return faults.length > 0;
}

function mend(item) {
  mending = item.id;
  fillForm(form, JSON.parse(item.content));
  $("#antrean-write").open = true;
  const field = item.refusal.field && form.elements[item.refusal.field];
  showFaults([[(field && field.id) || "id_text", `${item.refusal.title} ${item.refusal.detail}`]]);
}

async function takeDraft() {
  const draft = await store.meta("draft");
  if (!draft) return;
  await store.setMeta("draft");
  fillForm(form, draft.fields, draft.files);
  if (draft.fields.uuid) form.dataset.uuid = draft.fields.uuid;
  $("#antrean-write").open = true;
  tell(draft.uploaded
    ? say("Tidak ada sinyal. Isian Anda dibawa ke sini; fotonya pilih sekali lagi, lalu simpan.", "No signal. What you typed was brought here; choose the photos once more, then save.")
    : say("Tidak ada sinyal. Isian Anda dibawa ke sini; periksa, lalu simpan.", "No signal. What you typed was brought here; look it over, then save."), "warn");
}

// ---- leaving no trace ------------------------------------------------------------------------
function sure(words, yes) {
  return new Promise((done) => {
    const dialog = make("dialog", { className: "card stack" });
    const button = (value, text, tone) => {
      const one = make("button", { className: `btn ${tone}`, type: "button", textContent: text });
      one.addEventListener("click", () => dialog.close(value));
      return one;
    };
    dialog.append(make("p", { textContent: words }), make("div", { className: "btns" }, button("yes", yes, "danger"), button("", say("Batal", "Cancel"), "")));
    dialog.addEventListener("close", () => {
      done(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

async function forget() {
  const waiting = (await store.items()).length;
  const words = waiting
    ? say(`${waiting} kiriman BELUM terkirim dan akan hilang. Hapus semuanya?`, `${waiting} NOT yet sent will be lost. Delete everything?`)
    : say("Hapus daftar tanda terima dan halaman yang tersimpan di perangkat ini?", "Delete the list of receipts and the stored page on this device?");
  if (!(await sure(words, say("Hapus", "Delete")))) return;
  clearTimeout(timer);
  await queue.forget();
  sessionStorage.clear();
  if (window.caches) for (const name of await caches.keys()) await caches.delete(name);
  for (const one of (navigator.serviceWorker && (await navigator.serviceWorker.getRegistrations())) || []) await one.unregister();
  form.reset();
  for (const part of ["#antrean-queue", "#antrean-work", "#antrean-notices", "[data-export]"]) $(part).hidden = true;
  $("#antrean-proofs").replaceChildren(); // not drawn anew: that would begin a new store
  $("#antrean-none").hidden = false;
  waited = 0;
  tell(say("Sudah dihapus dari perangkat ini.", "Deleted from this device."), "ok");
}

async function download() {
  const text = JSON.stringify(await queue.proof(), null, 1);
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: "tanda-terima.json" });
  link.click();
  URL.revokeObjectURL(link.href);
}

// ---- begin -----------------------------------------------------------------------------------
form.addEventListener("submit", submit);
$("[data-send]").addEventListener("click", () => send(true, true));
$("[data-forget]").addEventListener("click", forget);
$("[data-export]").addEventListener("click", download);
addEventListener("online", () => send(true));
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send(false));

async function begin() {
  try {
    await queue.check();
    waited = await draw();
    await store.setMeta("language", language); // the service worker asks for refusals in these words
  } catch (error) {
    tell(say("Peramban ini tidak mengizinkan penyimpanan (mode penyamaran?). Pakai formulir biasa saat ada sinyal.", "This browser allows no storage (a private window?). Use the ordinary form once there is a signal."), "error");
    form.hidden = true;
    return;
  }
  const came = location.hash;
  if (came) history.replaceState(null, "", location.pathname);
  await takeDraft();
  if (came === "#tersimpan") tell(say("Tidak ada sinyal. Jawaban Anda tersimpan di perangkat ini dan terkirim dengan sendirinya.", "No signal. Your answer is saved on this device and is sent by itself."), "ok");
  if (came === "#gagal") tell(say("Tidak ada sinyal, dan kiriman tadi tidak tersimpan di sini. Ulangi saat ada sinyal, atau tulis di halaman ini.", "No signal, and what you sent is not saved here. Send it again once there is a signal, or write it on this page."), "error");
  await work({ ...here, make, saved, tell });
  await send(came === "#tersimpan");
  if (navigator.storage && navigator.storage.persisted && (await navigator.storage.persisted())) await kept(true);
}

begin();
