"""The mark on everything that is looked at, printed or taken out: who, where, when, and the ledger's head (practice.md, safeguard 8).

The one place that words it. Pages get it through `site/context.py`, files through `exports.gate`.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kondusif.ledger.actor import EVERYWHERE, Actor
from kondusif.ledger.queries import sealed_head
from kondusif.regions.queries import short_name


def _instant(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'j M Y')} {local:%H.%M} WITA"


def mark(actor: Actor, at: datetime) -> tuple[str, str]:
    """For the screen, in two lines: the label; region and minute."""
    scopes = sorted({scope for _permission, scope in actor.grants}, key=len)
    where = short_name(scopes[0]) if scopes and scopes[0] != EVERYWHERE else ""
    return actor.label[:44], f"{where} · {_instant(at)}" if where else _instant(at)


def head() -> str:
    """The newest seal of the ledger, as it is printed; what was made before it cannot be changed unseen."""
    block = sealed_head()
    return _("buku jejak blok %(n)d %(hash)s") % {"n": block.pk, "hash": block.hash[:16]} if block else _("buku jejak belum disegel")  # fmt: skip


def line(actor: Actor, at: datetime) -> str:
    """For paper and files: the mark and the ledger's head."""
    return " · ".join((*mark(actor, at), head()))
