"""`kondusif incidents import FILE --profile cvew-2021 [--dry-run]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "Import incidents of another data set."


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    act = acts.add_parser("import", help="dry run with --dry-run; refused rows with their reason in --report FILE")
    act.add_argument("file", type=Path)
    act.add_argument("--profile", required=True)
    act.add_argument("--dry-run", action="store_true")
    act.add_argument("--report", type=Path, help="write the refused rows as JSON lines")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from kondusif.clock.queries import now
    from kondusif.ledger.errors import Refusal
    from kondusif.response.importing import import_incidents
    from kondusif.response.profiles import PROFILES
    from kondusif.site.commands._first import base_data
    from kondusif.teams.queries import OPERATOR

    if given.profile not in PROFILES:
        print(f"There is no profile {given.profile}. Known: {', '.join(PROFILES)}. Nothing was changed.")
        return 2
    base_data()
    profile = PROFILES[given.profile]
    try:
        found = import_incidents(given.file, profile, by=OPERATOR, at=now(), dry_run=given.dry_run)
    except Refusal as refusal:
        print(f"{refusal.what} {refusal.kept} {refusal.do}")
        return 1
    print(f"{profile.dataset}{' (dry run, nothing was kept)' if given.dry_run else ''}")
    print(f"rows in {found.rows}, accepted {found.accepted}, already known {found.known}, refused {len(found.refused)}")
    for reason, count in found.reasons():
        print(f"  refused {count:>5}  {reason}")
    print("crosswalk: " + ", ".join(f"{name} {count}" for name, count in found.crosswalk))
    print("place: " + ", ".join(f"{name} {count}" for name, count in found.precisions))
    for note in found.notes:
        print(f"note: {note}")
    print(f"citation: {profile.citation}")
    if given.report:
        given.report.write_text(
            "".join(json.dumps({"line": r.line, "id": r.origin_id, "reason": r.reason}) + "\n" for r in found.refused)
        )
    return 0
