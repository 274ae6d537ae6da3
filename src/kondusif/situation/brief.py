"""Mode ringkas: the home of field, agency and kab/kota users. Three buttons, one hand, one glance."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kondusif.intake import nil, nil_page
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted
from kondusif.regions.queries import kabkota_of_province
from kondusif.response.queries import tasks_of
from kondusif.teams.web import HouseRequest
from kondusif.triage.queries import referred_to

COOKIE = "mode"
MODES = ("ringkas", "analis")


def is_brief(actor: Actor, wanted: str) -> bool:
    """Which home: as the member chose; else brief for agencies and for those whose desk is a kab/kota or smaller."""
    if wanted in MODES:
        return wanted == "ringkas"
    if not actor.anywhere("report.read"):
        return bool(actor.agencies)
    return all("." in region for region in actor.regions("report.read"))


@never_cache
@require_GET
def brief(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not request.user.is_authenticated:
        raise NotPermitted
    own = _own(actor)
    days = nil.day_reports(own, day=nil.day_of(request.at))
    rows = tasks_of(actor)
    context = {
        "here": request.path,
        "may_receive": actor.anywhere("report.receive"),
        "tasks": len(rows) + len(referred_to(actor)),
        "late": sum(bool(row.due and row.due.due_at <= request.at) for row in rows),
        "has_agency": bool(actor.agencies),
        "lines": nil_page.lines(actor, days),
        "may_file": bool(own) or actor.anywhere(nil.FILE),
    }
    return render(request, "situation/brief.html", context)


def _own(actor: Actor) -> list[str]:
    """The regions of the actor's own watch, where nil is one tap; a province's watch sees the list of all instead."""
    places = {k.code for k in kabkota_of_province(settings.PROVINCE)}
    return [r for r in actor.regions(nil.FILE) if r in places or r.count(".") == 2]
