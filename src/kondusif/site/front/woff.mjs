// The plain font inside a WOFF file (W3C WOFF 1.0, §4–5): printed pages are set by a program that reads no web fonts.
import { inflateSync } from "node:zlib";

export function sfnt(woff) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF file");
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, n) => {
    const at = 44 + n * 20;
    const [start, packed, size] = [4, 8, 12].map((by) => woff.readUInt32BE(at + by));
    const data = woff.subarray(start, start + packed);
    return { tag: woff.subarray(at, at + 4), sum: woff.subarray(at + 16, at + 20), data: packed < size ? inflateSync(data) : data };
  });
  const power = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  [count, 16 * 2 ** power, power, 16 * (count - 2 ** power)].forEach((value, n) => head.writeUInt16BE(value, 4 + 2 * n));
  const parts = [head];
  let end = head.length;
  tables.forEach(({ tag, sum, data }, n) => {
    const at = 12 + 16 * n;
    tag.copy(head, at);
    sum.copy(head, at + 4);
    head.writeUInt32BE(end, at + 8);
    head.writeUInt32BE(data.length, at + 12);
    const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
    parts.push(data, padding);
    end += data.length + padding.length;
  });
  return Buffer.concat(parts);
}
