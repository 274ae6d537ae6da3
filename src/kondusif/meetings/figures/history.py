"""What the ledger's lines say, folded into reports, matters and tasks. Pure: lines in, records out, nothing else asked.

What concerns officials (a line with a tier) leaves the figures while it is so. Instants are the domain's, in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

WITA = timezone(timedelta(hours=8))
HEARD = frozenset({  # a member did something about a report
    "report.taken", "report.graded", "report.verified", "report.unproven", "report.refuted", "report.asked", "report.referred",
    "report.closed", "report.linked", "report.merged",
})  # fmt: skip
ACTED = frozenset(
    {"task.accepted", "task.done", "task.called", "incident.noted", "incident.calmed", "incident.proposed"}
)
LATE = frozenset({"incident.escalated", "task.limit_passed"})
ASKED = frozenset({"task.assigned", "task.support_asked"})
ANSWERED = frozenset({"task.accepted", "task.done", "task.declined", "task.forwarded"})
NIL = frozenset({"nil.filed", "nil.amended"})
VERBS = tuple(sorted(HEARD | ACTED | LATE | ASKED | ANSWERED | NIL | {
    "report.received", "incident.opened", "report.restricted", "report.unrestricted", "report.unlinked", "report.escalated", "incident.imported",
    "incident.severity", "incident.closed", "incident.reopened",
}))  # fmt: skip


class Known(NamedTuple):
    """One ledger line, as much of it as figures need."""

    id: int
    at: datetime
    verb: str
    subject: str
    region: str
    actor: str
    tier: str
    detail: str


@dataclass
class Moment:
    """An instant and the line that says so."""

    at: datetime
    line: int


@dataclass
class Told:
    """A report."""

    subject: str
    region: str
    received: Moment
    channel: str
    heard: Moment | None = None
    late: int = 0
    hidden: bool = False


@dataclass
class Asked:
    """A task: whose, since when, and when first answered."""

    subject: str
    agency: int
    region: str
    asked: Moment
    answered: Moment | None = None


@dataclass
class Matter:
    """An incident."""

    subject: str
    region: str
    severity: str
    kind: str
    opened: Moment
    imported: bool = False
    acted: Moment | None = None
    late: int = 0
    closed: Moment | None = None
    ever_closed: Moment | None = None
    reopened: Moment | None = None
    hidden: bool = False


@dataclass
class History:
    """Everything known up to `head`, the number of the last line that was read."""

    head: int = 0
    told: dict[str, Told] = field(default_factory=dict)
    matters: dict[str, Matter] = field(default_factory=dict)
    tasks: dict[int, Asked] = field(default_factory=dict)
    links: dict[str, set[str]] = field(
        default_factory=dict
    )  # incident → the reports under it; a link comes before its incident
    spoken: dict[tuple[str, date], int] = field(
        default_factory=dict
    )  # (kab/kota, day in WITA) → the first line of that day

    def first_report(self, matter: Matter) -> Moment | None:
        """When the matter was first told, by the reports now under it."""
        found = [
            self.told[r].received
            for r in self.links.get(matter.subject, ())
            if r in self.told and not self.told[r].hidden
        ]
        return min(found, key=lambda m: (m.at, m.line), default=None)


def fold(lines: Iterable[Known]) -> History:
    """Read lines in the order of their numbers. `fold(lines[:n])` never depends on what comes after n."""
    known = History()
    for line in lines:
        known.head = line.id
        kind = line.subject.partition(":")[0]
        if kind == "report":
            _report(known, line)
        elif kind == "incident":
            _incident(known, line)
        elif line.verb in NIL:
            _nil(known, line)
    return known


def _report(known: History, line: Known) -> None:
    if line.verb == "report.received":
        known.told[line.subject] = Told(
            line.subject,
            line.region,
            Moment(line.at, line.id),
            json.loads(line.detail).get("channel", ""),
            hidden=bool(line.tier),
        )
        if not line.tier:
            _speak(known, line.region, line.at.astimezone(WITA).date(), line.id)
        return
    told = known.told.get(line.subject)
    if told is None:
        return
    told.hidden = bool(line.tier) and line.verb != "report.unrestricted"
    if line.verb in HEARD and told.heard is None and line.actor.startswith("user:"):
        told.heard = Moment(line.at, line.id)
    if line.verb == "report.escalated":
        told.late += 1
    elif line.verb in {"report.linked", "report.unlinked"}:
        under = known.links.setdefault(json.loads(line.detail).get("incident", ""), set())
        (under.add if line.verb == "report.linked" else under.discard)(line.subject)


def _incident(known: History, line: Known) -> None:
    matter = known.matters.get(line.subject)
    if line.verb in {"incident.opened", "incident.imported"} and matter is None:
        said = json.loads(line.detail)
        known.matters[line.subject] = Matter(
            line.subject, line.region, said.get("severity", ""), said.get("snpk", ""), Moment(_began(line, said), line.id),
            imported=line.verb == "incident.imported", hidden=bool(line.tier),
        )  # fmt: skip
        return
    if matter is None:
        return
    matter.hidden = bool(line.tier)
    here = Moment(line.at, line.id)
    if line.verb in ACTED and matter.acted is None:
        matter.acted = here
    if line.verb in LATE:
        matter.late += 1
    elif line.verb in ASKED or line.verb in ANSWERED:
        _task(known, line)
    elif line.verb == "incident.severity":
        matter.severity = json.loads(line.detail).get("to", matter.severity)
    elif line.verb == "incident.closed":
        matter.closed = here
        matter.ever_closed = matter.ever_closed or here
    elif line.verb == "incident.reopened":
        matter.closed = None
        if matter.ever_closed is not None:
            matter.reopened = matter.reopened or here


def _began(line: Known, said: dict[str, str]) -> datetime:
    """When the matter was opened; noon of the day it happened for one that came from another data set."""
    if line.verb == "incident.imported" and (day := said.get("day")):
        return datetime.combine(date.fromisoformat(day), time(12), WITA)
    return line.at


def _task(known: History, line: Known) -> None:
    said = json.loads(line.detail)
    number, agency = said.get("task"), said.get("agency")
    if line.verb in ASKED and isinstance(number, int) and isinstance(agency, int):
        known.tasks[number] = Asked(line.subject, agency, line.region, Moment(line.at, line.id))
    elif (task := known.tasks.get(number)) is not None and task.answered is None:
        task.answered = Moment(line.at, line.id)


def _nil(known: History, line: Known) -> None:
    _kind, _, rest = line.subject.partition(":")
    region, _, day = rest.partition(":")
    _speak(known, region, date.fromisoformat(day), line.id)


def _speak(known: History, region: str, day: date, line: int) -> None:
    town = ".".join(region.split(".")[:2])
    if "." in town:
        known.spoken.setdefault((town, day), line)
