"""`kondusif journeys`: drive the whole house through a real browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HELP = "Drive the house through a real browser (system Chromium, else the npm one)."
ROOT = Path(__file__).resolve().parents[4]
BROWSER = ROOT / "tests" / "browser"
BIN = Path(sys.executable).parent


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*", default=[], help="handed to pytest; options after --")


def chromium() -> str:
    """A Chromium: KONDUSIF_CHROMIUM, the system's, else the one from npm, unpacked; '' where there is none."""
    own = os.environ.get("KONDUSIF_CHROMIUM", "")
    for path in (own, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"):
        if path and Path(path).exists():
            return path
    fetch()
    script = "import('@sparticuz/chromium').then(async c => console.log(await c.default.executablePath()))"
    done = subprocess.run([_node("node"), "-e", script], cwd=BROWSER, capture_output=True, text=True, check=False)
    found = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    return found if found and Path(found).exists() else ""


def _node(name: str) -> str:
    return str(BIN / name) if (BIN / name).exists() else name


def fetch() -> None:
    """The npm packages of the journeys, from their lock."""
    stamp = BROWSER / "node_modules" / ".stamp"
    lock = (BROWSER / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == lock:
        return
    env = dict(os.environ) | {"NODE_USE_SYSTEM_CA": "1", "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    words = [_node("npm"), "ci", "--no-audit", "--no-fund", "--prefix", str(BROWSER)]
    done = subprocess.run(words, cwd=BROWSER, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:])
        raise SystemExit("kondusif: the journeys' packages could not be fetched.")
    stamp.write_text(lock)


def run(given: argparse.Namespace) -> int:
    browser = chromium()
    if not browser:
        print("kondusif journeys: FAILED: no Chromium found. Install the system's, or set KONDUSIF_CHROMIUM.")
        return 1
    fetch()
    env = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") or k == "KONDUSIF_SHARED"}
    env |= {"KONDUSIF_CHROMIUM": browser}
    where = [] if any(word.startswith("tests/") for word in given.rest) else ["tests/journeys"]
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *where, *given.rest]
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode
