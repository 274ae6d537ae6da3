"""Jam kerja dan siaga on the screen: what holds where, until when, by which decree; the days offices are shut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.ledger.actor import within
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.teams import duty_hours
from kondusif.teams.forms import LocalTime, region_choices
from kondusif.teams.web import HouseRequest

READ = "situation.read"
SHOWN = timedelta(days=180)


class _Form(forms.Form):
    """Fields named after the action's arguments; ids apart, for several forms stand on the page."""

    def __init__(self, *args: Any, regions: list[tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": type(self).__name__.lower() + "_%s"} | kwargs)
        if regions is not None and "region" in self.fields:
            self.fields["region"].choices = regions  # type: ignore[attr-defined]


class AlertForm(_Form):
    region = forms.ChoiceField(label=gettext_lazy("Daerah"))
    below = forms.BooleanField(
        label=gettext_lazy("Berlaku juga untuk semua daerah di bawahnya"), required=False, initial=True
    )
    decree_number = forms.CharField(label=gettext_lazy("Nomor keputusan"), max_length=80)
    decree_date = forms.DateField(
        label=gettext_lazy("Tanggal keputusan"), widget=forms.DateInput(attrs={"type": "date"})
    )
    starts_at = forms.DateTimeField(label=gettext_lazy("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=gettext_lazy("Sampai (WITA)"), widget=LocalTime())


class OfficeForm(_Form):
    region = forms.ChoiceField(label=gettext_lazy("Daerah"))
    opens = forms.TimeField(label=gettext_lazy("Buka"), widget=forms.TimeInput(attrs={"type": "time"}))
    shuts = forms.TimeField(label=gettext_lazy("Tutup"), widget=forms.TimeInput(attrs={"type": "time"}))


class DayForm(_Form):
    day = forms.DateField(label=gettext_lazy("Tanggal"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(
        label=gettext_lazy("Nama"), max_length=80, help_text=gettext_lazy("Contoh: Cuti bersama Idulfitri")
    )
    works = forms.BooleanField(label=gettext_lazy("Hari libur yang digeser: hari ini kantor buka"), required=False)
    decree_number = forms.CharField(label=gettext_lazy("Nomor keputusan"), max_length=80)


ACTS: dict[str, tuple[type[_Form], str, Callable[..., object]]] = {
    "siaga": (AlertForm, duty_hours.SET, duty_hours.set_alert),
    "jam": (OfficeForm, duty_hours.MANAGE, duty_hours.set_office_hours),
    "hari": (DayForm, duty_hours.MANAGE, duty_hours.set_day),
}


@never_cache
@require_GET
def hours(request: HouseRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: HouseRequest, *, act: str = "", form: forms.Form | None = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    actor = request.actor
    scopes = actor.regions(READ)
    if not scopes:
        raise NotPermitted
    today = timezone.localtime(request.at).date()
    places = region_choices(scopes, settings.PROVINCE)
    ready = {}
    for name, (kind, permission, _do) in ACTS.items():
        regions = region_choices(actor.regions(permission), settings.PROVINCE)
        if regions and (kind is not DayForm or actor.permits(permission, settings.PROVINCE)):
            ready[name] = form if form is not None and name == act else kind(regions=regions)
    now = duty_hours.alert_now([code for code, _name in places], at=request.at)
    context = {
        "periods": [
            (p, actor.permits(duty_hours.SET, p.region), p.starts_at <= request.at)
            for p in duty_hours.alerts(at=request.at)
            if any(within(p.region, s) or within(s, p.region) for s in scopes)
        ],
        "places": [(name, now.get(code), *duty_hours.office_hours(code)) for code, name in places],
        "days": duty_hours.days_off(today, today + SHOWN),
        "forms": ready,
        "act": act,
        "refusal": refusal,
        "may_days": actor.permits(duty_hours.MANAGE, settings.PROVINCE),
        "source": duty_hours.SOURCE,
    }
    return render(request, "teams/hours.html", context, status=status)


@never_cache
@require_POST
def set_hours(request: HouseRequest, act: str) -> HttpResponse:
    """One of the three forms; a refusal stands on the page with what was typed."""
    if act not in ACTS:
        raise NotFound
    kind, permission, do = ACTS[act]
    if not request.actor.anywhere(permission):
        raise NotPermitted
    form = kind(request.POST, regions=region_choices(request.actor.regions(permission), settings.PROVINCE))
    if not form.is_valid():
        return _page(request, act=act, form=form, status=422)
    try:
        do(**form.cleaned_data, by=request.actor, at=request.at)
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")
        return _page(request, act=act, form=form, status=refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:hours")


@never_cache
@require_POST
def end_alert(request: HouseRequest, pk: int) -> HttpResponse:
    duty_hours.end_alert(pk, by=request.actor, at=request.at)
    messages.success(request, _("Masa siaga diakhiri. Batas waktu yang sudah berjalan tetap."))
    return redirect("teams:hours")


@never_cache
@require_POST
def drop_day(request: HouseRequest) -> HttpResponse:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise NotFound from None
    duty_hours.drop_day(day, by=request.actor, at=request.at)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("teams:hours")
