// The queue of what waits for a signal. Pure: no document, no network, no storage of its own; all of it is passed in, so
// that it can be driven through every kind of misfortune under node (tests/proofs/proof_offline.py).
//
// The promises, in the order in which they matter:
//   saved      `save` answers only when the item lies in the store; from then on it is delivered, refused with a reason that
//              stays, or reported as evicted. Nothing leaves the store on any other way but the person's own hand.
//   once       the content is one text, made once, sent unchanged under one UUID until the server's receipt is held.
//   proved     only a receipt with a good signature over this very content ends an item; a cut or strange answer is no answer.
//
// store     bucket() items() get(id) put(item) update(id, rev, changes) deliver(id, receipt) remove(id) receipts()
//           see(id) notes() note(list) unnote() clear() meta(name) setMeta(name, value)   each call is one transaction
// witness   list() add(entry) drop(marks) clear()      small, kept elsewhere than the store, to notice an eviction
// transport hello() file(blob) deliver(kind, envelope, csrf)    throw when the network does
// seals     sha256(text or bytes) fault(receipt, signature) refresh()
// clock     now() (ms, may be wrong by hours) mono() ({origin, at}, right but forgotten when the app closes)
// chance    uuid() salt() number()
// lock      lock(work): one at a time, over all tabs

const KINDS = { report: "r", nil: "n", task: "t" };
export const FIRST_WAIT = 5_000;
export const LONGEST_WAIT = 15 * 60_000;
const PROOFS = "p"; // the witness's word that receipts were kept here
const JUST_NOW = 2 * 60_000; // another tab may be saving it this moment

export class NotSaved extends Error {
  constructor(reason) {
    super(String((reason && reason.message) || reason));
    this.name = "NotSaved";
    this.full = Boolean(reason && reason.name === "QuotaExceededError");
  }
}

// How long to wait after `tries` fruitless ones; half of it is chance, so that a town coming back on line comes one by one.
export function backOff(tries, chance) {
  const whole = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 12));
  return whole / 2 + (whole / 2) * chance;
}

// What an answer means for an item: receipt, refused, signin, files or later. Whatever is not plainly a word of our server
// (a hotel's sign-in page, half an answer) is "later".
export function verdict({ status, body }) {
  const code = body && typeof body === "object" ? body.code : undefined;
  if (status === 200 || status === 201) return body && body.receipt && body.signature ? "receipt" : "later";
  if (code === "files-missing") return "files";
  if (code === "not-signed-in" || code === "of-another-member") return "signin";
  if (status === 403 && code !== "not-permitted") return "signin"; // a token or a session that has run out
  if (status >= 400 && status < 500 && ![408, 425, 429].includes(status) && code && body.title) return "refused";
  return "later";
}

export function makeQueue({ store, witness, transport, seals, clock, chance, lock }) {
  async function contentOf(kind, id, fields, photos, member) {
    const files = [];
    for (const blob of photos) {
      const sha256 = await seals.sha256(await bytesOf(blob));
      if (!files.some((file) => file.sha256 === sha256)) files.push({ sha256, blob, token: "" });
    }
    const content = { ...fields, kind, uuid: id, written_at: new Date(clock.now()).toISOString(), salt: chance.salt() };
    if (kind === "report") content.files = files.map((file) => file.sha256);
    if (member) content.by = member;
    return { content: JSON.stringify(content), files };
  }

  // Save a report, a nil report or a task's answer. Resolves when it is safe on this device; throws NotSaved otherwise.
  async function save(kind, fields, { photos = [], member = "", uuid = "" } = {}) {
    const id = uuid || chance.uuid();
    const mark = chance.salt().slice(0, 8);
    const now = clock.now();
    const { content, files } = await contentOf(kind, id, fields, photos, member);
    const item = { id, mark, kind, content, files, member, savedAt: now, mono: clock.mono(), tries: 0, nextAt: 0, state: "waiting", refusal: null, rev: 1 };
    await witness.add({ mark, kind: KINDS[kind], at: now, bucket: await store.bucket() });
    try {
      await store.put(item);
    } catch (error) {
      await witness.drop([mark]);
      throw new NotSaved(error);
    }
    return item;
  }

  // Put other words in the place of a refused item. The UUID stays: should the first have come through after all, it stays one.
  async function mend(id, fields, { photos = null } = {}) {
    const old = await store.get(id);
    if (!old) return null;
    const reused = old.refusal && old.refusal.code === "uuid-reused";
    const kept = photos === null ? old.files.map((file) => file.blob) : photos;
    const fresh = reused ? chance.uuid() : id;
    const { content, files } = await contentOf(old.kind, fresh, fields, kept, old.member);
    const item = { ...old, id: fresh, content, files, savedAt: clock.now(), mono: clock.mono(), tries: 0, nextAt: 0, state: "waiting", refusal: null, rev: old.rev + 1 };
    try {
      await store.put(item);
      if (reused) await store.remove(id);
    } catch (error) {
      throw new NotSaved(error);
    }
    return item;
  }

  async function discard(id) {
    const item = await store.get(id);
    await store.remove(id);
    if (item) await witness.drop([item.mark]);
  }

  // What was saved here and is gone, because the browser cleared this site's storage. Call it first of all.
  async function check() {
    const bucket = await store.bucket();
    const items = await store.items();
    const marks = new Set([...items, ...(await store.receipts())].map((one) => one.mark));
    const seen = await witness.list();
    // Of the same bucket and absent: it was never said to be saved.
    const evicted = seen.filter((entry) => !marks.has(entry.mark) && entry.bucket !== bucket);
    if (evicted.length) await store.note(evicted);
    const waiting = new Set(items.map((item) => item.mark));
    const fresh = (entry) => !marks.has(entry.mark) && entry.bucket === bucket && Math.abs(clock.now() - entry.at) < JUST_NOW;
    const held = (entry) => entry.kind === PROOFS && entry.bucket === bucket;
    const done = seen.filter((entry) => !waiting.has(entry.mark) && !fresh(entry) && !held(entry)).map((entry) => entry.mark);
    if (done.length) await witness.drop(done);
    const known = new Set(seen.map((entry) => entry.mark));
    for (const item of items)
      if (!known.has(item.mark)) await witness.add({ mark: item.mark, kind: KINDS[item.kind], at: item.savedAt, bucket });
    if (marks.size > items.length) await vouch(bucket);
    return store.notes();
  }

  // Leave word with the witness that receipts are kept here.
  async function vouch(bucket) {
    if (!(await witness.list()).some((entry) => entry.mark === bucket))
      await witness.add({ mark: bucket, kind: PROOFS, at: clock.now(), bucket });
  }

  const due = (item, now) => item.nextAt <= now || item.nextAt - now > LONGEST_WAIT; // a clock set back must not hold it up

  // Send what is due. `force`: the person asked, or the signal has just come back.
  const flush = ({ force = false } = {}) =>
    lock(async () => {
      const seen = { delivered: 0, refused: 0, later: 0, signin: 0 };
      const items = (await store.items()).sort((a, b) => a.savedAt - b.savedAt);
      let hello = null;
      for (const item of items) {
        if (item.state === "refused") continue;
        if (item.state === "waiting" && !force && !due(item, clock.now())) continue; // who waits for a sign-in is always looked at
        try {
          if (item.member) {
            hello = hello || (await transport.hello());
            if (!hello.member || hello.member.id !== item.member) {
              if (item.state !== "signin") await store.update(item.id, item.rev, { state: "signin" });
              seen.signin += 1;
              continue;
            }
          }
          seen[await deliver(item, hello)] += 1;
        } catch (error) {
          if (!error || error.name !== "NoNetwork") throw error;
          await later(item);
          seen.later += 1;
          break; // the others would wait for the same signal
        }
      }
      return seen;
    });

  async function later(item, more = {}) {
    const wait = Math.max(backOff(item.tries, chance.number()), (more.retryAfter || 0) * 1000);
    await store.update(item.id, item.rev, { tries: item.tries + 1, nextAt: clock.now() + Math.min(wait, LONGEST_WAIT), state: "waiting", strange: more.strange || "" });
    return "later";
  }

  async function refuse(item, problem) {
    const refusal = { code: problem.code, title: problem.title, detail: problem.detail || "", field: problem.field || "" };
    await store.update(item.id, item.rev, { state: "refused", refusal });
    return "refused";
  }

  async function deliver(item, hello, again = false) {
    const tokens = [];
    for (const file of item.files) {
      if (!file.token) {
        const answer = await transport.file(file.blob);
        if (verdict(answer) === "refused") return refuse(item, { ...answer.body, field: "attachments" });
        if (answer.status !== 200 || !answer.body || answer.body.sha256 !== file.sha256 || !answer.body.token)
          return later(item, answer);
        file.token = answer.body.token;
        await store.update(item.id, item.rev, { files: item.files });
      }
      tokens.push(file.token);
    }
    const mono = clock.mono();
    const age = item.mono.origin === mono.origin ? Math.max(0, Math.round(mono.at - item.mono.at)) : null;
    const envelope = { content: item.content, device_now: new Date(clock.now()).toISOString(), age_ms: age, files: tokens };
    const answer = await transport.deliver(item.kind, envelope, hello ? hello.csrf : "");
    const said = verdict(answer);
    if (said === "receipt") return accept(item, answer.body);
    if (said === "refused") return refuse(item, answer.body);
    if (said === "files") {
      for (const file of item.files) file.token = "";
      await store.update(item.id, item.rev, { files: item.files });
      return again ? later(item) : deliver(item, hello, true);
    }
    if (said === "signin" && item.member) {
      await store.update(item.id, item.rev, { state: "signin" });
      return "signin";
    }
    return later(item, answer);
  }

  // Only a receipt that holds ends an item.
  async function accept(item, { receipt, signature, tracking, clock_ahead: ahead }) {
    let fault = await seals.fault(receipt, signature);
    if (fault === "unknown-key") {
      await seals.refresh();
      fault = await seals.fault(receipt, signature);
    }
    const body = fault ? null : JSON.parse(receipt);
    const ours =
      body && body.uuid === item.id && body.kind === item.kind && body.digest === (await seals.sha256(item.content)) &&
      body.tracking_digest === (tracking ? await seals.sha256(tracking.replaceAll("-", "")) : "");
    if (!ours) return later(item, { strange: fault || "other-content" });
    await vouch(await store.bucket());
    await store.deliver(item.id, {
      id: item.id, mark: item.mark, kind: item.kind, subject: body.subject, receivedAt: body.received_at, member: item.member,
      receipt, signature, tracking: tracking || "",
    });
    await witness.drop([item.mark]);
    if (Number.isFinite(ahead)) await store.setMeta("clockAhead", ahead);
    return "delivered";
  }

  // When to look again by itself, in ms from now; null where nothing waits.
  async function nextLook() {
    const now = clock.now();
    const waits = (await store.items()).filter((item) => item.state === "waiting").map((item) => (due(item, now) ? 0 : item.nextAt - now));
    return waits.length ? Math.min(...waits) : null;
  }

  async function proof() {
    const receipts = await store.receipts();
    return {
      format: "kondusif-receipts-1",
      keys: (await store.meta("keys")) || [],
      receipts: receipts.map(({ receipt, signature }) => ({ receipt, signature })),
    };
  }

  async function forget() {
    await store.clear();
    await witness.clear();
  }

  return { save, mend, discard, check, flush, nextLook, proof, forget };
}

async function bytesOf(blob) {
  return blob instanceof Uint8Array ? blob : new Uint8Array(await blob.arrayBuffer());
}
