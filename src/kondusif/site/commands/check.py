"""`kondusif check`: format, lint, types, the one law, missing migrations, catalogues, docs."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HELP = "Lint, types, import contracts, missing migrations, docs."
ROOT = Path(__file__).resolve().parents[4]
BIN = Path(sys.executable).parent

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", "--quiet", "src", "waspada", "tests", "benchmarks", "kondusif")),
    ("lint", ("ruff", "check", "--quiet", "src", "waspada", "tests", "benchmarks", "kondusif")),
    ("types of the platform", ("mypy",)),
    ("types of waspada", ("pyright", "--warnings")),
    ("the one law", ("lint-imports", "--no-cache")),
    (
        "migrations",
        ("python", "-m", "kondusif", "manage", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    ),
    ("manual", ("python", "-m", "kondusif", "docs", "--check")),
)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("steps", nargs="*", help="only steps whose name begins so")


def run(given: argparse.Namespace) -> int:
    failed = []
    env = dict(os.environ) | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    for name, command in STEPS:
        if given.steps and not any(name.startswith(s) for s in given.steps):
            continue
        began = time.monotonic()
        done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=env, capture_output=True, text=True)
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print((done.stdout + done.stderr)[-6000:], flush=True)
    return 1 if failed else 0
