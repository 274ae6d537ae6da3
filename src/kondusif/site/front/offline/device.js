// The queue on this device: the pure core with the browser's own store, clock, chance and locks.
import { makeQueue } from "./queue.js";
import { makeSeals } from "./seals.js";
import { openStore } from "./store.js";
import { makeTransport } from "./transport.js";

const bytes = (count) => crypto.getRandomValues(new Uint8Array(count));
const hex = (list) => [...list].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const origin = hex(bytes(8)); // the monotonic clock counts from this start of the app

export const chance = {
  salt: () => hex(bytes(16)),
  number: Math.random,
  uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const raw = bytes(16);
    raw[6] = (raw[6] & 15) | 64;
    raw[8] = (raw[8] & 63) | 128;
    return hex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  },
};

let busy = Promise.resolve();
const inTurn = (work) => (busy = busy.then(work, work));
export const lock = (work) => (navigator.locks ? navigator.locks.request("antrean", work) : inTurn(work));

export function device({ witness, language, noble }) {
  const store = openStore(() => hex(bytes(4)));
  const transport = makeTransport({ fetch: (...asked) => fetch(...asked), language });
  const seals = makeSeals({ store, fetchKeys: transport.keys, noble });
  const clock = { now: () => Date.now(), mono: () => ({ origin, at: performance.now() }) };
  return { store, transport, seals, queue: makeQueue({ store, witness, transport, seals, clock, chance, lock }) };
}
