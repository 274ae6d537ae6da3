"""Recaps and the SIPKS sheet on the screen: look, then take out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kondusif.ledger.errors import NotPermitted
from kondusif.situation.recap import queries, rules, sipks
from kondusif.teams.sheets_page import EXCEL
from kondusif.teams.web import HouseRequest
from kondusif.triage.categories import PASAL5

PREVIEW = 10
SPARE = 3  # empty rows under the columns, for new ones


class PeriodForm(forms.Form):
    first = forms.DateField(
        label=gettext_lazy("Hari pertama"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=gettext_lazy("Hari terakhir"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "masa_%s"} | kwargs)


class ColumnForm(forms.Form):
    """One column of the sheet; an empty field takes it out, the number says where it stands."""

    place = forms.IntegerField(label=gettext_lazy("Urutan"), min_value=1, max_value=99, required=False)
    field = forms.ChoiceField(
        label=gettext_lazy("Isi"), required=False, choices=[("", "–"), *((c, gettext_lazy(w)) for c, w in rules.FIELDS)]
    )
    heading = forms.CharField(label=gettext_lazy("Judul kolom"), max_length=80, required=False)
    upper = forms.CharField(label=gettext_lazy("Judul di atasnya"), max_length=80, required=False)


ColumnForms = forms.formset_factory(
    ColumnForm, extra=SPARE, max_num=rules.MOST_COLUMNS + SPARE, absolute_max=rules.MOST_COLUMNS + SPARE
)


def _period(request: HouseRequest) -> tuple[PeriodForm, date, date]:
    """The period asked for, else this month so far. A wrong one is refused by the queries, in words."""
    first, last = queries.period_default(request.at)
    if not {"first", "last"} & set(request.GET):
        return PeriodForm(initial={"first": first, "last": last}), first, last
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise queries.PeriodNotPossible
    return form, form.cleaned_data["first"], form.cleaned_data["last"]


def _labelled(heads: Sequence[str], row: Sequence[str | int]) -> list[tuple[str, str | int]]:
    """Each cell with its head, for narrow windows."""
    return list(zip(heads, row, strict=True))


@never_cache
@require_GET
def recap(request: HouseRequest) -> HttpResponse:
    queries.check_reader(request.actor)
    form, first, last = _period(request)
    found = queries.recap(request.actor, first, last, at=request.at)
    context = {
        "form": form, "found": found, "heads": rules.PLACE_HEADS, "rows": [_labelled(rules.PLACE_HEADS, rules.place_row(p)) for p in found.places],
        "total": _labelled(rules.PLACE_HEADS, rules.total_row(found.places)), "kind_heads": [p.name for p in found.places],
        "kinds": [_labelled(["", *(p.name for p in found.places), "Jumlah"], row) for row in rules.kind_rows(found.places, PASAL5)],
        "asked": f"first={first:%Y-%m-%d}&last={last:%Y-%m-%d}",
        "missing": rules.MISSING, "known": sum(p.known for p in found.places), "may_sipks": request.actor.anywhere(sipks.MAKE),
    }  # fmt: skip
    return render(request, "situation/recap/recap.html", context)


@never_cache
@require_GET
def recap_file(request: HouseRequest) -> HttpResponse:
    queries.check_reader(request.actor)
    _form, first, last = _period(request)
    return _file(sipks.recap_sheet(first, last, by=request.actor, at=request.at), f"rekap-{first:%Y%m%d}-{last:%Y%m%d}")


@never_cache
@require_GET
def sipks_file(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(sipks.MAKE):
        raise NotPermitted
    _form, first, last = _period(request)
    return _file(sipks.sipks_sheet(first, last, by=request.actor, at=request.at), f"sipks-{first:%Y%m%d}-{last:%Y%m%d}")


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def sipks_page(request: HouseRequest) -> HttpResponse:
    """What the sheet would hold, before anything leaves; and, for the secretariat, its layout."""
    actor = request.actor
    may_lay_out = actor.permits(sipks.LAYOUT, settings.PROVINCE)
    if not actor.anywhere(sipks.MAKE) or (request.method == "POST" and not may_lay_out):
        raise NotPermitted
    kept = sipks.layout()
    refusal, status = None, 200
    forms_ = ColumnForms(initial=_initial(kept.columns)) if request.method != "POST" else ColumnForms(request.POST)
    above = request.POST.get("above", "\n".join(kept.above))[:2000]
    if request.method == "POST":
        try:
            sipks.save_layout(_columns(forms_), above.splitlines(), by=actor, at=request.at)
        except sipks.LayoutNotPossible as found:
            refusal, status = found, found.status
        else:
            messages.success(request, _("Susunan lembar tersimpan."))
            return redirect("situation:sipks")
    form, first, last = _period(request)
    rows = queries.sipks_rows(actor, first, last, kept.columns, at=request.at, limit=PREVIEW)
    context = {
        "form": form, "kept": kept, "above": above, "lines": sipks.above_of(kept, first, last), "heads": rules.head_rows(kept.columns),
        "rows": [_labelled([c[1] for c in kept.columns], row) for row in rows],
        "count": queries.sipks_count(actor, first, last, at=request.at), "columns": forms_, "refusal": refusal,
        "may_lay_out": may_lay_out, "asked": f"first={first:%Y-%m-%d}&last={last:%Y-%m-%d}",
    }  # fmt: skip
    return render(request, "situation/recap/sipks.html", context, status=status)


def _initial(columns: list[list[str]]) -> list[dict[str, object]]:
    return [{"place": n, "field": c[0], "heading": c[1], "upper": c[2]} for n, c in enumerate(columns, 1)]


def _columns(forms_: Any) -> list[list[str]]:
    """The columns in the order of their numbers; those without a field fall out."""
    if not forms_.is_valid():
        raise sipks.LayoutNotPossible(field="columns")
    said = [f.cleaned_data for f in forms_ if f.cleaned_data.get("field")]
    said.sort(key=lambda c: c.get("place") or 99)
    return [[c["field"], c.get("heading", ""), c.get("upper", "")] for c in said]
