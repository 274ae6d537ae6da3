"""Permasalahan: the list, opening one from a report, its page; Tugas saya; the reporter's word on whether it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.intake.limits import TRACKING_LIMITER
from kondusif.intake.queries import report_for
from kondusif.intake.rules import clean
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.response import actions, calling, claims, forms, queries, rules, settlement, tasks
from kondusif.response.actions import NewIncident
from kondusif.response.models import Incident
from kondusif.response.page import page_of, share_of_task
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for
from kondusif.teams.web import HouseRequest, client_ip
from kondusif.triage.categories import NEUTRAL_TITLES
from kondusif.triage.models import Assessment
from kondusif.triage.queries import referred_to
from kondusif.triage.suggest import guess
from kondusif.triage.views import kept_of, region_choices


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not (actor.anywhere(queries.READ) or actor.anywhere("task.answer")):
        raise NotPermitted
    regions = region_choices(actor, queries.READ)
    form = forms.FilterForm(request.GET or None, regions=regions)
    said = form.cleaned_data if form.is_valid() else {}
    state = said["state"] if "state" in request.GET and said else "open"
    filters = queries.Filters(state, *(said.get(n, "") for n in ("region", "severity", "stage", "words")))
    page = Paginator(range(queries.count(actor, filters)), queries.PAGE).get_page(request.GET.get("page"))
    given = {k: v for k, v in request.GET.items() if k != "page"}
    context = {
        "rows": queries.listed(actor, filters, page=page.number),
        "page": page,
        "query": urlencode(given) + "&" if given else "",
        "form": form if form.is_bound else forms.FilterForm(initial={"state": "open"}, regions=regions),
        "narrowed": bool(given),
        "here": request.get_full_path(),
        "may_confirm": actor.anywhere("incident.confirm"),
    }
    return render(request, "response/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HouseRequest) -> HttpResponse:
    """Catat sebagai permasalahan: the report says where and when; only the title and the severity are asked."""
    report = report_for(clean(request.POST.get("laporan") or request.GET.get("laporan", "")), request.actor)
    known = Assessment.objects.filter(report=report).first()
    found = guess(report.text, threatened=report.threatened)
    snpk = (known.snpk if known else "") or found.snpk
    initial = {"title": NEUTRAL_TITLES.get(snpk, ""), "severity": report.severity or found.severity, "snpk": snpk}
    form = forms.NewForm(request.POST or None, initial=initial)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            incident = actions.register(report.code, NewIncident(**form.cleaned_data), **kept_of(request))
        except Refusal as error:
            refusal = error
            if error.field in form.fields:
                form.add_error(error.field, f"{error.what} {error.do}")
        else:
            messages.success(request, _("Permasalahan tercatat; rencana tanggap dijalankan."))
            return redirect("response:incident", code=incident.code)
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {"form": form, "report": report, "guess": found, "refusal": refusal}
    return render(request, "response/new.html", context, status=status)


Do = Callable[[str, dict[str, Any], dict[str, Any]], object]


def _assign(code: str, said: dict[str, Any], kept: dict[str, Any]) -> object:
    return tasks.assign(code, agency=_agency(said["agency"]), title=said["title"], purpose=said["purpose"], **kept)


def _agency(pk: int) -> Agency:
    found = Agency.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


ACTS: dict[str, tuple[type[Any] | None, Do]] = {
    "note": (forms.NoteForm, lambda code, said, kept: actions.note(code, said["text"], **kept)),
    "assign": (forms.TaskForm, _assign),
    "severity": (forms.SeverityForm, lambda code, said, kept: actions.set_severity(code, said["severity"], **kept)),
    "stage": (forms.StageForm, lambda code, said, kept: actions.set_stage(code, said["stage"], **kept)),
    "link": (forms.LinkForm, lambda code, said, kept: actions.link_report(code, said["report"], **kept)),
    "unlink": (forms.LinkForm, lambda code, said, kept: actions.unlink_report(code, said["report"], **kept)),
    "rename": (forms.RenameForm, lambda code, said, kept: actions.rename(code, said["title"], **kept)),
    "party": (
        forms.PartyForm,
        lambda code, said, kept: actions.name_party(code, said["role"], said["interest"], by=kept["by"], at=kept["at"]),
    ),
    "relate": (
        forms.RelateForm,
        lambda code, said, kept: actions.relate(code, said["other"], said["kind"], by=kept["by"], at=kept["at"]),
    ),
    "propose": (forms.ProposeForm, lambda code, said, kept: settlement.propose(code, **said, **kept)),
    "turn_down": (forms.ReasonForm, lambda code, said, kept: settlement.turn_down(code, **said, **kept)),
    "calm": (None, lambda code, _said, kept: actions.calm(code, **kept)),
    "flare_up": (None, lambda code, _said, kept: actions.flare_up(code, **kept)),
    "confirm": (None, lambda code, _said, kept: settlement.confirm(code, **kept)),
    "close": (None, lambda code, _said, kept: settlement.close(code, **kept)),
    "reopen": (None, lambda code, _said, kept: settlement.reopen(code, **kept)),
    "claim": (forms.ClaimForm, lambda code, said, kept: claims.put_beside(code, said["claim"], **kept)),
    "unclaim": (forms.ClaimForm, lambda code, said, kept: claims.take_away(code, said["claim"], **kept)),
}
TASK_ACTS: dict[str, tuple[type[Any] | None, Callable[[int, dict[str, Any], dict[str, Any]], object]]] = {
    "accept": (None, lambda pk, _said, kept: tasks.accept(pk, **kept)),
    "finish": (forms.ProofForm, lambda pk, said, kept: tasks.finish(pk, **said, **kept)),
    "decline": (forms.ReasonForm, lambda pk, said, kept: tasks.decline(pk, **said, **kept)),
    "forward": (
        forms.ForwardForm,
        lambda pk, said, kept: tasks.forward(pk, agency=_agency(said["agency"]), reason=said["reason"], **kept),
    ),
    "help": (forms.HelpForm, lambda pk, said, kept: tasks.ask_help(pk, **said, **kept)),
    "cancel": (forms.ReasonForm, lambda pk, said, kept: tasks.cancel(pk, **said, **kept)),
    "call": (forms.CallForm, lambda pk, said, kept: calling.log_call(pk, said["result"], by=kept["by"], at=kept["at"])),
}


@never_cache
@require_GET
def incident(request: HouseRequest, code: str) -> HttpResponse:
    return _page(request, code)


@never_cache
@require_POST
def act(request: HouseRequest, code: str, act: str) -> HttpResponse:
    """One act on an incident; a refusal is shown on the same page with what was typed still in it."""
    if act not in ACTS:
        raise NotFound
    kind, do = ACTS[act]
    form = kind(request.POST, auto_id=f"{act}_%s", **_needed(kind, code, request.actor)) if kind else None
    if form is not None and not form.is_valid():
        return _page(request, code, act=act, form=form, status=422)
    try:
        do(code, form.cleaned_data if form is not None else {}, kept_of(request))
    except Refusal as refusal:
        return _page(request, code, act=act, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("response:incident", code=code.upper())


def _needed(kind: type[Any], code: str, actor: Actor) -> dict[str, Any]:
    """What a form must know of the incident, read without the whole page."""
    incident = queries.incident_for(code, actor)
    asks = issubclass(kind, forms.AgencyForm) and queries.in_team(actor, incident)
    return _extra(kind, incident, agencies_for(incident.region) if asks else [])


def _extra(kind: type[Any], incident: Incident, agencies: list[Agency]) -> dict[str, Any]:
    if issubclass(kind, forms.AgencyForm):
        return {"agencies": agencies}
    if kind is forms.ProposeForm:
        return {"needs_evidence": rules.CONTRACTS[incident.worst].evidence}
    return {}


def _page(
    request: HouseRequest,
    code: str,
    *,
    act: str = "",
    form: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = queries.sheet(code, request.actor)
    found = {}
    for name, (kind, _do) in ACTS.items():
        if kind is not None:
            fresh = kind(
                initial={n: getattr(sheet.incident, n) for n in ("severity", "stage", "title")},
                auto_id=f"{name}_%s",
                **_extra(kind, sheet.incident, sheet.agencies),
            )
            found[name] = form if name == act and form is not None else fresh
    context = {"act": act, "refusal": refusal, "forms": found, "call_form": forms.CallForm()} | page_of(
        sheet, request.actor, at=request.at
    )
    return render(request, "response/incident.html", context, status=status)


@never_cache
@require_GET
def mine(request: HouseRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotPermitted
    return _mine(request)


def _mine(
    request: HouseRequest,
    *,
    pk: int = 0,
    act: str = "",
    form: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Tugas saya: what must I do, by when."""
    actor = request.actor
    rows = queries.tasks_of(actor)
    cards = []
    for row in rows:
        ready = {
            n: kind(auto_id=f"{n}-{row.task.pk}_%s", **_task_extra(kind, row))
            for n, (kind, _do) in TASK_ACTS.items()
            if kind and n not in {"cancel", "call"}
        }
        here = row.task.pk == pk
        if here and form is not None:
            ready[act] = form
        cards.append(
            {
                "row": row,
                "task": row.task,
                "forms": ready,
                "act": act if here else "",
                "refusal": refusal if here else None,
                "share": share_of_task(row.task, row.due.due_at if row.due else None),
            }
        )
    context = {
        "cards": cards,
        "referrals": referred_to(actor),
        "ended": queries.tasks_of(actor, ended=True, limit=10),
        "refusal": refusal if not any(c["refusal"] for c in cards) else None,
        "here": request.path if request.method == "GET" else "/tugas",
        "has_agency": bool(actor.agencies),
    }
    return render(request, "response/mine.html", context, status=status)


def _task_extra(kind: type[Any], row: queries.TaskRow) -> dict[str, Any]:
    if issubclass(kind, forms.AgencyForm):
        return {"agencies": [a for a in agencies_for(row.task.incident.region) if a.pk != row.task.agency_id]}
    return {}


@never_cache
@require_POST
def task_act(request: HouseRequest, pk: int, act: str) -> HttpResponse:
    """An agency's answer, or what the team notes for it; back to where it was pressed."""
    row = queries.task_for(pk, request.actor)
    if act not in TASK_ACTS:
        raise NotFound
    from_incident = "kembali" in request.POST
    kind, do = TASK_ACTS[act]
    form = kind(request.POST, auto_id=f"{act}-{pk}_%s", **_task_extra(kind, row)) if kind else None
    if form is not None and not form.is_valid():
        if from_incident:
            return _page(request, row.task.incident.code, status=422)
        return _mine(request, pk=pk, act=act, form=form, status=422)
    try:
        do(pk, form.cleaned_data if form is not None else {}, kept_of(request))
    except Refusal as refusal:
        if from_incident:
            return _page(request, row.task.incident.code, refusal=refusal, status=refusal.status)
        return _mine(request, pk=pk, act=act, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("response:incident", code=row.task.incident.code) if from_incident else redirect("response:mine")


@never_cache
@require_http_methods(["GET", "POST"])
def reporter_word(request: HouseRequest) -> HttpResponse:
    """The reporter, by tracking code, says whether the matter is really over. Public; no place, no name."""
    form = forms.TrackingForm(request.POST or None)
    done = ""
    if request.method == "POST" and form.is_valid():
        TRACKING_LIMITER.check(client_ip(request))
        settled = request.POST.get("answer") == "yes"
        try:
            settlement.confirm_by_reporter(form.cleaned_data["tracking"], settled=settled, at=request.at)
            done = "yes" if settled else "no"
        except (NotFound, settlement.NotSecondParty):
            form.add_error("tracking", _("Belum ada yang perlu dipastikan dengan kode ini."))
    return render(
        request, "response/reporter_word.html", {"form": form, "done": done}, status=422 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "POST"])
def monthly(request: HouseRequest) -> HttpResponse:
    """Konfirmasi rapat bulanan: several S4 matters with one press, each checked on its own."""
    if not request.actor.anywhere("incident.confirm"):
        raise NotPermitted
    refused: list[tuple[str, Refusal]] = []
    if request.method == "POST":
        done = settlement.confirm_many(
            [clean(c) for c in request.POST.getlist("code")[:100]], by=request.actor, at=request.at
        )
        refused = [(code, refusal) for code, refusal in done if refusal is not None]
        if len(done) > len(refused):
            messages.success(request, _("Tersimpan dan tercatat."))
    rows = queries.listed(request.actor, queries.Filters(state="proposed", severity="S4"), size=100)
    return render(request, "response/monthly.html", {"rows": rows, "refused": refused})
