// Public pages work without this file. With it: Keluar cepat leaves no way back, the report's draft
// survives a reload of this tab (sessionStorage only: phones are shared), photos shrink before sending.
import { $, $$, guardForms, keepPage, say } from "./common.js";

const prefix = "lapor:";
const store = (() => {
  try {
    sessionStorage.setItem("lapor?", "1");
    sessionStorage.removeItem("lapor?");
    return sessionStorage;
  } catch {
    return null;
  }
})();

function forgetDrafts() {
  if (store) Object.keys(store).filter((key) => key.startsWith(prefix)).forEach((key) => store.removeItem(key));
}

for (const link of $$("[data-exit]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    document.title = "Google";
    if (store) store.clear();
    location.replace(link.href);
  });
}

const kept = (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type);

for (const form of $$("form[data-draft]")) {
  const key = prefix + form.dataset.draft;
  const fields = () => [...form.elements].filter(kept);
  try {
    const draft = JSON.parse((store && store.getItem(key)) || "null");
    // What the server sent back (a form with errors) is newer than the draft.
    if (draft && !$(".errors", form)) {
      for (const field of fields()) {
        if (!(field.name in draft)) continue;
        if (field.type === "checkbox" || field.type === "radio") field.checked = draft[field.name].includes(field.value);
        else if (!field.value) field.value = draft[field.name][0] || "";
      }
    }
  } catch {
    forgetDrafts();
  }
  const save = () => {
    const draft = {};
    for (const field of fields()) {
      const list = (draft[field.name] = draft[field.name] || []);
      if ((field.type !== "checkbox" && field.type !== "radio") || field.checked) list.push(field.value);
    }
    try {
      if (store) store.setItem(key, JSON.stringify(draft));
    } catch {
      /* full or refused: the form still works */
    }
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
}
if ($("[data-draft-clear]")) forgetDrafts(); // the receipt: the report has arrived

for (const button of $$("[data-geo]")) {
  if (!navigator.geolocation) continue;
  const form = button.form || button.closest("form");
  const note = $("[data-geo-note]", form);
  const put = (name, value) => {
    const field = name && form.elements[name];
    if (field) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
  const tell = (words) => note && (note.textContent = words);
  button.hidden = false;
  button.addEventListener("click", () => {
    tell(say("Mencari lokasi…", "Finding your location…"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put(button.dataset.geoLat, coords.latitude.toFixed(4));
        put(button.dataset.geoLon, coords.longitude.toFixed(4));
        put(button.dataset.geoAcc, Math.round(coords.accuracy));
        tell(say("Lokasi dicatat, ketelitian sekitar ", "Location noted, accurate to about ") + Math.round(coords.accuracy) + " m.");
      },
      () => tell(say("Lokasi tidak terbaca. Tulis nama tempatnya saja.", "No location found. Just write the name of the place.")),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

const longest = 1600;
async function shrink(file) {
  if (!/^image\/(jpeg|png|webp|hei[cf])/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const brush = canvas.getContext("2d");
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    // Re-encoding also drops place and device from the photo, so it is kept even when little is saved.
    return blob ? new File([blob], "foto.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server re-encodes whatever arrives
  }
}

for (const input of $$("input[type=file][data-shrink]")) {
  const note = input.closest(".field") && $("[data-files]", input.closest(".field"));
  input.addEventListener("change", async () => {
    const files = [...input.files];
    if (!files.length) return;
    const form = input.form;
    if (form) form.dataset.busy = "1";
    if (note) note.textContent = say("Menyiapkan foto…", "Preparing the photo…");
    try {
      const ready = new DataTransfer();
      for (const file of files) ready.items.add(await shrink(file));
      input.files = ready.files;
    } catch {
      /* old browser: originals are sent */
    }
    if (form) delete form.dataset.busy;
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    if (note) note.textContent = input.files.length + say(" berkas, ", " file(s), ") + Math.max(1, Math.round(bytes / 1024)) + " kB";
  });
}

guardForms();
keepPage();
