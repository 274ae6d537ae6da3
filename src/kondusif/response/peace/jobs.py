"""A mediation of which nothing was said afterwards, and consent that has run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.response.peace import actors, rules
from kondusif.response.peace.desk import line
from kondusif.response.peace.mediation import matter_of
from kondusif.response.peace.models import Mediation
from kondusif.teams.actions import Message, post
from kondusif.teams.duty_hours import hours_for
from kondusif.teams.queries import SYSTEM, kabkota_of

PAUSE = timedelta(days=2)  # working days


def unsaid(deadline: Deadline, at: datetime) -> None:
    """Its watch is asked what came of it, then the head of division, one level above, again and again."""
    pk = int(deadline.subject.partition(":")[2])
    row = Mediation.objects.select_related("incident", "potential").filter(pk=pk, state="planned").first()
    if row is None or (row.incident is not None and row.incident.restricted):
        return
    kabkota = kabkota_of(row.region)
    to = deadline.owner if deadline.level == 0 else f"role:division_head@{kabkota}"
    code = matter_of(row).code
    body = "Mediasi sudah lewat waktunya. Catat hasilnya: kesepakatan, gagal, atau ke pengadilan."
    post([Message(f"due:{deadline.pk}", to, f"Hasil mediasi · {code}", body, f"/mediasi/{row.pk}", False)], at=at)
    due = hours_for("S4", kabkota, at=at).after(at, PAUSE)
    again = NewDeadline(rules.RESULT, row.subject, deadline.region, to, due, deadline.level + 1)
    set_deadlines([again], at=at)
    line(
        "mediation.result_missed",
        matter_of(row),
        by=SYSTEM,
        at=at,
        detail={"mediation": row.pk, "level": deadline.level + 1},
    )


def consent_over(deadline: Deadline, at: datetime) -> None:
    actors.end_consent(int(deadline.subject.partition(":")[2]), by=SYSTEM, at=at)


DUTIES: dict[str, DueHandler] = {rules.RESULT: unsaid, rules.CONSENT_ENDS: consent_over}
