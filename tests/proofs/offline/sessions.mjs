// Sessions of people with phones on a bad day: node sessions.mjs PLAN.json OUT.jsonl. One line of outcome a session.
import { createWriteStream, readFileSync } from "node:fs";
import { Killed, Phone, pause, randomOf } from "./phone.mjs";

const [planFile, outFile] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planFile, "utf8"));
const photos = plan.photos.map((text) => new Uint8Array(Buffer.from(text, "base64")));
const out = createWriteStream(outFile);
const counts = {};
const HOUR = 3_600_000;
let tasksLeft = [...plan.tasks];

function wishes(random, number) {
  const list = [];
  const member = random.number() < 0.4 ? random.one(plan.members) : null;
  for (let n = 1 + random.below(4); n > 0; n -= 1) {
    const marker = `penanda-${number}-${n}`;
    const chance = random.number();
    if (member && member.kind === "agency" && chance < 0.7) {
      const own = tasksLeft.findIndex((task) => task.agency === member.agency);
      if (own >= 0 && random.number() < 0.3) {
        const [task] = tasksLeft.splice(own, 1);
        list.push({ kind: "task", fields: { task: task.id, act: "accept", text: "" }, member: member.id, marker });
      } else list.push({ kind: "task", fields: { task: member.shared, act: "help", text: `Butuh bantuan ${marker}` }, member: member.id, marker });
    } else if (member && member.kind === "watch" && chance < 0.7) {
      list.push({ kind: "nil", fields: { region: member.region, sources: ["watch", "media"] }, member: member.id, marker });
    } else {
      const bad = random.number() < 0.05;
      const shots = random.number() < 0.15 ? [random.one(photos), random.one(photos)].slice(0, 1 + random.below(2)) : [];
      const fields = { text: `Keributan di pasar ${marker}`, threatened: random.one(["yes", "no", "unknown"]), region: bad ? "99.99" : "64.71", day: random.one(["now", "today", "unknown"]), place_text: "depan pasar" };
      list.push({ kind: "report", fields, photos: shots, bad, marker });
    }
  }
  return { list, member };
}

// The app may die at any await inside `work`; whatever it was doing is simply over.
async function live(phone, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Killed) return "killed";
    throw error;
  }
}

async function session(number) {
  const random = randomOf(plan.seed * 1_000_003 + number);
  const { list, member } = wishes(random, number);
  const phone = new Phone({ url: plan.url, random, counts, cookie: member ? member.cookie : "" });
  const outcome = { number, saved: [], discarded: [], faults: [] };
  phone.trouble = random.one([0.1, 0.3, 0.6, 0.9]);
  phone.skew = random.number() < 0.5 ? 0 : Math.round((random.number() * 2 - 1) * 72 * HOUR);
  const mayEvict = random.number() < 0.06;
  let app = phone.boot();
  let turned = false;
  const again = async () => {
    app = phone.boot();
    phone.killAt = Infinity;
  };
  for (let step = 0; list.length || step < 8; step += 1) {
    if (random.number() < 0.25) phone.killAt = phone.steps + 1 + random.below(40);
    const chance = random.number();
    let done;
    if (list.length && chance < 0.45) {
      const wish = list.shift();
      const at = Date.now();
      done = await live(phone, () => app.queue.save(wish.kind, wish.fields, { photos: wish.photos || [], member: wish.member || "" }));
      if (done !== "killed") outcome.saved.push({ id: done.id, mark: done.mark, kind: wish.kind, marker: wish.marker, act: wish.fields.act || "", bad: Boolean(wish.bad), digest: await digestOf(done.content), at, skew: phone.skew });
    } else if (chance < 0.75) done = await live(phone, () => app.queue.flush({ force: random.number() < 0.8 }));
    else if (chance < 0.85) {
      await again();
      done = await live(phone, () => app.queue.check());
    } else if (chance < 0.9 && mayEvict && !turned) {
      phone.evict();
      turned = true;
    } else if (chance < 0.93) {
      phone.skew = Math.round((random.number() * 2 - 1) * 72 * HOUR);
      outcome.clockMoved = true;
      phone.count("clock set anew");
    } else if (member) phone.cookie = phone.cookie && random.number() < 0.6 ? "kondusif=lamasekali" : member.cookie; // a session that ran out
    if (done === "killed") await again();
  }
  await peace(phone, member, outcome);
  return outcome;
}

// The signal is good again and the member has signed in. What was refused is put right once.
async function peace(phone, member, outcome) {
  phone.trouble = 0;
  phone.killAt = Infinity;
  phone.cookie = member ? member.cookie : "";
  await Promise.all(phone.stray);
  const app = phone.boot();
  await app.queue.check();
  for (let turn = 0; turn < 60; turn += 1) {
    await app.queue.flush({ force: true });
    const items = await app.store.items();
    for (const item of items.filter((one) => one.state === "refused")) {
      outcome.refusals = [...(outcome.refusals || []), { id: item.id, code: item.refusal.code, field: item.refusal.field }];
      if (item.refusal.field !== "region") continue;
      const said = JSON.parse(item.content);
      const fresh = await app.queue.mend(item.id, { ...strip(said), region: "64.71" });
      const saved = outcome.saved.find((one) => one.id === item.id);
      if (saved) Object.assign(saved, { digest: await digestOf(fresh.content), mended: true });
    }
    if (!items.some((one) => one.state !== "refused" || one.refusal.field === "region")) break;
    await pause(turn < 5 ? 50 : 700);
  }
  phone.skew += 10 * 60_000; // what was begun and never saved is by then no longer "just now"
  outcome.evicted = await app.queue.check();
  outcome.left = (await app.store.items()).map(({ id, mark, state, refusal, strange, tries }) => ({ id, mark, state, refusal, strange, tries }));
  outcome.receipts = (await app.store.receipts()).map(({ id, mark, kind, receipt, signature, tracking }) => ({ id, mark, kind, receipt, signature, tracking }));
  outcome.witnessed = phone.witnessed.filter((entry) => entry.kind !== "p").length;
}

const strip = ({ kind: _k, uuid: _u, written_at: _w, salt: _s, files: _f, by: _b, ...fields }) => fields;

async function digestOf(text) {
  return Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(text))).toString("hex");
}

let next = plan.first;
async function lane() {
  while (next < plan.first + plan.count) {
    const number = next;
    next += 1;
    try {
      out.write(JSON.stringify(await session(number)) + "\n");
    } catch (error) {
      out.write(JSON.stringify({ number, broke: String((error && error.stack) || error) }) + "\n");
    }
  }
}
await Promise.all(Array.from({ length: plan.lanes }, lane));
await new Promise((done) => out.end(JSON.stringify({ counts }) + "\n", done));
