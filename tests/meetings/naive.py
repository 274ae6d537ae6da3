"""The figures said slowly: for each thing, look through every line again. The truth the fold is compared with."""

from __future__ import annotations

import json

from kondusif.meetings.figures.history import ACTED, HEARD, LATE, Known, _began
from kondusif.meetings.figures.rules import Scope


def _begun(lines: list[Known], scope: Scope, verbs: set[str]) -> list[Known]:
    """First line of each subject that begins in the scope and is not hidden by its last own line."""
    found = []
    for line in lines:
        if line.verb not in verbs or any(
            o.subject == line.subject and o.verb in _STARTS and o.id < line.id for o in lines
        ):
            continue
        own = [o for o in lines if o.subject == line.subject and o.id >= line.id]
        last = own[-1]
        hidden = bool(last.tier) and last.verb != "report.unrestricted"
        begun = _began(line, json.loads(line.detail)) if line.verb.startswith("incident") else line.at
        inside = line.region == scope.region or line.region.startswith(scope.region + ".")
        if not hidden and inside and scope.start <= begun < scope.end:
            found.append(line)
    return found


_STARTS = {"report.received", "incident.opened", "incident.imported"}


def _last_received(lines: list[Known], subject: str) -> Known | None:
    found = [o for o in lines if o.subject == subject and o.verb == "report.received"]
    return found[-1] if found else None


def heard(lines: list[Known], scope: Scope) -> list[int]:
    found = []
    for line in _reports(lines, scope):
        acts = [
            o
            for o in lines
            if o.subject == line.subject and o.verb in HEARD and o.id > line.id and o.actor.startswith("user:")
        ]
        if acts:
            found.append(int((acts[0].at - line.at).total_seconds()))
    return sorted(found)


def _reports(lines: list[Known], scope: Scope) -> list[Known]:
    """A report's number is received once in life; where a random ledger says it twice, the later one stands."""
    found = []
    for subject in {o.subject for o in lines if o.verb == "report.received"}:
        line = _last_received(lines, subject)
        assert line is not None
        last = [o for o in lines if o.subject == subject and o.id >= line.id][-1]
        hidden = bool(last.tier) and last.verb != "report.unrestricted"
        inside = line.region == scope.region or line.region.startswith(scope.region + ".")
        if not hidden and inside and scope.start <= line.at < scope.end:
            found.append(line)
    return found


def reports(lines: list[Known], scope: Scope) -> int:
    return len(_reports(lines, scope))


def on_time(lines: list[Known], scope: Scope) -> tuple[int, int]:
    begun = _begun(lines, scope, {"incident.opened"})
    kept = sum(
        not any(o.subject == line.subject and o.verb in LATE and o.id > line.id for o in lines) for line in begun
    )
    return kept, len(begun)


def settled(lines: list[Known], scope: Scope) -> tuple[int, int]:
    begun = _begun(lines, scope, {"incident.opened"})
    kept = 0
    for line in begun:
        ends = [
            o.verb
            for o in lines
            if o.subject == line.subject and o.id > line.id and o.verb in {"incident.closed", "incident.reopened"}
        ]
        kept += bool(ends) and ends[-1] == "incident.closed"
    return kept, len(begun)


def acted(lines: list[Known], scope: Scope) -> int:
    """How many matters have any act."""
    begun = _begun(lines, scope, {"incident.opened"})
    return sum(any(o.subject == line.subject and o.verb in ACTED and o.id > line.id for o in lines) for line in begun)
