"""A closed-loop HTTP load: n keep-alive connections, each sending its next request when the last is answered.

Run as a process of its own: `python -m benchmarks.load HOST PORT CLIENTS SECONDS PATH SEED`; prints one JSON line.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
import uuid
from typing import cast

import uvloop

# Inner points of the ten kab/kota (BIG 2024), each with four settlements around it.
INNER = [("64.01", -1.688, 116.019), ("64.02", 0.196, 116.151), ("64.03", 1.770, 117.269), ("64.07", -0.418, 115.745),
         ("64.08", 0.944, 117.011), ("64.09", -1.193, 116.568), ("64.11", 0.623, 115.315), ("64.71", -1.160, 116.900),
         ("64.72", -0.519, 117.158), ("64.74", 0.115, 117.459)]  # fmt: skip
_where = random.Random(4)
PLACES = [(r, lat + _where.gauss(0, 0.15), lon + _where.gauss(0, 0.15)) for r, lat, lon in INNER for _ in range(4)]
SYLLABLES = "ba bi bu da di du ga gi ka ki ku la li lu ma mi mu na ni nu pa pi ra ri ru sa si su ta ti tu wa ya".split()
_draw = random.Random(9)
# Three thousand words, the first ones far commoner: as alike as reports about different things are.
WORDS = ["".join(_draw.choices(SYLLABLES, k=_draw.randint(2, 4))) for _ in range(3000)]
COMMON = list(itertools.accumulate(1 / (rank + 8) for rank in range(len(WORDS))))
AGAIN = 0.05  # share of reports that tell again what was told before
MOST_PER_SECOND = 6000  # requests made ready before the clock starts, so that making them costs the server nothing


def requests(host: str, path: str, count: int, chance: random.Random) -> list[bytes]:
    """Whole requests, ready to send."""
    made: list[bytes] = []
    told: list[tuple[str, float, float, str]] = []
    for _ in range(count):
        if told and chance.random() < AGAIN:
            region, lat, lon, text = chance.choice(told[-200:])
            lat, lon, text = (
                lat + chance.gauss(0, 0.001),
                lon + chance.gauss(0, 0.001),
                text.replace(" ", "  ", 4) + " lagi",
            )
        else:
            region, lat, lon = chance.choice(PLACES)
            lat, lon = lat + chance.gauss(0, 0.06), lon + chance.gauss(0, 0.06)
            text = " ".join(chance.choices(WORDS, cum_weights=COMMON, k=30))
            told.append((region, lat, lon, text))
        body = json.dumps({
            "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "text": text, "threatened": "no", "region": region,
            "lat": round(lat, 5), "lon": round(lon, 5), "occurred_precision": "unknown",
        }).encode()  # fmt: skip
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        made.append(head.encode() + body)
    return made


class Client(asyncio.Protocol):
    """One connection. A protocol, not streams: the load must cost less than what it measures."""

    def __init__(self, ready: list[bytes], ends: float, took: list[float], strange: list[str]) -> None:
        self.ready, self.ends, self.took, self.strange = ready, ends, took, strange
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.send()

    def send(self) -> None:
        self.began = time.perf_counter()
        if self.began >= self.ends or not self.ready or len(self.strange) > 5:
            self.transport.close()
            return
        self.transport.write(self.ready.pop())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.index(b"content-length:") + 15
        if len(self.buffer) < end + 4 + int(head[at:].partition(b"\r\n")[0]):
            return
        self.took.append(time.perf_counter() - self.began)
        if not head.startswith(b"http/1.1 201"):
            self.strange.append((head[:40] + self.buffer[end:][:160]).decode(errors="replace"))
        self.buffer = b""
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def main(host: str, port: int, clients: int, seconds: float, path: str, seed: int) -> dict[str, object]:
    took: list[float] = []
    strange: list[str] = []
    ready = requests(host, path, int(seconds * MOST_PER_SECOND), random.Random(seed))
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    ends = began + seconds
    made = [
        await loop.create_connection(lambda: Client(ready, ends, took, strange), host, port) for _ in range(clients)
    ]
    await asyncio.gather(*(one.done for _, one in made))
    spent = time.perf_counter() - began
    took.sort()
    return {
        "count": len(took), "rate": len(took) / spent, "p50": took[len(took) // 2] * 1000, "p99": took[int(len(took) * 0.99)] * 1000,
        "max": took[-1] * 1000, "strange": strange,
    }  # fmt: skip


if __name__ == "__main__":
    host, port, clients, seconds, path, seed = sys.argv[1:]
    print(json.dumps(uvloop.run(main(host, int(port), int(clients), float(seconds), path, int(seed)))))
