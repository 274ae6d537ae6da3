// Nihil and Tugas for members. The list is kept on the device only where its owner says so, and goes when they sign out.
import { $, say } from "../common.js";

const SOURCES = [
  ["watch", say("Petugas piket dan nomor siaga", "Duty officer and duty number")],
  ["subdistricts", say("Kecamatan, desa dan kelurahan", "Sub-districts and villages")],
  ["village_officers", "Babinsa, Bhabinkamtibmas"],
  ["forums", say("FKDM, FKUB dan tokoh masyarakat", "FKDM, FKUB and local figures")],
  ["media", say("Media sosial dan pemberitaan", "Social media and news")],
];
const KEPT_FOR = 7 * 24 * 3600_000;

export async function work({ queue, store, transport, make, saved, tell }) {
  const place = $("#antrean-work");
  const box = $("[data-keep-work]", place);
  let now = null;
  try {
    const { member } = await transport.hello();
    if (member) now = { member: member.id, label: member.label, nil: member.nil_regions, tasks: (await transport.tasks()) || [], at: Date.now() };
    const old = await store.meta("work");
    if (old && (!member || old.member !== member.id)) await store.setMeta("work"); // signed out, or somebody else
    else if (old && now) await store.setMeta("work", now);
  } catch {
    now = await store.meta("work");
    if (now && Math.abs(Date.now() - now.at) > KEPT_FOR) {
      await store.setMeta("work");
      now = null;
    }
  }
  if (!now || !(now.nil.length || now.tasks.length)) return;
  place.hidden = false;
  $("[data-who]", place).textContent = now.label;
  box.checked = Boolean(await store.meta("work"));
  box.addEventListener("change", () => store.setMeta("work", box.checked ? now : undefined));

  const put = async (kind, fields, fold) => {
    tell("");
    try {
      await queue.save(kind, fields, { member: now.member });
    } catch {
      tell(say("BELUM tersimpan: ruang ponsel ini penuh atau peramban menolak.", "NOT saved: this phone is full or the browser refused."), "error");
      return;
    }
    fold.replaceChildren(make("p", { className: "sub", textContent: say("Tersimpan; lihat di atas.", "Saved; see above.") }));
    await saved();
  };

  $("[data-nil]", place).replaceChildren(...now.nil.map((region) => nilOf(region, make, put)));
  $("[data-tasks]", place).replaceChildren(...now.tasks.map((task) => taskOf(task, make, put)));
}

function nilOf(region, make, put) {
  const boxes = SOURCES.map(([value, words], n) => {
    const input = make("input", { type: "checkbox", value, checked: n === 0 });
    return { input, label: make("label", { className: "choice" }, input, make("span", { textContent: words })) };
  });
  const button = make("button", { className: "btn", type: "button", textContent: say("Laporkan nihil", "File nil") });
  const set = make("fieldset", { className: "field" }, make("legend", { textContent: `${say("Sudah ditanyai", "Asked")} (${region.name})` }), make("div", { className: "choices" }, ...boxes.map((one) => one.label)));
  const fold = make("details", { className: "why" }, make("summary", { textContent: `${say("Nihil", "Nil")} · ${region.name}` }), make("div", { className: "stack" }, set, button));
  button.addEventListener("click", () => {
    const sources = boxes.filter((one) => one.input.checked).map((one) => one.input.value);
    if (sources.length) put("nil", { region: region.code, sources }, fold);
    else boxes[0].input.focus();
  });
  return fold;
}

function taskOf(task, make, put) {
  const words = make("textarea", { rows: 3, maxLength: 2000, id: `jawab-${task.id}` });
  const buttons = make("div", { className: "btns" });
  const fold = make("details", { className: "why" }, make("summary", { textContent: `${say("Tugas", "Task")} · ${task.title}` }), make("div", { className: "stack" }, make("div", { className: "field" }, make("label", { htmlFor: words.id, textContent: say("Apa yang dilakukan, dibutuhkan, atau alasannya", "What was done, what is needed, or why not") }), words), buttons));
  const press = (act, text, needs) => {
    const button = make("button", { className: "btn", type: "button", textContent: text });
    button.addEventListener("click", () => {
      if (needs && !words.value.trim()) words.focus();
      else put("task", { task: task.id, act, text: needs ? words.value.trim() : "" }, fold);
    });
    buttons.append(button);
  };
  if (task.state === "asked") press("accept", say("Terima", "Accept"), false);
  press("finish", say("Sudah ditangani", "Done"), true);
  press("help", say("Butuh bantuan", "Need help"), true);
  press("decline", say("Tidak dapat", "Cannot"), true);
  return fold;
}
