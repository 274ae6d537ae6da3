"""Moves the write-ahead log into the database beside the writers, so that no commit has to do it while a report waits.

A passive checkpoint holds up nobody. SQLite's own, inside a commit, stays as the limit in case this thread dies.
"""

from __future__ import annotations

import logging
import sqlite3
import threading

log = logging.getLogger("kondusif.sqlite")
PAUSE = 0.4  # seconds; a burst writes a few hundred pages in that time


class Checkpointer(threading.Thread):
    def __init__(self, path: str) -> None:
        super().__init__(name="checkpointer", daemon=True)
        self.path = path
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(PAUSE):
            try:
                self._checkpoint()
            except sqlite3.Error:
                log.exception("the write-ahead log could not be moved; SQLite does it at the next large commit")
                self.stopping.wait(10)

    def _checkpoint(self) -> None:
        base = sqlite3.connect(self.path, timeout=0, isolation_level=None)
        try:
            while not self.stopping.wait(PAUSE):
                base.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            base.close()

    def stop(self) -> None:
        self.stopping.set()
        self.join(5)
