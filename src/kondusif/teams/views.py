"""Tim: who is who, who has the watch, invitations; and each member's own notices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.errors import NotPermitted
from kondusif.teams import actions, queries
from kondusif.teams.forms import AgencyForm, InviteForm, region_choices
from kondusif.teams.matters.rules import subject_of
from kondusif.teams.models import Agency, Delivery, Duty, Shift, User
from kondusif.teams.web import HouseRequest

READ = "situation.read"
ROSTER_AHEAD = timedelta(days=7)


@require_GET
def team(request: HouseRequest) -> HttpResponse:
    return _page(request)


def _page(request: HouseRequest, status: int = 200, **forms: Any) -> HttpResponse:
    actor = request.actor
    scopes = actor.regions(READ)
    if not scopes:
        raise NotPermitted
    may_manage = actor.anywhere("team.manage")
    manage = region_choices(actor.regions("team.manage"), settings.PROVINCE)
    context = {
        "duties": _within(
            Duty.objects.filter(queries.current(request.at))
            .select_related("user", "agency")
            .order_by("region", "role"),
            scopes,
        ),
        "agencies": _within(Agency.objects.order_by("region", "name"), scopes),
        "shifts": _within(
            Shift.objects.filter(ends_at__gt=request.at, starts_at__lt=request.at + ROSTER_AHEAD)
            .select_related("user")
            .order_by("starts_at"),
            scopes,
        ),
        "may_manage": may_manage,
        "may_sheet": may_manage or actor.anywhere("roster.manage"),
        "may_reset": actor.anywhere("member.reset"),
        "may_reach": actor.anywhere("roster.manage"),
        "invite_form": forms.get("invite_form") or InviteForm(regions=manage) if may_manage else None,
        "agency_form": forms.get("agency_form") or AgencyForm(regions=manage) if may_manage else None,
    }
    return render(request, "teams/team.html", context, status=status)


def _within(rows: Any, scopes: tuple[str, ...]) -> list[Any]:
    return [r for r in rows if any(s == "" or r.region == s or r.region.startswith(s + ".") for s in scopes)]


def _check(request: HouseRequest, permission: str) -> None:
    """The form's list of regions narrows further where; this says whether at all."""
    if not request.actor.anywhere(permission):
        raise NotPermitted


@never_cache
@require_http_methods(["POST"])
def invite(request: HouseRequest) -> HttpResponse:
    _check(request, "team.manage")
    form = InviteForm(request.POST, regions=region_choices(request.actor.regions("team.manage"), settings.PROVINCE))
    if not form.is_valid():
        return _page(request, 422, invite_form=form)
    said = form.cleaned_data
    try:
        user, token = actions.invite_with_duty(
            username=said["username"], title=said["title"], email=said["email"], phone=said["phone"],
            role=said["role"], region=said["region"], agency=said["agency"], by=request.actor, at=request.at,
        )  # fmt: skip
    except (actions.NameTaken, actions.RoleNotHere) as refusal:
        form.add_error("username" if isinstance(refusal, actions.NameTaken) else "role", f"{refusal.what} {refusal.do}")
        return _page(request, 422, invite_form=form)
    return _link(request, user, token)


@never_cache
@require_POST
def invite_again(request: HouseRequest, pk: int) -> HttpResponse:
    """A lost phone or password: a new link in two minutes, ledgered; second factors are taken off with it."""
    user = get_object_or_404(User, pk=pk)
    return _link(request, user, actions.invite_again(user, by=request.actor, at=request.at))


def _link(request: HouseRequest, user: User, token: str) -> HttpResponse:
    return render(
        request, "teams/link.html", {"member": user, "link": f"{settings.PUBLIC_URL}/undangan/{token}"}, status=201
    )


@require_POST
def add_agency(request: HouseRequest) -> HttpResponse:
    _check(request, "team.manage")
    form = AgencyForm(request.POST, regions=region_choices(request.actor.regions("team.manage"), settings.PROVINCE))
    if not form.is_valid():
        return _page(request, 422, agency_form=form)
    said = form.cleaned_data
    code = slugify(f"{said['name']}-{said['region']}")[:60]
    actions.add_agency(
        code=code,
        name=said["name"],
        kind=said["kind"],
        region=said["region"],
        phone=said["phone"],
        by=request.actor,
        at=request.at,
    )
    return redirect("teams:team")


@require_POST
def end_duty(request: HouseRequest, pk: int) -> HttpResponse:
    actions.end_duty(get_object_or_404(Duty, pk=pk), by=request.actor, at=request.at)
    return redirect("teams:team")


@never_cache
@require_http_methods(["GET", "POST"])
def notices(request: HouseRequest) -> HttpResponse:
    """What the outbox brought this member."""
    if not request.user.is_authenticated:
        raise NotPermitted
    if request.method == "POST":
        actions.mark_read(request.user, at=request.at)
        return redirect("teams:notices")
    rows = (
        Delivery.objects.filter(user=request.user, way="app")
        .select_related("message")
        .order_by("-message__created_at")[:100]
    )
    kept = request.actor.kept_from
    shown = [r for r in rows if subject_of(r.message.url) not in kept] if kept else rows
    return render(request, "teams/notices.html", {"rows": shown})
