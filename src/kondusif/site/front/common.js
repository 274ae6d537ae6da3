// Small things that public and signed-in pages share.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

const english = document.documentElement.lang.startsWith("en");
export const say = (indonesian, inEnglish) => (english ? inEnglish : indonesian);

// A form is sent once; a second press within ten seconds is ignored, and going back frees it.
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent || form.dataset.busy) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 10000);
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));
}

// Keeps one empty page for days without a signal (offline/worker.js). After everything else: nobody waits for it.
export function keepPage() {
  if (!navigator.serviceWorker) return;
  const keep = () =>
    navigator.serviceWorker.register("/sw.js").catch(() => {
      /* refused by the browser: the pages work as before */
    });
  if (document.readyState === "complete") keep();
  else addEventListener("load", keep);
}
export const tellKeeper = (words) =>
  navigator.serviceWorker && navigator.serviceWorker.ready.then(({ active }) => active && active.postMessage(words));
