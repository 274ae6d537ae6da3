"""The state machine over triage and response at full count, on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.proofs.house import ROOT, Verdict
from tests.response.examples import SHARE

TITLE = "No path to closed without its proofs: state machine over triage and response"
RUNS = 2000


def prove(reduced: bool) -> Verdict:
    from kondusif.site.commands._postgres import postgres

    runs = 30 if reduced else RUNS
    verdict = Verdict()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") and k != "DJANGO_SETTINGS_MODULE"}
    clean["KONDUSIF_EXAMPLES"] = str(runs)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:randomly",
        "tests/response/test_machine.py",
        "--hypothesis-show-statistics",
    ]
    with postgres() as address:
        for kind, env in (("sqlite", clean), ("postgres", clean | {"KONDUSIF_DATABASE_URL": address})):
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            passing = [int(n) for n in re.findall(r"(\d+) passing examples", done.stdout)]
            last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
            verdict.figure(f"{kind}: runs of the machine", f"{sum(passing)} passing; {last}")
            verdict.demand(done.returncode == 0, f"{kind}: {done.stdout[-1500:]}")
            asked = runs // SHARE.get(kind, SHARE["postgresql"])
            verdict.demand(sum(passing) >= asked * 0.9, f"{kind}: only {sum(passing)} runs of {asked}")
    return verdict
