"""`kondusif test`: the fast suite on SQLite and on PostgreSQL, side by side."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HELP = "Run the fast suite on both databases (no browser)."
ROOT = Path(__file__).resolve().parents[4]


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=["sqlite", "postgres"], help="one database only")
    parser.add_argument(
        "--deep", action="store_true", help="the deep tests alone: what the fast suite leaves to .ci/run"
    )
    parser.add_argument("rest", nargs="*", default=[], help="handed to pytest; options after --")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._postgres import postgres

    began = time.monotonic()
    clean = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("KONDUSIF_") or k in {"KONDUSIF_SHARED", "KONDUSIF_EXAMPLES"}
    }
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    words = [r for r in given.rest if r != "--"]
    if given.deep or not any(Path(ROOT, w.partition("::")[0]).exists() for w in words):
        clean["KONDUSIF_TEST_DEEP"] = "1" if given.deep else "0"  # a part that is named is tried whole
    running: list[tuple[str, subprocess.Popen[bytes]]] = []
    command = [sys.executable, "-m", "pytest", *words]

    def begin(name: str, **more: str) -> None:
        env = clean | more | ({"KONDUSIF_TEST_TURN": f"{len(running)}/2"} if given.only is None else {})
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        running.append((name, process))

    if given.only != "postgres":
        begin("SQLite")
    failed = False
    if given.only != "sqlite":
        with postgres() as address:
            begin("PostgreSQL", KONDUSIF_DATABASE_URL=address)
            failed = _report(running)
    else:
        failed = _report(running)
    print(f"kondusif test: {'FAILED' if failed else 'passed'} in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


def _report(running: list[tuple[str, subprocess.Popen[bytes]]]) -> bool:
    failed = False
    for name, process in running:
        out, _ = process.communicate()
        print(f"--- {name}\n{out.decode(errors='replace').rstrip()}", flush=True)
        failed |= process.returncode != 0
    return failed
