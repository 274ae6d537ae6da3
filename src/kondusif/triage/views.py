"""Laporan masuk: the list by keyboard, one report with everything around it, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.intake.dates import wrong_weekdays
from kondusif.intake.dialogue import place_of
from kondusif.intake.models import Report
from kondusif.intake.queries import report_for, visible_to
from kondusif.intake.rules import STATES, clean
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import children, name_of, short_name
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for, kabkota_of
from kondusif.teams.sharing import Share, share
from kondusif.teams.web import HouseRequest
from kondusif.triage import actions, merging, queries, referral, restriction, rules, sentences
from kondusif.triage.actions import Grade
from kondusif.triage.claims import queries as claims
from kondusif.triage.claims.forms import OfReportForm
from kondusif.triage.claims.rules import RUMOURS
from kondusif.triage.compare import differences
from kondusif.triage.desk import province
from kondusif.triage.forms import AskForm, CloseForm, FilterForm, GradeForm, ReasonForm, ReferForm, VerifyForm

LIST = "report.read"


def region_choices(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """The kab/kota, or the deeper regions, that the actor may look into."""
    scopes = actor.regions(permission)
    if not scopes:
        return []
    found = [k for k in children(province()) if actor.permits(permission, k.code)]
    if found:
        return [(k.code, k.name) for k in found]
    return [(code, name_of(code)) for code in scopes]


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(LIST):
        raise NotPermitted
    form = FilterForm(request.GET or None, regions=region_choices(request.actor, LIST))
    said = form.cleaned_data if form.is_valid() else {}
    state = said["state"] if "state" in request.GET and said else "open"
    filters = queries.Filters(state, *(said.get(n, "") for n in ("region", "channel", "severity", "words")))
    pages = Paginator(range(queries.count(request.actor, filters)), queries.PAGE)
    page = pages.get_page(request.GET.get("page"))
    given = {k: v for k, v in request.GET.items() if k != "page"}
    rows = queries.listed(request.actor, filters, at=request.at, page=page.number)
    context = {
        "rows": rows,
        "newcomers": queries.newcomers(request.actor, filters, (row.code for row in rows), at=request.at),
        "page": page,
        "query": urlencode(given) + "&" if given else "",
        "form": form
        if form.is_bound
        else FilterForm(initial={"state": "open"}, regions=region_choices(request.actor, LIST)),
        "narrowed": bool(given),
        "here": request.get_full_path(),
        "may_receive": request.actor.anywhere("report.receive"),
    }
    return render(request, "triage/list.html", context)


Do = Callable[[str, Any, dict[str, Any]], object]


def _grade(code: str, said: Any, kept: dict[str, Any]) -> object:
    names = ("severity", "source", "confirmed_by", "credibility", "pasal5", "snpk", "acled", "stage")
    return actions.grade(code, Grade(**{n: said[n] for n in names}), **kept)


def _refer(code: str, said: Any, kept: dict[str, Any]) -> object:
    kind, _sep, rest = said["to"].partition(":")
    agency = Agency.objects.filter(pk=int(rest)).first() if kind == "agency" else None
    return referral.refer(code, reason=said["reason"], agency=agency, body=rest if kind == "body" else "", **kept)


# act: (form, what it does, what the officer then reads)
ACTS: dict[str, tuple[type[Any] | None, Do]] = {
    "take": (None, lambda code, _said, kept: actions.take(code, **kept)),
    "release": (None, lambda code, _said, kept: actions.release(code, **kept)),
    "restrict": (None, lambda code, _said, kept: restriction.set_restricted(code, **kept)),
    "lift": (None, lambda code, _said, kept: restriction.lift(code, **kept)),
    "verify": (VerifyForm, lambda code, said, kept: actions.verify(code, **said, **kept)),
    "grade": (GradeForm, _grade),
    "unproven": (ReasonForm, lambda code, said, kept: actions.mark_unproven(code, **said, **kept)),
    "refute": (ReasonForm, lambda code, said, kept: actions.refute(code, **said, **kept)),
    "reopen": (ReasonForm, lambda code, said, kept: actions.reopen(code, **said, **kept)),
    "ask": (AskForm, lambda code, said, kept: actions.ask_reporter(code, **said, **kept)),
    "close": (CloseForm, lambda code, said, kept: actions.close(code, **said, **kept)),
    "refer": (ReferForm, _refer),
}


def sent(request: HouseRequest, name: str) -> str:
    """One field of a form that has no form class, cleaned: PostgreSQL keeps no NUL."""
    return clean(request.POST.get(name, ""))


def kept_of(request: HouseRequest) -> dict[str, Any]:
    """Who, when, and the version the page was made from."""
    text = sent(request, "version")
    return {"by": request.actor, "at": request.at, "version": int(text) if text.isdigit() and len(text) < 10 else None}


@never_cache
@require_GET
def report(request: HouseRequest, code: str) -> HttpResponse:
    return _page(request, code)


@never_cache
@require_POST
def act(request: HouseRequest, code: str, act: str) -> HttpResponse:
    """One act; a refusal is shown on the same page with what was typed still in it."""
    if act not in ACTS:
        raise NotFound
    kind, do = ACTS[act]
    form = _bound(kind, request, report_for(code, request.actor)) if kind else None
    if form is not None and not form.is_valid():
        return _page(request, code, act=act, form=form, status=422)
    try:
        do(code, form.cleaned_data if form is not None else {}, kept_of(request))
    except Refusal as refusal:
        return _page(request, code, act=act, form=form, refusal=refusal, status=refusal.status)
    return _after(request, code)


def _bound(kind: type[Any], request: HouseRequest, report: Report) -> Any:
    return kind(request.POST, **_extra(kind, report, agencies_for(report.region) if kind is ReferForm else []))


def _extra(kind: type[Any], report: Report, agencies: list[Agency]) -> dict[str, Any]:
    if kind is CloseForm:
        return {"state": report.state}
    if kind is ReferForm:
        return {"agencies": agencies, "restricted": report.restricted}
    return {}


def _after(request: HouseRequest, code: str) -> HttpResponse:
    if not visible_to(request.actor).filter(code=code.upper()).exists():
        messages.success(request, _("Laporan dipindahkan ke sekretariat provinsi dan tidak lagi terlihat di daerah."))
        return redirect("triage:list")
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("triage:report", code=code.upper())


@never_cache
@require_POST
def merge(request: HouseRequest, code: str) -> HttpResponse:
    """Put another report under this one, or this one under another."""
    kept = kept_of(request)
    try:
        merging.merge(sent(request, "primary"), sent(request, "joined"), **(kept | {"version": None}))
    except Refusal as refusal:
        return _page(request, code, refusal=refusal, status=refusal.status)
    return _after(request, code)


@never_cache
@require_POST
def unmerge(request: HouseRequest, code: str) -> HttpResponse:
    try:
        merging.unmerge(sent(request, "joined") or code, by=request.actor, at=request.at)
    except Refusal as refusal:
        return _page(request, code, refusal=refusal, status=refusal.status)
    return _after(request, code)


@never_cache
@require_POST
def answer(request: HouseRequest, pk: int) -> HttpResponse:
    """The answer to a referral: by its agency, or noted by the watch for an outside body."""
    reason = sent(request, "reason")
    if request.POST.get("answer") == "accept":
        row = referral.accept(pk, note=reason, by=request.actor, at=request.at)
    else:
        row = referral.refuse(pk, reason=reason, by=request.actor, at=request.at)
    messages.success(request, _("Tersimpan dan tercatat."))
    if visible_to(request.actor).filter(pk=row.report_id).exists():
        return redirect("triage:report", code=row.report.code)
    return redirect("/tugas")


def _page(
    request: HouseRequest,
    code: str,
    *,
    act: str = "",
    form: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = queries.sheet(code, request.actor, at=request.at)
    row, actor = sheet.report, request.actor
    place = place_of(row)
    may = {
        n: actor.permits("report.triage_restricted" if row.restricted else f"report.{n}", place)
        for n in ("triage", "merge", "refer", "ask")
    }
    may["open"] = actor.permits("report.triage_restricted" if row.restricted else "incident.open", place)
    names = {a.pk: a.name for a in Agency.objects.filter(pk__in=[r.agency_id for r in sheet.referrals if r.agency_id])}
    context = {
        "sheet": sheet,
        "report": row,
        "act": act,
        "refusal": refusal,
        "may": may,
        "forms": _forms(sheet, act, form),
        "moves": sorted(rules.MOVES[row.state]),
        "is_open": row.state in rules.OPEN and sheet.primary is None,
        "mine": row.handler == actor.id and sheet.present,
        "waiting": next((r for r in sheet.referrals if r.answered_at is None), None),
        "wrong": wrong_weekdays(row.text, today=timezone.localtime(row.reported_at).date()),
        "pairs": [(one, *differences(row.text, one.report.text)) for one in sheet.similar],
        "story": sentences.told(sheet.history, sentences.REPORT, lambda e: sentences.report_details(e, names)),
        "first_due": sheet.due[-1] if sheet.due else None,
        "reopenable": row.state in {"verified", "unproven", "refuted", "archived"} and sheet.primary is None,
        "title_words": queries.first_words(row.text, 80),
        "share": _share_of(row),
        **_claims(row, actor),
    }
    return render(request, "triage/report.html", context, status=status)


def _claims(row: Report, actor: Actor) -> dict[str, Any]:
    """The claim this report tells, or those it could become an item of. Nothing about officials goes there."""
    if row.restricted:
        return {}
    mine, offered = claims.around(row, actor)
    fits = actor.permits("claim.record", row.region) and row.state in RUMOURS
    return {
        "claim": mine,
        "of_claim": OfReportForm(claims=offered) if offered else None,
        "rumour": fits and mine is None,
    }


def _share_of(report: Report) -> Share | None:
    """Neither the story nor who told it; nothing of a report about officials."""
    if report.restricted:
        return None
    what = _("laporan %(code)s dari %(place)s, %(state)s") % {
        "code": report.code,
        "place": short_name(kabkota_of(place_of(report))),
        "state": _(dict(STATES)[report.state]).lower(),
    }
    return share(what, f"/laporan/{report.code}")


def _forms(sheet: queries.Sheet, act: str, form: Any) -> dict[str, Any]:
    """The empty forms, with the machine's suggestion filled in; the one just sent as it was typed."""
    known, guess = sheet.assessment, sheet.guess
    start = {
        "severity": sheet.report.severity or guess.severity, "confirmed_by": known.confirmed_by if known else "",
        "source": known.source if known else "F", "credibility": known.credibility if known else 6,
        "stage": known.stage if known else guess.stage, "snpk": known.snpk if known else guess.snpk,
        "pasal5": known.pasal5 if known else guess.pasal5, "acled": known.acled if known else guess.acled,
    }  # fmt: skip
    found = {}
    for name, (kind, _do) in ACTS.items():
        if kind is not None:
            found[name] = (
                form
                if name == act and form is not None
                else kind(initial=start, auto_id=f"{name}_%s", **_extra(kind, sheet.report, sheet.agencies))
            )
    return found
