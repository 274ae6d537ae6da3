"""`kondusif prove NAME`: run a promise at full count and write what was seen to docs/proofs/NAME.md."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

HELP = "Run a promise at full count and write its report; --list names them all."
ROOT = Path(__file__).resolve().parents[4]


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name every proof and its last verdict")
    parser.add_argument("--reduced", action="store_true", help="smaller counts; nothing is written")


def run(given: argparse.Namespace) -> int:
    sys.path.insert(0, str(ROOT))
    known = proofs()
    if given.list or not given.names:
        for name, title in known.items():
            print(f"{name:<14} {title}\n{'':<14} {last_verdict(name)}")
        return 0
    wrong = [n for n in given.names if n not in known]
    if wrong:
        print(f"There is no proof {', '.join(wrong)}. Known: {', '.join(known)}.")
        return 2
    return max(_prove(name, reduced=given.reduced) for name in given.names)


def proofs() -> dict[str, str]:
    """Name → what it proves. A proof is a module in tests/proofs with TITLE and prove(reduced) → Verdict."""
    package = importlib.import_module("tests.proofs")
    found = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        if module.name.startswith("proof_"):
            found[module.name.removeprefix("proof_")] = importlib.import_module(f"tests.proofs.{module.name}").TITLE
    return found


def last_verdict(name: str) -> str:
    path = ROOT / "docs" / "proofs" / f"{name}.md"
    if not path.exists():
        return "not yet proved"
    return next((line for line in path.read_text().splitlines() if line.startswith("Verdict:")), "no verdict")


def _prove(name: str, *, reduced: bool) -> int:
    """In a process of its own: each proof sets up its own home and database."""
    if os.environ.get("KONDUSIF_PROVING") != name:
        env = dict(os.environ) | {"KONDUSIF_PROVING": name}
        words = [sys.executable, "-m", "kondusif", "prove", name, *(["--reduced"] if reduced else [])]
        return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode
    module = importlib.import_module(f"tests.proofs.proof_{name}")
    began = time.monotonic()
    verdict = module.prove(reduced)
    took = time.monotonic() - began
    text = report(name, module.TITLE, verdict.figures, verdict.falls_short, took)
    print(text)
    if not reduced:
        path = ROOT / "docs" / "proofs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 1 if verdict.falls_short else 0


def report(name: str, title: str, figures: list[tuple[str, str]], falls_short: str, took: float) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    rows = "\n".join(f"| {a} | {b} |" for a, b in figures)
    return (
        f"# {title}\n\n"
        f"- Date: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip() or 'unknown'}\n"
        f"- Machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}\n"
        f"- Command: `./kondusif prove {name}` ({took:.0f} s)\n\n"
        f"| Figure | Seen |\n|---|---|\n{rows}\n\n"
        f"Verdict: {'falls short — ' + falls_short if falls_short else 'holds'}\n"
    )
