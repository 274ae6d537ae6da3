"""What somebody is kept out of at an instant: the subjects no query shows them. Read once for each actor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from kondusif.teams.matters.models import MatterLock
from kondusif.teams.models import Duty

Whole = Callable[[set[str]], set[str]]
WHOLE: list[Whole] = []
"""A later stage says what belongs to a matter: an incident its reports and tasks, a report its incident. Registered where it is imported."""


def holding(at: datetime) -> QuerySet[MatterLock]:
    return MatterLock.objects.filter(starts_at__lte=at, ends_at__gt=at, confirmed_at__isnull=False)


def kept_from(user: int, agencies: Iterable[int], *, at: datetime) -> frozenset[str]:
    """Everything that belongs to the matters a member, or an agency they speak for, is kept out of."""
    mine = holding(at).filter(Q(user=user) | Q(agency__in=list(agencies)))
    return whole(set(mine.values_list("subject", flat=True)))


def whole(subjects: set[str]) -> frozenset[str]:
    if not subjects:
        return frozenset()
    for more in WHOLE:
        subjects = subjects | more(subjects)
    return frozenset(subjects)


def without(people: list[int], subject: str, *, at: datetime) -> set[int]:
    """Those of the people who are kept out of a matter: its notices do not go to them."""
    rows = holding(at)
    if not subject or not rows.exists():
        return set()
    near = whole({subject})
    locks = [(row.user_id, row.agency_id) for row in rows if row.subject in near]
    agencies = {agency for _user, agency in locks if agency}
    through = Duty.objects.filter(agency__in=agencies, user__in=people).values_list("user", flat=True)
    return {user for user, _agency in locks if user} & set(people) | set(through)
