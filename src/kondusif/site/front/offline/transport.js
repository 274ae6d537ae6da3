// The doors as the queue sees them. A citizen's report goes without cookies: nothing ties it to a session on this device.
export class NoNetwork extends Error {
  constructor(cause) {
    super(String(cause));
    this.name = "NoNetwork";
  }
}

export function makeTransport({ fetch, base = "", language = () => "id", seconds = 60 }) {
  async function ask(path, options = {}) {
    let answer;
    let text;
    try {
      answer = await fetch(base + path, {
        cache: "no-store",
        redirect: "error",
        ...options,
        headers: { Accept: "application/json", "Accept-Language": await language(), ...options.headers },
        signal: AbortSignal.timeout ? AbortSignal.timeout(seconds * 1000) : undefined,
      });
      text = await answer.text();
    } catch (error) {
      throw new NoNetwork(error);
    }
    let body = null;
    try {
      body = JSON.parse(text);
    } catch {
      /* half an answer, or somebody else's page */
    }
    return { status: answer.status, body, retryAfter: Number(answer.headers.get("Retry-After")) || 0 };
  }

  return {
    async hello() {
      const { status, body } = await ask("/api/v1/hello", { credentials: "same-origin" });
      if (status !== 200 || !body || !("member" in body)) throw new NoNetwork("no word of the server");
      return body;
    },
    file: (blob) =>
      ask("/api/v1/files", { method: "POST", credentials: "omit", body: blob, headers: { "Content-Type": "application/octet-stream" } }),
    deliver: (kind, envelope, csrf) =>
      ask(`/api/v1/deliveries/${kind}`, {
        method: "POST",
        credentials: kind === "report" ? "omit" : "same-origin",
        body: JSON.stringify(envelope),
        headers: { "Content-Type": "application/json", ...(csrf ? { "X-CSRFToken": csrf } : {}) },
      }),
    async keys() {
      const { status, body } = await ask("/api/v1/receipt-keys", { credentials: "omit" });
      if (status !== 200 || !body || !Array.isArray(body.keys)) throw new NoNetwork("no keys");
      return body.keys;
    },
    async tasks() {
      const { status, body } = await ask("/api/v1/tasks", { credentials: "same-origin" });
      return status === 200 && Array.isArray(body) ? body : null;
    },
  };
}
