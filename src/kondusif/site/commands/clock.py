"""`kondusif clock [--shift 8d]`: show domain time, or move it in an exercise."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

HELP = "Show domain time; --shift moves it, in an exercise only."
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--shift", metavar="N(m|h|d)", help="move domain time forward, e.g. 90m, 12h, 8d")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from kondusif.clock.queries import now, offset
    from kondusif.ledger.actions import shift_clock
    from kondusif.teams.queries import OPERATOR

    if given.shift:
        match = re.fullmatch(r"(\d{1,4})([mhd])", given.shift)
        if match is None:
            print(f"Not understood: {given.shift}. Write e.g. 90m, 12h or 8d. Nothing was changed.")
            return 2
        if not offset():
            print("This is no exercise: domain time is real time here, and stays so. Nothing was changed.")
            return 2
        shift_clock(offset() + timedelta(**{_UNITS[match[2]]: int(match[1])}), by=OPERATOR, at=now())
    print(f"Domain time {now():%Y-%m-%d %H:%M:%S} UTC, {offset()} from real time")
    return 0
