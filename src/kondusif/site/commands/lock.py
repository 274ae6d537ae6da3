"""`kondusif lock`: pin every dependency by hash again, from pyproject.toml."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HELP = "Pin every dependency by hash again (for maintainers)."
ROOT = Path(__file__).resolve().parents[4]
WORDS = (
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
    "--no-emit-package", "waspada", "--no-annotate", "--custom-compile-command", "./kondusif lock",
)  # fmt: skip


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions the ranges allow")


def run(given: argparse.Namespace) -> int:
    uv = str(Path(sys.executable).parent / "uv")
    upgrade = ["--upgrade"] if given.upgrade else []
    run_lock, dev_lock = ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt"
    sets = (
        [uv, *WORDS, *upgrade, "pyproject.toml", "--group", "build", "-o", str(run_lock)],
        [
            uv,
            *WORDS,
            *upgrade,
            "pyproject.toml",
            "--group",
            "build",
            "--group",
            "dev",
            "-c",
            str(run_lock),
            "-o",
            str(dev_lock),
        ],
    )
    return max(subprocess.run(words, cwd=ROOT, check=False).returncode for words in sets)
