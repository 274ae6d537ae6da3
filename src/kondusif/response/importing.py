"""Bring incidents of another data set into the house: dry run first, each refused row with its reason."""

from __future__ import annotations

import csv
import gzip
import io
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kondusif.intake.rules import base32
from kondusif.ledger.actions import NewLine, record, record_many
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import Refusal
from kondusif.regions.actions import add_other_codes
from kondusif.regions.crosswalk import CodedName
from kondusif.regions.queries import from_other_codes, full_name
from kondusif.response.models import Incident, Relation
from kondusif.response.profiles.rows import ImportRow, Profile, RefusedRow

LARGEST = 200 * 1024 * 1024
ZONES = {"WIB": ZoneInfo("Asia/Jakarta")}
_PRECISION = {1: "kabkota", 2: "kecamatan", 3: "desa"}


class FileNotUnderstood(Refusal):
    code = "import-file"
    status = 422
    what = _("Berkas tidak dapat dibaca menurut profil itu.")
    do = _("Periksa berkas dan nama profilnya.")


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do."""

    rows: int
    accepted: int
    known: int
    refused: tuple[RefusedRow, ...]
    notes: tuple[str, ...]
    crosswalk: tuple[tuple[str, int], ...]
    precisions: tuple[tuple[str, int], ...]

    def reasons(self) -> list[tuple[str, int]]:
        return Counter(r.reason.partition(":")[0] for r in self.refused).most_common()


def read_rows(path: Path, delimiter: str) -> Iterator[Sequence[str]]:
    """The lines of a CSV file, plain or gzipped, at most 200 MB unpacked."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise FileNotUnderstood(_("Berkas lebih besar dari 200 MB."))
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError):
        raise FileNotUnderstood from None
    csv.field_size_limit(1_000_000)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:
        raise FileNotUnderstood from None


def import_incidents(path: Path, profile: Profile, *, by: Actor, at: datetime, dry_run: bool = False) -> ImportReport:
    """Import a file by its profile. Running it again adds nothing: the data set's own ids are unique here."""
    check_permitted(by, "incidents.import", EVERYWHERE)
    parsed = profile.parse(read_rows(path, profile.delimiter))
    if not parsed.rows and not parsed.refused:
        raise FileNotUnderstood(parsed.notes[0] if parsed.notes else None)
    with transaction.atomic():
        names = [CodedName(code, name) for code, name in parsed.places]
        crossed = add_other_codes(names, system=profile.code_system, source=profile.dataset, by=by, at=at)
        located, unplaced = _located(parsed.rows, profile)
        known = set(Incident.objects.filter(origin_dataset=profile.dataset).values_list("origin_id", flat=True))
        fresh = [(row, region) for row, region in located if row.origin_id not in known]
        _store(fresh, profile, by=by, at=at)
        if dry_run:
            transaction.set_rollback(True)
    precisions = Counter(_PRECISION[region.count(".")] for _row, region in located)
    return ImportReport(
        rows=len(parsed.rows) + len(parsed.refused),
        accepted=len(fresh),
        known=len(located) - len(fresh),
        refused=(*parsed.refused, *unplaced),
        notes=parsed.notes,
        crosswalk=(("matched", len(crossed.matched) + crossed.known), *sorted(crossed.reasons().items())),
        precisions=tuple(precisions.most_common()),
    )


def _located(rows: Iterable[ImportRow], profile: Profile) -> tuple[list[tuple[ImportRow, str]], list[RefusedRow]]:
    """Each row with its deepest region that the crosswalk knows; without even the kab/kota it is refused."""
    rows = list(rows)
    paths = from_other_codes({c for r in rows for c in r.area_codes}, profile.code_system)
    found, refused = [], []
    for row in rows:
        region = next((paths[c] for c in row.area_codes if c in paths), "")
        if region.count(".") >= 1:
            found.append((row, region))
        else:
            refused.append(
                RefusedRow(row.line, row.origin_id, f"place unknown: {profile.code_system} {'/'.join(row.area_codes)}")
            )
    return found, refused


def _store(fresh: Sequence[tuple[ImportRow, str]], profile: Profile, *, by: Actor, at: datetime) -> None:
    incidents = [_incident(row, region, profile, by=by, at=at) for row, region in fresh]
    Incident.objects.bulk_create(incidents, batch_size=500)
    by_origin = dict(Incident.objects.filter(origin_dataset=profile.dataset).values_list("origin_id", "pk"))
    Relation.objects.bulk_create(
        [
            Relation(
                source_id=by_origin[row.related_to], target_id=by_origin[row.origin_id], kind="related", by=by.id, at=at
            )
            for row, _region in fresh
            if row.related_to in by_origin and by_origin[row.related_to] != by_origin[row.origin_id]
        ],
        ignore_conflicts=True,
    )
    record_many(NewLine("incident.imported", i.subject, i.region, by, at, _told(i, profile)) for i in incidents)
    if fresh:
        detail = {"dataset": profile.dataset, "accepted": len(fresh)}
        record("incidents.imported", subject=f"dataset:{profile.name}", region=EVERYWHERE, by=by, at=at, detail=detail)


def _told(incident: Incident, profile: Profile) -> dict[str, object]:
    """What figures need to know of it without asking the row, which may change."""
    day = timezone.localtime(incident.occurred_at).date().isoformat() if incident.occurred_at else ""
    found: dict[str, object] = {
        "dataset": profile.dataset,
        "origin": incident.origin_id,
        "severity": incident.severity,
        "snpk": incident.snpk,
    }
    return found | ({"day": day} if day else {})


def _incident(row: ImportRow, region: str, profile: Profile, *, by: Actor, at: datetime) -> Incident:
    """History: closed when it came, never a duty for anybody, never reopened."""
    return Incident(
        code="PMS-" + base32(secrets.randbits(35), 7), title=f"{row.title}, {full_name('.'.join(region.split('.')[:2]))}"[:120],
        region=region, stage=row.stage, severity=row.severity, worst=row.severity, pasal5=row.pasal5, snpk=row.snpk,
        acled=row.acled, state="closed", opened_at=at, opened_by=by.id, occurred_at=noon(row.occurred),
        precision=_PRECISION[region.count(".")], closed_at=at, closed_by=by.id, origin="import",
        origin_dataset=profile.dataset, origin_id=row.origin_id, origin_codes=dict(row.codes), citation=profile.citation,
    )  # fmt: skip


def noon(day: date) -> datetime:
    """A day without an hour stands at noon, Jakarta time, so that no zone of Indonesia moves it to another day."""
    return datetime.combine(day, time(12), ZONES["WIB"])
