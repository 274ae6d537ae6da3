"""Periksa rencana: the holes of each region's plans in the days ahead; and the form that puts a ladder in force."""

from __future__ import annotations

from itertools import groupby
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
from kondusif.teams import plan_check
from kondusif.teams.forms import region_choices
from kondusif.teams.hours import Span
from kondusif.teams.ladders import TARGETS, WEEK, WORKDAYS, Rung, Window
from kondusif.teams.lint import KINDS, Hole
from kondusif.teams.models import SEVERITIES, ResponsePlan, Way
from kondusif.teams.queries import ladder_of
from kondusif.teams.rules import AGENCY_KINDS
from kondusif.teams.web import HouseRequest

STEPS = 5
CATEGORIES = [("", gettext_lazy("semua permasalahan")), ("election", gettext_lazy("pemilihan"))]


class LadderForm(forms.Form):
    region = forms.ChoiceField(label=gettext_lazy("Daerah"))
    category = forms.ChoiceField(label=gettext_lazy("Permasalahan"), choices=CATEGORIES, required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Tingkat"), choices=SEVERITIES)
    name = forms.CharField(label=gettext_lazy("Nama rencana"), max_length=120)
    again = forms.IntegerField(
        label=gettext_lazy("Ulangi langkah terakhir tiap (menit)"), min_value=0, max_value=100_000, required=False,
        help_text=gettext_lazy("Kosong: menurut tingkat. Nol berarti berhenti diam, dan ditolak."),
    )  # fmt: skip
    override = forms.CharField(
        label=gettext_lazy("Alasan, bila tetap diberlakukan walau berlubang"), max_length=300, required=False
    )

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "rencana_%s"} | kwargs)
        self.fields["region"].choices = regions  # type: ignore[attr-defined]


class RungForm(forms.Form):
    target = forms.ChoiceField(
        label=gettext_lazy("Diberi tahu"), required=False, choices=[("", "–"), *((c, gettext_lazy(w)) for c, (w, _l, _a) in TARGETS.items())]
    )  # fmt: skip
    wait = forms.IntegerField(label=gettext_lazy("Sesudah (menit)"), min_value=0, max_value=100_000, required=False)
    opens = forms.TimeField(
        label=gettext_lazy("Hanya dari"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    shuts = forms.TimeField(
        label=gettext_lazy("sampai"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    workdays = forms.BooleanField(label=gettext_lazy("hari kerja saja"), required=False)

    def rung(self) -> Rung | None:
        said = self.cleaned_data
        if not said["target"]:
            return None
        window = None
        if said["opens"] is not None and said["shuts"] is not None:
            window = Window(said["opens"], said["shuts"], WORKDAYS if said["workdays"] else WEEK)
        return Rung(said["target"], said["wait"] or 0, window)


@never_cache
@require_GET
def check(request: HouseRequest) -> HttpResponse:
    """The holes now, by region; asked for with a press, for it looks at every hour."""
    actor = request.actor
    places = region_choices(actor.regions("situation.read"), settings.PROVINCE)
    if not places:
        raise NotPermitted
    codes = [c for c, _name in places if c != settings.PROVINCE]
    chosen = request.GET.get("daerah", "")
    codes = [c for c in codes if chosen in ("", c)]
    holes = plan_check.check_plans(codes, at=request.at)
    context = {
        "groups": [(code, _told(list(rows))) for code, rows in groupby(holes, key=lambda h: h.region)],
        "count": len(holes),
        "checked": codes,
        "places": [p for p in places if p[0] != settings.PROVINCE],
        "chosen": chosen,
        "days": plan_check.DAYS,
        "plans": ResponsePlan.objects.prefetch_related("steps", "rungs").order_by("severity", "region", "category"),
        "may_manage": actor.anywhere(plan_check.MANAGE),
        "mute": bool(holes) and not settings.EMAIL_HOST and not Way.objects.exists(),
    }
    return render(request, "teams/plans.html", context)


def _told(holes: list[Hole]) -> list[dict[str, Any]]:
    """One row for each step and kind: the severities it bears on, and its stretches, once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for hole in holes:
        row = found.setdefault(
            (hole.kind, hole.target), {"kind": KINDS[hole.kind], "target": target_words(hole.target), "severities": set(), "spans": set()}
        )  # fmt: skip
        row["severities"].add(hole.severity)
        if hole.starts_at is not None:
            row["spans"].add((hole.starts_at, hole.ends_at))
    for row in found.values():
        row["severities"], row["spans"] = sorted(row["severities"]), _joined(sorted(row["spans"]))
        row["more"] = max(0, len(row["spans"]) - 3)
        row["spans"] = row["spans"][:3]
    return list(found.values())


def _joined(spans: list[Span]) -> list[Span]:
    """Stretches of several severities as the hours they cover together."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def target_words(target: str) -> str:
    kind = target.removeprefix("agency:")
    return AGENCY_KINDS[kind][0] if kind in AGENCY_KINDS else TARGETS[target][0]


@never_cache
@require_http_methods(["GET", "POST"])
def ladder(request: HouseRequest) -> HttpResponse:
    """A ladder for a region, a kind of matter and a severity; refused with its holes named, unless a reason is given."""
    actor = request.actor
    if not actor.anywhere(plan_check.MANAGE):
        raise NotPermitted
    regions = region_choices(actor.regions(plan_check.MANAGE), settings.PROVINCE)
    if request.method == "GET":
        return _ladder_page(request, *_fresh(request, regions))
    form = LadderForm(request.POST, regions=regions)
    rows = [RungForm(request.POST, prefix=f"l{n}") for n in range(STEPS)]
    if not all([form.is_valid(), *(r.is_valid() for r in rows)]):
        return _ladder_page(request, form, rows, status=422)
    rungs = [rung for row in rows if (rung := row.rung()) is not None]
    try:
        plan_check.activate(**form.cleaned_data, rungs=rungs, by=actor, at=request.at)
    except plan_check.PlanHasHoles as refusal:
        form.add_error(None, f"{refusal.what} {refusal.do}")
        return _ladder_page(request, form, rows, holes=list(refusal.holes), status=refusal.status)
    except plan_check.PlanNotPossible as refusal:
        form.add_error(None, f"{refusal.what} {refusal.do}")
        return _ladder_page(request, form, rows, status=refusal.status)
    messages.success(request, _("Rencana berlaku dan tercatat."))
    return redirect("teams:plans")


def _fresh(request: HouseRequest, regions: list[tuple[str, str]]) -> tuple[LadderForm, list[RungForm]]:
    """The form with what holds there now, or the usual ladder."""
    severity = request.GET.get("tingkat", "S1")
    severity = severity if severity in dict(SEVERITIES) else "S1"
    region = request.GET.get("daerah", regions[0][0] if regions else "")
    known = ladder_of(region[:20], "", severity)
    form = LadderForm(initial={"severity": severity, "region": region, "again": known.again}, regions=regions)
    rows = []
    for n in range(STEPS):
        rung = known.rungs[n] if n < len(known.rungs) else None
        initial: dict[str, Any] = {"target": rung.target, "wait": rung.wait} if rung else {}
        if rung and rung.window:
            initial |= {
                "opens": rung.window.opens,
                "shuts": rung.window.shuts,
                "workdays": rung.window.days == WORKDAYS,
            }
        rows.append(RungForm(initial=initial, prefix=f"l{n}"))
    return form, rows


def _ladder_page(
    request: HouseRequest, form: LadderForm, rows: list[RungForm], *, holes: list[Hole] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    groups = [(code, _told(list(found))) for code, found in groupby(holes or [], key=lambda h: h.region)]
    return render(request, "teams/ladder.html", {"form": form, "rows": rows, "groups": groups}, status=status)
