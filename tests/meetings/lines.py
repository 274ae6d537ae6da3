"""Random ledgers: lines as the stages write them, in any order that can happen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from kondusif.meetings.figures.history import Known

BEGAN = datetime(2020, 12, 1, 0, 0, tzinfo=UTC)
TOWNS = ("64.71", "64.72", "64.02")
STEPS = (
    "report.received", "report.received", "report.taken", "report.verified", "report.linked", "report.unlinked", "report.restricted",
    "report.unrestricted", "report.escalated", "incident.opened", "incident.opened", "incident.imported", "incident.severity", "incident.noted",
    "incident.escalated", "incident.closed", "incident.reopened", "task.assigned", "task.accepted", "task.done", "nil.filed",
)  # fmt: skip


@st.composite
def ledgers(draw: st.DrawFn, most: int = 60) -> list[Known]:
    """Lines with rising numbers and instants; subjects, regions and details that belong together."""
    steps = draw(
        st.lists(
            st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(0, 7 * 3600), st.integers(0, 2)),
            max_size=most,
        )
    )
    at, lines, tasks = BEGAN, [], 0
    hidden: set[str] = set()
    for number, (verb, which, seconds, town) in enumerate(steps, start=1):
        at += timedelta(seconds=seconds)
        kind = verb.partition(".")[0]
        subject = (
            f"nil:{TOWNS[town]}:{at.date()}" if kind == "nil" else f"{'incident' if kind == 'task' else kind}:{which}"
        )
        region = TOWNS[which % 3] if kind != "nil" else TOWNS[town]
        detail: dict[str, object] = {}
        if verb == "report.received":
            detail = {"channel": ("web", "phone", "sms")[town]}
        elif verb in {"report.linked", "report.unlinked"}:
            detail = {"incident": f"incident:{town}"}
        elif verb in {"incident.opened", "incident.imported"}:
            detail = {"severity": f"S{town + 2}", "snpk": "pemilihan"} | (
                {"day": "2020-12-02"} if verb == "incident.imported" else {}
            )
        elif verb == "incident.severity":
            detail = {"from": "S4", "to": f"S{town + 1}"}
        elif kind == "task":
            tasks += verb == "task.assigned"
            detail = {"task": max(1, tasks - town * (verb != "task.assigned")), "agency": 1 + town % 2}
        if verb == "report.restricted":
            hidden.add(subject)
        elif verb == "report.unrestricted":
            hidden.discard(subject)
        tier = "terbatas" if subject in hidden else ""
        actor = "citizen" if verb == "report.received" else "user:1"
        lines.append(Known(number, at, verb, subject, region, actor, tier, json.dumps(detail)))
    return lines
