"""What each stage asked the worker to do. The only place that knows all stages."""

from __future__ import annotations

from datetime import timedelta

from kondusif.clock import jobs as clock
from kondusif.ledger import jobs as ledger
from kondusif.teams import jobs as teams


def wire() -> None:
    clock.each("ledger.seal", timedelta(seconds=1), ledger.seal_lines)
    clock.each("ledger.read", timedelta(seconds=0.4), ledger.read_lines)
    clock.each("teams.outbox", timedelta(seconds=0.4), teams.spread_outbox)
    clock.on_job("teams.mail", clock.JobKind(teams.send_mail))
