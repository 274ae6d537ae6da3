"""Receive reports. One transaction for a batch; each report with its deadline, ledger line and message, or refused alone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.actions import NewDeadline, set_deadlines
from kondusif.intake import privacy, rules, similar
from kondusif.intake.recent import RECENT
from kondusif.intake.rules import Draft
from kondusif.intake.similar import utc
from kondusif.ledger.actions import NewLine, record_many
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import Refusal, Text
from kondusif.regions.locate import check_point, locate_point, locate_points
from kondusif.regions.queries import exists
from kondusif.teams.actions import Message, post
from kondusif.teams.queries import kabkota_of

# Read once: a look into the settings costs a microsecond.
PROVINCE: str = settings.PROVINCE
TRACKING_SECRET: bytes = settings.TRACKING_SECRET

FAULTS: dict[str, tuple[Text, Text]] = {
    "text-empty": (_("Ceritanya masih kosong."), _("Tulis singkat apa yang terjadi.")),
    "text-too-long": (_("Ceritanya terlalu panjang (paling banyak 5.000 huruf)."), _("Persingkat, atau kirim sebagai dua laporan.")),
    "place-too-long": (_("Nama tempat terlalu panjang (paling banyak 200 huruf)."), _("Persingkat nama tempatnya.")),
    "threat-unknown-word": (_("Jawaban tentang ancaman tidak dikenal."), _("Pilih ya, tidak, atau tidak tahu.")),
    "oversight-unknown": (_("Lembaga tujuan tidak dikenal."), _("Pilih lembaga dari daftar.")),
    "point-half": (_("Titik lokasi hanya terisi separuh."), _("Isi lintang dan bujur, atau kosongkan keduanya.")),
    "time-in-future": (_("Waktu kejadian ada di masa depan."), _("Periksa tanggal dan jamnya (WITA).")),
    "time-too-old": (_("Waktu kejadian lebih dari setahun yang lalu."), _("Periksa tahunnya; kejadian lama didaftarkan lewat meja petugas.")),
    "count-impossible": (_("Jumlah orang tidak masuk akal."), _("Isi angka dari 0 sampai 100.000, atau kosongkan.")),
    "kind-unknown": (_("Jenis permasalahan tidak dikenal."), _("Pilih jenis dari daftar, atau kosongkan.")),
    "source-unknown": (_("Asal keterangan tidak dikenal."), _("Pilih asal dari daftar, atau kosongkan.")),
    "region-unknown": (_("Kode daerah tidak dikenal."), _("Pilih daerah dari daftar.")),
}  # fmt: skip


class ReportNotAccepted(Refusal):
    """A draft that cannot be received; `field` says which part, `faults` all of them."""

    code = "report-not-accepted"
    status = 422
    what = _("Laporan belum dapat diterima.")
    kept = _("Isian Anda masih ada di halaman ini; belum ada yang tersimpan di server.")

    def __init__(self, faults: Sequence[rules.Fault]) -> None:
        self.faults = tuple(faults)
        what, do = FAULTS[faults[0].code]
        super().__init__(what, do=do, field=faults[0].field)

    def problem(self) -> dict[str, object]:
        return super().problem() | {
            "errors": [{"field": f.field, "code": f.code, "detail": str(FAULTS[f.code][0])} for f in self.faults]
        }


class UuidReused(Refusal):
    code = "uuid-reused"
    status = 409
    what = _("Nomor kiriman ini sudah dipakai untuk laporan lain.")
    kept = _("Laporan yang pertama tersimpan; yang ini tidak.")
    do = _("Kirim kembali dengan nomor kiriman (uuid) yang baru.")


class NotStored(Refusal):
    code = "not-stored"
    status = 503
    what = _("Laporan ini belum tersimpan karena gangguan pada server.")
    kept = _("Isian Anda masih ada di perangkat ini.")
    do = _("Kirim lagi; laporan yang sama tidak akan tercatat dua kali.")


@dataclass(frozen=True)
class Receipt:
    """What the sender gets once the report is durable."""

    code: str
    tracking: str
    received_at: datetime
    replay: bool  # the same submission had been received before


@dataclass(slots=True)
class _Entry:
    """A checked draft on its way into the tables."""

    draft: Draft
    by: Actor
    tracking: str
    region: str
    precision: str
    cell: int | None
    digest: str
    owner_region: str
    owner: str
    code: str = ""
    id: int = 0

    @property
    def subject(self) -> str:
        return f"report:{self.code}"


Outcome = Receipt | Refusal


def receive(draft: Draft, *, by: Actor, at: datetime) -> Receipt:
    """Receive one report, or raise the refusal."""
    outcome = receive_many([(draft, by)], at=at)[0]
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def receive_many(batch: Sequence[tuple[Draft, Actor]], *, at: datetime) -> list[Outcome]:
    """Receive a batch in one transaction; the answers stand in the order of the drafts.

    A draft that is refused, or that the database will not take, fails alone.
    """
    outcomes: list[Outcome | None] = []
    entries: list[_Entry | None] = []
    exact = _exact_places([draft for draft, _ in batch])
    unknown = {region for region in {draft.region for draft, _ in batch} if region and not exists(region)}
    for place, (draft, by) in zip(exact, batch, strict=True):
        try:
            entries.append(_checked(draft, by, place, unknown, at=at))
            outcomes.append(None)
        except Refusal as refusal:
            entries.append(None)
            outcomes.append(refusal)
    wanted = [e for e in entries if e is not None]
    stored = _store(wanted, at=at) if wanted else []
    answers = iter(stored)
    return [o if o is not None else next(answers) for o in outcomes]


def _exact_places(drafts: list[Draft]) -> list[str]:
    """The regions whose imported boundaries hold the drafts' points, found for all at once; '' where none does."""
    nan = float("nan")
    return locate_points(
        [nan if d.lat is None else d.lat for d in drafts], [nan if d.lon is None else d.lon for d in drafts]
    )


def _checked(draft: Draft, by: Actor, place: str, unknown: set[str], *, at: datetime) -> _Entry:
    if draft.channel in rules.DESK_CHANNELS:
        check_permitted(by, "report.receive", kabkota_of(draft.region) or PROVINCE)
    draft = rules.cleaned(draft, at=at)
    if faults := rules.faults(draft, at=at):
        raise ReportNotAccepted(faults)
    if draft.region in unknown:
        raise ReportNotAccepted([rules.Fault("region", "region-unknown")])
    region, exact, cell = draft.region, False, None
    if draft.lat is not None and draft.lon is not None:
        check_point(draft.lat, draft.lon)
        # Where no boundary holds the point, the region named stands; only without one is the point's own guessed.
        located = place or draft.region or locate_point(draft.lat, draft.lon).code
        region, exact = rules.settle_region(draft.region, located, exact=bool(place))
        cell = rules.cell_of(draft.lat, draft.lon)
    region = region or PROVINCE
    precision = rules.place_precision(region, cell is not None, exact, province=PROVINCE)
    tracking = rules.tracking_code(TRACKING_SECRET, draft.uuid)
    # Reports about officials belong to the province alone; others to their kab/kota.
    owner_region = PROVINCE if draft.restricted else kabkota_of(region)
    owner = f"role:secretariat@{PROVINCE}" if draft.restricted else f"duty:{owner_region}"
    return _Entry(draft, by, tracking, region, precision, cell, rules.content_digest(draft), owner_region, owner)


def _name(entries: list[_Entry], *, at: datetime) -> None:
    """Give each entry a code nobody has. A code taken is drawn again in the next moment: one moment has only a thousand."""
    taken: set[str] = set()
    nameless, moment = entries, at
    while nameless:
        chances = memoryview(secrets.token_bytes(2 * len(nameless))).cast("H")
        for entry, chance in zip(nameless, chances, strict=True):
            entry.code = rules.report_code(moment, chance)  # which takes what it needs of the sixteen bits
        taken |= {row[0] for row in _rows_with("code", [e.code for e in nameless], "code")}
        moment += rules.MOMENT
        again = []
        for entry in nameless:
            if entry.code in taken:
                again.append(entry)
            taken.add(entry.code)
        nameless = again


def _store(entries: list[_Entry], *, at: datetime) -> list[Outcome]:
    try:
        with transaction.atomic():
            outcomes = _write(entries, at=at)
    except DatabaseError:
        if len(entries) == 1:
            return [NotStored()]
    else:
        RECENT.stored(min((e.id for e in entries if e.id), default=0), max(e.id for e in entries))
        return outcomes
    with transaction.atomic():  # one of them is poisoned: each gets a savepoint of its own
        return [_write_alone(entry, at=at) for entry in entries]


def _write_alone(entry: _Entry, *, at: datetime) -> Outcome:
    try:
        with transaction.atomic():
            return _write([entry], at=at)[0]
    except DatabaseError:
        return NotStored()


def _rows_with(column: str, values: list[Any], columns: str) -> list[tuple[Any, ...]]:
    """Stored reports by one of their unique columns. Plain SQL: this lies on the path of every report."""
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM intake_report WHERE {column} IN ({marks})", values)  # noqa: S608 - only marks
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _stored_before(entries: list[_Entry]) -> dict[UUID, tuple[str, str, datetime]]:
    """Code, content digest and instant of receipt of the submissions received before, by their UUID."""
    native = connection.features.has_native_uuid_field
    rows = _rows_with(
        "uuid",
        [e.draft.uuid if native else e.draft.uuid.hex for e in entries],
        "uuid, code, content_digest, received_at",
    )
    return {u if native else UUID(u): (code, digest, utc(at)) for u, code, digest, at in rows}


def _write(entries: list[_Entry], *, at: datetime) -> list[Outcome]:
    """Everything a batch leaves behind, in the open transaction."""
    known = _stored_before(entries)
    outcomes: list[Outcome] = []
    fresh: list[_Entry] = []
    _name([e for e in entries if e.draft.uuid not in known], at=at)
    for entry in entries:
        if (before := known.get(entry.draft.uuid)) is None:
            fresh.append(entry)
            known[entry.draft.uuid] = (entry.code, entry.digest, at)
            outcomes.append(Receipt(entry.code, entry.tracking, at, replay=False))
        elif before[1] == entry.digest:
            outcomes.append(Receipt(before[0], entry.tracking, before[2], replay=True))
        else:
            outcomes.append(UuidReused())
    if fresh:
        _insert(fresh, at=at)
    return outcomes


def _insert(entries: list[_Entry], *, at: datetime) -> None:
    newest, ids = _reserve_ids(len(entries))
    for entry, id_ in zip(entries, ids, strict=True):
        entry.id = id_
    probes = {e.id: _probe(e, at=at) for e in entries if e.cell is not None}
    stored = RECENT.near(list(probes.values()), at=at, newest=newest)
    batch: similar.Squares = {}
    pairs: list[tuple[int, similar.Match]] = []
    for (id_, probe), found in zip(probes.items(), stored, strict=True):
        # duplicates within the batch are found too
        pairs += [(id_, m) for m in similar.ranked(probe, found + similar.worth_comparing(probe, batch))]
        near = probe.as_near(id_)
        batch.setdefault(probe.cell, {})[id_] = near
        RECENT.expect(near)
    _insert_reports(entries, at=at)
    _insert_details(entries, pairs, at=at)
    details = {
        kind: {"channel": kind[0], "precision": kind[1]} for kind in {(e.draft.channel, e.precision) for e in entries}
    }
    record_many(
        NewLine("report.received", e.subject, PROVINCE if e.draft.restricted else e.region, e.by, at,
                details[e.draft.channel, e.precision], e.draft.restricted)
        for e in entries
    )  # fmt: skip
    set_deadlines(
        (NewDeadline(rules.TRIAGE_DUTY, e.subject, e.owner_region, e.owner, at + rules.TRIAGE_WITHIN[e.draft.threatened])
         for e in entries),
        at=at,
    )  # fmt: skip
    post((_notice(e) for e in entries), at=at)


def _probe(entry: _Entry, *, at: datetime) -> similar.Probe:
    draft = entry.draft
    assert draft.lat is not None and draft.lon is not None and entry.cell is not None
    return similar.probe(entry.cell, draft.lat, draft.lon, at=at, text=draft.text, restricted=draft.restricted)


def _notice(entry: _Entry) -> Message:
    urgent = entry.draft.threatened == "yes"
    return Message(
        key=f"received:{entry.code}",
        audience=entry.owner,
        subject=f"Laporan baru {entry.code}" + (" · ADA YANG TERANCAM" if urgent else ""),
        body="Laporan baru menunggu dilihat."
        if not urgent
        else "Pelapor menyatakan ada yang terancam sekarang. Lihat dalam 10 menit.",
        url=f"/laporan/{entry.code}",
        urgent=urgent,
    )


def _reserve_ids(count: int) -> tuple[int | None, list[int]]:
    """The newest id stored, where it is known, and ids for rows written by plain SQL.

    On SQLite the transaction already holds the only write lock.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('intake_report', 'id')) FROM generate_series(1, %s)", [count]
            )
            return None, [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'intake_report'), 0)")
        last = int(cursor.fetchone()[0])
        return last, list(range(last + 1, last + count + 1))


_COLUMNS = (
    "id", "uuid", "code", "tracking_digest", "content_digest", "channel", "taken_by", "text", "threatened", "restricted",
    "refer_to", "language", "occurred_at", "occurred_precision", "observed_at", "reported_at", "received_at", "region",
    "place_text", "place_precision", "lat", "lon", "cell", "state", "severity", "version", "handler", "handler_label",
)  # fmt: skip
_INSERT = f"INSERT INTO intake_report ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608


def _insert_reports(entries: list[_Entry], *, at: datetime) -> None:
    adapt = connection.ops.adapt_datetimefield_value
    received = adapt(at)
    native_uuid = connection.features.has_native_uuid_field
    rows = []
    for e in entries:
        d = e.draft
        rows.append((
            e.id, d.uuid if native_uuid else d.uuid.hex, e.code, rules.tracking_digest(e.tracking), e.digest, d.channel,
            e.by.id if d.channel in rules.DESK_CHANNELS else "", d.text, d.threatened, d.restricted, d.refer_to, d.language,
            adapt(d.occurred_at) if d.occurred_at else None, d.occurred_precision if d.occurred_at else "unknown",
            adapt(d.observed_at) if d.observed_at else None,
            received if d.reported_at is at else adapt(d.reported_at), received, e.region, d.place_text, e.precision, d.lat, d.lon, e.cell,
            "received", "", 1, "", "",
        ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _handed_in(entry: _Entry, *, at: datetime) -> tuple[Any, ...]:
    """A delivery's row, in the transaction of its report; a receipt can be signed again from it."""
    adapt, number, said = connection.ops.adapt_datetimefield_value, entry.draft.uuid, entry.draft.reported_at
    return (
        number if connection.features.has_native_uuid_field else number.hex, f"report:{entry.code}", entry.draft.handed_in,
        entry.by.id, adapt(at), adapt(said) if said is not None and said is not at else None,
    )  # fmt: skip


def _insert_details(entries: list[_Entry], pairs: list[tuple[int, similar.Match]], *, at: datetime) -> None:
    contacts = [
        (e.id, privacy.seal(e.draft.contact), privacy.lookup(e.draft.contact)) for e in entries if e.draft.contact
    ]
    files = [(e.id, f.digest, f.media_type, f.size, f.name) for e in entries for f in e.draft.attachments]
    told = [(e.id, t.kind, t.people, t.dead, t.injured, t.source) for e in entries if (t := e.draft.told)]
    likes = [(id_, m.other, m.metres, m.minutes, m.likeness) for id_, m in pairs]
    handed = [_handed_in(e, at=at) for e in entries if e.draft.handed_in]
    with connection.cursor() as cursor:
        if contacts:
            cursor.executemany("INSERT INTO intake_contact (report_id, sealed, lookup) VALUES (%s, %s, %s)", contacts)
        if handed:
            cursor.executemany(
                'INSERT INTO intake_delivery (uuid, kind, subject, digest, "by", received_at, written_at)'
                " VALUES (%s, 'report', %s, %s, %s, %s, %s)",
                handed,
            )
        if files:
            cursor.executemany(
                "INSERT INTO intake_attachment (report_id, digest, media_type, size, name) VALUES (%s, %s, %s, %s, %s)",
                files,
            )
        if told:
            cursor.executemany(
                "INSERT INTO intake_told (report_id, kind, people, dead, injured, source) VALUES (%s, %s, %s, %s, %s, %s)",
                told,
            )
        if likes:
            cursor.executemany(
                "INSERT INTO intake_similar (report_id, other_id, metres, minutes, likeness) VALUES (%s, %s, %s, %s, %s)",
                likes,
            )
