"""Where a point lies, and which reports are alike: exact, and quick enough never to be waited for."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.proofs.house import ROOT, Verdict

TITLE = "Regions exact and duplicates found, at speed"


def prove(reduced: bool) -> Verdict:
    from benchmarks import duplicates

    verdict = duplicates.run(5_000 if reduced else duplicates.COUNT, 500 if reduced else duplicates.LOOKUPS)
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in {"DJANGO_SETTINGS_MODULE", "KONDUSIF_HOME", "KONDUSIF_DATABASE_URL"}
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.regions"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    for line in done.stdout.strip().splitlines():
        if re.search(r"\d", line):
            verdict.figure("regions", line.strip())
    verdict.demand(done.returncode == 0, f"benchmarks.regions: {done.stdout[-600:]}{done.stderr[-300:]}")
    return verdict
