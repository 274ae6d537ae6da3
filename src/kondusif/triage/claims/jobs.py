"""A missed instant: one level up is told and no higher; the next instant is set; the duty stays where it was."""

from __future__ import annotations

from datetime import datetime

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.ledger.actions import record
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import SYSTEM
from kondusif.triage.claims import rules
from kondusif.triage.claims.models import Claim
from kondusif.triage.desk import province
from kondusif.triage.rules import next_owner

WORDS = {
    rules.CHECK: "belum diperiksa",
    rules.VERDICT: "belum dinilai",
    rules.COUNTER: "belum diklarifikasi",
    rules.APPEAL: "keberatannya belum dilihat",
}


def escalate(deadline: Deadline, at: datetime) -> None:
    """Tell one level above, again every twelve hours of duty; a hoax is S3 and wakes no governor."""
    claim = Claim.objects.filter(code=deadline.subject.partition(":")[2]).first()
    if claim is None or deadline.duty not in rules.OWED[claim.state]:
        return
    owner = next_owner(deadline.owner, province=province()) if deadline.level == 0 else deadline.owner
    post(
        [Message(f"due:{deadline.pk}", owner, f"Isu {claim.code} {WORDS[deadline.duty]}",
                 "Batas waktunya sudah lewat. Petugas di tingkat bawah tetap memegang tugasnya.", f"/isu/{claim.code}")],
        at=at,
    )  # fmt: skip
    again = rules.again_at(at, hours_for(rules.SEVERITY, claim.region, at=at))
    set_deadlines(
        [NewDeadline(deadline.duty, deadline.subject, deadline.region, owner, again, deadline.level + 1)], at=at
    )
    record(
        "claim.escalated", subject=claim.subject, region=claim.region, by=SYSTEM, at=at,
        detail={"duty": deadline.duty, "level": deadline.level + 1, "to": owner},
    )  # fmt: skip


DUTIES: dict[str, DueHandler] = dict.fromkeys(rules.DUTIES, escalate)
