"""The kit as files: role cards (PDF) and bimtek slides (PPTX), in the reader's language, with this house's address and clocks."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kondusif.publish.kit.cards import BY_ROLE, CARDS, CITIZEN, Card
from kondusif.publish.paper import pdf
from kondusif.teams.rules import SEVERITY_MINUTES

TEMPLATE = Path(__file__).with_name("cards.typ")


def minutes_in_words(minutes: int) -> str:
    """`90` → “90 menit”, `720` → “12 jam”, `10080` → “7 hari”: the largest unit that leaves no rest."""
    for size, words in ((1440, _("%(n)d hari")), (60, _("%(n)d jam"))):
        if minutes % size == 0:
            return words % {"n": minutes // size}
    return _("%(n)d menit") % {"n": minutes}


def clock_rows() -> list[list[str]]:
    """Severity, its meaning, and how soon to acknowledge, to act first, and when the level above is told."""
    meanings = {
        "S1": _("kekerasan terjadi, nyawa terancam"),
        "S2": _("massa berkumpul, kekerasan mengancam"),
        "S3": _("ketegangan, kabar bohong menyebar"),
        "S4": _("potensi"),
    }
    return [[s, meanings[s], *(minutes_in_words(m) for m in SEVERITY_MINUTES[s])] for s in SEVERITY_MINUTES]


def role_cards(roles: Iterable[str] | None = None, *, at: datetime) -> bytes:
    """PDF of the cards of `roles` (all when none is named), one A4 page each. Raises `KeyError` for an unknown role."""
    chosen = CARDS if roles is None else tuple(BY_ROLE[r] for r in roles)
    return pdf(TEMPLATE, _data(chosen, at), at=at)


def _data(chosen: Iterable[Card], at: datetime) -> dict[str, Any]:
    address = settings.PUBLIC_URL
    qr = io.BytesIO()
    segno.make(address, error="m").save(qr, kind="svg", border=0, xmldecl=False)
    return {
        "title": _("Kartu peran"),
        "kind": _("kartu peran"),
        "lang": get_language() or "id",
        "made": _("dicetak %(day)s") % {"day": date_format(timezone.localtime(at), "j M Y")},
        "address": address,
        "qr": qr.getvalue().decode(),
        "blanks": [_("Wilayah"), _("HP posko"), _("HP sekretariat")],
        "clocks": clock_rows(),
        "words": {
            "daily": _("Setiap hari"),
            "clocks": _("Batas waktu"),
            "heads": ["", "", _("Terima"), _("Tindakan"), _("Naik setingkat")],
            "clocksnote": _("S1 dan S2 berjalan siang dan malam. S3 dan S4 berjalan pada jam kerja, kecuali dalam masa siaga."),
            "never": _("Jangan"),
            "qralt": _("Kode QR ke %(address)s") % {"address": address},
        },
        "cards": [_card(card) for card in chosen],
    }  # fmt: skip


def _card(card: Card) -> dict[str, Any]:
    member = card.role != CITIZEN
    return {
        "title": _(card.title),
        "purpose": _(card.purpose),
        "situation": _(card.situation),
        "member": member,
        "daily": [{"when": _(s.when), "words": _(s.words)} for s in card.daily],
        "steps": [_(s.words) for s in card.steps],
        "never": [_(words) for words in card.never],
        "clocks": card.clocks,
        "help": _help(member),
    }


def _help(member: bool) -> list[str]:
    if not member:
        return [
            _("Laporan Anda tidak memuat nama. Posko menjaga kerahasiaan pelapor."),
            _("Tanpa internet: SMS ke nomor posko daerah Anda."),
        ]
    return [
        _("Tidak ada sinyal: isi saja. Laporan menunggu di ponsel dan terkirim sendiri satu kali."),
        _("Ponsel hilang atau lupa sandi: telepon sekretariat. Dua menit."),
    ]  # fmt: skip
