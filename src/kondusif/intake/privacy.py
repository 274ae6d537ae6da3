"""The reporter's contact at rest: sealed with keys in files of their own, found again only through a keyed index.

Keys lie in KONDUSIF_HOME/secrets/contact.keys (0600), newest first: `rotate` adds one and re-seals every contact.
"""

from __future__ import annotations

import hmac
import re
from typing import Any

from cryptography.fernet import MultiFernet
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.intake.models import ChannelMessage, ChannelReply, Contact
from kondusif.ledger.errors import Refusal
from kondusif.teams.sealing import KeyFile, Unreadable


class ContactUnreadable(Refusal):
    code = "contact-unreadable"
    status = 409
    what = _("Kontak pelapor tidak dapat dibuka dengan kunci yang ada.")
    do = _("Pulihkan berkas kunci contact.keys dari cadangan.")


_FILE = KeyFile("contact.keys")
_path, _keys, seal = _FILE.path, _FILE.keys, _FILE.seal


def unseal(sealed: str) -> str:
    try:
        return _FILE.unseal(sealed)
    except Unreadable:
        raise ContactUnreadable from None


def lookup(contact: str) -> str:
    """Keyed digest of a contact, alike for `0812-345` and `+62 812 345`. Its key is the oldest, which rotation keeps."""
    plain = contact.strip().casefold()
    if "@" not in plain:
        digits = re.sub(r"\D", "", plain)
        plain = "62" + digits[1:] if digits.startswith("0") else digits
    return hmac.new(_keys()[-1].encode(), plain.encode(), "sha256").hexdigest()


def rotate() -> int:
    """Add a new key and seal everything with it again; how many. Old keys stay for backups and the index."""
    cipher = _FILE.add()
    with transaction.atomic():
        return sum(_reseal(kind, cipher) for kind in (Contact, ChannelMessage, ChannelReply))


def _reseal(kind: Any, cipher: MultiFernet) -> int:
    """Seal every row of a model with a field `sealed` again."""
    rows = list(kind.objects.select_for_update().exclude(sealed=""))
    for row in rows:
        row.sealed = cipher.rotate(row.sealed.encode()).decode()
    kind.objects.bulk_update(rows, ["sealed"], batch_size=500)
    return len(rows)
