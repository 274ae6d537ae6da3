"""`kondusif plans`: where the response plans reach nobody in the days ahead. Exit status 1 where they do not."""

from __future__ import annotations

import argparse

HELP = "Check the response plans and rosters of the days ahead; names every hole."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "region", nargs="?", default="", help="a region's code; all of the province where none is given"
    )
    parser.add_argument("--days", type=int, default=14, help="how far ahead (1 to 60, default 14)")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    from django.utils import timezone

    from kondusif.clock.queries import now
    from kondusif.teams import plan_check
    from kondusif.teams.lint import KINDS

    regions = plan_check.kabkota_within(given.region)
    holes = plan_check.check_plans(regions, at=now(), days=min(max(given.days, 1), 60))
    for hole in holes:
        when = ""
        if hole.starts_at and hole.ends_at:
            first, last = (timezone.localtime(t).strftime("%Y-%m-%d %H.%M") for t in (hole.starts_at, hole.ends_at))
            when = f" {first} – {last}"
        print(
            f"{hole.region} {hole.severity} {hole.category or '-'} {hole.target}: {hole.kind} ({KINDS[hole.kind]}){when}"
        )
    print(f"{len(regions)} regions, {len(holes)} holes.")
    return 1 if holes else 0
