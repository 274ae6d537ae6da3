"""A whole house for a proof: fresh home and database, real web and worker processes, people with sessions."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Verdict:
    """What a proof saw. `falls_short` says why it does not hold, '' where it does."""

    figures: list[tuple[str, str]] = field(default_factory=list)
    falls_short: str = ""

    def figure(self, name: str, seen: object) -> None:
        self.figures.append((name, str(seen)))

    def demand(self, holds: bool, why: str) -> None:
        if not holds:
            self.falls_short = f"{self.falls_short}; {why}" if self.falls_short else why


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class House:
    """Running processes on a database of their own."""

    env: dict[str, str]
    home: Path
    port: int
    kind: str
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kondusif", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=check,
        )

    def start_web(self) -> None:
        log = (self.home / "web.log").open("ab")
        self.web = subprocess.Popen(
            [sys.executable, "-m", "kondusif", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env=self.env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.wait_ready()

    def start_worker(self) -> None:
        log = (self.home / "worker.log").open("ab")
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "kondusif", "worker"],
            cwd=ROOT,
            env=self.env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def wait_ready(self, seconds: float = 60) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError((self.home / "web.log").read_text()[-3000:])

    def kill(self, which: str) -> None:
        process = getattr(self, which)
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.web, self.worker):
            if process is not None:
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


@contextmanager
def house(kind: str, *, web: bool = True, worker: bool = True, **settings: str) -> Iterator[House]:
    """A migrated house with base data; `kind` is 'sqlite' or 'postgres'. This process's Django uses its database too."""
    from kondusif.site.commands._postgres import database

    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kondusif-proof-", ignore_cleanup_errors=True))
        )
        env = stack.enter_context(database(kind, folder))
        port = free_port()
        env |= {
            "KONDUSIF_PUBLIC_URL": f"http://localhost:{port}",
            "KONDUSIF_PORT": str(port),
            "KONDUSIF_INTAKE_PER_MINUTE": "0",
            **settings,
        }
        os.environ.pop("KONDUSIF_DATABASE_URL", None)
        os.environ.update(env | {"DJANGO_SETTINGS_MODULE": "kondusif.site.settings"})
        from kondusif.site.commands import _first
        from kondusif.site.commands._ready import ready

        ready()
        _first.catalogues()
        _first.static_files()
        _first.base_data()
        found = House(env, folder, port, kind)
        try:
            if web:
                found.start_web()
            if worker:
                found.start_worker()
            yield found
        finally:
            found.stop()
            from django.db import connections

            connections.close_all()


def session(username: str, role: str, region: str, agency: object = None) -> str:
    """The session cookie of a new member holding a role."""
    from django.test import Client

    from kondusif.clock.queries import now
    from kondusif.teams.actions import give_duty
    from kondusif.teams.models import User
    from kondusif.teams.queries import OPERATOR

    user = User.objects.create(username=username, title=username)
    give_duty(user, role=role, region=region, agency=agency, by=OPERATOR, at=now())  # type: ignore[arg-type]
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["kondusif"].value


def both(name: str, reduced: bool) -> Verdict:
    """Run `run(kind, reduced)` of a proof on each database, each in a process of its own, and join what was seen."""
    import json

    total = Verdict()
    for kind in ("sqlite", "postgres"):
        code = (
            "import json, sys; from importlib import import_module as i; "
            f"v = i('tests.proofs.proof_{name}').run({kind!r}, {reduced!r}); "
            "print('VERDICT ' + json.dumps([v.figures, v.falls_short]))"
        )
        env = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "kondusif.site.settings"}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        line = next((x for x in done.stdout.splitlines() if x.startswith("VERDICT ")), "")
        if not line:
            total.demand(False, f"{kind}: it broke off: {done.stderr.strip()[-1500:]}")
            continue
        figures, falls_short = json.loads(line.removeprefix("VERDICT "))
        total.figures += [(f"{kind}: {a}", b) for a, b in figures]
        total.demand(not falls_short, f"{kind}: {falls_short}")
    return total
