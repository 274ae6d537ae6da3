"""Laporan nihil on the screen: who has spoken today, and the one tap for those who may say that nothing happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kondusif.intake import nil, rules
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.regions.queries import full_name, kabkota_of_province, short_name
from kondusif.teams.sharing import Share, share
from kondusif.teams.web import HouseRequest, way_back

SEE = "situation.read"
_WORDS = dict(rules.NIL_SOURCES)


class NilForm(forms.Form):
    region = forms.CharField(max_length=20, widget=forms.HiddenInput)
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Sudah ditanyai"),
        choices=[(code, gettext_lazy(words)) for code, words in rules.NIL_SOURCES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@dataclass(frozen=True)
class Line:
    """One region's day; `form` where the reader may file its nil report."""

    name: str
    day: nil.DayReport
    asked: tuple[str, ...]
    form: NilForm | None


def regions_seen(actor: Actor) -> list[str]:
    """The kab/kota whose day the actor may see, and the kecamatan the actor's own duty lies in."""
    places = [k.code for k in kabkota_of_province(settings.PROVINCE) if actor.permits(SEE, k.code)]
    own = {region for region in actor.regions(nil.FILE) if region.count(".") == 2}
    return [*places, *sorted(own - set(places))]


def lines(actor: Actor, day: dict[str, nil.DayReport], form: NilForm | None = None) -> list[Line]:
    """A refused form stays with its region, with what was ticked still in it."""
    found = []
    for region, said in day.items():
        ready: NilForm | None = None
        if said.state == "missing" and actor.permits(nil.FILE, region):
            mine = form is not None and form.data.get("region") == region
            ready = form if mine else NilForm(
                initial={"region": region, "sources": [rules.NIL_SOURCES[0][0]]}, auto_id=f"nihil-{region}_%s"
            )  # fmt: skip
        found.append(Line(full_name(region), said, tuple(_WORDS[code] for code in said.sources), ready))
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def nil_reports(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not (actor.anywhere(SEE) or actor.anywhere(nil.FILE)):
        raise NotPermitted
    form, refusal = None, None
    if request.method == "POST":
        form = NilForm(request.POST, auto_id=f"nihil-{request.POST.get('region', '')[:20]}_%s")
        named = form.cleaned_data["sources"] if form.is_valid() else []
        try:
            nil.file_nil(rules.clean(request.POST.get("region", "")), named, by=actor, at=request.at)
        except Refusal as found:
            if not isinstance(found, nil.NotNil | nil.NoSource):
                raise
            refusal = found
            form.add_error("sources" if found.field else None, f"{found.what} {found.do}")
        else:
            messages.success(request, _("Laporan nihil tercatat."))
            return redirect(way_back(request, "/nihil"))
    day = nil.day_of(request.at)
    reports = nil.day_reports(regions_seen(actor), day=day)
    context = {
        "day": day,
        "lines": lines(actor, reports, form),
        "share": _share_of(reports, day),
        "missing": sum(r.state == "missing" for r in reports.values()),
    }
    return render(request, "intake/nil.html", context, status=refusal.status if refusal else 200)


def _share_of(reports: dict[str, nil.DayReport], day: date) -> Share | None:
    """The day in one clause: how many spoke, who did not."""
    if not reports:
        return None
    count = {state: sum(r.state == state for r in reports.values()) for state, _words in rules.DAY_STATES}
    words = {
        "day": date_format(day, "DATE_FORMAT"), "reported": count["reported"], "nil": count["nil"], "all": len(reports),
        "missing": ", ".join(short_name(code) for code, said in reports.items() if said.state == "missing"),
    }  # fmt: skip
    if words["missing"]:
        what = _(
            "laporan harian %(day)s: %(reported)d ada laporan, %(nil)d nihil dari %(all)d daerah; belum melapor %(missing)s"
        )
    else:
        what = _("laporan harian %(day)s: %(reported)d ada laporan, %(nil)d nihil; semua %(all)d daerah sudah melapor")
    return share(what % words, "/nihil")
