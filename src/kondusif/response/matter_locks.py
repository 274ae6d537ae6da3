"""Benturan kepentingan in one matter, on the screen and over the API: of an incident or a report, found in the asker's own scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from ninja import Router, Schema, Status
from pydantic import Field

from kondusif.intake.queries import report_for
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.response.desk import place_of
from kondusif.response.queries import incident_for, whole_matter
from kondusif.teams.conflicts import LOCK
from kondusif.teams.forms import LocalTime
from kondusif.teams.matters import locks, rules
from kondusif.teams.models import Agency, Duty, MatterLock, User
from kondusif.teams.queries import agencies_for, ancestors, current
from kondusif.teams.web import HouseRequest, Instant

KINDS = ("permasalahan", "laporan")


@dataclass(frozen=True)
class Matter:
    subject: str
    region: str
    restricted: bool
    title: str
    url: str


def matter_for(kind: str, code: str, actor: Actor) -> Matter:
    """An incident or a report the actor may see, and may lock or declare an interest in."""
    if kind == "permasalahan":
        row = incident_for(code, actor)
        return Matter(row.subject, place_of(row), row.restricted, row.title, f"/permasalahan/{row.code}")
    if kind != "laporan":
        raise NotFound
    report = report_for(code, actor)
    return Matter(report.subject, report.region, report.restricted, report.code, f"/laporan/{report.code}")


def ask(matter: Matter, whom: str, *, ground: str, starts_at: dt.datetime, ends_at: dt.datetime, by: Actor, at: dt.datetime) -> MatterLock:  # fmt: skip
    """`whom`: `user:5` or `agency:12`."""
    kind, _colon, key = whom.partition(":")
    number = int(key) if key.isdecimal() and len(key) < 16 else 0
    user = User.objects.filter(pk=number, is_active=True).first() if kind == "user" else None
    agency = Agency.objects.filter(pk=number).first() if kind == "agency" else None
    return locks.ask(
        matter.subject, region=matter.region, restricted=matter.restricted, ground=ground, starts_at=starts_at, ends_at=ends_at,
        user=user, agency=agency, by=by, at=at,
    )  # fmt: skip


class MatterLockForm(forms.Form):
    whom = forms.ChoiceField(label=gettext_lazy("Anggota atau instansi"))
    ground = forms.ChoiceField(label=gettext_lazy("Alasan"), choices=[(c, gettext_lazy(w)) for c, w in rules.GROUNDS])
    starts_at = forms.DateTimeField(label=gettext_lazy("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=gettext_lazy("Sampai (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, whom: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "perkara_%s"} | kwargs)
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]


def _whom(matter: Matter, actor: Actor, at: dt.datetime) -> list[tuple[str, str]]:
    """Oneself; and for whoever may lock, the members and agencies of the region and of those above it."""
    mine = [(f"user:{actor.user_id}", _("Saya sendiri"))]
    if not actor.permits(LOCK, matter.region):
        return mine
    duties = Duty.objects.filter(current(at), region__in=ancestors(matter.region), user__is_active=True).exclude(
        user=actor.user_id
    )
    people = {d.user_id: str(d.user) for d in duties.select_related("user").order_by("user__title")}
    agencies = [(f"agency:{a.pk}", a.name) for a in agencies_for(matter.region)]
    return [*mine, *((f"user:{pk}", name) for pk, name in people.items()), *agencies]


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HouseRequest, code: str, kind: str) -> HttpResponse:
    actor, at = request.actor, request.at
    if actor.user_id is None:
        raise NotPermitted
    matter = matter_for(kind, code, actor)
    form = MatterLockForm(request.POST if request.POST.get("act") == "ask" else None, whom=_whom(matter, actor, at))
    if request.method == "POST":
        act, pk = request.POST.get("act", ""), request.POST.get("lock", "")
        if act == "ask" and form.is_valid():
            row = ask(matter, form.cleaned_data.pop("whom"), **form.cleaned_data, by=actor, at=at)
            messages.success(request, _("Berlaku sekarang.") if row.confirmed_at else _("Menunggu orang kedua."))
            return redirect("/permasalahan" if row.user_id == actor.user_id else request.path)
        if act in {"confirm", "end"}:
            known = next((r for r in _rows(matter, actor, at) if str(r.pk) == pk), None)
            if known is None:
                raise NotFound
            (locks.confirm if act == "confirm" else locks.end)(known.pk, by=actor, at=at)
            return redirect(request.path)
        if act != "ask":
            raise NotFound
    rows = [(r, r.confirmed_at is not None, locks.may_confirm(r, actor)) for r in _rows(matter, actor, at)]
    bad = form.is_bound and bool(form.errors)
    return render(
        request,
        "response/matter_locks.html",
        {"matter": matter, "rows": rows, "form": form},
        status=422 if bad else 200,
    )


def _rows(matter: Matter, actor: Actor, at: dt.datetime) -> list[MatterLock]:
    return locks.seen(actor, at=at, subjects=whole_matter({matter.subject}) | {matter.subject})


# --- API --------------------------------------------------------------------------------------------------------------

router = Router(tags=["response"])


class MatterLockIn(Schema):
    kind: Literal["permasalahan", "laporan"]
    code: str = Field(max_length=20)
    whom: str = Field(max_length=40)
    ground: Literal["party", "relative", "interest", "named"]
    starts_at: Instant
    ends_at: Instant


class MatterLockOut(Schema):
    id: int
    subject: str
    whom: str
    ground: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    confirmed_at: dt.datetime | None


class MatterLockAct(Schema):
    act: Literal["confirm", "end"]


def _out(row: MatterLock) -> MatterLockOut:
    said = {n: getattr(row, n) for n in ("subject", "whom", "ground", "starts_at", "ends_at", "confirmed_at")}
    return MatterLockOut(id=row.pk, **said)


@router.get(
    "/matter-locks", response=list[MatterLockOut], summary="Who is kept out of one matter, for whoever may set that"
)
def listed(request: HttpRequest) -> list[MatterLockOut]:
    ours = cast(HouseRequest, request)
    return [_out(r) for r in locks.seen(ours.actor, at=ours.at)]


@router.post(
    "/matter-locks", response={201: MatterLockOut}, summary="Ask that a member or agency be kept out of a matter"
)
def asked(request: HttpRequest, given: MatterLockIn) -> Status[MatterLockOut]:
    ours = cast(HouseRequest, request)
    said = given.model_dump()
    matter = matter_for(said.pop("kind"), said.pop("code"), ours.actor)
    return Status(201, _out(ask(matter, said.pop("whom"), **said, by=ours.actor, at=ours.at)))


@router.post("/matter-locks/{int:pk}", response=MatterLockOut, summary="Confirm as the second person, or end")
def act(request: HttpRequest, pk: int, given: MatterLockAct) -> MatterLockOut:
    ours = cast(HouseRequest, request)
    return _out((locks.confirm if given.act == "confirm" else locks.end)(pk, by=ours.actor, at=ours.at))
