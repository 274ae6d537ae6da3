// icon.svg as PNG for home screens, drawn at build time: a rounded square with a disc, four by four samples a pixel.
import { deflateSync } from "node:zlib";

const GROUND = [0x0f, 0x4c, 0x5c];
const DISC = [0x8f, 0xd4, 0xb0];

// The colour at a point of the 32 × 32 drawing, null outside. `bleed`: to the edges, for systems that cut their own shape.
function at(x, y, { bleed, margin }) {
  const zoom = 1 - 2 * margin;
  if (Math.hypot(x - 16, y - 16) <= 6.5 * zoom) return DISC;
  if (bleed) return GROUND;
  const dx = Math.max(8 - x, x - 24, 0);
  const dy = Math.max(8 - y, y - 24, 0);
  return Math.hypot(dx, dy) <= 8 ? GROUND : null;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let k = 0; k < 8; k += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

export function icon(size, look) {
  const rows = Buffer.alloc(size * (1 + 4 * size));
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const sum = [0, 0, 0, 0];
      for (let n = 0; n < 16; n += 1) {
        const colour = at(((x + ((n % 4) + 0.5) / 4) * 32) / size, ((y + (Math.floor(n / 4) + 0.5) / 4) * 32) / size, look);
        if (colour) [0, 1, 2].forEach((k) => (sum[k] += colour[k])), (sum[3] += 1);
      }
      const place = y * (1 + 4 * size) + 1 + 4 * x;
      if (sum[3]) rows.set([...sum.slice(0, 3).map((part) => Math.round(part / sum[3])), Math.round((sum[3] * 255) / 16)], place);
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([mark, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
