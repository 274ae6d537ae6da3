// Between the report's form and the content of an item.
import { say } from "../common.js";

const TEXTS = ["text", "threatened", "region", "place_text", "lat", "lon", "day", "date", "hour", "contact", "refer_to"];
const LARGEST = 2_400_000; // a recording larger than this goes through the ordinary form

export function readForm(form, language) {
  const said = new FormData(form);
  const fields = { language };
  for (const name of TEXTS) fields[name] = String(said.get(name) || "").trim();
  fields.about_official = said.get("about_official") !== null;
  if (!fields.about_official) fields.refer_to = "";
  const photos = said.getAll("attachments").filter((file) => file.size);
  return { fields, photos };
}

export function fillForm(form, fields, files = []) {
  form.reset();
  for (const name of [...TEXTS, "about_official"]) {
    const value = fields[name];
    const field = form.elements[name];
    if (value === undefined || value === null || !field) continue;
    if (field.type === "checkbox") field.checked = value === true || value === "on";
    else field.value = value;
  }
  const place = form.elements.attachments;
  if (!files.length || !place) return;
  const ready = new DataTransfer();
  for (const file of files) ready.items.add(file);
  place.files = ready.files;
}

// The little that must be there, said before saving: [id of the field, words].
export function faultsOf(form, fields, photos) {
  const found = [];
  if (!fields.text) found.push(["id_text", say("Tulis singkat apa yang terjadi.", "Say briefly what happened.")]);
  if (fields.text.length > 5000) found.push(["id_text", say("Ceritanya terlalu panjang (paling banyak 5.000 huruf).", "Too long (5,000 letters at most).")]);
  if (!fields.threatened) found.push(["id_threatened", say("Pilih apakah ada yang terancam sekarang.", "Choose whether anybody is threatened now.")]);
  if (!fields.region) found.push(["id_region", say("Pilih kabupaten atau kota tempat kejadian.", "Choose the kabupaten or city.")]);
  if (fields.day === "date" && !fields.date) found.push(["id_date", say("Isi tanggalnya.", "Fill in the date.")]);
  if (photos.length > 5) found.push(["id_attachments", say("Paling banyak 5 berkas.", "Five files at most.")]);
  if (photos.some((file) => file.size > LARGEST))
    found.push(["id_attachments", say("Rekaman lebih besar dari 2,4 MB tidak dapat disimpan di sini; kirim lewat formulir biasa saat ada sinyal.", "A recording above 2.4 MB cannot be kept here; use the ordinary form once there is a signal.")]);
  return found;
}
