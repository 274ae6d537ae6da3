"""A closed-loop HTTP load: n keep-alive connections, each sending its next request when the last is answered.

Run as a process of its own: `python -m benchmarks.load HOST PORT CLIENTS SECONDS PATH SEED`; prints one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
import uuid

PLACES = [("64.72", -0.5022, 117.1536), ("64.71", -1.2379, 116.8529), ("64.02", -0.4110, 117.0), ("64.74", 0.1333, 117.5),
          ("64.01", -1.9, 116.2), ("64.03", 2.15, 117.5), ("64.08", 0.5, 117.55), ("64.07", -0.23, 115.7)]  # fmt: skip
WORDS = (
    "warga kelompok ribut pasar jalan spanduk rusak ancam kumpul malam sungai kampung lahan batas tambang kapal pos"
    " ronda pemuda sekolah truk dermaga kebun gudang jembatan rumah simpang terminal lapangan kantor balai suara"
).split(" ")


def body(chance: random.Random) -> bytes:
    region, lat, lon = chance.choice(PLACES)
    return json.dumps({
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "text": " ".join(chance.choices(WORDS, k=30)),
        "threatened": "no", "region": region, "lat": round(lat + chance.gauss(0, 0.08), 5), "lon": round(lon + chance.gauss(0, 0.08), 5),
        "occurred_precision": "unknown",
    }).encode()  # fmt: skip


async def client(
    host: str, port: int, path: str, chance: random.Random, ends: float, took: list[float], strange: list[str]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (began := time.perf_counter()) < ends:
        text = body(chance)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()
            + text
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        answer = await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 201"):
            strange.append((head[:40] + answer[:160]).decode(errors="replace"))
            if len(strange) > 5:
                break
    writer.close()


async def main(host: str, port: int, clients: int, seconds: float, path: str, seed: int) -> dict[str, object]:
    took: list[float] = []
    strange: list[str] = []
    ends = time.perf_counter() + seconds
    began = time.perf_counter()
    await asyncio.gather(
        *(client(host, port, path, random.Random(seed * 1000 + n), ends, took, strange) for n in range(clients))
    )
    spent = time.perf_counter() - began
    took.sort()
    return {
        "count": len(took), "rate": len(took) / spent, "p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000,
        "max": took[-1] * 1000, "strange": strange,
    }  # fmt: skip


if __name__ == "__main__":
    host, port, clients, seconds, path, seed = sys.argv[1:]
    print(json.dumps(asyncio.run(main(host, int(port), int(clients), float(seconds), path, int(seed)))))
