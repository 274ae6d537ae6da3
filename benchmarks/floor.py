"""The floor: 32 threads waiting on one SQLite writer with group commit, four plain rows per unit, nothing else."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue

TABLES = ("a", "b", "c", "d")


def burst(folder: Path, waiters: int, seconds: float) -> float:
    """Durable four-row units per second."""
    path = folder / f"floor-{time.monotonic_ns()}.sqlite3"
    queue: SimpleQueue[threading.Event | None] = SimpleQueue()
    done = [0]
    ends = time.perf_counter() + seconds

    def write() -> None:
        base = sqlite3.connect(path, isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        for table in TABLES:
            base.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, k TEXT, t TEXT, body TEXT)")
        for table in TABLES[:3]:
            base.execute(f"CREATE INDEX {table}_k ON {table} (k)")
        n = 0
        while True:
            batch = [queue.get()]
            try:
                while len(batch) < 256:
                    batch.append(queue.get_nowait())
            except Empty:
                pass
            waiting = [b for b in batch if b is not None]
            rows = [(f"k{n + i}", "2020-12-02", "x" * 120) for i in range(len(waiting))]
            n += len(waiting)
            base.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                base.executemany(f"INSERT INTO {table} (k, t, body) VALUES (?, ?, ?)", rows)
            base.execute("COMMIT")
            for event in waiting:
                event.set()
            if len(waiting) < len(batch):
                base.close()
                return

    def wait() -> None:
        while time.perf_counter() < ends:
            event = threading.Event()
            queue.put(event)
            event.wait()
            done[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    threads = [threading.Thread(target=wait) for _ in range(waiters)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    queue.put(None)
    writer.join()
    return done[0] / spent
