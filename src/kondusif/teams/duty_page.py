"""Jadwal piket and Plh/Plt on the screen: turns, holes, swaps; who acts for whom; the member's calendar address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.actor import within
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import short_name
from kondusif.teams import calendar_feed, delegations, rosters
from kondusif.teams.forms import DelegationForm, ShiftForm, region_choices
from kondusif.teams.models import CalendarLink, Delegation, Shift, Swap, User
from kondusif.teams.web import HouseRequest

READ = "situation.read"


def _seen(request: HouseRequest) -> list[tuple[str, str]]:
    scopes = request.actor.regions(READ)
    if not scopes:
        raise NotPermitted
    return region_choices(scopes, settings.PROVINCE)


@never_cache
@require_http_methods(["GET", "POST"])
def roster(request: HouseRequest) -> HttpResponse:
    if request.method == "GET":
        return _roster(request)
    if not request.actor.anywhere(rosters.MANAGE):
        raise NotPermitted
    form = ShiftForm(request.POST, regions=region_choices(request.actor.regions(rosters.MANAGE), settings.PROVINCE))
    if not form.is_valid():
        return _roster(request, form, 422)
    try:
        rosters.roster(**form.cleaned_data, by=request.actor, at=request.at)
    except rosters.ShiftNotPossible as refusal:
        form.add_error("ends_at", f"{refusal.what} {refusal.do}")
        return _roster(request, form, 422)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:roster")


def _roster(request: HouseRequest, form: ShiftForm | None = None, status: int = 200) -> HttpResponse:
    actor, at = request.actor, request.at
    places = _seen(request)
    chosen = request.GET.get("daerah", "")
    codes = [c for c, _name in places if chosen in ("", c)]
    manage = region_choices(actor.regions(rosters.MANAGE), settings.PROVINCE)
    shifts = Shift.objects.filter(region__in=codes, ends_at__gt=at, starts_at__lt=at + rosters.AHEAD)
    rows = []
    for shift in shifts.select_related("user").order_by("starts_at", "pk"):
        may = actor.permits(rosters.MANAGE, shift.region)
        mine = shift.user_id == actor.user_id
        open_swap = shift.swaps.filter(answered_at=None).select_related("to").first() if may or mine else None
        rows.append(
            {
                "shift": shift,
                "may": may,
                "mine": mine,
                "swap": open_swap,
                "others": _others(shift, request) if mine and not open_swap else [],
            }
        )
    context = {
        "rows": rows,
        "places": places,
        "chosen": chosen,
        "gaps": rosters.roster_gaps(codes, at=at),
        "asked": Swap.objects.filter(to=actor.user_id, answered_at=None, shift__ends_at__gt=at).select_related(
            "shift", "asked_by"
        ),
        "form": form or (ShiftForm(regions=manage) if manage else None),
        "colleagues": User.objects.filter(is_active=True).order_by("title") if manage else [],
        "calendar": CalendarLink.objects.filter(user=actor.user_id, revoked_at=None).exists(),
    }
    return render(request, "teams/roster.html", context, status=status)


def _others(shift: Shift, request: HouseRequest) -> list[User]:
    return [u for u in rosters.colleagues(shift.region, at=request.at) if u.pk != shift.user_id]


@never_cache
@require_POST
def shift_act(request: HouseRequest, pk: int, act: str) -> HttpResponse:
    """Change, drop, ask to swap. A foreseen refusal goes back to the roster in words."""
    kept: dict[str, Any] = {"by": request.actor, "at": request.at}
    shift = get_object_or_404(Shift, pk=pk)
    try:
        if act == "hapus":
            rosters.drop_shift(pk, **kept)
        elif act == "tukar":
            rosters.ask_swap(pk, to=_user(request, "to"), **kept)
        elif act == "ubah":
            form = ShiftForm(request.POST, regions=[(shift.region, short_name(shift.region))])
            if not request.actor.permits(rosters.MANAGE, shift.region):
                raise NotPermitted
            if not form.is_valid():
                return _roster(request, form, 422)
            said = form.cleaned_data
            rosters.change_shift(pk, user=said["user"], starts_at=said["starts_at"], ends_at=said["ends_at"], **kept)
        else:
            raise NotFound
    except (rosters.ShiftNotPossible, rosters.ShiftOver, rosters.SwapNotPossible) as refusal:
        messages.error(request, f"{refusal.what} {refusal.kept} {refusal.do}")
        return _roster(request, status=refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:roster")


def _user(request: HouseRequest, field: str) -> User:
    given = request.POST.get(field, "")
    found = (
        User.objects.filter(pk=int(given), is_active=True).first() if given.isdecimal() and len(given) < 10 else None
    )
    if found is None:
        raise rosters.SwapNotPossible(field=field)
    return found


@never_cache
@require_POST
def answer_swap(request: HouseRequest, pk: int) -> HttpResponse:
    accepted = request.POST.get("answer") == "yes"
    try:
        rosters.answer_swap(pk, accept=accepted, by=request.actor, at=request.at)
    except (rosters.SwapNotPossible, rosters.ShiftOver) as refusal:
        messages.error(request, f"{refusal.what} {refusal.do}")
        return _roster(request, status=refusal.status)
    messages.success(request, _("Giliran berpindah kepada Anda.") if accepted else _("Tersimpan dan tercatat."))
    return redirect("teams:roster")


@never_cache
@require_POST
def calendar_link(request: HouseRequest) -> HttpResponse:
    """Make the secret address (shown once), or take it back."""
    if not isinstance(request.user, User):
        raise NotPermitted
    if request.POST.get("act") == "cabut":
        calendar_feed.revoke_links(request.user, by=request.actor, at=request.at)
        messages.success(request, _("Tautan kalender dicabut."))
        return redirect("teams:roster")
    token = calendar_feed.make_link(request.user, by=request.actor, at=request.at)
    return render(request, "teams/calendar.html", {"link": f"{settings.PUBLIC_URL}/piket/{token}.ics"}, status=201)


@never_cache
@require_GET
def calendar(request: HouseRequest, token: str) -> HttpResponse:
    answer = HttpResponse(calendar_feed.feed(token, at=request.at), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="piket.ics"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def acting(request: HouseRequest) -> HttpResponse:
    if request.method == "GET":
        return _acting(request)
    if not request.actor.anywhere(delegations.SET):
        raise NotPermitted
    form = DelegationForm(
        request.POST, regions=region_choices(request.actor.regions(delegations.SET), settings.PROVINCE)
    )
    if not form.is_valid():
        return _acting(request, form, 422)
    try:
        delegations.delegate(**form.cleaned_data, by=request.actor, at=request.at)
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")
        return _acting(request, form, refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:delegations")


def _acting(request: HouseRequest, form: DelegationForm | None = None, status: int = 200) -> HttpResponse:
    scopes = request.actor.regions(READ)
    _seen(request)
    rows = (
        Delegation.objects.filter(ends_at__gt=request.at).select_related("absent", "acting").order_by("starts_at", "pk")
    )
    manage = region_choices(request.actor.regions(delegations.SET), settings.PROVINCE)
    context = {
        "rows": [
            (d, d.starts_at <= request.at, request.actor.permits(delegations.SET, d.region))
            for d in rows
            if any(within(d.region, s) for s in scopes)
        ],
        "form": form or (DelegationForm(regions=manage) if manage else None),
    }
    return render(request, "teams/delegations.html", context, status=status)


@never_cache
@require_POST
def end_acting(request: HouseRequest, pk: int) -> HttpResponse:
    delegations.end_delegation(pk, by=request.actor, at=request.at)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:delegations")
