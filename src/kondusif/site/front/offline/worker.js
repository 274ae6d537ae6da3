// The service worker: keeps one page that works without a signal, and catches what was being sent when the signal was lost.
// It keeps no page with anything in it: /antrean is alike for everybody.
import { device } from "./device.js";
import { noWitness } from "./witness.js";

const { page, kept, mark } = self.KEPT;
const CACHE = `kondusif-${mark}`;
const { store, queue } = device({ witness: noWitness, language: () => store.meta("language").then((said) => said || "id"), noble: () => Promise.reject(new Error("not in a worker")) });

// Without a signal these lead to the kept page.
const PLACES = ["/", "/lapor", "/lacak", "/ringkas", "/tugas", "/nihil"];
// An answer that may have come through just before the line broke is sent again only where twice does no harm.
const SAFE_TWICE = { accept: "", finish: "proof", decline: "reason" };
const NOT_SAID = ["csrfmiddlewaretoken", "step", "website", "back", "kept", "next", "version"];

const hasEd25519 = () =>
  crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]).then(
    () => true,
    () => false,
  );

self.addEventListener("install", (event) => {
  const keep = async () => {
    const own = await hasEd25519();
    const cache = await caches.open(CACHE);
    await cache.addAll(kept.filter((path) => !own || !path.includes("/noble")));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith("kondusif-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("message", ({ data }) => {
  if (data && data.kind === "left") store.setMeta("work");
});

// Chromium wakes the worker when the signal is back, even where the page is closed. Elsewhere the page itself does it.
self.addEventListener("sync", (event) => {
  if (event.tag === "antrean") event.waitUntil(queue.flush({ force: true }));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "GET") {
    if (kept.includes(url.pathname) && url.pathname !== page) event.respondWith(caches.match(request).then((found) => found || fetch(request)));
    else if (request.mode === "navigate" && url.pathname === page) event.respondWith(kept_page(event));
    else if (request.mode === "navigate" && PLACES.includes(url.pathname)) event.respondWith(fetch(request).catch(() => Response.redirect(page, 302)));
  } else if (request.method === "POST" && request.mode === "navigate") {
    const task = /^\/tugas\/(\d+)\/(\w+)$/.exec(url.pathname);
    if (url.pathname === "/lapor") event.respondWith(sent(request, carry));
    else if (url.pathname === "/nihil") event.respondWith(sent(request, nil));
    else if (task) event.respondWith(sent(request, (said) => answer(said, Number(task[1]), task[2])));
  }
});

async function kept_page(event) {
  const patience = new Promise((_done, fail) => setTimeout(() => fail(new Error("slow")), 4000));
  try {
    const fresh = await Promise.race([fetch(event.request), patience]);
    if (fresh.ok) {
      const copy = fresh.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(page, copy)));
      return fresh;
    }
  } catch {
    /* the kept copy, below */
  }
  return (await caches.match(page)) || fetch(event.request);
}

// Send as ever; where the line is dead, keep what was said and go to the page that works without.
async function sent(request, keep) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    const where = await keep(await copy.formData()).catch(() => "gagal");
    if (self.registration.sync) await self.registration.sync.register("antrean").catch(() => {});
    return Response.redirect(`${page}#${where}`, 303);
  }
}

// A report half filled in goes on where it was: the page takes this draft and deletes it.
async function carry(said) {
  const fields = {};
  const files = [];
  for (const [name, value] of said) {
    if (typeof value !== "string") value.size && files.push(value);
    else if (!NOT_SAID.includes(name)) fields[name] = value;
  }
  await store.setMeta("draft", { fields, files, uploaded: Boolean(said.get("kept")) });
  return "draf";
}

async function nil(said) {
  const member = said.get("member");
  if (!member || !said.get("region")) return "gagal";
  await queue.save("nil", { region: said.get("region"), sources: said.getAll("sources") }, { member });
  return "tersimpan";
}

async function answer(said, task, act) {
  const member = said.get("member");
  if (!member || !(act in SAFE_TWICE) || said.has("kembali")) return "gagal";
  await queue.save("task", { task, act, text: said.get(SAFE_TWICE[act]) || "" }, { member });
  return "tersimpan";
}
