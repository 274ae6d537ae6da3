"""Ekspor data on the screen: what was asked for, what left, and a yes or no."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.teams.exports import gate, rules
from kondusif.teams.web import HouseRequest

SHOWN = 50


class AskForm(forms.Form):
    """Its hidden fields say what was refused. A wrong one opens nothing: the gate counts again when it is used."""

    kind = forms.ChoiceField(choices=rules.KINDS, widget=forms.HiddenInput)
    region = forms.CharField(max_length=20, widget=forms.HiddenInput)
    rows = forms.IntegerField(min_value=1, max_value=gate.MOST_ASKED, widget=forms.HiddenInput)
    restricted = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=gettext_lazy("Untuk keperluan apa"), choices=[(c, gettext_lazy(w)) for c, w in rules.REASONS]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ekspor_%s"} | kwargs)


def needed(request: HttpRequest, refusal: gate.ApprovalNeeded) -> HttpResponse:
    """The page a download shows instead of the file: why, and the form that asks."""
    form = AskForm(initial={n: getattr(refusal, n) for n in ("kind", "region", "rows", "restricted")})
    context = {"refusal": refusal, "form": form, "what": dict(rules.KINDS)[refusal.kind]}
    return render(request, "teams/exports/needed.html", context, status=refusal.status)


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotPermitted
    actor, states = request.actor, dict(rules.STATES)
    rows = [(r, states[r.state(request.at)], gate.decidable(r, actor)) for r in gate.requests(actor)[:SHOWN]]
    return render(request, "teams/exports/exports.html", {"rows": rows, "taken": gate.taken(actor)[:SHOWN]})


@require_POST
def ask(request: HouseRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotPermitted
    form = AskForm(request.POST)
    if not form.is_valid():
        raise gate.RequestNotPossible(field="reason")
    said = form.cleaned_data
    gate.ask(said.pop("kind"), **said, by=request.actor, at=request.at)
    messages.success(request, _("Permintaan dikirim kepada petugas pelindungan data dan sekretaris."))
    return redirect("teams:exports")


@require_POST
def decide(request: HouseRequest, pk: int) -> HttpResponse:
    act = request.POST.get("act", "")
    if act not in {"yes", "no"}:
        raise NotFound
    gate.decide(pk, approve=act == "yes", by=request.actor, at=request.at)
    messages.success(request, _("Jawaban tercatat."))
    return redirect("teams:exports")
