"""The board, a region's page, and the acts on its status."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.regions.queries import full_name, neighbours, short_name
from kondusif.situation import actions, queries, rules
from kondusif.situation.board import board
from kondusif.situation.feed import feed
from kondusif.situation.forms import AssessForm, ProposeForm
from kondusif.situation.incidents import latent_in, open_in
from kondusif.situation.map import drawing, points_geojson
from kondusif.situation.models import RegionStatus
from kondusif.teams.duty_hours import alert_now, office_hours
from kondusif.teams.models import Agency, User
from kondusif.teams.queries import on_watch
from kondusif.teams.sharing import Share, share
from kondusif.teams.web import HouseRequest

VIEWS = ("petak", "batas", "kejadian", "tabel")
FEED = 8


@require_GET
def situation(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(queries.READ):
        if not request.user.is_authenticated:
            return redirect("account_login")
        raise NotPermitted
    view = request.GET.get("peta", "petak")
    view = view if view in VIEWS else "petak"
    found = board(request.actor, province=settings.PROVINCE, at=request.at)
    alert = alert_now([t.code for t in found.tiles], at=request.at)
    context: dict[str, Any] = {
        "board": found,
        "view": view,
        "feed": feed(request.actor, FEED),
        "level_words": rules.LEVELS,
        "alerted": [(t.name, alert[t.code]) for t in found.tiles if t.code in alert],
    }
    if view in {"batas", "kejadian"}:
        context["drawing"] = drawing({t.code: t.level for t in found.tiles})
        if view == "kejadian":
            context["unlocated_incidents"] = points_geojson(request.actor)["unlocated"]
    return render(request, "situation/board.html", context)


@require_GET
def region(request: HouseRequest, code: str) -> HttpResponse:
    queries.check_region(code, request.actor)
    return _region_page(request, code)


def _share_of(code: str, shown: rules.Shown, *, at: datetime) -> Share:
    """A status as the chat gets it: level and since when; no data is said as such."""
    words = {"name": full_name(code), "level": _(dict(rules.LEVELS).get(shown.level, "Tidak ada data")).lower()}
    if shown.since and shown.level != rules.NO_DATA:
        since = date_format(timezone.localtime(shown.since), "j M Y H.i")
        return share(
            _("status Tim %(name)s %(level)s sejak %(since)s WITA") % {**words, "since": since}, f"/situasi/{code}"
        )
    return share(_("status Tim %(name)s: %(level)s") % words, f"/situasi/{code}")


def _region_page(request: HouseRequest, code: str, form: ProposeForm | None = None, status: int = 200) -> HttpResponse:
    actor = request.actor
    shown = queries.shown([code], at=request.at)[code]
    holding = queries.in_force([code]).get(code)
    proposal = queries.open_proposal(code)
    context = {
        "code": code,
        "name": full_name(code),
        "shown": shown,
        "share": _share_of(code, shown, at=request.at),
        "holding": holding,
        "proposal": proposal,
        "views": queries.views(code, shown, holding.decided_label or holding.proposed_label if holding else ""),
        "history": queries.history(code),
        "alert": alert_now([code], at=request.at).get(code),
        "office_hours": office_hours(code),
        "watch": [_person(u) for u in on_watch(code, at=request.at)],
        "incidents": open_in(actor, code),
        "potentials": latent_in(actor, code),
        "neighbours": [(c, short_name(c)) for c in neighbours(code)],
        "form": form or ProposeForm(),
        "may_propose": actor.permits("status.propose", code),
        "may_check": actor.permits("status.check", code)
        and proposal is not None
        and rules.may_move("check", proposal.state),
        "may_set": actor.permits("status.set", code) and proposal is not None,
        "may_refuse": proposal is not None
        and actor.permits("status.check", code)
        and rules.may_refuse(proposer=proposal.proposed_by, refuser=actor.id, temporary=proposal.temporary),
        "assess_form": AssessForm() if _may_assess(request, code) else None,
    }
    return render(request, "situation/region.html", context, status=status)


def _person(user: User) -> dict[str, str]:
    return {"title": str(user), "phone": user.phone}


def _may_assess(request: HouseRequest, code: str) -> bool:
    kinds = Agency.objects.filter(pk__in=request.actor.agencies, kind__in=rules.VIEW_OF_KIND)
    return any(code == a.region or code.startswith(a.region + ".") for a in kinds)


@require_http_methods(["POST"])
def propose(request: HouseRequest, code: str) -> HttpResponse:
    queries.check_region(code, request.actor)
    form = ProposeForm(request.POST)
    if not form.is_valid():
        return _region_page(request, code, form, status=422)
    said = form.cleaned_data
    actions.propose(
        code, level=said["level"], reason=said["reason"], temporary=said["temporary"], by=request.actor, at=request.at
    )
    return redirect("situation:region", code=code)


@require_POST
def decide(request: HouseRequest, code: str, pk: int) -> HttpResponse:
    """Check, set or refuse the open proposal."""
    act, note = request.POST.get("act", ""), request.POST.get("note", "")
    if not RegionStatus.objects.filter(pk=pk, region=code).exists():
        raise NotFound
    if act == "check":
        actions.check(pk, by=request.actor, at=request.at)
    elif act == "set":
        actions.decide(pk, by=request.actor, at=request.at, note=note)
    elif act == "refuse":
        actions.refuse(pk, reason=note, by=request.actor, at=request.at)
    return redirect("situation:region", code=code)


@require_POST
def assess(request: HouseRequest, code: str) -> HttpResponse:
    form = AssessForm(request.POST)
    if form.is_valid():
        actions.assess(
            code, level=form.cleaned_data["level"], note=form.cleaned_data["note"], by=request.actor, at=request.at
        )
    return redirect("situation:region", code=code)
