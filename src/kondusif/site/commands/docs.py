"""`kondusif docs`: write the generated reference and build the manual; --check fails where the reference is stale."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HELP = "Build the manual; --check only tells whether its generated pages are up to date."
ROOT = Path(__file__).resolve().parents[4]
REFERENCE = ROOT / "docs" / "reference"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import set_up
    from kondusif.site.manual import pages

    set_up()
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if not given.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    if given.check and stale:
        print(f"Stale reference pages: {', '.join(stale)}. Run: ./kondusif docs")
        return 1
    with tempfile.TemporaryDirectory() as out:
        target = out if given.check else str(ROOT / "docs" / "_build")
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), target]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
