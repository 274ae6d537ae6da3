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
        "-s",
    ]
    with postgres() as address:
        running = {
            kind: subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for kind, env in (("sqlite", clean), ("postgresql", clean | {"KONDUSIF_DATABASE_URL": address}))
        }
        for kind, process in running.items():
            out, _ = process.communicate()
            seen = re.search(r"MACHINE (\d+) runs, (\d+) steps", out)
            verdict.figure(
                f"{kind}: random walks, each step followed by every invariant", seen[0][8:] if seen else out[-300:]
            )
            verdict.demand(process.returncode == 0, f"{kind}: {out[-1500:]}")
            verdict.demand(bool(seen) and int(seen[1] if seen else 0) >= runs // SHARE[kind], f"{kind}: too few runs")
    return verdict
