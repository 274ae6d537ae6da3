"""The worker: fires deadlines, runs periodic work and jobs. Stages register what they want done; `site` wires them."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from kondusif.clock import actions, queries
from kondusif.clock.models import WorkerBeat

log = logging.getLogger("kondusif.worker")

JobHandler = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class JobKind:
    run: JobHandler
    max_attempts: int = 8


LEASE = timedelta(seconds=120)  # longer than any job may take


@dataclass
class Table:
    """What the worker knows how to do."""

    duties: dict[str, actions.DueHandler] = field(default_factory=dict)
    jobs: dict[str, JobKind] = field(default_factory=dict)
    periodic: dict[str, tuple[timedelta, Callable[[], object]]] = field(default_factory=dict)


TABLE = Table()


def on_due(duty: str, handler: actions.DueHandler) -> None:
    TABLE.duties[duty] = handler


def on_job(name: str, kind: JobKind) -> None:
    TABLE.jobs[name] = kind


def each(name: str, every: timedelta, run: Callable[[], object]) -> None:
    TABLE.periodic[name] = (every, run)


class Worker:
    """One worker process. `run` returns after SIGTERM or SIGINT, with the work in hand finished."""

    def __init__(self, table: Table = TABLE, pause: float = 0.15) -> None:
        self.table = table
        self.pause = pause
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[:60]
        self.stopping = False
        self._beat_at = 0.0
        self._not_before: dict[str, float] = {}

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            try:
                busy = self.turn()
            except (OperationalError, InterfaceError):
                log.exception("the database did not answer; trying again in 2 s")
                connection.close()
                time.sleep(2)
                continue
            if not busy:
                time.sleep(self.pause)
        WorkerBeat.objects.filter(worker=self.name).delete()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def turn(self) -> bool:
        """One round of everything; True where there was something to do."""
        self.beat()
        fired = actions.fire_due(self.table.duties, at=queries.now())
        self.run_periodic()
        return self.run_job() or bool(fired)

    def beat(self) -> None:
        if time.monotonic() - self._beat_at > 2:
            self._beat_at = time.monotonic()
            real = queries.real_now()
            WorkerBeat.objects.update_or_create(worker=self.name, defaults={"seen_at": real})
            WorkerBeat.objects.filter(seen_at__lt=real - timedelta(hours=1)).delete()

    def run_periodic(self) -> None:
        for name, (every, run) in self.table.periodic.items():
            if time.monotonic() < self._not_before.get(name, 0.0):
                continue
            self._not_before[name] = time.monotonic() + every.total_seconds() / 4  # spares the database the asking
            if actions.claim_periodic(name, every=every, real=queries.real_now()):
                try:
                    run()
                except Exception:
                    log.exception("periodic work %s failed; it runs again in its turn", name)

    def run_job(self) -> bool:
        job = actions.claim_job(self.name, real=queries.real_now(), lease=LEASE)
        if job is None:
            return False
        kind = self.table.jobs.get(job.name)
        try:
            if kind is None:
                raise LookupError(f"nothing is registered for job {job.name}")
            kind.run(job.payload)
        except Exception as error:
            log.exception("job %s (%s) failed", job.name, job.key)
            actions.fail_job(
                job, real=queries.real_now(), error=repr(error), max_attempts=kind.max_attempts if kind else 8
            )
        else:
            actions.finish_job(job, real=queries.real_now())
        return True
