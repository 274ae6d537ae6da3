"""Read incidents and tasks through the viewer's scope, and what must never exist: matters without an owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from kondusif.clock.models import Deadline
from kondusif.clock.queries import Waiting, waiting
from kondusif.intake.models import Report
from kondusif.intake.queries import visible_to as reports_for
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound
from kondusif.ledger.queries import READ_RESTRICTED, Entry, history, keys_kept_from, region_filter
from kondusif.response import rules
from kondusif.response.models import Incident, IncidentReport, Note, Party, Relation, Settlement, Task
from kondusif.teams.matters.keeping import WHOLE
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for
from kondusif.triage.models import Merge

READ = "incident.read"
PAGE = 50


def may_answer(agency: Agency, actor: Actor) -> bool:
    """Whether the actor speaks for the agency."""
    return agency.pk in actor.agencies and actor.permits("task.answer", agency.region)


def speaks_for(task: Task, actor: Actor) -> bool:
    """Whether the actor answers a task for its agency, and is not kept out of its matter."""
    return task.subject not in actor.kept_from and may_answer(task.agency, actor)


def incidents_for(actor: Actor) -> QuerySet[Incident]:
    """Open matters of the actor's regions, those about officials only for the cleared, and those where their agency has a task."""
    own = region_filter(actor.regions(READ)) & Q(restricted=False)
    about_officials = region_filter(actor.regions(READ_RESTRICTED)) & Q(restricted=True)
    found = own | about_officials
    if actor.agencies and actor.anywhere("task.answer"):
        tasks = Task.objects.filter(agency__in=actor.agencies).exclude(state="cancelled")
        found |= Q(restricted=False, pk__in=tasks.values("incident"))
    rows = Incident.objects.filter(found)
    return rows.exclude(code__in=keys_kept_from(actor, "incident")) if actor.kept_from else rows


def whole_matter(subjects: set[str]) -> set[str]:
    """All that belongs to the matters behind some subjects: an incident, its tasks, its reports and those joined to them."""
    keys = {
        kind: {k for w, _c, k in (s.partition(":") for s in subjects) if w == kind}
        for kind in ("incident", "report", "task")
    }
    reports = set(Report.objects.filter(code__in=keys["report"]).values_list("pk", flat=True))
    reports |= set(Merge.objects.filter(joined__in=reports, undone_at=None).values_list("primary", flat=True))
    tasks = [int(k) for k in keys["task"] if k.isdigit()]
    found = set(Incident.objects.filter(Q(code__in=keys["incident"]) | Q(tasks__in=tasks)).values_list("pk", flat=True))
    found |= set(IncidentReport.objects.filter(report__in=reports, unlinked_at=None).values_list("incident", flat=True))
    reports |= set(IncidentReport.objects.filter(incident__in=found, unlinked_at=None).values_list("report", flat=True))
    reports |= set(Merge.objects.filter(primary__in=reports, undone_at=None).values_list("joined", flat=True))
    codes = Incident.objects.filter(pk__in=found).values_list("code", flat=True)
    return (
        {f"incident:{c}" for c in codes}
        | {f"task:{pk}" for pk in Task.objects.filter(incident__in=found).values_list("pk", flat=True)}
        | {f"report:{c}" for c in Report.objects.filter(pk__in=reports).values_list("code", flat=True)}
    )


WHOLE.append(whole_matter)


def incident_for(code: str, actor: Actor) -> Incident:
    row = incidents_for(actor).select_related("lead_agency").filter(code=code.upper()).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; "open" is whatever is not closed."""

    state: str = "open"
    region: str = ""
    severity: str = ""
    stage: str = ""
    words: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    title: str
    region: str
    stage: str
    state: str
    severity: str
    restricted: bool
    lead: str
    opened_at: datetime
    watch_until: datetime | None
    due: Waiting | None
    reports: int
    tasks_open: int
    version: int


def _wanted(actor: Actor, filters: Filters) -> QuerySet[Incident]:
    rows = incidents_for(actor)
    if filters.state == "open":
        rows = rows.filter(state__in=rules.OPEN)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.region:
        rows = rows.filter(Q(region=filters.region) | Q(region__startswith=filters.region + "."))
    if filters.severity:
        rows = rows.filter(severity=filters.severity)
    if filters.stage:
        rows = rows.filter(stage=filters.stage)
    if filters.words:
        rows = rows.filter(Q(title__icontains=filters.words) | Q(code__iexact=filters.words))
    return rows.select_related("lead_agency")


def count(actor: Actor, filters: Filters = Filters()) -> int:
    return _wanted(actor, filters).count()


def listed(actor: Actor, filters: Filters, *, page: int = 1, size: int = PAGE) -> list[Row]:
    """One page, gravest first, then by the next instant; as many queries for one row as for fifty."""
    due = (
        Deadline.objects.filter(subject=Concat(Value("incident:"), OuterRef("code")), met_at=None)
        .order_by("due_at")
        .values("due_at")
    )
    start = (max(page, 1) - 1) * size
    rows = _wanted(actor, filters).annotate(next_due=Subquery(due[:1]))
    return _rows(
        list(rows.order_by("severity", F("next_due").asc(nulls_last=True), "-opened_at", "pk")[start : start + size]),
        actor,
    )


def after(actor: Actor, filters: Filters, *, cursor: int, size: int = PAGE) -> list[tuple[int, Row]]:
    rows = list(_wanted(actor, filters).filter(pk__gt=cursor).order_by("pk")[:size])
    return list(zip((r.pk for r in rows), _rows(rows, actor), strict=True))


def _rows(rows: Sequence[Incident], actor: Actor) -> list[Row]:
    due = waiting(r.subject for r in rows)
    links = IncidentReport.objects.filter(
        incident__in=rows, unlinked_at=None, report__in=reports_for(actor).values("pk")
    )
    reports = dict(links.values_list("incident").annotate(n=Count("pk")).values_list("incident", "n"))
    open_tasks = Task.objects.filter(incident__in=rows, state__in=rules.TASK_OPEN)
    tasks = dict(open_tasks.values_list("incident").annotate(n=Count("pk")).values_list("incident", "n"))
    return [
        Row(
            r.code, r.title, r.region, r.stage, r.state, r.severity, r.restricted, r.lead_agency.name if r.lead_agency else "",
            r.opened_at, r.watch_until, due.get(r.subject), reports.get(r.pk, 0), tasks.get(r.pk, 0), r.version,
        )
        for r in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class TaskRow:
    """A task with its clock. `team` tells whether the reader may see a vertical agency's silence (practice.md)."""

    task: Task
    due: Waiting | None
    mine: bool
    team: bool

    @property
    def limit(self) -> str:
        return "batas koordinasi" if self.task.kind == "support" else "batas waktu"

    def late(self, at: datetime) -> bool:
        """Late in the reader's eyes: a vertical agency never is, to others."""
        return self.due is not None and self.due.due_at < at and (self.task.kind == "assign" or self.team or self.mine)


@dataclass(frozen=True)
class Sheet:
    """Everything on the page of one incident, for one reader."""

    incident: Incident
    reports: list[Report]
    joined: int
    tasks: list[TaskRow]
    settlement: Settlement | None
    past: list[Settlement]
    parties: list[Party]
    relations: list[Relation]
    notes: dict[int, Note]
    due: list[Waiting]
    history: list[Entry]
    agencies: list[Agency]
    similar_open: list[Row]


def in_team(actor: Actor, incident: Incident) -> bool:
    """Whether the reader belongs to the region's team, rather than to an agency that was asked."""
    return actor.permits(READ, incident.region) or incident.restricted


def sheet(code: str, actor: Actor) -> Sheet:
    incident = incident_for(code, actor)
    reports = list(
        reports_for(actor)
        .filter(incident_links__incident=incident, incident_links__unlinked_at=None)
        .order_by("received_at")
    )
    settlements = list(
        Settlement.objects.filter(incident=incident)
        .select_related("proposer_agency", "confirmer_agency")
        .order_by("-pk")
    )
    team = in_team(actor, incident)
    others = (
        incidents_for(actor)
        .exclude(pk=incident.pk)
        .filter(state__in=rules.OPEN, region=incident.region, restricted=incident.restricted)
    )
    relations = Relation.objects.filter(Q(source=incident) | Q(target=incident)).select_related("source", "target")
    visible = incidents_for(actor).values("pk")
    return Sheet(
        incident=incident,
        reports=reports,
        joined=Merge.objects.filter(primary__in=reports, undone_at=None).count(),
        tasks=_task_rows(list(Task.objects.filter(incident=incident).select_related("agency").order_by("pk")), actor),
        settlement=next((s for s in settlements if s.set_aside_at is None), None),
        past=[s for s in settlements if s.set_aside_at is not None],
        parties=list(Party.objects.filter(incident=incident).order_by("pk")),
        relations=list(relations.filter(source__in=visible, target__in=visible).order_by("pk")),
        notes={n.pk: n for n in Note.objects.filter(incident=incident)},
        due=_duties(incident.subject) if team else [],
        history=_history(incident, reports, actor),
        agencies=agencies_for(incident.region) if team else [],
        similar_open=_rows(list(others.select_related("lead_agency").order_by("-opened_at")[:5]), actor)
        if team
        else [],
    )


def _history(incident: Incident, reports: Sequence[Report], actor: Actor) -> list[Entry]:
    """The lines of the incident and of the reports the reader may see. A vertical agency's silence is the team's to know."""
    found = history(actor, [incident.subject, *(r.subject for r in reports)], limit=300)
    return found if _sees_limits(actor, incident) else [e for e in found if e.verb != "task.limit_passed"]


def _duties(subject: str) -> list[Waiting]:
    rows = Deadline.objects.filter(subject=subject, met_at=None).order_by("due_at", "pk")
    return [Waiting(r.duty, r.subject, r.region, r.owner, r.level, r.set_at, r.due_at) for r in rows]


# Who learns that a vertical agency has not answered: the team's chair and secretary, and the officers who can call.
SEES_LIMITS = ("incident.settle", "incident.confirm", "incident.handle")


def _sees_limits(actor: Actor, incident: Incident) -> bool:
    return incident.restricted or any(actor.permits(p, incident.region) for p in SEES_LIMITS)


def _task_rows(tasks: Sequence[Task], actor: Actor) -> list[TaskRow]:
    due = waiting(t.subject for t in tasks)
    return [TaskRow(t, due.get(t.subject), may_answer(t.agency, actor), _sees_limits(actor, t.incident)) for t in tasks]


def tasks_of(actor: Actor, *, ended: bool = False, limit: int = 100) -> list[TaskRow]:
    """What the actor's agencies are asked to do, the nearest instant first; or what they have ended."""
    if not actor.agencies or not actor.anywhere("task.answer"):
        return []
    mine = [a.pk for a in Agency.objects.filter(pk__in=actor.agencies) if may_answer(a, actor)]
    rows = Task.objects.filter(agency__in=mine).select_related("agency", "incident")
    rows = rows.exclude(incident__code__in=keys_kept_from(actor, "incident")) if actor.kept_from else rows
    rows = (
        rows.exclude(state__in=rules.TASK_OPEN).order_by("-ended_at")
        if ended
        else rows.filter(state__in=rules.TASK_OPEN).order_by("finish_by")
    )
    found = _task_rows(list(rows[:limit]), actor)
    return found if ended else sorted(found, key=lambda r: (r.due.due_at if r.due else r.task.finish_by, r.task.pk))


def task_for(pk: int, actor: Actor) -> TaskRow:
    """One task, for its agency or for whoever reads its incident."""
    task = Task.objects.filter(pk=pk).select_related("agency", "incident").first()
    if task is None or not (speaks_for(task, actor) or incidents_for(actor).filter(pk=task.incident_id).exists()):
        raise NotFound
    return _task_rows([task], actor)[0]


def holds_file(digest: str) -> bool:
    """Whether the answer to a task or a settlement holds a file. Asked of each old file once a day, never on a page."""
    rows = (
        r for m in (Task, Settlement) for r in m.objects.exclude(attachments=[]).values_list("attachments", flat=True)
    )
    return any(digest in held for held in rows)


def unowned(at: datetime) -> list[str]:
    """Open incidents and tasks without a duty that has an owner and is still to fire. Must be empty after every act."""
    to_fire = Deadline.objects.filter(met_at=None, fired_at=None).exclude(owner="")
    incidents = Incident.objects.filter(state__in=rules.OPEN).filter(
        ~Exists(to_fire.filter(subject=Concat(Value("incident:"), OuterRef("code"))))
    )
    tasks = Task.objects.filter(state__in=rules.TASK_OPEN).filter(
        ~Exists(to_fire.filter(subject=Concat(Value("task:"), Cast(OuterRef("pk"), CharField()))))
    )
    return [f"incident:{c}" for c in incidents.values_list("code", flat=True)] + [
        f"task:{pk}" for pk in tasks.values_list("pk", flat=True)
    ]
