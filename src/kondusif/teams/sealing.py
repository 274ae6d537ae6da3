"""Small secrets at rest: sealed with keys in a file of their own (0600 in KONDUSIF_HOME/secrets), newest first."""

from __future__ import annotations

import os
import secrets
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
            fresh = self._fresh(Fernet.generate_key().decode() + "\n")
            try:
                os.link(fresh, path)  # the first of several processes wins; what the others seal is sealed with its key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return tuple(path.read_text().split())

    def _fresh(self, text: str) -> Path:
        """A complete file beside the real one, on disk before anybody can see it."""
        path = self.path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        return fresh

    def add(self) -> MultiFernet:
        """A new key before the old ones; the cipher that seals with it."""
        self.keys.cache_clear()
        self._fresh("\n".join([Fernet.generate_key().decode(), *self.keys()]) + "\n").replace(self.path())
        self.keys.cache_clear()
        return self.cipher()

    def cipher(self) -> MultiFernet:
        return MultiFernet([Fernet(k) for k in self.keys()])

    def seal(self, text: str) -> str:
        return self.cipher().encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        for again in (False, True):
            if again:
                self.keys.cache_clear()  # another process may have added a key since this one read them
            try:
                return self.cipher().decrypt(sealed.encode()).decode()
            except InvalidToken:
                continue
        raise Unreadable
