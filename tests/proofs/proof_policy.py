"""Every endpoint × role × region, and what must not be seen by its absence either, each cell on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.proofs.house import ROOT, Verdict

TITLE = "Who may, everywhere: every endpoint, role and region; noninterference"
FILES = ("tests/site/test_policy.py", "tests/site/test_noninterference.py")


def prove(reduced: bool) -> Verdict:
    from kondusif.site.commands._postgres import postgres
    from tests.site.test_policy import ACTORS, DOORS, ROWS

    verdict = Verdict()
    verdict.figure(
        "the table, written by hand",
        f"{len(ROWS)} acts of {len({(r.method, r.route) for r in ROWS})} endpoints and {len(DOORS)} hot routes"
        f" × {len(ACTORS)} holders of a role in a region = {len(ROWS) * len(ACTORS):,} cells",
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") and k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *FILES[: 1 if reduced else None]]
    with postgres() as address:
        for kind, env in (("sqlite", clean), ("postgres", clean | {"KONDUSIF_DATABASE_URL": address})):
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
            verdict.figure(f"{kind}: tests over the table", last)
            verdict.demand(done.returncode == 0, f"{kind}: {done.stdout[-1500:]}")
            verdict.demand(bool(re.search(r"\d+ passed", last)), f"{kind}: nothing ran")
    return verdict
