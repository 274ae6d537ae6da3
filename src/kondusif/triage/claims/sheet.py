"""Butir from an office sheet (.xlsx or .csv): looked at row by row: what each would do, and nothing written."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor, within
from kondusif.ledger.errors import NotPermitted, Refusal, Text
from kondusif.regions.queries import full_name, kabkota_of_province, short_name
from kondusif.teams.sheets import book
from kondusif.teams.sheets import rules as cells
from kondusif.teams.sheets.kinds import STATES, ColumnsMissing
from kondusif.teams.sheets.rules import Cell, Column, Kind, Unread
from kondusif.triage.claims import rules
from kondusif.triage.claims.actions import NewItem, item_fields
from kondusif.triage.claims.desk import RECORD, key_of, neutral, said
from kondusif.triage.claims.models import Claim, Item

KIND = Kind("claims", "Butir isu", RECORD, (
    Column("title", ("Isu", "Judul isu", "Nama isu", "Hoaks"), True),
    Column("day", ("Tanggal", "Tgl", "Tanggal terlihat", "Hari terlihat", "Hari"), True),
    Column("channel", ("Kanal", "Platform", "Media", "Saluran")),
    Column("region", ("Daerah", "Kode daerah", "Kabupaten/Kota", "Kab/Kota", "Wilayah")),
    Column("link", ("Tautan", "URL", "Link", "Alamat")),
    Column("words", ("Uraian", "Isi", "Deskripsi")),
    Column("statement", ("Yang disebarkan", "Narasi")),
    Column("topic", ("Hal", "Topik", "Kategori")),
    Column("outside", ("Status", "Hasil", "Tindak lanjut")),
    Column("number", ("No", "Nomor", "ID")),
))  # fmt: skip
CHANNEL_WORDS = {
    "fb": "facebook", "ig": "instagram", "twitter": "x", "x": "x", "yt": "youtube", "wa": "whatsapp", "whatsapp": "whatsapp",
    "website": "site", "situs": "site", "blog": "site", "media daring": "site", "selebaran": "print", "spanduk": "print", "lisan": "spoken",
}  # fmt: skip
OUTSIDE_WORDS = {
    "pelanggaran": "confirmed", "melanggar": "confirmed", "terbukti melanggar": "confirmed", "terkonfirmasi": "confirmed",
    "proses": "processing", "diproses": "processing", "dalam proses": "processing", "sedang diproses": "processing",
    "diturunkan": "removed", "take down": "removed", "takedown": "removed", "": "", "belum": "",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One row as it would be written. `claim` is the one there is, or None where the sheet brings it."""

    claim: int | None
    region: str  # of the claim
    title: str
    statement: str
    topic: str
    item: NewItem
    known: int | None = None  # the item whose outside word it changes


@dataclass(frozen=True)
class Outcome:
    """One row: `state` as in every office sheet (new, changed, same, refused, skipped)."""

    line: int
    state: str
    words: str
    where: str = ""
    reason: Text = ""
    entry: Entry | None = None


@dataclass(frozen=True)
class Found:
    sheet: str
    passed: tuple[str, ...]
    matched: tuple[tuple[str, str, str], ...]
    outcomes: tuple[Outcome, ...]

    def counts(self) -> dict[str, int]:
        found = Counter(o.state for o in self.outcomes)
        return {state: found[state] for state, _words in STATES}

    def claims(self) -> int:
        return len(
            {(o.entry.region, key_of(o.entry.title)) for o in self.outcomes if o.entry and o.entry.claim is None}
        )


class _Refused(Exception):
    def __init__(self, column: str, reason: Text) -> None:
        self.column, self.reason = column, reason


def read(data: bytes) -> book.Sheet:
    """An .xlsx, or a .csv with comma, semicolon or tab, in UTF-8 or Windows' own letters."""
    if data[:2] == b"PK" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return book.read(data)
    if len(data) > book.LARGEST or b"\x00" in data or not data.strip():
        raise book.SheetNotRead(_("Berkas ini kosong, terlalu besar, atau bukan lembar .xlsx maupun .csv."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text.splitlines()[0]
    mark = max(";,\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        raise book.SheetNotRead from None
    if len(rows) > book.MOST_ROWS or max(len(r) for r in rows) > book.MOST_COLUMNS:
        raise book.SheetNotRead(_("Lebih dari 50.000 baris."), do=_("Bagi lembar itu menjadi beberapa berkas."))
    return book.Sheet("csv", tuple(book.Line(n, tuple(row), False) for n, row in enumerate(rows, 1)), ())


def look(data: bytes, *, by: Actor, at: datetime) -> Found:
    """Dry run: what the sheet would do. Nothing is written."""
    if not by.anywhere(RECORD):
        raise NotPermitted
    sheet = read(data)
    start, places = cells.find_head([r.cells for r in sheet.lines], KIND)
    if not {"title", "day"} <= set(places):
        raise ColumnsMissing(_("Kolom wajib tidak ada: %(words)s.") % {"words": KIND.needed})
    names = _names()
    rows = [_read(row, places, names, by=by) for row in sheet.lines[start:]]
    outcomes = tuple(_against(rows, by=by, at=at))
    head = sheet.lines[start - 1]
    words = {c.code: c.words[0] for c in KIND.columns}
    matched = tuple(
        (words[c], cells.plain(head.cells[n]), book.address(n, head.number))
        for c, n in places.items()
        if n < len(head.cells)
    )
    return Found(sheet.name, sheet.passed, matched, outcomes)


@dataclass(frozen=True)
class _Row:
    outcome: Outcome | None  # decided already
    line: int
    title: str = ""
    statement: str = ""
    topic: str = ""
    item: NewItem | None = None


def _read(row: book.Line, places: Mapping[str, int], names: Mapping[str, str], *, by: Actor) -> _Row:
    def get(code: str) -> Cell:
        place = places.get(code)
        return None if place is None or place >= len(row.cells) else row.cells[place]

    if cells.is_stray(row.cells):
        return _Row(Outcome(row.number, "skipped", ""), row.number)
    title = cells.plain(get("title"))
    column = "title"
    try:
        if not title:
            raise Unread("isu belum diisi")
        column = "day"
        day = cells.read_day(get("day"))
        column = "region"
        where = get("region")
        region = cells.read_region(where, names) if cells.plain(where) else (by.regions(RECORD)[0] or settings.PROVINCE)
        column = "channel"
        channel = _word(get("channel"), CHANNEL_WORDS, rules.CHANNELS, "kanal tidak dikenal")
        column = "outside"
        outside = _word(get("outside"), OUTSIDE_WORDS, rules.OUTSIDE, "status tidak dikenal")
        column = "topic"
        topic = _word(get("topic"), {}, rules.TOPICS, "hal tidak dikenal") or "other"
    except Unread as fault:
        where_at = book.address(places.get(column, 0), row.number)
        return _Row(Outcome(row.number, "refused", title, where_at, _(str(fault))), row.number)
    link, words = cells.plain(get("link")), cells.plain(get("words"))
    item = NewItem(
        region,
        day,
        channel or ("" if link else "other"),
        link,
        words or ("" if link else title),
        outside,
        cells.plain(get("number")),
    )
    return _Row(None, row.number, title, cells.plain(get("statement")), topic, item)


def _names() -> dict[str, str]:
    places = [settings.PROVINCE, *(k.code for k in kabkota_of_province(settings.PROVINCE))]
    return {cells.key(name(code)): code for code in places for name in (full_name, short_name)}


def _word(value: Cell, words: Mapping[str, str], table: Sequence[tuple[str, str]], fault: str) -> str:
    said = cells.key(value)
    if not said:
        return ""
    known = (
        {cells.key(label): code for code, label in table} | {code: code for code, _label in table if code} | dict(words)
    )
    if said not in known:
        raise Unread(fault)
    return known[said]


def _against(rows: Sequence[_Row], *, by: Actor, at: datetime) -> Iterator[Outcome]:
    """Set the rows against the claims there are; rows of one title that find none share a new one."""
    today = timezone.localtime(at).date()
    keys = {key_of(r.title) for r in rows if r.item}
    there = list(Claim.objects.filter(key__in=keys).order_by("pk"))
    homes: dict[str, str] = {}
    for key in keys:
        orphans = [
            r.item.region
            for r in rows
            if r.item
            and key_of(r.title) == key
            and by.permits(RECORD, r.item.region)
            and _home(there, key, r.item.region, by=by) is None
        ]
        homes[key] = rules.common_region(orphans) or settings.PROVINCE
    stories = {key: next((r.statement for r in rows if r.statement and key_of(r.title) == key), "") for key in keys}
    known = {(i.claim_id, i.digest): i for i in Item.objects.filter(claim__in=there)}
    seen: set[tuple[object, str]] = set()
    for row in rows:
        if row.outcome is not None or row.item is None:
            yield row.outcome or Outcome(row.line, "skipped", "")
            continue
        key = key_of(row.title)
        claim = _home(there, key, row.item.region, by=by)
        entry = Entry(
            claim.pk if claim else None,
            claim.region if claim else homes[key],
            row.title,
            stories[key] or row.title,
            row.topic,
            row.item,
        )
        yield _outcome(row, entry, known, seen, by=by, today=today)


def _outcome(
    row: _Row, entry: Entry, known: Mapping[tuple[int, str], Item], seen: set[tuple[object, str]], *, by: Actor, today: date,
) -> Outcome:  # fmt: skip
    words = f"{row.title} · {short_name(entry.item.region)}"
    try:
        if not by.permits(RECORD, entry.region):
            raise NotPermitted
        neutral(entry.title)
        said(entry.statement, "statement")
        fields = item_fields(entry.item, entry.region, today=today)
    except Refusal as refusal:
        return Outcome(row.line, "refused", words, "", f"{refusal.what} {refusal.do}")
    digest = str(fields["digest"])
    mark = (entry.claim or (entry.region, key_of(entry.title)), digest)
    there = known.get((entry.claim, digest)) if entry.claim else None
    if mark in seen or (there is not None and there.outside == entry.item.outside):
        return Outcome(row.line, "same", words)
    seen.add(mark)
    if there is not None:
        return Outcome(row.line, "changed", words, entry=replace(entry, known=there.pk))
    return Outcome(row.line, "new", words, entry=entry)


def _home(there: Sequence[Claim], key: str, region: str, *, by: Actor) -> Claim | None:
    """The claim of that title nearest to the place of the item, among those the actor may add to."""
    fits = [c for c in there if c.key == key and within(region, c.region) and by.permits(RECORD, c.region)]
    return max(fits, key=lambda c: len(c.region), default=None)
