"""The layout of the SIPKS sheet: which of our fields in which column under which heading, saved by the secretariat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.regions.queries import name_of
from kondusif.response.queries import READ
from kondusif.situation.models import SipksLayout
from kondusif.situation.recap import queries, rules
from kondusif.teams.exports import gate
from kondusif.teams.sheets import book
from kondusif.triage.categories import PASAL5

LAYOUT, MAKE = "sipks.layout", "incident.handle"
NOTES = (
    "Tidak ada data berarti tidak diketahui, bukan nol dan bukan aman. Unjuk rasa damai tidak dihitung. "
    "Yang menyangkut aparat atau pejabat tidak termasuk."
)


class LayoutNotPossible(Refusal):
    code = "sipks-layout"
    status = 422
    what = _("Susunan kolom ini tidak dapat disimpan.")
    do = _("Perlu 1 sampai 30 kolom yang berjudul, dan paling banyak enam baris judul.")


def layout() -> SipksLayout:
    """The layout saved last, or the house's own."""
    found = SipksLayout.objects.order_by("-pk").first()
    return found or SipksLayout(columns=[list(c) for c in rules.DEFAULT], above=list(rules.DEFAULT_ABOVE))


def save_layout(columns: Sequence[Sequence[str]], above: Sequence[str], *, by: Actor, at: datetime) -> SipksLayout:
    check_permitted(by, LAYOUT, settings.PROVINCE)
    clean = [[" ".join(part.split()) for part in column] for column in columns]
    lines = [" ".join(line.split()) for line in above if line.strip()]
    if fault := rules.layout_fault(clean, lines):
        raise LayoutNotPossible(field=fault)
    with transaction.atomic():
        row = SipksLayout.objects.create(
            columns=clean, above=lines, saved_by=by.id, saved_label=by.label[:120], saved_at=at
        )
        detail = {"fields": [c[0] for c in clean]}
        record("sipks.layout", subject=f"sipks:{row.pk}", region=settings.PROVINCE, by=by, at=at, detail=detail)
    return row


def above_of(row: SipksLayout, first: date, last: date) -> list[str]:
    """The lines over the table, with their two blanks filled."""
    period = queries.Recap(first, last, ()).words
    return [
        line.replace("{provinsi}", name_of(settings.PROVINCE).upper()).replace("{periode}", period)
        for line in row.above
    ]


def sipks_sheet(first: date, last: date, *, by: Actor, at: datetime) -> bytes:
    if not by.anywhere(MAKE):
        raise NotPermitted
    row = layout()
    rows = queries.sipks_rows(by, first, last, row.columns, at=at)
    with transaction.atomic():
        mark = gate.release("sipks", region=gate.span(by.regions(READ)), rows=len(rows), by=by, at=at)
        table = book.Table("SIPKS", rules.head_rows(row.columns), rows, above_of(row, first, last))
        return book.write_all([table], mark=mark, notes=[NOTES])


def recap_sheet(first: date, last: date, *, by: Actor, at: datetime) -> bytes:
    """The recap as .xlsx: by region, by kind, and what must be known of it."""
    found = queries.recap(by, first, last, at=at)
    above = [f"REKAP LAPORAN DAN PERMASALAHAN {found.words}"]
    regions = [rules.place_row(p) for p in found.places] + [rules.total_row(found.places)]
    kinds = rules.kind_rows(found.places, PASAL5)
    heads = ["Sumber konflik (UU 7/2012 Pasal 5)", *(p.name for p in found.places), "Jumlah"]
    with transaction.atomic():
        mark = gate.release("recap", region=gate.span(by.regions(READ)), rows=len(regions) + len(kinds), by=by, at=at)
        tables = [
            book.Table("Per daerah", [rules.PLACE_HEADS], regions, above),
            book.Table("Per jenis", [heads], kinds, above),
        ]
        return book.write_all(tables, mark=mark, notes=[NOTES])
