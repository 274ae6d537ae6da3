"""`kondusif regions load | import | codes | locate`."""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
import tempfile
import time
from pathlib import Path

HELP = "Areas: load the names, import boundaries or other codes, locate a point or a place name."


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("load", help="bring names and own facts to the state of this version")
    bring = acts.add_parser("import", help="import boundaries: GeoJSON (.gz), zipped Shapefile, GeoPackage")
    bring.add_argument("source", help="a file, or an https address (then --checksum is required)")
    bring.add_argument("--level", required=True, choices=["province", "kabkota", "kecamatan", "desa"])
    bring.add_argument("--code-column", required=True)
    bring.add_argument("--code-system", required=True, choices=["kemendagri", "bps"])
    bring.add_argument(
        "--name-column", default="", help="required where codes have no dots: names tell the systems apart"
    )
    bring.add_argument("--checksum", default="", help="SHA-256 of the file")
    bring.add_argument("--crs", default="", help="coordinate system, where the file does not say: EPSG:32750")
    bring.add_argument("--note", default="", help="how precise the boundaries are, shown beside the map")
    bring.add_argument("--dry-run", action="store_true", help="report, change nothing")
    codes = acts.add_parser("codes", help="learn BPS codes from a CSV file with codes and names")
    codes.add_argument("source", type=Path)
    codes.add_argument("--pair", required=True, action="append", metavar="CODE:NAME", help="columns; repeat per level")
    codes.add_argument("--delimiter", default=",")
    codes.add_argument("--dry-run", action="store_true")
    where = acts.add_parser("locate", help='"-1.24,116.85" or "Gunung Bahagia, Balikpapan"')
    where.add_argument("what")
    where._negative_number_matcher = re.compile(r"-\d")  # a point south of the equator is no option
    where.add_argument("--within", default="", help="region path; the server's province by default")


def run(given: argparse.Namespace) -> int:
    from kondusif.ledger.errors import Refusal
    from kondusif.site.commands._ready import ready

    ready()
    acts = {"load": _load, "import": _import, "codes": _codes, "locate": _locate}
    try:
        return acts[given.act](given)
    except Refusal as refusal:
        print(f"{refusal.what} {refusal.kept} {refusal.do}", file=sys.stderr)
        return 1


def _load(given: argparse.Namespace) -> int:
    from kondusif.clock.queries import now
    from kondusif.regions.actions import load_base
    from kondusif.teams.queries import OPERATOR

    began = time.monotonic()
    done = load_base(by=OPERATOR, at=now())
    print(f"{done.added} areas added, {done.renamed} renamed, {done.ended} ended ({time.monotonic() - began:.1f} s)")
    return 0


def _import(given: argparse.Namespace) -> int:
    from kondusif.clock.queries import now
    from kondusif.regions.actions import import_boundaries
    from kondusif.regions.fetch import download
    from kondusif.teams.queries import OPERATOR

    with tempfile.TemporaryDirectory(prefix="kondusif-unduh-") as folder:
        path = Path(given.source)
        if "://" in given.source:
            path = Path(folder) / "unduhan"
            download(given.source, path, checksum=given.checksum)
        report = import_boundaries(
            path, level=given.level, code_column=given.code_column, code_system=given.code_system,
            name_column=given.name_column, checksum=given.checksum, crs=given.crs, precision_note=given.note,
            source=given.source, dry_run=given.dry_run, by=OPERATOR, at=now(),
        )  # fmt: skip
    print(f"{'Would take' if given.dry_run else 'Took'} {len(report.matched)} boundaries of level {given.level}.")
    print(f"sha256 {report.checksum}")
    for note in report.notes:
        print(note)
    for title, codes in (("made valid", report.mended), ("joined from several rows", report.joined)):
        if codes:
            print(f"{len(codes)} {title}: {', '.join(codes[:10])}")
    for left in report.left[:50]:
        print(f"not taken: row {left.row}, code {left.code or '-'}: {left.reason}")
    if len(report.left) > 50:
        print(f"not taken: {len(report.left) - 50} more")
    if report.without:
        print(f"{report.without} areas of that level are still without a boundary.")
    return 0


def _codes(given: argparse.Namespace) -> int:
    from kondusif.clock.queries import now
    from kondusif.regions.actions import add_other_codes
    from kondusif.regions.crosswalk import CodedName
    from kondusif.teams.queries import OPERATOR

    opener = gzip.open if given.source.suffix == ".gz" else open
    rows = set()
    with opener(given.source, "rt", encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle, delimiter=given.delimiter):
            for pair in given.pair:
                code, _, name = pair.partition(":")
                if (row.get(code) or "").strip() and (row.get(name) or "").strip():
                    rows.add(CodedName(row[code], row[name]))
    found = add_other_codes(rows, system="bps", source=given.source.name, dry_run=given.dry_run, by=OPERATOR, at=now())
    print(f"{len(found.matched)} codes matched, {found.known} known before, {len(found.refused)} refused.")
    for reason, count in sorted(found.reasons().items()):
        print(f"refused: {reason}: {count}")
    return 0


def _locate(given: argparse.Namespace) -> int:
    from django.conf import settings

    from kondusif.regions.locate import locate_point, locate_text
    from kondusif.regions.queries import full_name

    try:
        lat, lon = (float(part) for part in given.what.split(","))
    except ValueError:
        places = locate_text(given.what, within=given.within or settings.PROVINCE)
        for place in places:
            also = f"  or {', '.join(place.alternatives)}" if place.alternatives else ""
            print(f"{place.code:<14} {place.precision:<10} {place.confidence:.2f}  {full_name(place.code)}{also}")
        if not places:
            print("no place found")
        return 0 if places else 1
    found = locate_point(lat, lon)
    also = f"  near {', '.join(found.alternatives)}" if found.alternatives else ""
    print(f"{found.code or '-':<14} {found.precision:<10} {full_name(found.code) if found.code else ''}{also}")
    return 0
