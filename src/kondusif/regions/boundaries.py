"""Import the boundaries of areas: match, check, store, all or nothing, with a report of every row left out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import Refusal
from kondusif.regions import boundary_files, memory, rules
from kondusif.regions.crosswalk import CodedName, disagreements
from kondusif.regions.finder import common
from kondusif.regions.memory import BOUNDARIES
from kondusif.regions.models import Boundary, OtherCode

IMPORT = "regions.import"


class CodeSystemUnknown(Refusal):
    code = "code-system-unknown"
    what = _("Sistem kode wilayah tidak disebut atau tidak dikenal.")
    do = _("Sebut kemendagri atau bps: kode 6402 adalah dua kabupaten yang berbeda di keduanya.")


class CodeSystemWrong(Refusal):
    code = "code-system-wrong"
    what = _("Kode di berkas itu bukan kode sistem yang disebut.")
    do = _("Periksa sistem kodenya: mungkin kode BPS yang disebut sebagai Kemendagri.")


class ColumnMissing(Refusal):
    code = "boundary-column-missing"
    what = _("Kolom itu tidak ada di berkas.")


class ChecksumWrong(Refusal):
    code = "checksum-wrong"
    what = _("Isi berkas tidak sesuai dengan checksum SHA-256 yang disebut.")
    do = _("Unduh ulang, atau periksa checksum dari sumber resminya.")


class NothingMatched(Refusal):
    code = "boundary-nothing-matched"
    what = _("Tidak satu pun baris berkas itu cocok dengan wilayah yang dikenal.")
    do = _("Periksa tingkat, kolom kode, dan sistem kodenya.")


@dataclass(frozen=True)
class Left:
    """A row that was not taken, and why: unknown-code, other-level, no-shape, not-a-polygon, swapped, outside, misplaced."""

    row: int
    code: str
    reason: str


@dataclass(frozen=True)
class ImportReport:
    matched: tuple[str, ...]
    mended: tuple[str, ...]  # codes whose geometry was invalid and was made valid
    joined: tuple[str, ...]  # codes that came in several rows
    left: tuple[Left, ...]
    without: int  # areas of that level, in the same provinces, that still have no boundary
    notes: tuple[str, ...]
    checksum: str
    dry_run: bool


@dataclass
class _Taken:
    """What the rows gave so far."""

    shapes: dict[str, list[shapely.Geometry]] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)
    left: list[Left] = field(default_factory=list)


def import_boundaries(
    path: Path, *, level: str, code_column: str, code_system: str, by: Actor, at: datetime, name_column: str = "",
    source: str = "", checksum: str = "", precision_note: str = "", crs: str = "", dry_run: bool = False,
) -> ImportReport:  # fmt: skip
    """Take the boundaries of one level from a file. Areas it does not hold keep the boundary they have."""
    if not by.anywhere(IMPORT):
        check_permitted(by, IMPORT, EVERYWHERE)
    if code_system not in rules.CODE_SYSTEMS or level not in rules.LEVELS:
        raise CodeSystemUnknown
    digest = _digest(path)
    if checksum and checksum.strip().lower() != digest:
        raise ChecksumWrong
    data = boundary_files.read(path, crs=crs)
    codes = _column(data, code_column)
    names = _column(data, name_column) if name_column else [""] * len(codes)
    paths = _paths(codes, names, code_system)
    taken = _taken(codes, paths, data.geometries, level)
    if not taken.shapes:
        raise NothingMatched(do=_("Sebab: %(reasons)s") % {"reasons": _reasons(taken.left)} if taken.left else None)
    scope = common(sorted(taken.shapes))
    check_permitted(by, IMPORT, scope)
    matched = tuple(sorted(taken.shapes))
    report = ImportReport(
        matched, tuple(sorted(taken.mended)), tuple(c for c in matched if len(taken.shapes[c]) > 1), tuple(taken.left),
        _without(matched, level), data.notes, digest, dry_run,
    )  # fmt: skip
    if not dry_run:
        _store(taken.shapes, level, source or path.name, precision_note, report, scope, by=by, at=at)
    return report


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise boundary_files.FileNotReadable from error


def _column(data: boundary_files.Read, name: str) -> list[str]:
    if name not in data.columns:
        raise ColumnMissing(
            _("Kolom %(name)s tidak ada di berkas.") % {"name": name},
            do=_("Kolom yang ada: %(names)s.") % {"names": ", ".join(data.columns)},
        )
    return data.columns[name]


def _paths(codes: list[str], names: list[str], system: str) -> dict[str, str]:
    """Each code of the file → region path, where it has one."""
    if system != rules.KEMENDAGRI:
        known = dict(OtherCode.objects.filter(system=system, area__valid_until=None).values_list("code", "area__code"))
        return {code: known[code] for code in codes if code in known}
    areas: dict[str, str] = dict(memory.current_areas().values_list("code", "name"))
    _check_system(codes, names, areas)
    return {code: path for code in codes if (path := rules.dotted(code)) in areas}


def _check_system(codes: list[str], names: list[str], areas: Mapping[str, str]) -> None:
    """Codes without dots may be of either system: only the names beside them can tell."""
    undotted = any(code and "." not in code and len(code) > 2 for code in codes)
    if undotted and not any(names):
        raise CodeSystemWrong(
            _("Kode tanpa titik dapat berarti Kemendagri atau BPS."),
            do=_("Sebut juga kolom nama (--name-column) agar dapat diperiksa."),
        )
    compared, differing = disagreements(map(CodedName, codes, names), areas)
    if compared and len(differing) / compared > rules.MOST_DISAGREEMENT:
        one = next((d for d in differing if d.here), differing[0])
        raise CodeSystemWrong(
            _(
                "%(n)d dari %(all)d nama tidak sesuai dengan kode Kemendagri; %(code)s di berkas %(there)s, di sini %(here)s."
            )
            % {"n": len(differing), "all": compared, "code": one.code, "there": one.name, "here": one.here or "–"}
        )


def _taken(codes: list[str], paths: Mapping[str, str], geometries: Any, level: str) -> _Taken:
    found = _Taken()
    inside = memory.current_areas().filter(lat__isnull=False).values_list("code", "lat", "lon")
    points = {code: shapely.Point(lon, lat) for code, lat, lon in inside if lat is not None and lon is not None}
    for row, (code, shape) in enumerate(zip(codes, geometries, strict=True), start=1):
        path = paths.get(code, "")
        reason = "unknown-code" if not path else "other-level" if rules.level_of(path) != level else _fault(shape)
        if reason:
            found.left.append(Left(row, code, reason))
            continue
        if not shapely.is_valid(shape):
            shape = _polygons(shapely.make_valid(shape))
            found.mended.add(path)
            if shape.is_empty:
                found.left.append(Left(row, code, "not-a-polygon"))
                continue
        found.shapes.setdefault(path, []).append(shape)
    for path in [p for p in found.shapes if p in points]:
        if not any(shape.covers(points[path]) for shape in found.shapes[path]):
            # The code says one regency, the shape is another's: two code systems were mixed up.
            found.left.append(Left(0, path, "misplaced"))
            del found.shapes[path]
    return found


def _fault(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return "no-shape"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return "not-a-polygon"
    west, south, east, north = shape.bounds
    if not all(map(math.isfinite, (west, south, east, north))):
        return "no-shape"
    if rules.in_indonesia(south, west) and rules.in_indonesia(north, east):
        return ""
    return "swapped" if rules.looks_swapped(south, west) and rules.looks_swapped(north, east) else "outside"


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """Only what has an area: making a bow tie valid may leave lines and points behind."""
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _reasons(left: list[Left]) -> str:
    counts: dict[str, int] = {}
    for one in left:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    return ", ".join(f"{REASONS[reason]} ({n})" for reason, n in sorted(counts.items()))


REASONS = {
    "unknown-code": _("kode tidak dikenal"),
    "other-level": _("tingkat wilayah lain"),
    "no-shape": _("tanpa bentuk"),
    "not-a-polygon": _("bukan poligon"),
    "swapped": _("lintang dan bujur tertukar"),
    "outside": _("di luar Indonesia"),
    "misplaced": _("bentuknya tidak memuat titik dalam daerah itu"),
}


def _without(matched: tuple[str, ...], level: str) -> int:
    provinces = {rules.province_of(code) for code in matched}
    have = set(Boundary.objects.filter(level=level).values_list("area_code", flat=True)) | set(matched)
    areas = [c for p in provinces for c, a in memory.province(p).areas.items() if a.level == level]
    return sum(code not in have for code in areas)


def _store(
    shapes: Mapping[str, list[shapely.Geometry]], level: str, source: str, precision_note: str, report: ImportReport,
    scope: str, *, by: Actor, at: datetime,
) -> None:  # fmt: skip
    rows = []
    for code in report.matched:
        parts = shapes[code]
        whole = parts[0] if len(parts) == 1 else shapely.union_all(parts)
        west, south, east, north = whole.bounds
        rows.append(
            Boundary(
                area_code=code, level=level, source=source[:300], checksum=report.checksum, west=west, south=south,
                east=east, north=north, geometry=shapely.to_wkb(whole), precision_note=precision_note[:300], imported_at=at,
            )
        )  # fmt: skip
    with transaction.atomic():
        for start in range(0, len(rows), 500):
            Boundary.objects.filter(area_code__in=[r.area_code for r in rows[start : start + 500]]).delete()
        Boundary.objects.bulk_create(rows, batch_size=200)
        memory.changed(BOUNDARIES)
        detail = {
            "level": level, "source": source[:300], "checksum": report.checksum, "matched": len(report.matched),
            "mended": len(report.mended), "left": len(report.left),
        }  # fmt: skip
        record("boundaries.imported", subject=f"boundaries:{level}", region=scope, by=by, at=at, detail=detail)
