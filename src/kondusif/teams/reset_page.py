"""Setel ulang on the screen: find the member, say how they are known, hand over the link."""

from __future__ import annotations

import segno
from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kondusif.teams import resets
from kondusif.teams.models import Duty
from kondusif.teams.queries import current
from kondusif.teams.rules import KNOWN_BY
from kondusif.teams.web import HouseRequest

SHOWN = 30


class KnownByForm(forms.Form):
    known_by = forms.ChoiceField(
        label=_("Dari mana Anda tahu ini orangnya?"), choices=[(c, _(w)) for c, w in KNOWN_BY], widget=forms.RadioSelect
    )


@never_cache
@require_GET
def desk(request: HouseRequest) -> HttpResponse:
    """Those whom the viewer may reset, filtered by post or user name; people are known by post, so nothing private is searched."""
    wanted = request.GET.get("cari", "").strip()[:60]
    rows = resets.members(request.actor, at=request.at)
    if wanted:
        rows = [r for r in rows if wanted.casefold() in f"{r[0].title} {r[0].username}".casefold()]
    return render(
        request, "teams/resets.html", {"rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN), "wanted": wanted}
    )


@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HouseRequest, pk: int) -> HttpResponse:
    user = resets.find(pk, by=request.actor, at=request.at)
    form = KnownByForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        known_by = form.cleaned_data["known_by"]
        _user, token = resets.reset(pk, known_by=known_by, by=request.actor, at=request.at)
        link = f"{settings.PUBLIC_URL}/undangan/{token}"
        qr = segno.make(link, error="m").svg_inline(scale=5, border=2, dark="#1b1f24", light="#ffffff", omitsize=True)
        return render(request, "teams/reset_link.html", {"member": user, "link": link, "qr": qr}, status=201)
    duties = Duty.objects.filter(current(request.at), user=user).select_related("agency").order_by("region")
    context = {"member": user, "duties": duties, "form": form}
    return render(request, "teams/reset.html", context, status=422 if form.is_bound else 200)
