"""Laporan singkat pimpinan on the screen: read, approve in one tap, share, print, enter the arahan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.situation import briefing
from kondusif.situation.models import Briefing
from kondusif.teams.forms import LocalTime
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for
from kondusif.teams.sharing import Share
from kondusif.teams.web import HouseRequest

SHOWN = 30


class DirectiveForm(forms.Form):
    incident = forms.ChoiceField(label=gettext_lazy("Permasalahan"))
    agency = forms.ModelChoiceField(label=gettext_lazy("Untuk instansi"), queryset=Agency.objects.none())
    text = forms.CharField(label=gettext_lazy("Arahan"), max_length=160, widget=forms.Textarea(attrs={"rows": 2}))
    due_at = forms.DateTimeField(label=gettext_lazy("Batas waktu (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, row: Briefing, incidents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "arahan_%s"} | kwargs)
        self.fields["incident"].choices = incidents  # type: ignore[attr-defined]
        ours = [a.pk for a in agencies_for(row.region)]
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ours).order_by("name")  # type: ignore[attr-defined]


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(briefing.READ):
        raise NotPermitted
    rows = briefing.visible(request.actor)[:SHOWN]
    return render(request, "situation/briefings.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def one(request: HouseRequest, pk: int) -> HttpResponse:
    row = briefing.visible(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    form = _form(request, row)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if _act(request, row, form):
                return redirect("situation:briefing", pk=pk)
        except Refusal as found:
            if isinstance(found, NotFound | NotPermitted):
                raise
            refusal = found
            row.refresh_from_db()
    context = {
        "row": row, "head": row.lines[0], "lines": row.lines[1:], "seen": briefing.digest(row), "form": form, "refusal": refusal,
        "may_approve": not row.approved_at and request.at < row.slot + briefing.LASTS and request.actor.permits(briefing.APPROVE, row.region),
        "share": Share("\n".join(row.lines)) if row.approved_at else None, "directives": briefing.directives_of(row, request.actor),
        "here": request.path,
    }  # fmt: skip
    bad = form is not None and form.is_bound and bool(form.errors)
    return render(
        request, "situation/briefing.html", context, status=refusal.status if refusal else 422 if bad else 200
    )


def _form(request: HouseRequest, row: Briefing) -> DirectiveForm | None:
    if not row.approved_at or not request.actor.permits(briefing.ENTER, row.region):
        return None
    open_ones = [(i.code, f"{i.severity} · {i.title}") for i in briefing.incidents_of(row, request.actor)]
    bound = request.POST if request.method == "POST" and request.POST.get("act") == "arahan" else None
    return DirectiveForm(bound, row=row, incidents=open_ones) if open_ones else None


def _act(request: HouseRequest, row: Briefing, form: DirectiveForm | None) -> bool:
    act, by, at = request.POST.get("act", ""), request.actor, request.at
    if act == "setujui":
        briefing.approve(row.pk, seen=request.POST.get("seen", ""), by=by, at=at)
        messages.success(request, _("Disetujui dan dikirim kepada pimpinan."))
        return True
    if act == "perbarui":
        briefing.refresh(row.pk, by=by, at=at)
        messages.success(request, _("Angka diperbarui."))
        return True
    if act != "arahan":
        raise NotFound
    if form is None:
        briefing.check_enter(row, by=by)
        raise NotFound
    if not form.is_valid():
        return False
    said = form.cleaned_data
    briefing.enter_directive(
        row.pk, incident=said["incident"], agency=said["agency"], text=" ".join(said["text"].split()), due_at=said["due_at"], by=by, at=at
    )  # fmt: skip
    messages.success(request, _("Arahan menjadi tugas dengan batas waktu."))
    return True
