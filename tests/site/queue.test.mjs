// The queue's core with a store that can fail and doors that answer as told. Faults on the real doors: tests/proofs/proof_offline.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff, FIRST_WAIT, LONGEST_WAIT, makeQueue, NotSaved, verdict } from "../../src/kondusif/site/front/offline/queue.js";
import { makeSeals } from "../../src/kondusif/site/front/offline/seals.js";
import { makeTransport } from "../../src/kondusif/site/front/offline/transport.js";
import { Phone, randomOf } from "../proofs/offline/phone.mjs";

const b64 = (bytes) => Buffer.from(bytes).toString("base64url");
const sha = async (text) => Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("hex");

async function office() {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const x = b64(await crypto.subtle.exportKey("raw", pair.publicKey));
  const kid = Buffer.from(await sha(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`), "hex").toString("base64url");
  const receipt = async (envelope, changes = {}) => {
    const said = JSON.parse(envelope.content);
    const body = { digest: await sha(envelope.content), key: kid, kind: said.kind, received_at: "2020-12-02T01:00:00Z", subject: "report:KDS-1", tracking_digest: "", uuid: said.uuid, v: 1, ...changes };
    const text = JSON.stringify(body);
    const signature = b64(await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, Buffer.from(text)));
    return { status: 200, body: { receipt: text, signature, tracking: "", clock_ahead: 0 } };
  };
  return { keys: [{ kid, x }], receipt };
}

// A queue on a phone's disk; `answers` says what the door says to each delivery in turn, the last one for ever.
function rig(answers, { hello = { member: null, csrf: "" }, keys = [], noble } = {}) {
  const phone = new Phone({ url: "http://nowhere", random: randomOf(1), counts: {} });
  const { store } = phone.boot();
  let now = 1_600_000_000_000;
  const sent = [];
  const transport = {
    hello: async () => hello,
    file: async (blob) => ({ status: 200, body: { sha256: await sha(blob), token: "t" } }),
    deliver: async (kind, envelope) => {
      sent.push(envelope);
      return (answers.length > 1 ? answers.shift() : answers[0])(envelope);
    },
  };
  const seals = makeSeals({ store, fetchKeys: async () => keys, noble });
  const witness = phone;
  const list = { list: async () => witness.witnessed, add: async (e) => void witness.witnessed.push(e), drop: async (marks) => void (witness.witnessed = witness.witnessed.filter((e) => !marks.includes(e.mark))), clear: async () => void (witness.witnessed = []) };
  let salts = 0;
  const queue = makeQueue({
    store, witness: list, transport, seals, lock: (work) => work(),
    clock: { now: () => now, mono: () => ({ origin: "o", at: now }) },
    chance: { uuid: () => crypto.randomUUID(), salt: () => String((salts += 1)).padStart(32, "0"), number: () => 0.5 },
  });
  return { queue, store, phone, sent, pass: (ms) => (now += ms) };
}

const problem = (status, code, field = "") => () => ({ status, body: { code, title: "Ditolak.", detail: "Perbaiki.", field } });
const dead = () => {
  throw Object.assign(new Error("no signal"), { name: "NoNetwork" });
};

test("what an answer means", () => {
  const table = [
    [200, { receipt: "r", signature: "s" }, "receipt"], [200, null, "later"], [200, "<html>", "later"], [200, { receipt: "r" }, "later"],
    [422, { code: "said-field-wrong", title: "x" }, "refused"], [403, { code: "not-permitted", title: "x" }, "refused"], [403, null, "signin"],
    [403, { code: "csrf" }, "signin"], [401, { code: "not-signed-in", title: "x" }, "signin"], [409, { code: "of-another-member", title: "x" }, "signin"],
    [409, { code: "files-missing", title: "x" }, "files"], [429, { code: "too-many", title: "x" }, "later"], [503, { code: "not-stored", title: "x" }, "later"],
    [500, null, "later"], [404, null, "later"], [502, "bad gateway", "later"], [302, null, "later"],
  ];
  for (const [status, body, said] of table) assert.equal(verdict({ status, body }), said, `${status} ${JSON.stringify(body)}`);
});

test("waiting grows, has an end, and is scattered", () => {
  assert.equal(backOff(0, 1), FIRST_WAIT);
  assert.equal(backOff(0, 0), FIRST_WAIT / 2);
  for (let n = 0; n < 40; n += 1) assert.ok(backOff(n, 1) <= backOff(n + 1, 1) && backOff(n, 1) <= LONGEST_WAIT);
});

test("saved before a signal, delivered after, content gone, code once", async () => {
  const { keys, receipt } = await office();
  const { queue, store, phone, sent, pass } = rig([dead, dead, receipt], { keys });
  const item = await queue.save("report", { text: "Ribut di pasar" });
  assert.equal(phone.witnessed.length, 1);
  assert.deepEqual(await queue.flush(), { delivered: 0, refused: 0, later: 1, signin: 0 });
  assert.equal((await queue.flush()).later, 0, "not due yet");
  pass(3_600_000);
  await queue.flush();
  assert.equal((await queue.flush({ force: true })).delivered, 1);
  assert.equal(new Set(sent.map((one) => one.content)).size, 1, "the same words each time");
  assert.deepEqual(sent.at(-1).age_ms, 3_600_000);
  assert.deepEqual(await store.items(), []);
  const [held] = await store.receipts();
  assert.equal(held.id, item.id);
  assert.ok(!JSON.stringify(held).includes("Ribut"), "no content stays");
  await queue.check();
  assert.deepEqual(phone.witnessed.map((one) => one.kind), ["p"]);
});

test("a receipt that does not hold ends nothing", async () => {
  const { keys, receipt } = await office();
  const bad = [
    async (e) => receipt(e, { digest: "00" }), async (e) => receipt(e, { uuid: "x" }), async (e) => receipt(e, { kind: "nil" }), async (e) => receipt(e, { key: "x" }),
    async (e) => receipt(e, { tracking_digest: "00" }),
    async (e) => ({ status: 200, body: { ...(await receipt(e)).body, tracking: "AAAA-BBBB-CCCC" } }),
    async (e) => { const good = await receipt(e); good.body.receipt = good.body.receipt.replace("KDS-1", "KDS-2"); return good; },
  ];
  const { queue, store } = rig([...bad, receipt], { keys });
  await queue.save("report", { text: "a" });
  for (const _ of bad) assert.equal((await queue.flush({ force: true })).later, 1);
  assert.equal((await queue.flush({ force: true })).delivered, 1);
  assert.equal((await store.receipts()).length, 1);
});

test("a garbled key is not kept", async () => {
  const { keys, receipt } = await office();
  const served = [{ ...keys[0], x: keys[0].x.replace(/^./, (c) => (c === "A" ? "B" : "A")) }];
  const { queue, store } = rig([receipt], { keys: served });
  await queue.save("report", { text: "a" });
  assert.equal((await queue.flush({ force: true })).later, 1);
  assert.deepEqual(await store.meta("keys"), []);
  served.splice(0, 1, keys[0]);
  assert.equal((await queue.flush({ force: true })).delivered, 1);
});

test("a refusal stays with its reason until it is put right, under the same number", async () => {
  const { keys, receipt } = await office();
  const { queue, store, sent } = rig([problem(422, "said-field-wrong", "region"), receipt], { keys });
  const item = await queue.save("report", { text: "a", region: "99" });
  assert.equal((await queue.flush()).refused, 1);
  await queue.flush({ force: true });
  assert.equal(sent.length, 1, "not sent again by itself");
  assert.deepEqual((await store.get(item.id)).refusal, { code: "said-field-wrong", title: "Ditolak.", detail: "Perbaiki.", field: "region" });
  await queue.mend(item.id, { text: "a", region: "64.71" });
  assert.equal((await queue.flush()).delivered, 1);
  assert.deepEqual(sent.map((one) => JSON.parse(one.content).uuid), [item.id, item.id]);
});

test("who must sign in again loses nothing, and nobody else sends it", async () => {
  const { keys, receipt } = await office();
  const hello = { member: null, csrf: "" };
  const { queue, store } = rig([dead, receipt], { keys, hello });
  await queue.save("nil", { region: "64.71", sources: ["watch"] }, { member: "user:5" });
  hello.member = { id: "user:5" };
  assert.equal((await queue.flush()).later, 1);
  for (const member of [null, { id: "user:6" }]) {
    hello.member = member;
    assert.equal((await queue.flush({ force: true })).signin, 1);
  }
  assert.equal((await store.items())[0].state, "signin");
  hello.member = { id: "user:5" };
  assert.equal((await queue.flush()).delivered, 1, "at once, whatever it had still to wait");
});

test("a full phone says so, and what was not saved is not missed", async () => {
  const { queue, store, phone } = rig([dead]);
  const full = Object.assign(new Error("full"), { name: "QuotaExceededError" });
  store.put = async () => { throw full; };
  await assert.rejects(queue.save("report", { text: "a" }), (error) => error instanceof NotSaved && error.full);
  assert.deepEqual(phone.witnessed, []);
});

test("an eviction is noticed and told once; a crash while saving is not one", async () => {
  const { queue, store, phone, pass } = rig([dead]);
  await queue.save("report", { text: "a" });
  phone.witnessed.push({ mark: "crashed", kind: "r", at: 1_600_000_000_000, bucket: await store.bucket() });
  pass(600_000);
  assert.deepEqual(await queue.check(), []);
  phone.evict();
  assert.deepEqual((await queue.check()).map((one) => one.kind), ["r"]);
  await store.unnote();
  assert.deepEqual(await queue.check(), []);
  assert.deepEqual(phone.witnessed, []);
});

test("a clock set back by a day holds nothing up", async () => {
  const { keys, receipt } = await office();
  const { queue, pass } = rig([dead, receipt], { keys });
  await queue.save("report", { text: "a" });
  await queue.flush();
  pass(-24 * 3_600_000);
  assert.equal((await queue.flush()).delivered, 1);
});

test("without the browser's own Ed25519 the library says the same", async () => {
  const { keys, receipt } = await office();
  const store = { meta: async () => keys };
  const noble = () => import("../../src/kondusif/site/front/offline/noble.js");
  const { body } = await receipt({ content: '{"uuid":"u","kind":"report"}' });
  for (const subtle of [null, { digest: (...given) => crypto.subtle.digest(...given), importKey: async () => { throw new Error("not known"); } }]) {
    const seals = makeSeals({ store, fetchKeys: async () => keys, subtle, noble });
    assert.equal(await seals.sha256("a"), await sha("a"));
    assert.equal(await seals.fault(body.receipt, body.signature), "");
    assert.equal(await seals.fault(body.receipt + " ", body.signature), "forged");
    assert.equal(await seals.fault(body.receipt, body.signature.slice(0, -4) + "AAAA"), "forged");
    assert.equal(await seals.fault("{", body.signature), "unreadable");
  }
});

test("half an answer, a stranger's page and a dead line are no answers", async () => {
  const fetches = { half: { status: 200, text: async () => '{"receipt":"', headers: new Headers() }, stranger: { status: 200, text: async () => "<html>", headers: new Headers() } };
  for (const answer of Object.values(fetches)) {
    const transport = makeTransport({ fetch: async () => answer });
    assert.equal((await transport.deliver("report", {}, "")).body, null);
    await assert.rejects(transport.hello(), { name: "NoNetwork" });
  }
  const transport = makeTransport({ fetch: async () => { throw new TypeError("failed"); } });
  await assert.rejects(transport.deliver("report", {}, ""), { name: "NoNetwork" });
});

test("a citizen's report carries no cookies, a member's word does", async () => {
  const asked = [];
  const transport = makeTransport({ fetch: async (path, options) => (asked.push([path, options.credentials]), { status: 200, text: async () => "{}", headers: new Headers() }) });
  await transport.deliver("report", {}, "");
  await transport.deliver("nil", {}, "c");
  await transport.file(new Blob(["x"]));
  assert.deepEqual(asked.map(([, credentials]) => credentials), ["omit", "same-origin", "omit"]);
});
