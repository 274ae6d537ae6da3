"""A slow line in front of a house: every byte waits, whoever sends it (page, service worker, redirect). TCP, no TLS."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """Half the round trip each way, and one stream of bytes per direction shared by all connections."""

    def __init__(self, port: int, *, rtt: float, rate: float) -> None:
        self.target, self.delay, self.rate = port, rtt / 2, rate
        self.port = 0
        self.bytes = 0
        self._free = {"up": 0.0, "down": 0.0}

    async def _carry(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(1460):
                self.bytes += len(data)
                self._free[way] = max(loop.time(), self._free[way]) + len(data) / self.rate
                loop.call_at(self._free[way] + self.delay, _write, writer, data)
        except ConnectionError:
            pass
        end = max(loop.time(), self._free[way]) + self.delay
        loop.call_at(end + 0.001, _close, writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self.delay)  # the handshake's own round trip
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._carry("up", reader, back), self._carry("down", there, writer))

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        open_ones = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)


def _close(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():
        writer.close()


@contextmanager
def slow_line(port: int, *, rtt: float = 0.4, rate: float = 50_000) -> Iterator[Line]:
    """`rtt` seconds, `rate` bytes per second: slow 3G as browsers' tools define it."""
    line, ready = Line(port, rtt=rtt, rate=rate), threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(line.serve(ready, stop)), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
