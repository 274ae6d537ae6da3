// The domain's clock (the server's "now" plus the time since the page was made), and the words of times that pass.
import { $, $$, say } from "./common.js";

const body = document.body;
const started = { at: Date.parse(body.dataset.now || "") || Date.now(), tick: performance.now() };
export const now = () => started.at + (performance.now() - started.tick);
const zone = (/([+-])(\d\d):?(\d\d)$/.exec(body.dataset.now || "") || [0, "+", "08", "00"]).slice(1);
const shift = (zone[0] === "-" ? -1 : 1) * (Number(zone[1]) * 60 + Number(zone[2])) * 60000;
export function clock(time) {
  const local = new Date(time + shift);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(local.getUTCHours())}.${two(local.getUTCMinutes())} ${body.dataset.zone || "WITA"}`;
}
export function hear(iso) {
  const at = Date.parse(iso || "");
  if (at) Object.assign(started, { at, tick: performance.now() });
}

function span(minutes) {
  const words = (n, indonesian, one, many) => `${n} ${say(indonesian, n === 1 ? one : many)}`;
  if (minutes < 60) return words(minutes, "menit", "minute", "minutes");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    const text = words(hours, "jam", "hour", "hours");
    return hours < 6 && rest ? `${text} ${words(rest, "menit", "minute", "minutes")}` : text;
  }
  return words(Math.floor(hours / 24), "hari", "day", "days");
}

export function tickTimes() {
  for (const time of $$("time[data-rel]")) {
    const left = (Date.parse(time.dateTime) - now()) / 60000;
    const due = time.dataset.rel === "due";
    const past = span(Math.max(1, Math.floor(-left)));
    let words;
    if (due && left < 0) words = say(`terlambat ${past}`, `${past} late`);
    else if (left >= 1) words = say(`${span(Math.ceil(left))} lagi`, `${span(Math.ceil(left))} left`);
    else if (due) words = say("kurang dari 1 menit lagi", "less than a minute left");
    else words = left <= -1 ? say(`${past} lalu`, `${past} ago`) : say("baru saja", "just now");
    if (time.textContent !== words) time.textContent = words;
    const holder = due && time.closest(".due");
    if (!holder) continue;
    const late = Date.parse(time.dateTime) < now();
    holder.classList.toggle("late", late);
    const bar = $("progress", holder);
    const from = bar && Date.parse(bar.dataset.since || "");
    if (from) bar.value = late ? 100 : Math.max(0, Math.min(100, (100 * (Date.parse(time.dateTime) - now())) / (Date.parse(time.dateTime) - from)));
  }
}
