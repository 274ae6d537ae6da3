// What was saved and is not yet delivered, in a small cookie of this one page: browsers that clear a site's storage leave
// cookies be, so an eviction can be noticed and said. Marks are random; nothing here leads to a report.
const NAME = "antrean";
const MOST = 60;

export function cookieWitness(page = document) {
  const read = () => {
    const found = page.cookie.split("; ").find((part) => part.startsWith(NAME + "="));
    return (found ? decodeURIComponent(found.slice(NAME.length + 1)) : "")
      .split("~")
      .map((text) => text.split("."))
      .filter((parts) => parts.length === 4)
      .map(([mark, kind, minutes, bucket]) => ({ mark, kind, at: parseInt(minutes, 36) * 60_000, bucket }));
  };
  const write = (entries) => {
    const text = entries.slice(-MOST).map((e) => [e.mark, e.kind, Math.floor(e.at / 60_000).toString(36), e.bucket].join(".")).join("~");
    const age = entries.length ? 90 * 24 * 3600 : 0;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    page.cookie = `${NAME}=${encodeURIComponent(text)}; Path=/antrean; Max-Age=${age}; SameSite=Strict${secure}`;
  };
  return {
    list: async () => read(),
    add: async (entry) => write([...read().filter((e) => e.mark !== entry.mark), entry]),
    drop: async (marks) => write(read().filter((e) => !marks.includes(e.mark))),
    clear: async () => write([]),
  };
}

// A service worker sees no cookies; the page makes good what it missed (`check`).
export const noWitness = { list: async () => [], add: async () => {}, drop: async () => {}, clear: async () => {} };
