"""A review that was missed: its owner is told, then one level above, again and again. Nothing ends by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.response.potentials import rules
from kondusif.response.potentials.desk import line, owner_of, tell
from kondusif.response.potentials.models import Potential
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import SYSTEM, kabkota_of

PAUSE = timedelta(days=7)  # working days where clocks keep office hours: domain.md §7.4, S4


def missed(deadline: Deadline, at: datetime) -> None:
    row = Potential.objects.filter(code=deadline.subject.partition(":")[2], state="standing").first()
    if row is None:
        return
    kabkota = kabkota_of(row.region)
    to = owner_of(row) if deadline.level == 0 else rules.above(row.owner, kabkota=kabkota)
    words = "Jadwal tinjau potensi ini sudah lewat. Pemiliknya tetap."
    if deadline.level and row.owner_agency is not None and row.owner_agency.vertical:
        words = f"Mohon hubungi {row.owner_agency.name}: jadwal tinjau potensi ini sudah lewat."
    tell(row, f"due:{deadline.pk}", to, "Tinjau potensi", words, at=at)
    due = hours_for("S4", kabkota, at=at).after(at, PAUSE)
    again = NewDeadline(rules.REVIEW, row.subject, deadline.region, to, due, deadline.level + 1)
    set_deadlines([again], at=at)
    line("potential.review_missed", row, by=SYSTEM, at=at, detail={"level": deadline.level + 1, "to": to})


DUTIES: dict[str, DueHandler] = {rules.REVIEW: missed}
