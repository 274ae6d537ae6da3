"""`kondusif doctor`: says in plain words what is missing, and what to type."""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

HELP = "Say in plain words what is missing."


def add(parser: argparse.ArgumentParser) -> None:
    pass


def run(given: argparse.Namespace) -> int:
    faults = 0
    for good, sentence in findings():
        faults += not good
        print(f"{'ok  ' if good else 'FIX '} {sentence}")
    print("Everything needed is here." if not faults else f"{faults} to fix.")
    return 1 if faults else 0


def findings() -> Iterator[tuple[bool, str]]:
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]} (3.11 or newer is needed)"
    yield from _folder()
    yield from _front()
    yield from _database()
    yield from _port()
    yield from _channels()


def _folder() -> Iterator[tuple[bool, str]]:
    from kondusif.site import environment

    home = environment.home()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / ".probe").write_text("x")
        (home / ".probe").unlink()
    except OSError as error:
        yield False, f"cannot write in {home} ({error.strerror}). Set KONDUSIF_HOME to a folder of yours."
        return
    free = shutil.disk_usage(home).free
    yield free > 500_000_000, f"{home}: {free / 1e9:.1f} GB free (half a GB is needed)"
    secrets = home / "secrets"
    loose = [p.name for p in secrets.iterdir() if p.stat().st_mode & 0o077] if secrets.exists() else []
    yield (
        not loose,
        f"secrets are readable by their owner alone{'' if not loose else ': not so ' + ', '.join(loose) + f'. Run: chmod 600 {secrets}/*'}",
    )


def _front() -> Iterator[tuple[bool, str]]:
    dist = Path(__file__).resolve().parents[1] / "dist"
    built = (dist / "office.css").exists() and (dist / "public.css").exists()
    yield (
        built,
        "styles and scripts are built" + ("" if built else ": run ./kondusif start in the clone, which builds them"),
    )


def _database() -> Iterator[tuple[bool, str]]:
    try:
        from kondusif.site.commands._ready import assert_durable, set_up

        set_up()
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        yield True, f"database answers ({connection.vendor})"
        yield (
            not waiting,
            f"{waiting} migrations wait"
            + ("" if not waiting else ": run kondusif start, or any command, which migrates first"),
        )
        assert_durable()
        yield True, "a commit is on disk before it is answered"
        if not waiting:
            yield from _running()
    except SystemExit as error:
        yield False, str(error)
    except Exception as error:
        yield (
            False,
            f"database does not answer: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}. Check KONDUSIF_DATABASE_URL.",
        )


def _running() -> Iterator[tuple[bool, str]]:
    from kondusif.clock.models import Job
    from kondusif.clock.queries import last_heartbeat, real_now
    from kondusif.teams.models import User

    beat = last_heartbeat()
    alive = beat is not None and real_now() - beat < timedelta(seconds=30)
    yield alive, "a worker is running" if alive else "no worker is running: kondusif start runs one, or kondusif worker"
    yield (
        User.objects.exclude(password__startswith="!").exists(),  # noqa: S106 - marks an unusable one
        "an administrator has an account (the first start prints the link)",
    )
    failed = Job.objects.exclude(failed_at=None).count()
    yield not failed, f"{failed} jobs gave up" + ("" if not failed else ": see the clock_job table, column error")


def _port() -> Iterator[tuple[bool, str]]:
    from kondusif.site import environment

    port = int(environment.value("KONDUSIF_PORT"))
    with socket.socket() as probe:
        used = probe.connect_ex(("127.0.0.1", port)) == 0
    yield True, f"port {port} is {'in use (by Kondusif, if it runs)' if used else 'free'}"


def _channels() -> Iterator[tuple[bool, str]]:
    from kondusif.intake.channels import gateways
    from kondusif.ledger.errors import Refusal

    try:
        found = gateways.all_gateways()
    except Refusal as refusal:
        yield False, f"{refusal.what} {refusal.do}"
        return
    names = ", ".join(f"{g.name} ({g.kind})" for g in found.values())
    yield (
        True,
        f"channels: {names}"
        if names
        else "channels: none besides the forms (channels.toml adds SMS, Telegram, e-mail)",
    )
