// Digests and the check of a receipt's signature. Ed25519 by the browser where it has it; else (`noble`, an audited library,
// fetched only then). Keys are those this device has seen; a receipt by another asks the server for its keys once.
const encode = (text) => new TextEncoder().encode(text);
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function unb64(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

const b64 = (digest) =>
  btoa(String.fromCharCode(...digest.match(/../g).map((two) => parseInt(two, 16)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export function makeSeals({ store, fetchKeys, subtle = globalThis.crypto && globalThis.crypto.subtle, noble }) {
  async function sha256(what) {
    const bytes = typeof what === "string" ? encode(what) : what;
    if (subtle) return hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
    return hex((await noble()).sha256(bytes)); // a page without TLS has no subtle
  }

  async function verify(x, signature, bytes) {
    if (subtle) {
      let key = null;
      try {
        key = await subtle.importKey("raw", x, { name: "Ed25519" }, false, ["verify"]);
      } catch {
        key = null; // a browser before Ed25519
      }
      if (key) return subtle.verify({ name: "Ed25519" }, key, signature, bytes);
    }
    return (await noble()).ed25519.verify(signature, bytes, x);
  }

  // '' where the receipt holds; else unreadable, unknown-key or forged. The same words as the command's.
  async function fault(receipt, signature) {
    let body;
    let mark;
    try {
      body = JSON.parse(receipt);
      mark = unb64(signature);
    } catch {
      return "unreadable";
    }
    const known = ((await store.meta("keys")) || []).find((key) => key.kid === (body && body.key));
    if (!known) return "unknown-key";
    try {
      return (await verify(unb64(known.x), mark, encode(receipt))) ? "" : "forged";
    } catch {
      return "unreadable";
    }
  }

  // A key is named by its own thumbprint (RFC 7638): one that was garbled on the way is not that key, and is not kept.
  const genuine = async ({ kid, x }) =>
    typeof x === "string" && kid === b64(await sha256(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`));

  // The server's keys, besides those known: a key once seen is not forgotten, its receipts must stay checkable.
  async function refresh() {
    const found = [];
    for (const key of await fetchKeys()) if (key && (await genuine(key))) found.push(key);
    const old = ((await store.meta("keys")) || []).filter((key) => !found.some((other) => other.kid === key.kid));
    await store.setMeta("keys", [...found, ...old]);
  }

  return { sha256, fault, refresh };
}
