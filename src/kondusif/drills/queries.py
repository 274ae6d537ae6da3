"""How far a trainee has come, read from the ledger and nowhere else."""

from __future__ import annotations

from datetime import datetime

from kondusif.drills import rules
from kondusif.ledger.actor import Actor
from kondusif.ledger.models import Line
from kondusif.teams.models import Duty
from kondusif.teams.queries import current


def duties_with_course(actor: Actor, *, at: datetime) -> list[Duty]:
    """The viewer's own duties for which there is a course."""
    if actor.user_id is None:
        return []
    rows = Duty.objects.filter(current(at), user_id=actor.user_id, role__in=rules.COURSES).select_related("agency")
    return list(rows.order_by("region", "role"))


def progress(course: rules.Course, actor: Actor, *, since: datetime) -> list[bool]:
    """Which lessons the viewer has done since the start; their own lines only."""
    verbs = Line.objects.filter(actor=actor.id, at__gte=since).values_list("verb", flat=True).distinct()
    return rules.done(course, set(verbs))
