"""What each stage asked the worker to do. The only place that knows all stages."""

from __future__ import annotations

from datetime import timedelta

from kondusif.clock import jobs as clock
from kondusif.intake import attachments
from kondusif.intake import jobs as intake
from kondusif.intake.channels import jobs as channels
from kondusif.ledger import jobs as ledger
from kondusif.response import jobs as response
from kondusif.response import links, queries
from kondusif.response.tasks import LINKED
from kondusif.situation import jobs as situation
from kondusif.teams import jobs as teams
from kondusif.teams import sending
from kondusif.triage import jobs as triage
from kondusif.triage.claims import queries as claims


def wire() -> None:
    clock.each("ledger.seal", timedelta(seconds=1), ledger.seal_lines)
    clock.each("ledger.read", timedelta(seconds=0.4), ledger.read_lines)
    clock.each("teams.outbox", timedelta(seconds=0.4), teams.spread_outbox)
    clock.each("intake.silent", timedelta(seconds=30), intake.ask_the_silent)
    clock.each("intake.orphans", timedelta(hours=1), intake.remove_orphans)
    clock.each("teams.morning", timedelta(minutes=5), teams.check_each_morning)
    clock.on_job("teams.check", clock.JobKind(teams.check_changed, max_attempts=3))
    clock.on_job("teams.send", clock.JobKind(sending.send_bundle, max_attempts=sending.LAST + 2))
    clock.each("situation.briefings", timedelta(seconds=30), situation.draft_briefings)
    clock.each("situation.wall", timedelta(seconds=20), situation.keep_wall_sheet)
    for name, (every, run) in channels.PERIODIC.items():
        clock.each(name, every, run)
    clock.on_job("intake.reply", clock.JobKind(channels.send))
    sending.LINKERS[LINKED] = links.personal
    attachments.HOLDERS["response"] = queries.holds_file
    attachments.HOLDERS["claims"] = claims.holds_file
    for stage in (triage, response, situation):
        for duty, handler in stage.DUTIES.items():
            clock.on_due(duty, handler)
    for name, reader in (teams.READERS | triage.READERS | response.READERS).items():
        ledger.on_line(name, reader)
    ledger.on_line("situation.heard", situation.hear)
