"""From a clean clone, an empty HOME, no caches, an unprivileged user and a bare Python: both commands work."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.proofs.house import ROOT, Verdict, free_port

TITLE = "From a clean clone: start --demo answers, test passes"
NOBODY = 65534


def bare_python() -> str:
    """A system Python with venv, outside any environment of this machine's user."""
    for name in ("/usr/bin/python3", sys.executable):
        if Path(name).exists() and subprocess.run([name, "-c", "import venv, ensurepip"], check=False).returncode == 0:
            return name
    return sys.executable


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="kondusif-clean-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        clone, home = folder / "kondusif", folder / "home"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        home.mkdir()
        as_user: dict[str, int] = {}
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", str(folder)], check=True)
            as_user = {"user": NOBODY, "group": NOBODY}
        folder.chmod(0o755)
        env = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        if shared := os.environ.get("KONDUSIF_SHARED"):
            env["KONDUSIF_SHARED"] = shared
        python = bare_python()
        seen = subprocess.run([python, "--version"], capture_output=True, text=True, check=False).stdout
        verdict.figure(
            "bare Python",
            f"{seen.strip()}, uid {NOBODY if as_user else os.getuid()}, empty HOME, env of {len(env)} words",
        )
        _start(clone, python, env, as_user, verdict)
        _test(clone, python, env, as_user, verdict)
    return verdict


def _start(clone: Path, python: str, env: dict[str, str], as_user: dict[str, int], verdict: Verdict) -> None:
    port = free_port()
    began = time.monotonic()
    with (clone.parent / "start.log").open("wb") as log:
        process = subprocess.Popen(
            [python, "kondusif", "start", "--demo", "--port", str(port)], cwd=clone, env=env, stdout=log, stderr=log,
            start_new_session=True, **as_user,  # type: ignore[call-overload]
        )  # fmt: skip
    answered = 0.0
    while time.monotonic() - began < 300 and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/lapor", timeout=5) as page:
                answered = time.monotonic() - began
                verdict.figure("start --demo from nothing answers after", f"{answered:.0f} s ({page.status})")
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    ready = ""
    while answered and time.monotonic() - began < 330 and '"ready": true' not in ready:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=5) as page:
                ready = page.read().decode()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
    log_text = (clone.parent / "start.log").read_text(errors="replace")
    verdict.demand(bool(answered), f"start --demo did not answer: {log_text[-800:]}")
    verdict.demand('"ready": true' in ready, "the worker was not heard of")
    sizes = {part: _size(clone / part) for part in (".venv", "node_modules", "var")}
    verdict.figure("size on disk", ", ".join(f"{part} {size / 1e6:,.0f} MB" for part, size in sizes.items()))


def _test(clone: Path, python: str, env: dict[str, str], as_user: dict[str, int], verdict: Verdict) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [python, "kondusif", "test"], cwd=clone, env=env, capture_output=True, text=True, check=False, **as_user  # type: ignore[call-overload]
    )  # fmt: skip
    took = time.monotonic() - began
    counts = re.findall(r"^(?:=+ )?(\d+ (?:passed|failed).*?)(?: =+)?$", done.stdout, re.M)
    own = re.search(r"kondusif test: (\w+) in (\d+) s", done.stdout)
    verdict.figure("test, with installing what is missing", f"{took:.0f} s, exit {done.returncode}")
    verdict.figure(
        "test itself (SQLite and PostgreSQL side by side)", f"{own[2] if own else '?'} s: {' | '.join(counts)}"
    )
    verdict.demand(done.returncode == 0, f"test failed: {done.stdout[-1200:]}{done.stderr[-400:]}")
    verdict.demand(bool(own) and int(own[2]) <= 60 if own else False, "the fast suite took more than 60 s")


def _size(folder: Path) -> int:
    if not folder.exists() or not shutil.which("du"):
        return 0
    done = subprocess.run(["du", "-sk", str(folder)], capture_output=True, text=True, check=False)
    return int(done.stdout.split()[0]) * 1024 if done.stdout else 0
