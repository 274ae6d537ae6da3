"""Latihan mandiri: half an hour alone with one's own role. What is done is read from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.drills import actions, queries, rules
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams.models import Duty
from kondusif.teams.rules import ROLES
from kondusif.teams.web import HouseRequest

KEPT = "training"  # in the session: nothing of a training is worth a table
ARGUMENT = {rules.REPORT: "code", rules.INCIDENT: "code", rules.REGION: "code", rules.TASK: "pk"}


@never_cache
@require_GET
def training(request: HouseRequest) -> HttpResponse:
    return _page(request)


def _page(request: HouseRequest, status: int = 200, refusal: Refusal | None = None) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotPermitted
    duties = queries.duties_with_course(request.actor, at=request.at)
    kept = request.session.get(KEPT) or {}
    context: dict[str, Any] = {
        "exercise": actions.is_exercise(),
        "elsewhere": settings.TRAINING_URL,
        "duties": [(d, ROLES[d.role].label) for d in duties],
        "refusal": refusal,
    }
    duty = next((d for d in duties if d.pk == kept.get("duty")), None)
    if duty is not None and context["exercise"]:
        context |= _course(request, duty, kept)
    return render(request, "drills/training.html", context, status=status)


def _course(request: HouseRequest, duty: Duty, kept: dict[str, Any]) -> dict[str, Any]:
    course = rules.COURSES[duty.role]
    since = datetime.fromisoformat(kept["since"])
    ticks = queries.progress(course, request.actor, since=since)
    rows = [(lesson, tick, _address(lesson, kept["found"])) for lesson, tick in zip(course.lessons, ticks, strict=True)]
    return {
        "running": duty,
        "role": ROLES[duty.role].label,
        "rows": rows,
        "next": next((n for n, tick in enumerate(ticks) if not tick), None),
        "done": sum(ticks),
        "minutes": max(0, int((request.at - since).total_seconds() // 60)),
    }


def _address(lesson: rules.Lesson, found: dict[str, str]) -> str:
    if not lesson.about:
        return reverse(lesson.page)
    value = found.get(lesson.about)
    return reverse(lesson.page, kwargs={ARGUMENT[lesson.about]: value}) if value else ""


@never_cache
@require_POST
def start(request: HouseRequest) -> HttpResponse:
    """Prepare the material of one of the viewer's own duties and begin its course."""
    duties = queries.duties_with_course(request.actor, at=request.at)
    if not duties:
        raise NotPermitted
    wanted = request.POST.get("duty", "")
    duty = next((d for d in duties if str(d.pk) == wanted), None)
    try:
        if not actions.is_exercise():
            raise actions.NotAnExercise
        if duty is None:
            raise NotFound
        made = actions.prepare(duty, by=request.actor, at=request.at)
    except (actions.NotAnExercise, actions.NoOneToPlay) as refusal:
        return _page(request, refusal.status, refusal)
    request.session[KEPT] = {"duty": duty.pk, "since": request.at.isoformat(), "found": made.found}
    return redirect("drills:training")
