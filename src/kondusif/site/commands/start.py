"""`kondusif start`: set everything up, then the web process and one worker in one command."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HELP = "Set up what is missing and run everything on one machine."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--demo", action="store_true", help="the exercise: East Kalimantan in the week before 9 December 2020"
    )
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)


def run(given: argparse.Namespace) -> int:
    from kondusif.site import environment

    if given.demo and not environment.given("KONDUSIF_HOME"):
        os.environ["KONDUSIF_HOME"] = str(environment.home() / "demo")  # exercise and real data never mix
    port = given.port or int(environment.value("KONDUSIF_PORT"))
    os.environ.setdefault("KONDUSIF_PUBLIC_URL", f"http://localhost:{port}")
    began = time.monotonic()
    from kondusif.site.commands._ready import ready

    ready()
    from kondusif.site.commands import _first

    _first.static_files()
    _first.catalogues()
    _first.base_data()
    lines = _first.demo() if given.demo else _first.first_administrator()
    address = os.environ["KONDUSIF_PUBLIC_URL"]
    print(
        f"\nKondusif: {address}   (ready in {time.monotonic() - began:.0f} s, data in {environment.home()})", flush=True
    )
    for line in lines:
        print(line, flush=True)
    _serve_with_worker(given.host, port)
    return 0


def _serve_with_worker(host: str | None, port: int) -> None:
    from django.db import connections

    from kondusif.site.commands.serve import serve

    connections.close_all()
    worker = subprocess.Popen(
        [sys.executable, "-m", "kondusif", "worker", "--parent", str(os.getpid())], cwd=Path.cwd()
    )
    try:
        serve(host, port)
    finally:
        worker.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(10)
