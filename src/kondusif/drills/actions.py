"""Latihan mandiri: make what a trainee works on, through the same actions as real work, by the exercise's own people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.clock.queries import offset
from kondusif.drills import rules
from kondusif.intake import identity
from kondusif.intake.actions import receive
from kondusif.intake.rules import Draft
from kondusif.ledger.actions import record
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.regions.queries import kabkota_of_province
from kondusif.response import actions as response
from kondusif.response import settlement, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.models import Incident, Task
from kondusif.situation import actions as situation
from kondusif.situation.models import RegionStatus
from kondusif.situation.queries import in_force
from kondusif.situation.rules import CHECKED, PROPOSED
from kondusif.teams.models import Agency, Duty, User
from kondusif.teams.queries import actor_of, holding, nearest_agency
from kondusif.triage import actions as triage

REAL_BELOW = timedelta(minutes=1)  # a clock this near to the wall's is no exercise's
WORDS = "Latihan: dua kelompok warga adu mulut soal lapak di pasar, orang mulai berkumpul."
TITLE = "Latihan: perselisihan dua kelompok warga soal lapak"


class NotAnExercise(Refusal):
    code = "not-an-exercise"
    status = 409
    what = _("Di sini data sungguhan; latihan tidak dijalankan di sini.")
    kept = _("Tidak ada yang dibuat.")
    do = _("Buka alamat latihan, atau jalankan ./kondusif start --demo di komputer lain.")


class NoOneToPlay(Refusal):
    code = "no-one-to-play"
    status = 409
    what = _("Daerah ini belum punya orang latihan untuk memulai bahan Anda.")
    do = _("Pilih daerah lain yang sudah berisi, atau muat latihan dari awal.")


@dataclass
class Material:
    """Where the lessons happen: codes of what was prepared, by the words of `rules`."""

    place: str
    found: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """Who plays beside the trainee, where, when."""

    place: str
    officer: Actor
    agency: Agency | None
    at: datetime


def is_exercise() -> bool:
    """Whether this house's clock is an exercise's: moved away from real time."""
    return abs(offset()) > REAL_BELOW


def prepare(duty: Duty, *, by: Actor, at: datetime) -> Material:
    """What the course of this duty needs, made now. Refused outside an exercise and for somebody else's duty."""
    course = rules.COURSES.get(duty.role)
    if (
        by.user_id is None
        or duty.user_id != by.user_id
        or course is None
        or (duty.valid_until and duty.valid_until <= at)
    ):
        raise NotPermitted
    if not is_exercise():
        raise NotAnExercise
    place, officers = _place(duty, at=at)
    made = Material(place, {rules.REGION: place})
    with transaction.atomic():
        if course.material:
            if not officers:
                raise NoOneToPlay
            MATERIAL[course.material](made, Stage(place, actor_of(officers[0], at=at), duty.agency, at))
        record(
            "training.prepared",
            subject=f"user:{by.user_id}",
            region=duty.region,
            by=by,
            at=at,
            detail={"role": duty.role},
        )
    return made


def _place(duty: Duty, *, at: datetime) -> tuple[str, list[User]]:
    """The town of the training and who has its watch: the duty's own, or the first of the province where somebody has it."""
    if "." in duty.region:
        return duty.region, holding("duty_officer", duty.region, at=at)
    towns = [town.code for town in kabkota_of_province(duty.region or settings.PROVINCE)]
    for town in towns:
        if officers := holding("duty_officer", town, at=at):
            return town, officers
    return duty.region, []


def _report(made: Material, stage: Stage, *, restricted: bool = False, contact: str = "") -> str:
    draft = Draft(
        uuid=uuid4(), text=WORDS, channel="web", threatened="no", restricted=restricted, region=stage.place, contact=contact,
        occurred_at=stage.at - timedelta(minutes=20), occurred_precision="hour", refer_to="ombudsman" if restricted else "",
    )  # fmt: skip
    made.found[rules.REPORT] = code = receive(draft, by=CITIZEN, at=stage.at).code
    return code


def _incident(made: Material, stage: Stage, severity: str = "S3") -> Incident:
    code = _report(made, stage)
    triage.take(code, by=stage.officer, at=stage.at)
    triage.verify(code, by=stage.officer, at=stage.at)
    wanted = NewIncident(TITLE, severity=severity, snpk="sumber_daya")
    incident = response.open_from([code], wanted, by=stage.officer, at=stage.at)
    made.found[rules.INCIDENT] = incident.code
    return incident


def _task(made: Material, stage: Stage) -> None:
    if stage.agency is None:
        raise NoOneToPlay
    incident = _incident(made, stage)
    task = tasks.assign(
        incident.code,
        agency=stage.agency,
        title="Latihan: temui para pihak, ajak menahan diri",
        by=stage.officer,
        at=stage.at,
    )
    made.found[rules.TASK] = str(task.pk)


def _call(made: Material, stage: Stage) -> None:
    agency = nearest_agency("polri", stage.place) or nearest_agency("kecamatan", stage.place)
    if agency is None:
        raise NoOneToPlay
    _task(made, Stage(stage.place, stage.officer, agency, stage.at))


def _settled(made: Material, stage: Stage) -> None:
    incident = _incident(made, stage)
    for task in Task.objects.filter(incident=incident).order_by("pk"):
        tasks.cancel(task.pk, reason="Latihan: ditangani langsung oleh posko.", by=stage.officer, at=stage.at)
    response.note(incident.code, "Latihan: para pihak sudah berdamai.", by=stage.officer, at=stage.at)
    settlement.propose(
        incident.code, outcome="agreement", evidence="Latihan: kesepakatan lisan disaksikan lurah.", agreed_by=["pihak_1", "pihak_2"],
        by=stage.officer, at=stage.at,
    )  # fmt: skip


def _status(made: Material, stage: Stage) -> None:
    _incident(made, stage)
    if RegionStatus.objects.filter(region=stage.place, state__in=[PROPOSED, CHECKED]).exists():
        return  # one waits already: the trainee decides about that one
    row = in_force([stage.place]).get(stage.place)
    level = "kondusif" if row is not None and row.level == "waspada" else "waspada"
    situation.propose(stage.place, level=level, reason="Latihan: perselisihan di pasar.", by=stage.officer, at=stage.at)


def _identity(made: Material, stage: Stage) -> None:
    code = _report(made, stage, contact="latihan@example.id")
    identity.request(code, reason="life", note="Latihan.", by=stage.officer, at=stage.at)


MATERIAL: dict[str, Callable[[Material, Stage], object]] = {
    "report": _report,
    "restricted": lambda made, stage: _report(made, stage, restricted=True),
    "task": _task,
    "call": _call,
    "settled": _settled,
    "status": _status,
    "identity": _identity,
}
