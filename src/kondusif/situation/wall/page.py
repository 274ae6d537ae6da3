"""Ruang kendali on the screen: the wall itself, its paper, and the screens that may show it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.intake.limits import TRACKING_LIMITER
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.regions.queries import full_name, kabkota_of_province, name_of
from kondusif.situation.wall import rules, screens, sheets
from kondusif.situation.wall.picture import MANAGE, PHONES, SHOW, Picture, picture, without_phones
from kondusif.teams import marks
from kondusif.teams.web import HouseRequest, client_ip

KEPT_DAYS = 31


def viewer(request: HouseRequest) -> Actor | None:
    """The member, else the screen on a wall whose key this browser holds."""
    if request.actor.anywhere(SHOW):
        return request.actor
    row = screens.screen_of(request.COOKIES.get(screens.COOKIE, ""), at=request.at)
    return screens.actor_of(row) if row else None


def picture_for(actor: Actor, *, at: datetime) -> Picture:
    scopes = actor.regions(SHOW)
    found = picture(scopes, at=at, kept_from=actor.kept_from)
    return found if all(actor.permits(PHONES, s) for s in scopes) else without_phones(found)


@never_cache
@require_GET
def wall(request: HouseRequest) -> HttpResponse:
    actor = viewer(request)
    if actor is None:
        if not request.user.is_authenticated:
            return redirect("account_login")
        raise NotPermitted
    found = picture_for(actor, at=request.at)
    pages = rules.pages(found.matters)
    wanted = request.GET.get("hal", "1")
    page = (int(wanted) - 1) % len(pages) if wanted.isdecimal() and len(wanted) < 6 else 0
    context = {
        "found": found, "pages": pages, "page": page, "next": (page + 1) % len(pages) + 1, "density": rules.density(len(found.matters)),
        "kinds": dict(rules.AHEAD_KINDS), "viewer": actor, "may_manage": request.actor.anywhere(MANAGE), "house_stream": "/langsung",
        "house_mark": marks.mark(actor, request.at), "house_mark_line": marks.line(actor, request.at),
    }  # fmt: skip
    return render(request, "situation/wall/wall.html", context)


@never_cache
@require_GET
def printed(request: HouseRequest) -> HttpResponse:
    """One sheet of A4: now, or a past hour as it was known then."""
    actor = viewer(request)
    if actor is None:
        if not request.user.is_authenticated:
            return redirect("account_login")
        raise NotPermitted
    hour = _hour(request.GET.get("jam", ""))
    found = sheets.sheet(hour, by=actor) if hour else picture_for(actor, at=request.at)
    context = {
        "found": found, "then": hour is not None, "viewer": actor, "kinds": dict(rules.AHEAD_KINDS),
        "hours": sheets.hours_kept(at=request.at), "house_mark": marks.mark(actor, request.at), "house_mark_line": marks.line(actor, request.at),
    }  # fmt: skip
    return render(request, "situation/wall/print.html", context)


def _hour(text: str) -> datetime | None:
    """`2020-12-02T14:00` where the house stands; an empty one means now."""
    if not text:
        return None
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise sheets.NoSheet
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class ScreenForm(forms.Form):
    region = forms.ChoiceField(label=gettext_lazy("Daerah"))
    label = forms.CharField(label=gettext_lazy("Nama layar"), max_length=60)
    days = forms.IntegerField(
        label=gettext_lazy("Berlaku berapa hari"), min_value=1, max_value=KEPT_DAYS, initial=KEPT_DAYS
    )
    phones = forms.BooleanField(label=gettext_lazy("Tampilkan nomor telepon petugas piket"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "layar_%s"} | kwargs)
        codes = [settings.PROVINCE, *(k.code for k in kabkota_of_province(settings.PROVINCE))]
        mine = [(c, name_of(c)) for c in codes if actor.permits(MANAGE, c)]
        self.fields["region"].choices = mine  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
def listed(request: HouseRequest) -> HttpResponse:
    """The screens that hold; a new one's link is shown once."""
    actor = request.actor
    if not actor.anywhere(MANAGE):
        raise NotPermitted
    form = ScreenForm(request.POST or None, actor=actor)
    token = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        _row, token = screens.make_screen(
            region=said["region"], label=said["label"], phones=said["phones"], ends_at=request.at + timedelta(days=said["days"]),
            by=actor, at=request.at,
        )  # fmt: skip
        form = ScreenForm(actor=actor)
    rows = [(r, full_name(r.region)) for r in screens.screens_of(actor, at=request.at)]
    context = {"rows": rows, "form": form, "token": token, "address": request.build_absolute_uri("/ruang-kendali/buka")}
    return render(request, "situation/wall/screens.html", context, status=422 if form.is_bound and form.errors else 200)


@require_POST
def end(request: HouseRequest, pk: int) -> HttpResponse:
    screens.end_screen(pk, by=request.actor, at=request.at)
    messages.success(request, _("Layar diputus. Gambarnya hilang dari layar itu dalam setengah menit."))
    return redirect("situation:wall-screens")


@never_cache
@require_http_methods(["GET", "POST"])
def open_link(request: HouseRequest) -> HttpResponseBase:
    """On the screen itself: the code of the link is typed, and the browser keeps a key."""
    if request.method != "POST":
        return render(request, "situation/wall/open.html", {"refusal": None})
    TRACKING_LIMITER.check(client_ip(request))
    try:
        row, key = screens.open_screen(request.POST.get("code", "")[:40], at=request.at)
    except Refusal as refusal:
        return render(request, "situation/wall/open.html", {"refusal": refusal}, status=refusal.status)
    answer = cast(HttpResponse, redirect("situation:wall"))
    answer.set_cookie(
        screens.COOKIE, key, max_age=max(1, int((row.ends_at - request.at).total_seconds())), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return answer
