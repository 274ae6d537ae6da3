"""Evaluasi: a region's figures for a period, printed with a birth certificate; a certificate computed again; two compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kondusif.clock.queries import offset
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Block
from kondusif.meetings.figures import actions, queries, rules
from kondusif.meetings.figures.history import WITA
from kondusif.meetings.figures.words import found_words, of_words, value_words
from kondusif.meetings.models import PrintedFigure
from kondusif.teams.forms import region_choices
from kondusif.teams.models import Agency
from kondusif.teams.web import HouseRequest
from kondusif.triage.categories import SNPK

MONTH = timedelta(days=30)


class ScopeForm(forms.Form):
    region = forms.ChoiceField(label=_("Daerah"))
    first = forms.DateField(label=_("Hari pertama"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Hari terakhir"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    severity = forms.ChoiceField(
        label=_("Tingkat"),
        required=False,
        choices=[("", _("semua tingkat")), *((s, s) for s in ("S1", "S2", "S3", "S4"))],
    )
    kind = forms.ChoiceField(
        label=_("Jenis"), required=False, choices=[("", _("semua jenis")), *((c, _(w)) for c, w in SNPK)]
    )

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = regions  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Shown:
    """One figure on the page."""

    code: str
    title: str
    value: str
    of: str
    words: str
    printed: PrintedFigure | None = None


def _regions(request: HouseRequest) -> list[tuple[str, str]]:
    actor = request.actor
    scopes = actor.regions(queries.READ)
    if actor.agencies:
        scopes += tuple(Agency.objects.filter(pk__in=actor.agencies).values_list("region", flat=True).distinct())
    return region_choices(scopes, str(settings.PROVINCE))


def _period(first: date, last: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time(0), WITA), datetime.combine(last + timedelta(days=1), time(0), WITA)


def _form(request: HouseRequest, data: Any) -> ScopeForm:
    regions = _regions(request)
    if not regions:
        raise NotPermitted
    today = request.at.astimezone(WITA).date()
    initial = {"region": regions[0][0], "first": (today - MONTH).isoformat(), "last": today.isoformat()}
    return ScopeForm({**initial, **{k: v for k, v in data.items() if v}}, regions=regions)


@never_cache
@require_http_methods(["GET", "POST"])
def evaluation(request: HouseRequest) -> HttpResponse:
    """The figures as known now; POST gives every one of them its certificate."""
    form = _form(request, (request.POST if request.method == "POST" else request.GET).dict())
    context: dict[str, Any] = {"form": form, "may_print": False, "groups": []}
    if not form.is_valid():
        return render(request, "meetings/evaluation.html", context, status=422)
    said = form.cleaned_data
    try:
        scope = queries.scope_of(
            said["region"], *_period(said["first"], said["last"]), severity=said["severity"], kind=said["kind"]
        )
        head = queries.head_at()
        if request.method == "POST":
            codes = [d.code for d in rules.CURRENT.values() if not d.guarded]
            actions.print_figures(codes, scope, by=request.actor, at=request.at, head=_head(request, head))
            return redirect(f"{request.path}?{request.GET.urlencode() or _query(form)}")
    except (queries.PeriodNotPossible, queries.NothingKnown) as refusal:
        return render(request, "meetings/evaluation.html", context | {"refusal": refusal}, status=refusal.status)
    context |= _figures(request, scope, head)
    return render(request, "meetings/evaluation.html", context)


def _query(form: ScopeForm) -> str:
    from urllib.parse import urlencode

    return urlencode({name: form[name].value() or "" for name in form.fields})


def _head(request: HouseRequest, newest: Block) -> Block:
    """What the reader saw is what is printed: the head of the page, where the form names one."""
    seen = request.POST.get("head", "")
    return (Block.objects.filter(hash=seen).first() if seen else None) or newest


def _figures(request: HouseRequest, scope: rules.Scope, head: Block) -> dict[str, Any]:
    actor = request.actor
    known = queries.known_up_to(head.last_line)
    open_ones = [d for d in rules.CURRENT.values() if not d.guarded and queries.may_see(actor, d, scope)]
    rows = [_shown(d, d.find(known, scope)) for d in open_ones]
    own = []
    for agency in queries.agencies_of(actor, scope.region):
        mine = rules.Scope(scope.region, scope.start, scope.end, scope.towns, agency.pk)
        found = [(d, d.find(known, mine)) for d in rules.CURRENT.values() if d.guarded]
        if any(f.of for _d, f in found):
            own.append((agency, [_shown(d, f) for d, f in found]))
    return {
        "scope": scope, "head": head, "known_at": head.sealed_at + offset(),
        "rows": rows, "agencies": own, "may_print": actor.permits(actions.PRINT, scope.region),
        "recent": [(r, _shown_row(r)) for r in queries.printed(actor).filter(region=scope.region)[:20]],
    }  # fmt: skip


def _shown(definition: rules.Definition, found: rules.Found) -> Shown:
    value, of = found_words(definition, found)
    return Shown(definition.code, definition.title, value, of, definition.words)


def _shown_row(row: PrintedFigure) -> Shown:
    definition = queries.definition_of(row)
    return Shown(
        row.code,
        definition.title,
        value_words(definition, row.value, row.of),
        of_words(definition, row.n, row.of),
        definition.words,
        row,
    )


@never_cache
@require_GET
def figure(request: HouseRequest, code: str) -> HttpResponse:
    """A certificate, computed again while the reader waits; `?banding=ANG-…` explains why another one differs."""
    row = queries.one(code, by=request.actor)
    checked = queries.verify(row)
    other = refusal = None
    differences: list[tuple[str, int | None, int | None]] = []
    if wanted := request.GET.get("banding", "").strip():
        try:
            other = queries.one(wanted, by=request.actor)
            differences = queries.explain(row, other, by=request.actor)
        except NotFound as found:
            refusal = found
    context = {
        "row": row, "known_at": row.known_at + offset(), "shown": _shown_row(row), "checked": checked, "other": other, "differences": differences[:200],
        "more": max(0, len(differences) - 200), "refusal": refusal, "wanted": wanted,
        "agency": Agency.objects.filter(pk=row.agency).first() if row.agency else None,
    }  # fmt: skip
    return render(request, "meetings/figure.html", context)
