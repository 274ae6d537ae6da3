"""Every endpoint × role × region, and what must not be seen by its absence either, each cell on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.proofs.house import ROOT, Verdict

TITLE = "Who may, everywhere: every endpoint, role and region; noninterference"
FILES = ("tests/site/test_policy.py", "tests/site/test_noninterference.py")

COUNT = """
import django; django.setup()
from tests.site.test_policy import ACTORS, DOORS, ROWS
print(f"{len(ROWS)} acts of {len({(r.method, r.route) for r in ROWS})} endpoints and {len(DOORS)} hot routes"
      f" × {len(ACTORS)} holders of a role in a region = {(len(ROWS) + len(DOORS)) * len(ACTORS):,} cells")
"""


def prove(reduced: bool) -> Verdict:
    from kondusif.site.commands._postgres import postgres

    verdict = Verdict()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") and k != "DJANGO_SETTINGS_MODULE"}
    counted = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, env=clean | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    verdict.figure("the table, written by hand", counted.stdout.strip())
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", *FILES[: 1 if reduced else None]]
    with postgres() as address:
        for kind, env in (("sqlite", clean), ("postgres", clean | {"KONDUSIF_DATABASE_URL": address})):
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
            verdict.figure(f"{kind}: tests over the table", last)
            verdict.demand(done.returncode == 0, f"{kind}: {done.stdout[-1500:]}")
            verdict.demand(bool(re.search(r"\d+ passed", last)), f"{kind}: nothing ran")
    return verdict
