// A phone for the proof: storage that outlives the app, an app that can die at any await, a network that does anything.
// Only the phone is imitated. Queue, seals and transport are the ones the browser gets; the doors are the real server's.
import net from "node:net";
import { makeQueue } from "../../../src/kondusif/site/front/offline/queue.js";
import { makeSeals } from "../../../src/kondusif/site/front/offline/seals.js";
import { makeTransport, NoNetwork } from "../../../src/kondusif/site/front/offline/transport.js";

export class Killed extends Error {
  constructor() {
    super("the app was killed");
    this.name = "Killed";
  }
}

// mulberry32: a seed gives the same session again.
export function randomOf(seed) {
  let a = seed >>> 0;
  const number = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(number() * n);
  return { number, below, one: (list) => list[below(list.length)], hex: (n) => Array.from({ length: n }, () => below(16).toString(16)).join("") };
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Phone {
  constructor({ url, random, counts, cookie = "" }) {
    Object.assign(this, { url, random, counts, cookie });
    this.jar = "";
    this.disk = { items: new Map(), receipts: new Map(), meta: new Map() };
    this.witnessed = [];
    this.skew = 0;
    this.origin = "";
    this.killAt = Infinity;
    this.steps = 0;
    this.dead = false;
    this.trouble = 0; // share of requests to which something happens
    this.stray = []; // requests still on their way after the app forgot them
    this.life = 0;
  }

  count(what) {
    this.counts[what] = (this.counts[what] || 0) + 1;
  }

  evict() {
    this.disk = { items: new Map(), receipts: new Map(), meta: new Map() };
    this.count("evictions");
  }

  // Each await point of the app passes here, before and after its effect.
  async step(life) {
    await null;
    if (life !== this.life) throw new Killed();
    this.steps += 1;
    if (this.steps >= this.killAt) {
      this.life += 1;
      this.killAt = Infinity;
      this.count("kills of the app");
      throw new Killed();
    }
  }

  // Start the app anew: nothing of the former instance goes on.
  boot() {
    this.life += 1;
    const life = this.life;
    this.origin = this.random.hex(8);
    const at = (work) => async (...given) => {
      await this.step(life);
      const found = work(...structuredClone(given));
      await this.step(life);
      return structuredClone(found);
    };
    const disk = () => this.disk;
    const store = {
      bucket: at(() => {
        if (!disk().meta.has("bucket")) disk().meta.set("bucket", this.random.hex(8));
        return disk().meta.get("bucket");
      }),
      items: at(() => [...disk().items.values()]),
      get: at((id) => disk().items.get(id)),
      put: at((item) => void disk().items.set(item.id, item)),
      update: at((id, rev, changes) => {
        const now = disk().items.get(id);
        if (!now || now.rev !== rev) return false;
        disk().items.set(id, { ...now, ...changes });
        return true;
      }),
      deliver: at((id, receipt) => {
        disk().receipts.set(receipt.id, receipt);
        disk().items.delete(id);
      }),
      remove: at((id) => void disk().items.delete(id)),
      receipts: at(() => [...disk().receipts.values()]),
      see: at((id) => void disk().receipts.set(id, { ...disk().receipts.get(id), tracking: "" })),
      notes: at(() => disk().meta.get("evicted") || []),
      note: at((list) => {
        const old = disk().meta.get("evicted") || [];
        disk().meta.set("evicted", [...old, ...list.filter((one) => !old.some((other) => other.mark === one.mark))]);
      }),
      unnote: at(() => void disk().meta.delete("evicted")),
      clear: at(() => void (this.disk = { items: new Map(), receipts: new Map(), meta: new Map() })),
      meta: at((name) => disk().meta.get(name)),
      setMeta: at((name, value) => void disk().meta.set(name, value)),
    };
    const witness = {
      list: at(() => this.witnessed),
      add: at((entry) => void (this.witnessed = [...this.witnessed.filter((e) => e.mark !== entry.mark), entry])),
      drop: at((marks) => void (this.witnessed = this.witnessed.filter((e) => !marks.includes(e.mark)))),
      clear: at(() => void (this.witnessed = [])),
    };
    const transport = makeTransport({ fetch: (path, options) => this.fetch(life, path, options), base: this.url, seconds: 20 });
    const seals = makeSeals({ store, fetchKeys: transport.keys });
    const clock = { now: () => Date.now() + this.skew, mono: () => ({ origin: this.origin, at: performance.now() }) };
    const chance = { uuid: () => uuidOf(this.random), salt: () => this.random.hex(32), number: this.random.number };
    let busy = Promise.resolve();
    const lock = (work) => (busy = busy.then(work, work));
    return { store, queue: makeQueue({ store, witness, transport, seals, clock, chance, lock }) };
  }

  async fetch(life, address, options) {
    await this.step(life);
    const faults = ["drop", "lose", "duplicate", "late", "cut answer", "cut request", "stranger", "change a byte"];
    const fault = this.random.number() < this.trouble ? this.random.one(faults) : "";
    if (fault) this.count(fault);
    const answer = await this.carry(fault, address, options);
    await this.step(life);
    return answer;
  }

  async carry(fault, address, options) {
    const send = () => this.send(address, options);
    if (fault === "drop") throw new TypeError("fetch failed");
    if (fault === "lose") {
      await send();
      throw new TypeError("the answer was lost");
    }
    if (fault === "duplicate") return this.random.one(await Promise.all([send(), send()]));
    if (fault === "late") {
      // It arrives after those that are sent next; the app has long given up on it.
      this.stray.push(pause(this.random.below(150)).then(send).catch(() => {}));
      throw new TypeError("timed out");
    }
    if (fault === "cut request") {
      await this.cut(address, options);
      throw new TypeError("connection reset");
    }
    if (fault === "stranger") return said(200, "<html><title>Selamat datang di WiFi hotel</title></html>");
    const answer = await send();
    if (fault === "cut answer") return said(answer.status, answer.raw.slice(0, this.random.below(answer.raw.length + 1)));
    if (fault === "change a byte" && answer.status === 200) {
      const where = this.random.below(answer.raw.length);
      return said(answer.status, answer.raw.slice(0, where) + String.fromCharCode(33 + this.random.below(90)) + answer.raw.slice(where + 1));
    }
    return answer;
  }

  headers(options) {
    const own = options.credentials === "same-origin" ? [this.cookie, this.jar].filter(Boolean).join("; ") : "";
    return { ...options.headers, ...(own ? { Cookie: own } : {}) };
  }

  async send(address, options) {
    const { method, body, signal } = options;
    const answer = await fetch(address, { method, body, signal, headers: this.headers(options) });
    const raw = await answer.text();
    for (const cookie of answer.headers.getSetCookie())
      if (cookie.startsWith("csrftoken=")) this.jar = cookie.split(";")[0];
    return said(answer.status, raw, answer.headers.get("Retry-After"));
  }

  // The first n bytes of a request, then the line is dead.
  cut(address, options) {
    const { hostname, port, pathname } = new URL(address);
    const body = Buffer.from(options.body || "");
    const head = { ...this.headers(options), Host: `${hostname}:${port}`, "Content-Length": body.length };
    const text = `${options.method || "GET"} ${pathname} HTTP/1.1\r\n${Object.entries(head).map(([a, b]) => `${a}: ${b}\r\n`).join("")}\r\n`;
    const whole = Buffer.concat([Buffer.from(text), body]);
    return new Promise((done) => {
      const socket = net.connect(Number(port), hostname, () => {
        socket.write(whole.subarray(0, this.random.below(whole.length)), () => setTimeout(() => socket.destroy(), 5));
      });
      socket.on("error", done).on("close", done);
    });
  }
}

function said(status, raw, retry = null) {
  return { status, raw, headers: { get: (name) => (name === "Retry-After" ? retry : null) }, text: async () => raw };
}

function uuidOf(random) {
  const raw = random.hex(32).split("");
  raw[12] = "4";
  raw[16] = "89ab"[random.below(4)];
  return raw.join("").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export { NoNetwork, pause };
