"""The picture on the wall: one region or the province, counted at one instant. Nothing about officials, no reporter, no exact place.

Everybody who may see the wall sees the same: it is read by `reader_of`, not with the viewer's own permissions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from ninja import Schema

from kondusif.clock.models import Deadline
from kondusif.clock.queries import waiting
from kondusif.intake import queries as intake
from kondusif.intake.models import Report
from kondusif.intake.rules import NIL_BY
from kondusif.ledger.actor import Actor
from kondusif.ledger.queries import region_filter
from kondusif.regions.queries import full_name, short_name
from kondusif.response.models import Incident
from kondusif.response.rules import STATES, TASK_OPEN
from kondusif.situation import incidents, queries
from kondusif.situation.board import board
from kondusif.situation.briefing_lines import SLOTS
from kondusif.situation.models import Directive
from kondusif.situation.wall import rules
from kondusif.teams.duty_hours import alerts, applies
from kondusif.teams.models import Duty, Shift, User
from kondusif.teams.queries import ancestors, conflicts, current, holding, kabkota_of, kept_out

SHOW, PHONES, MANAGE = "wall.show", "wall.phones", "wall.manage"
GRAVE = ("S1", "S2")
MOST_DIRECTIVES = 20


class Person(Schema):
    title: str
    phone: str = ""


class Place(Schema):
    """A kab/kota: its status, whether it has spoken today (`intake.rules.DAY_STATES`), when it was last heard, who has the watch."""

    code: str
    name: str
    level: str
    note: str
    day: str
    heard_at: datetime | None
    watch: list[Person] = []


class Matter(Schema):
    """An S1 or S2 with its running clock: an open incident, or a report nobody has verified yet."""

    code: str
    title: str
    place: str
    severity: str
    state: str
    due_at: datetime | None
    set_at: datetime | None
    url: str


class Ahead(Schema):
    at: datetime
    kind: str  # rules.AHEAD_KINDS
    what: str
    places: list[str]


class Order(Schema):
    """An arahan that is not done: whose, about which matter, by when. Its words stay on its page."""

    agency: str
    title: str
    due_at: datetime


class Picture(Schema):
    """`untriaged` is None in the sheet of a past hour. `late` and the counts of S1 and S2 follow from the matters shown."""

    at: datetime
    region: str
    scopes: list[str]
    places: list[Place]
    matters: list[Matter]
    ahead: list[Ahead]
    orders: list[Order]
    province_watch: list[Person] = []
    untriaged: int | None = None

    def count(self, severity: str) -> int:
        return sum(m.severity == severity for m in self.matters)

    @property
    def s1(self) -> int:
        return self.count("S1")

    @property
    def s2(self) -> int:
        return self.count("S2")

    @property
    def late(self) -> int:
        return sum(m.due_at is not None and m.due_at <= self.at for m in self.matters)

    @property
    def silent(self) -> int:
        return sum(p.day == "missing" for p in self.places)


class Names:
    """Names of the kab/kota a region lies in: those of the board are in hand, any other is looked up once."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known
        self.more: dict[str, str] = {}

    def __call__(self, region: str) -> str:
        place = kabkota_of(region)
        if place in self.known:
            return self.known[place]
        if place not in self.more:
            self.more[place] = short_name(place)
        return self.more[place]


# What a later stage adds to the next two hours: scopes and two instants in, rows out. Registered in site/wiring.py.
AHEAD: list[Callable[[Sequence[str], datetime, datetime], list[Ahead]]] = []


def reader_of(scopes: Sequence[str], kept_from: frozenset[str] = frozenset()) -> Actor:
    """Whoever reads for a wall: what the team of these regions reads, nothing about officials, no vertical agency's silence.

    `kept_from`: what the one who looks is kept out of.
    """
    permissions = ("report.read", "incident.read", "situation.read")
    grants = frozenset((p, scope) for p in permissions for scope in scopes)
    return Actor("system", "Kondusif", grants, kept_from=kept_from)


def picture(scopes: Sequence[str], *, at: datetime, kept_from: frozenset[str] = frozenset()) -> Picture:
    """The picture of some region paths at an instant."""
    reader = reader_of(scopes, kept_from)
    found = board(reader, province=settings.PROVINCE, at=at)
    codes = [t.code for t in found.tiles]
    heard, watch = queries.heard(codes), _watches([*codes, settings.PROVINCE], at=at)
    places = [
        Place(code=t.code, name=t.name, level=t.level, note=t.note, day=t.day, heard_at=heard.get(t.code), watch=watch[t.code])
        for t in found.tiles
    ]  # fmt: skip
    whole = "" in scopes or settings.PROVINCE in scopes
    name = Names({t.code: t.name for t in found.tiles})
    return Picture(
        at=at, region=", ".join(full_name(s) for s in scopes), scopes=list(scopes), places=places,
        matters=_matters(reader, name), ahead=_ahead(reader, scopes, name, at=at), orders=_orders(reader),
        province_watch=watch[settings.PROVINCE] if whole else [], untriaged=found.untriaged,
    )  # fmt: skip


def _matters(reader: Actor, name: Names) -> list[Matter]:
    """Open incidents and unverified reports of S1 and S2, the gravest and then the next instant first."""
    rows = list(incidents.open_to(reader).filter(severity__in=GRAVE).order_by("severity", "-opened_at")[: rules.MOST])
    unverified = intake.visible_to(reader).filter(severity__in=GRAVE, state__in=("received", "in_review"))
    reports = list(unverified.defer("text").order_by("severity", "-received_at")[: rules.MOST])
    due = waiting([*(r.subject for r in rows), *(r.subject for r in reports)])
    words = dict(STATES)

    def matter(row: Incident | Report, title: str, state: str, url: str) -> Matter:
        wait = due.get(row.subject)
        place = name(row.region)
        return Matter(code=row.code, title=title, place=place, severity=row.severity, state=state, url=url,
                      due_at=wait.due_at if wait else None, set_at=wait.set_at if wait else None)  # fmt: skip

    found = [matter(r, "Laporan belum diverifikasi", "", f"/laporan/{r.code}") for r in reports]
    found += [matter(r, r.title, words[r.state], f"/permasalahan/{r.code}") for r in rows]
    return sorted(found, key=lambda m: (m.severity, m.due_at is None, m.due_at.timestamp() if m.due_at else 0))


def _watches(codes: Sequence[str], *, at: datetime) -> dict[str, list[Person]]:
    """Who has the watch in each region, as `teams.queries.on_watch` says, asked once for each level and not for each region."""
    levels = {level for code in codes for level in ancestors(code)}
    turns = Shift.objects.filter(region__in=levels, starts_at__lte=at, ends_at__gt=at, user__is_active=True)
    locks = conflicts(at=at)
    people: dict[str, list[User]] = {}
    for turn in turns.select_related("user").order_by("starts_at", "pk"):
        found = people.setdefault(turn.region, [])
        if turn.user_id not in kept_out(turn.region, locks) and turn.user not in found:
            found.append(turn.user)
    held = Duty.objects.filter(current(at), role="duty_officer", region__in=levels)
    for level in set(held.values_list("region", flat=True)):
        people[level] = people.get(level) or holding("duty_officer", level, at=at)
    return {
        code: [
            Person(title=str(u), phone=u.phone)
            for u in next((people[level] for level in ancestors(code) if people.get(level)), [])
        ]
        for code in codes
    }


def _orders(reader: Actor) -> list[Order]:
    rows = Directive.objects.filter(task__state__in=TASK_OPEN, task__incident__in=incidents.open_to(reader))
    rows = rows.select_related("task__agency", "task__incident").order_by("task__finish_by", "pk")
    return [
        Order(agency=d.task.agency.name, title=d.task.incident.title, due_at=d.task.finish_by)
        for d in rows[:MOST_DIRECTIVES]
    ]


def _ahead(reader: Actor, scopes: Sequence[str], name: Names, *, at: datetime) -> list[Ahead]:
    until = at + rules.AHEAD
    found = [
        *_deadlines(reader, scopes, name, at, until),
        *_turns(scopes, name, at, until),
        *_hours(at, until),
        *_alerts(name, at, until),
    ]
    for more in AHEAD:
        found += more(scopes, at, until)
    return sorted(found, key=lambda a: (a.at, a.kind, a.what))  # fmt: skip


def _deadlines(reader: Actor, scopes: Sequence[str], name: Names, at: datetime, until: datetime) -> list[Ahead]:
    rows = Deadline.objects.filter(region_filter(tuple(scopes)), met_at=None, due_at__gt=at, due_at__lte=until)
    rows = rows.exclude(owner__startswith="role:secretariat@").order_by("due_at", "pk")[:100]
    firsts: dict[str, Deadline] = {}
    for row in rows:
        firsts.setdefault(row.subject, row)
    found = []
    for subject, words in incidents.named(reader, list(firsts)).items():
        row = firsts[subject]
        what = (
            words.owner if subject.startswith("task:") else words.title
        )  # a task's own words may tell a place or a name
        found.append(Ahead(at=row.due_at, kind="deadline", what=what, places=[name(row.region)]))
    return found


def _turns(scopes: Sequence[str], name: Names, at: datetime, until: datetime) -> list[Ahead]:
    """Turns that begin, those of one instant together."""
    rows = Shift.objects.filter(region_filter(tuple(scopes)), starts_at__gt=at, starts_at__lte=until)
    starts: dict[datetime, dict[str, None]] = {}
    for begins, region in rows.order_by("starts_at", "region").values_list("starts_at", "region"):
        starts.setdefault(begins, {})[name(region)] = None
    return [Ahead(at=begins, kind="shift", what="", places=list(names)) for begins, names in starts.items()]


def _hours(at: datetime, until: datetime) -> list[Ahead]:
    """The fixed hours of the day, at which briefings and nil reports are due."""
    local = timezone.localtime(at)
    fixed = [*(("briefing", hour) for hour in SLOTS), ("nil", NIL_BY)]
    found = []
    for day in (local.date(), local.date() + timedelta(days=1)):
        for kind, hour in fixed:
            instant = datetime.combine(day, hour, local.tzinfo)
            if at < instant <= until:
                found.append(Ahead(at=instant, kind=kind, what="", places=[]))
    return found


def _alerts(name: Names, at: datetime, until: datetime) -> list[Ahead]:
    found = []
    for period in alerts(at=at):
        if not any(applies(period, code) for code in name.known):
            continue
        for kind, instant in (("alert_starts", period.starts_at), ("alert_ends", period.ends_at)):
            if at < instant <= until:
                found.append(Ahead(at=instant, kind=kind, what="", places=[name(period.region)]))
    return found


def without_phones(found: Picture) -> Picture:
    """The same picture for whoever may not see telephone numbers."""
    places = [p.model_copy(update={"watch": _bare(p.watch)}) for p in found.places]
    return found.model_copy(update={"places": places, "province_watch": _bare(found.province_watch)})


def _bare(people: Sequence[Person]) -> list[Person]:
    return [Person(title=p.title) for p in people]
