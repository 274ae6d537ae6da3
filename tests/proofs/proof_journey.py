"""Five people from a phone report to closed and reopened, by keyboard; every page with axe and the HTML checker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from tests.proofs.house import ROOT, Verdict

TITLE = "The journey of one report, and every page: keyboard, axe, valid HTML"


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    words = [sys.executable, "-m", "kondusif", "journeys", "--", "-rA", *(["-k", "tuntas"] if reduced else [])]
    done = subprocess.run(words, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    passed = re.findall(r"^PASSED \S+?::(\w+)", done.stdout, re.M)
    skipped = len(re.findall(r"^SKIPPED", done.stdout, re.M))
    names = {
        "test_from_a_citizens_phone_to_tuntas_and_back": "journeys of five people, by keyboard, in Indonesian",
        "test_page": "pages × looks (two languages, two schemes, 360 and 1366 px): no axe violation, no sideways scrolling",
        "test_html_is_valid": "pages without an error of the Nu HTML checker",
    }
    for name, what in names.items():
        verdict.figure(what, passed.count(name))
    others = [n for n in passed if n not in names]
    verdict.figure("other journeys", len(others))
    shots = list((ROOT / "build" / "screenshots").glob("*.png"))
    verdict.figure("screenshots kept", len(shots))
    verdict.demand(done.returncode == 0, done.stdout[-1500:])
    verdict.demand(
        reduced or (not skipped and bool(shutil.which("java"))), "pages whose HTML was not checked: no Java here"
    )
    verdict.demand("test_from_a_citizens_phone_to_tuntas_and_back" in passed, "the journey did not run")
    return verdict
