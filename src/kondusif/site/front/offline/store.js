// The queue's store in IndexedDB. Each function is one transaction, finished on disk before it resolves.
import { openDB } from "idb";

const NAME = "kondusif";
const strict = { durability: "strict" };

export function openStore(random) {
  let opening = null;
  const db = () => {
    opening =
      opening ||
      openDB(NAME, 1, {
        upgrade(fresh) {
          fresh.createObjectStore("items", { keyPath: "id" });
          fresh.createObjectStore("receipts", { keyPath: "id" });
          fresh.createObjectStore("meta");
        },
        blocking: (_old, _fresh, event) => event.target.close(),
        terminated: () => (opening = null),
      }).catch((error) => {
        opening = null;
        throw error;
      });
    return opening;
  };
  const within = async (names, work, mode = "readwrite") => {
    const tx = (await db()).transaction(names, mode, strict);
    try {
      const found = await work(...[names].flat().map((name) => tx.objectStore(name)));
      await tx.done;
      return found;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        /* over already */
      }
      await tx.done.catch(() => {});
      throw error;
    }
  };
  const all = async (name) => (await db()).getAll(name);

  return {
    // A new name whenever the storage is new: that is how an eviction is told from a crash.
    bucket: () =>
      within("meta", async (meta) => {
        const old = await meta.get("bucket");
        if (old) return old;
        const fresh = random();
        await meta.put(fresh, "bucket");
        return fresh;
      }),
    items: () => all("items"),
    get: async (id) => (await db()).get("items", id),
    put: (item) => within("items", (items) => items.put(item)),
    // Changes only what is still as it was seen: an item mended or discarded meanwhile is left alone.
    update: (id, rev, changes) =>
      within("items", async (items) => {
        const now = await items.get(id);
        if (!now || now.rev !== rev) return false;
        await items.put({ ...now, ...changes });
        return true;
      }),
    deliver: (id, receipt) =>
      within(["items", "receipts"], async (items, receipts) => {
        await receipts.put(receipt);
        await items.delete(id);
      }),
    remove: (id) => within("items", (items) => items.delete(id)),
    receipts: () => all("receipts"),
    // The tracking code is shown once and then lies here no more.
    see: (id) =>
      within("receipts", async (receipts) => {
        const one = await receipts.get(id);
        if (one) await receipts.put({ ...one, tracking: "" });
      }),
    notes: async () => (await (await db()).get("meta", "evicted")) || [],
    note: (list) =>
      within("meta", async (meta) => {
        const old = (await meta.get("evicted")) || [];
        const fresh = list.filter((one) => !old.some((other) => other.mark === one.mark));
        await meta.put([...old, ...fresh], "evicted");
      }),
    unnote: () => within("meta", (meta) => meta.delete("evicted")),
    meta: async (name) => (await db()).get("meta", name),
    setMeta: (name, value) => within("meta", (meta) => (value === undefined ? meta.delete(name) : meta.put(value, name))),
    async clear() {
      const open = await db();
      open.close();
      opening = null;
      await new Promise((done, fail) => {
        const asked = indexedDB.deleteDatabase(NAME);
        asked.onsuccess = done;
        asked.onerror = () => fail(asked.error);
        asked.onblocked = () => {}; // the other tabs close theirs (`blocking`), then it goes on
      });
    },
  };
}
