"""The worker's part: hearing regions, and statuses whose decision or renewal is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from kondusif.clock.actions import DueHandler, NewDeadline, set_deadlines
from kondusif.clock.models import Deadline
from kondusif.clock.queries import now
from kondusif.ledger.actions import record
from kondusif.ledger.models import Line
from kondusif.situation.actions import DECIDE_DUTY, RENEW_DUTY
from kondusif.situation.briefing import APPROVE_DUTY, draft_due
from kondusif.situation.models import Heard
from kondusif.situation.wall.sheets import keep_hour
from kondusif.teams.actions import Message, post
from kondusif.teams.queries import SYSTEM, kabkota_of

_SILENT_ACTORS = frozenset({"system", "operator"})
_AGAIN = timedelta(hours=2)
_NEXT_OWNER = {"division_head": "secretary", "secretary": "chair", "chair": "chair"}


def hear(line: Line) -> None:
    """A line by a person in a kab/kota is a sign of life from there. Restricted lines carry the province alone."""
    region = kabkota_of(line.region)
    if line.actor in _SILENT_ACTORS or "." not in region or line.tier:
        return
    if not Heard.objects.filter(region=region, at__gte=line.at).exists():
        Heard.objects.update_or_create(region=region, defaults={"at": line.at})


def decision_due(deadline: Deadline, at: datetime) -> None:
    """Nobody decided: ask one level above, again and again; a temporary raise stands meanwhile."""
    role = deadline.owner.partition(":")[2].partition("@")[0]
    above = _NEXT_OWNER.get(role, "chair")
    _ask_again(deadline, f"role:{above}@{deadline.region}", "Usulan status daerah belum diputuskan", at)


def renewal_due(deadline: Deadline, at: datetime) -> None:
    """A status has come to its end: the board shows it as expired until somebody proposes anew."""
    _ask_again(deadline, f"duty:{deadline.region}", "Status daerah kedaluwarsa: usulkan yang baru", at)


def approval_due(deadline: Deadline, at: datetime) -> None:
    """The hour of a briefing is there and nobody approved it: the chair is told, who may. Nothing is sent by itself."""
    page = f"/singkat/{deadline.subject.partition(':')[2]}"
    _ask_again(deadline, f"role:chair@{deadline.region}", "Laporan singkat belum disetujui", at, page=page)


def _ask_again(deadline: Deadline, owner: str, subject: str, at: datetime, *, page: str = "") -> None:
    post([Message(f"due:{deadline.pk}", owner, subject, "", page or f"/situasi/{deadline.region}", True)], at=at)
    set_deadlines(
        [NewDeadline(deadline.duty, deadline.subject, deadline.region, owner, at + _AGAIN, deadline.level + 1)], at=at
    )
    record(
        "deadline.passed",
        subject=deadline.subject,
        region=deadline.region,
        by=SYSTEM,
        at=at,
        detail={"duty": deadline.duty, "level": deadline.level},
    )


def draft_briefings() -> None:
    """Make the drafts of the slot that is due; each once, whatever happens to the worker."""
    draft_due(at=now())


def keep_wall_sheet() -> None:
    """Keep the wall's picture of the hour that has just begun."""
    keep_hour(at=now())


DUTIES: dict[str, DueHandler] = {DECIDE_DUTY: decision_due, RENEW_DUTY: renewal_due, APPROVE_DUTY: approval_due}
