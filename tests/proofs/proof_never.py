"""The nine that must never happen: each guard is taken away in a copy of the house, and its tests must then fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.proofs.house import ROOT, Verdict
from tests.site.guards import GUARDS, Guard

TITLE = "What must never happen is held by a test each"
LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".git", "node_modules", "var", "build", ".*_cache", "__pycache__", ".hypothesis"
)


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="kondusif-never-") as folder:
        copy = Path(folder) / "house"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
        tests = sorted({t for g in GUARDS for t in g.tests})
        whole = _tests(copy, tests)
        verdict.figure("tests with every guard in place", f"{len(tests)} named, {'all pass' if whole == 0 else 'FAIL'}")
        verdict.demand(whole == 0, "the tests fail although nothing was taken away")
        for guard in GUARDS[:: 6 if reduced else 1]:
            found = _without(copy, guard)
            verdict.figure(f"{guard.number} · {guard.rule}", "noticed" if found == 1 else f"NOT NOTICED (exit {found})")
            verdict.demand(found == 1, f"{guard.number}: nobody notices when this is gone: {guard.rule}")
    return verdict


def _without(copy: Path, guard: Guard) -> int:
    """pytest's exit status with the guard gone: 1 where a test failed."""
    file = copy / guard.file
    before = file.read_text()
    file.write_text(before.replace(guard.cut, guard.gap, 1))
    try:
        return _tests(copy, list(guard.tests))
    finally:
        file.write_text(before)


def _tests(copy: Path, tests: list[str]) -> int:
    env = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") and k != "DJANGO_SETTINGS_MODULE"}
    env |= {"PYTHONPATH": f"{copy / 'src'}:{copy / 'waspada' / 'src'}:{copy}", "PYTHONDONTWRITEBYTECODE": "1"}
    words = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *tests]
    return subprocess.run(words, cwd=copy, env=env, capture_output=True, check=False).returncode
