"""`kondusif figure verify CODE… | --all`, `kondusif figure compare CODE CODE`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kondusif.meetings.models import PrintedFigure

HELP = "Compute printed figures again from the ledger, or say row by row why two differ."


def add(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    verify = acts.add_parser("verify", help="compute certificates again; exit 1 when one does not come out")
    verify.add_argument("codes", nargs="*")
    verify.add_argument("--all", action="store_true", help="every certificate there is")
    compare = acts.add_parser("compare", help="row by row why two certificates differ")
    compare.add_argument("codes", nargs=2)


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from kondusif.ledger.errors import Refusal
    from kondusif.meetings.figures import queries
    from kondusif.meetings.models import PrintedFigure
    from kondusif.teams.queries import OPERATOR

    try:
        rows = [queries.one(code, by=OPERATOR) for code in given.codes]
    except Refusal as refusal:
        print(f"{refusal.what} {refusal.do}")
        return 2
    if given.act == "compare":
        return _compare(rows[0], rows[1])
    if given.all:
        rows = list(PrintedFigure.objects.order_by("pk"))
    wrong = 0
    for checked in queries.verify_all(rows):
        row = checked.row
        wrong += bool(checked.faults)
        print(
            f"{'WRONG' if checked.faults else 'holds'}  {row.code}  {row.definition} v{row.version}  {row.value} ({row.n}/{row.of})"
        )
        for fault in checked.faults:
            print(f"       {fault}")
    print(f"{len(rows)} figures, {wrong} wrong")
    return 1 if wrong else 0


def _compare(one: PrintedFigure, other: PrintedFigure) -> int:
    from kondusif.meetings.figures import queries
    from kondusif.teams.queries import OPERATOR

    differences = queries.explain(one, other, by=OPERATOR)
    for name, mine, theirs in differences:
        print(f"{name:<28} {'–' if mine is None else mine:>12} {'–' if theirs is None else theirs:>12}")
    print(f"{len(differences)} rows differ")
    return 0
