"""A missed instant: one level up is told, the next instant is set, the duty itself stays where it was."""

from __future__ import annotations

from datetime import datetime

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.intake.dialogue import place_of
from kondusif.intake.models import Report
from kondusif.ledger.actions import record
from kondusif.ledger.models import Line
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import SYSTEM
from kondusif.triage import rules
from kondusif.triage.actions import hear_answer
from kondusif.triage.claims import jobs as claims
from kondusif.triage.desk import province, severity_of, tell_reporters

WORDS = {
    rules.FIRST_LOOK: "belum dilihat",
    rules.VERIFY: "belum diverifikasi",
    rules.ANSWER: "masih menunggu jawaban pelapor",
    rules.RECORD: "belum dicatat sebagai permasalahan",
    rules.FEEDBACK: "belum ditutup dan dikabarkan",
    rules.REFERRAL: "rujukannya belum dijawab",
}


def escalate(deadline: Deadline, at: datetime) -> None:
    """Tell the next level once and set the next instant for it. The lower owner keeps the duty."""
    report = Report.objects.filter(code=deadline.subject.partition(":")[2]).first()
    if report is None or report.state not in rules.OPEN:
        return
    owner = rules.next_owner(deadline.owner, province=province())
    if deadline.duty == rules.ANSWER and deadline.level == 0:
        owner = deadline.owner  # first the reporter is reminded; nobody above is told yet
        tell_reporters(report, "reminder", at=at)
    severity = severity_of(report)
    post(
        [Message(f"due:{deadline.pk}", owner, f"Laporan {report.code} {WORDS[deadline.duty]}",
                 "Batas waktunya sudah lewat. Petugas di tingkat bawah tetap memegang tugasnya.",
                 f"/laporan/{report.code}", urgent=rules.always_on(severity))],
        at=at,
    )  # fmt: skip
    set_deadlines(
        [NewDeadline(deadline.duty, deadline.subject, deadline.region, owner,
                     rules.again_at(deadline.duty, severity, at, hours_for(severity, place_of(report), at=at)),
                     deadline.level + 1)],
        at=at,
    )  # fmt: skip
    record(
        "report.escalated", subject=report.subject, region=place_of(report), by=SYSTEM, at=at,
        detail={"duty": deadline.duty, "level": deadline.level + 1, "to": owner}, restricted=report.restricted,
    )  # fmt: skip


def read_line(line: Line) -> None:
    """The reporter's answer brings a waiting report back to the desk."""
    if line.verb == "report.answered":
        hear_answer(line.subject.partition(":")[2], by=SYSTEM, at=line.at)


DUTIES: dict[str, DueHandler] = dict.fromkeys(rules.DUTIES, escalate) | claims.DUTIES
READERS = {"triage.answers": read_line}
