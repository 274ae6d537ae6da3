"""The reporter's contact at rest: sealed with keys in files of their own, found again only through a keyed index.

Keys lie in KONDUSIF_HOME/secrets/contact.keys (0600), newest first: `rotate` adds one and re-seals every contact.
"""

from __future__ import annotations

import hmac
import os
import re
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.models import Contact
from kondusif.ledger.errors import Refusal


class ContactUnreadable(Refusal):
    code = "contact-unreadable"
    status = 409
    what = _("Kontak pelapor tidak dapat dibuka dengan kunci yang ada.")
    do = _("Pulihkan berkas kunci contact.keys dari cadangan.")


def _path() -> Path:
    return Path(settings.HOME) / "secrets" / "contact.keys"


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)


@cache
def _keys() -> tuple[str, ...]:
    path = _path()
    if not path.exists():
        _write_private(path, Fernet.generate_key().decode() + "\n")
    return tuple(path.read_text().split())


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(k) for k in _keys()])


def seal(contact: str) -> str:
    return _cipher().encrypt(contact.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _cipher().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise ContactUnreadable from None


def lookup(contact: str) -> str:
    """Keyed digest of a contact, alike for `0812-345` and `+62 812 345`. Its key is the oldest, which rotation keeps."""
    plain = contact.strip().casefold()
    if "@" not in plain:
        digits = re.sub(r"\D", "", plain)
        plain = "62" + digits[1:] if digits.startswith("0") else digits
    return hmac.new(_keys()[-1].encode(), plain.encode(), "sha256").hexdigest()


def rotate() -> int:
    """Add a new key and seal every contact with it again; how many. Old keys stay for backups and the index."""
    keys = _keys()
    _write_private(_path(), "\n".join([Fernet.generate_key().decode(), *keys]) + "\n")
    _keys.cache_clear()
    cipher = _cipher()
    with transaction.atomic():
        rows = list(Contact.objects.select_for_update().exclude(sealed=""))
        for row in rows:
            row.sealed = cipher.rotate(row.sealed.encode()).decode()
        Contact.objects.bulk_update(rows, ["sealed"], batch_size=500)
    return len(rows)
