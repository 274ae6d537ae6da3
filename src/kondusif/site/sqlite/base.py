"""SQLite for many processes: every write transaction takes a file lock beside the database before BEGIN IMMEDIATE.

SQLite's own busy handler sleeps and starves (2.6 s stalls at 32 writers); a waiter on the lock is woken at once.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from functools import cache
from typing import Any

from django.db.backends.sqlite3 import base

_INSERT = re.compile(r"(INSERT INTO [^%]+ VALUES )(\((?:%s, )*%s\))([^%]*)", re.S)
_MOST_ROWS = 64
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP")


@cache
def _insert_of(query: str, size: int) -> str:
    insert = _INSERT.fullmatch(query)
    assert insert is not None
    return insert[1] + ", ".join([insert[2].replace("%s", "?")] * size) + insert[3]


class LockingCursor(base.SQLiteCursorWrapper):
    """Takes the lock also around a single write outside a transaction."""

    house: DatabaseWrapper

    def execute(self, query: Any, params: Any = None) -> Any:
        if self.house.must_lock(query):
            with self.house.write_lock():
                return super().execute(query, params)
        return super().execute(query, params)

    def executemany(self, query: Any, param_list: Any) -> Any:
        if self.house.must_lock(query):
            with self.house.write_lock():
                return self._all(query, param_list)
        return self._all(query, param_list)

    def _all(self, query: str, param_list: Any) -> Any:
        """Plain inserts go many rows to a statement: sqlite3 lets go of the interpreter at each statement, and a writer
        that does so for each row waits each time until the other threads let it back in.
        """
        insert = _INSERT.fullmatch(query)
        if insert is None:
            return super().executemany(query, param_list)
        rows, start = list(param_list), 0
        while start < len(rows):
            size = min(_MOST_ROWS, 1 << (len(rows) - start).bit_length() - 1)  # few sizes: prepared statements are kept
            values = [value for row in rows[start : start + size] for value in row]
            sqlite3.Cursor.execute(self, _insert_of(query, size), values)
            start += size
        return self


class _WriteLock:
    def __init__(self, house: DatabaseWrapper) -> None:
        self.house = house

    def __enter__(self) -> None:
        self.house.acquire()

    def __exit__(self, *_: object) -> None:
        self.house.release()


class DatabaseWrapper(base.DatabaseWrapper):
    _lock_fd: int | None = None
    _held = False

    def _lock_path(self) -> str:
        name = str(self.settings_dict["NAME"])
        return "" if self.is_in_memory_db() or not name else f"{name}-writers"

    def acquire(self) -> None:
        path = self._lock_path()
        if not path or self._held:
            return
        if self._lock_fd is None:
            self._lock_fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock_fd, fcntl.LOCK_EX)
        self._held = True

    def release(self) -> None:
        if self._held and self._lock_fd is not None:
            self._held = False
            fcntl.flock(self._lock_fd, fcntl.LOCK_UN)

    def write_lock(self) -> _WriteLock:
        return _WriteLock(self)

    def must_lock(self, query: Any) -> bool:
        return not self._held and self.get_autocommit() and str(query).lstrip()[:8].upper().startswith(_WRITES)

    def create_cursor(self, name: Any = None) -> Any:
        cursor: LockingCursor = self.connection.cursor(factory=LockingCursor)
        cursor.house = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.acquire()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self.release()
            raise

    def _commit(self) -> Any:
        # A failed commit leaves the transaction open; the rollback that must follow lets the lock go.
        done = super()._commit()  # type: ignore[misc]
        self.release()
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self.release()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self.release()
            if self._lock_fd is not None:
                os.close(self._lock_fd)
                self._lock_fd = None
