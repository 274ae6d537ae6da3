"""Cara Anda dihubungi: a member's own ways, quiet hours and what was delivered; Jangkauan anggota for who keeps the roster."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.ledger.actor import within
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams import ways
from kondusif.teams.forms import QuietForm, WayForm
from kondusif.teams.models import Delivery, Duty, User, Way
from kondusif.teams.queries import current
from kondusif.teams.web import HouseRequest

SHOWN = 20


def _member(request: HouseRequest) -> User:
    if not isinstance(request.user, User):
        raise NotPermitted
    return request.user


@never_cache
@require_GET
def mine(request: HouseRequest) -> HttpResponse:
    return _mine(request)


def _mine(request: HouseRequest, status: int = 200, **forms: Any) -> HttpResponse:
    user = _member(request)
    labels = {f"w{w.pk}": w for w in Way.objects.filter(user=user)}
    mail = next((w for w in labels.values() if w.kind == "email"), None)
    sent = Delivery.objects.filter(user=user).exclude(way="app").select_related("message").order_by("-pk")[:SHOWN]
    context = {
        "ways": [
            (which, labels.get(which) or (mail if which == "email" else None), ways.reaches(which))
            for which in ways.ways_of(user)
        ],
        "sent": [(d, labels[d.way].label if d.way in labels else "") for d in sent],
        "way_form": forms.get("way_form") or WayForm(auto_id="jalur_%s"),
        "quiet_form": forms.get("quiet_form")
        or QuietForm(initial={"quiet_from": user.quiet_from, "quiet_until": user.quiet_until}, auto_id="tenang_%s"),
        "services": sorted(settings.NOTIFY_SERVICES),
    }
    return render(request, "teams/ways.html", context, status=status)


@never_cache
@require_POST
def act(request: HouseRequest, act: str) -> HttpResponse:
    """Add, prefer, remove a way; quiet hours; kirim uji to oneself."""
    user = _member(request)
    kept: dict[str, Any] = {"by": request.actor, "at": request.at}
    form: Any = None
    if act in {"tambah", "tenang"}:
        form = (
            WayForm(request.POST, auto_id="jalur_%s")
            if act == "tambah"
            else QuietForm(request.POST, auto_id="tenang_%s")
        )
        name = "way_form" if act == "tambah" else "quiet_form"
        if not form.is_valid():
            return _mine(request, 422, **{name: form})
        try:
            if act == "tambah":
                ways.add_way(user, **form.cleaned_data, **kept)
            else:
                ways.set_quiet(user, **form.cleaned_data, **kept)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")
            return _mine(request, refusal.status, **{name: form})
    elif act in {"dahulukan", "hapus"}:
        given = request.POST.get("way", "")
        if not given.isdecimal() or len(given) > 15:
            raise NotFound
        (ways.prefer if act == "dahulukan" else ways.remove_way)(int(given), **kept)
    elif act == "uji":
        return _try(request, user, "teams:ways")
    else:
        raise NotFound
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:ways")


def _try(request: HouseRequest, user: User, back: str) -> HttpResponse:
    try:
        ways.try_way(user, request.POST.get("way", "")[:20], by=request.actor, at=request.at)
    except ways.TrialTooSoon as refusal:
        messages.error(request, f"{refusal.what} {refusal.do}")
    else:
        messages.success(request, _("Kirim uji dititipkan. Muat ulang sebentar lagi untuk melihat hasilnya."))
    return redirect(back)


@never_cache
@require_GET
def reach(request: HouseRequest) -> HttpResponse:
    """Who can be reached, by how many ways, and how the last one went. Never an address."""
    scopes = request.actor.regions("roster.manage")
    if not scopes:
        raise NotPermitted
    held: dict[int, list[str]] = {}
    for duty in Duty.objects.filter(current(request.at), user__is_active=True).order_by("region"):
        if any(within(duty.region, s) for s in scopes):
            held.setdefault(duty.user_id, []).append(duty.region)
    people = list(User.objects.filter(pk__in=held).order_by("title"))
    order = ways.ways_among(people)
    labels = {f"w{w.pk}": w.label for w in Way.objects.filter(user__in=held, kind="other")}
    last: dict[tuple[int, str], Delivery] = {}
    for row in Delivery.objects.filter(user__in=held).exclude(way="app").order_by("-pk")[:1000]:
        last.setdefault((row.user_id, row.way), row)
    rows = [
        (u, held[u.pk][0], [(w, labels.get(w, ""), ways.reaches(w), last.get((u.pk, w))) for w in order[u.pk]])
        for u in people
    ]
    return render(request, "teams/reach.html", {"rows": rows})


@never_cache
@require_POST
def try_other(request: HouseRequest, pk: int) -> HttpResponse:
    return _try(request, get_object_or_404(User, pk=pk, is_active=True), "teams:reach")
