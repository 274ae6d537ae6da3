"""Small secrets at rest: sealed with keys in a file of their own (0600 in KONDUSIF_HOME/secrets), newest first."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Sealed with a key that is not there."""


class KeyFile:
    """The keys of one kind of secret. Made at first need; `add` puts a new one first, old ones stay for backups."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys = cache(self._read)

    def path(self) -> Path:
        return Path(settings.HOME) / "secrets" / self.name

    def _read(self) -> tuple[str, ...]:
        path = self.path()
        if not path.exists():
            self._write(Fernet.generate_key().decode() + "\n")
        return tuple(path.read_text().split())

    def _write(self, text: str) -> None:
        path = self.path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(path)

    def add(self) -> MultiFernet:
        """A new key before the old ones; the cipher that seals with it."""
        self._write("\n".join([Fernet.generate_key().decode(), *self.keys()]) + "\n")
        self.keys.cache_clear()
        return self.cipher()

    def cipher(self) -> MultiFernet:
        return MultiFernet([Fernet(k) for k in self.keys()])

    def seal(self, text: str) -> str:
        return self.cipher().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        try:
            return self.cipher().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unreadable from None
