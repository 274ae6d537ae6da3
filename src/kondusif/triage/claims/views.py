"""Meja isu: the list, one claim with everything around it, the acts on it, its letters and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.intake import attachments
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import children, short_name
from kondusif.teams.forms import region_choices
from kondusif.teams.sharing import Share, share
from kondusif.teams.web import HouseRequest
from kondusif.triage.claims import actions, counters, forms, queries, quiet, referral, rules, sentences, verdicts
from kondusif.triage.claims.actions import NewItem
from kondusif.triage.claims.desk import JUDGE, PUBLISH, RECORD
from kondusif.triage.claims.models import Claim, Evidence
from kondusif.triage.claims.public_page import chat_text
from kondusif.triage.claims.spread import Seen, Spread, spread
from kondusif.triage.desk import province
from kondusif.triage.sentences import told
from kondusif.triage.views import kept_of, sent

Do = Callable[[HouseRequest, str, dict[str, Any], dict[str, Any]], object]


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not actor.anywhere(queries.READ):
        raise NotPermitted
    regions = region_choices(actor.regions(queries.READ), province())
    form = forms.FilterForm(request.GET or None, regions=regions)
    said = form.cleaned_data if form.is_valid() else {}
    state = said["state"] if "state" in request.GET and said else "open"
    filters = queries.Filters(state, *(said.get(n, "") for n in ("region", "topic", "words")))
    pages = Paginator(range(queries.wanted(actor, filters).count()), queries.PAGE)
    page = pages.get_page(request.GET.get("page"))
    given = {k: v for k, v in request.GET.items() if k != "page"}
    context = {
        "rows": queries.listed(actor, filters, page=page.number),
        "totals": queries.totals(actor),
        "page": page,
        "query": urlencode(given) + "&" if given else "",
        "form": form if form.is_bound else forms.FilterForm(initial={"state": "open"}, regions=regions),
        "narrowed": bool(given),
        "here": request.get_full_path(),
        "may_record": actor.anywhere(RECORD),
        "quiet": quiet.seen(actor, at=request.at),
        "may_quiet": actor.anywhere(quiet.SET),
    }
    return render(request, "triage/claims.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HouseRequest) -> HttpResponse:
    """Write a claim down; `laporan` makes that report its first item."""
    actor = request.actor
    if not actor.anywhere(RECORD):
        raise NotPermitted
    report = sent(request, "laporan") or request.GET.get("laporan", "")
    form = forms.ClaimForm(request.POST or None, regions=region_choices(actor.regions(RECORD), province()))
    if request.method == "POST" and form.is_valid():
        try:
            claim = actions.record(**form.cleaned_data, report=report, by=actor, at=request.at)
        except Refusal as refusal:
            if refusal.status not in {409, 422}:
                raise
            form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")
        else:
            messages.success(request, _("Isu tercatat. Isu bukan permasalahan dan tidak mengubah status daerah."))
            return redirect("triage:claim", code=claim.code)
    context = {"form": form, "report": report}
    return render(request, "triage/claim_new.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
def claim(request: HouseRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _item(request: HouseRequest, code: str, said: dict[str, Any], kept: dict[str, Any]) -> object:
    return actions.add_item(code, NewItem(**said), **kept)


def _evidence(request: HouseRequest, code: str, said: dict[str, Any], kept: dict[str, Any]) -> object:
    upload = said.pop("file", None)
    queries.claim_for(code, request.actor)  # nobody stores files beside what they cannot see
    if upload is not None and not (request.actor.anywhere(RECORD) or request.actor.anywhere(JUDGE)):
        raise NotPermitted
    file = attachments.keep(upload.file, upload.name or "") if upload is not None and upload.file else None
    return actions.add_evidence(code, **said, file=file, **kept)


def _on_counter(do: Callable[..., object]) -> Do:
    def act(request: HouseRequest, code: str, _said: dict[str, Any], kept: dict[str, Any]) -> object:
        pk = sent(request, "counter")
        return do(int(pk) if pk.isdigit() and len(pk) < 16 else 0, of=code, **kept)

    return act


# act: (form, what it does)
ACTS: dict[str, tuple[type[Any], Do]] = {
    "item": (forms.ItemForm, _item),
    "evidence": (forms.EvidenceForm, _evidence),
    "judge": (forms.JudgeForm, lambda _r, code, said, kept: verdicts.judge(code, **said, **kept)),
    "appeal": (forms.AppealForm, lambda _r, code, said, kept: verdicts.appeal(code, **said, **kept)),
    "draft": (forms.DraftForm, lambda _r, code, said, kept: counters.draft(code, **said, **kept)),
    "publish": (forms.NoForm, _on_counter(counters.publish)),
    "withdraw": (forms.NoForm, _on_counter(counters.withdraw)),
    "rest": (forms.RestForm, lambda _r, code, said, kept: counters.rest(code, **said, **kept)),
    "refer": (forms.ReferForm, lambda _r, code, said, kept: referral.refer(code, **said, **kept)),
}


@never_cache
@require_POST
def act(request: HouseRequest, code: str, act: str) -> HttpResponse:
    """One act; a refusal is shown on the same page with what was typed still in it."""
    if act not in ACTS:
        raise NotFound
    kind, do = ACTS[act]
    row = queries.claim_for(code, request.actor)
    form = kind(request.POST, request.FILES or None, auto_id=f"{act}_%s", **_extra(kind, row))
    if not form.is_valid():
        return _page(request, code, act=act, form=form, status=422)
    try:
        do(request, code, form.cleaned_data, kept_of(request))
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        if refusal.field in form.fields:
            form.add_error(refusal.field, f"{refusal.what} {refusal.do}")
        return _page(request, code, act=act, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("triage:claim", code=row.code)


def _extra(kind: type[Any], row: Claim) -> dict[str, Any]:
    if kind is forms.ItemForm:
        places = [(row.region, short_name(row.region)), *((a.code, a.name) for a in children(row.region))]
        return {"regions": places}
    return {}


def _page(
    request: HouseRequest, code: str, *, act: str = "", form: Any = None, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    sheet = queries.sheet(code, request.actor)
    row, actor = sheet.claim, request.actor
    may = {
        name: actor.permits(p, row.region) for name, p in (("record", RECORD), ("judge", JUDGE), ("publish", PUBLISH))
    }
    barred = verdicts.judge_fault(row, sheet.appeal, by=actor) if may["judge"] else ""
    context = {
        "sheet": sheet,
        "claim": row,
        "act": act,
        "refusal": refusal,
        "may": may,
        "judging": row.state in {"open", "appealed"},
        "may_judge": may["judge"] and not barred,
        "barred": verdicts.WHY_NOT.get(barred, ""),
        "may_publish": may["publish"] and sheet.draft is not None and sheet.draft.drafted_by != actor.id,
        "forms": _forms(sheet, act, form, request),
        "story": told((e for e in sheet.history if e.verb != "claim.item_added"), sentences.CLAIM, sentences.details),
        "first_due": next((d for d in sheet.due if d.due_at >= request.at), sheet.due[-1] if sheet.due else None),
        "quiet": queries.quiet_in(row.region, at=request.at),
        "share": _share_of(row, sheet),
        "public_share": Share(chat_text(sheet.public, row)) if sheet.public else None,
        "letters": rules.REFERRED_TO,
        **_spread(sheet, request),
    }
    return render(request, "triage/claim.html", context, status=status)


def _share_of(row: Claim, sheet: queries.Sheet) -> Share:
    """For colleagues: code, region, state. Neither the claim's words nor where it was seen."""
    what = _("isu %(code)s di %(place)s, %(state)s, %(n)d butir") % {
        "code": row.code, "place": short_name(row.region), "state": _(row.get_state_display()).lower(), "n": len(sheet.items),
    }  # fmt: skip
    return share(what, f"/isu/{row.code}")


def _spread(sheet: queries.Sheet, request: HouseRequest) -> dict[str, Any]:
    published = counters.effect_from(sheet.claim)
    found = spread(
        (Seen(i.seen_on, i.channel, i.region) for i in sheet.items),
        published_on=timezone.localtime(published).date() if published else None,
        today=timezone.localtime(request.at).date(),
    )
    names = dict(rules.CHANNELS)
    return {
        "spread": found,
        "bars": bars(found),
        "parts": [
            (_("Kanal"), [(_(names[p.code]), p) for p in found.channels]),
            (_("Daerah"), [(short_name(p.code), p) for p in found.regions]),
        ],
        "groups": [(day, _(names[channel]), short_name(region), n) for day, channel, region, n in found.groups],
    }


BAR, HEIGHT = 10, 60


def bars(found: Spread) -> list[dict[str, Any]]:
    """Where each day's bar stands in a drawing 60 high; `after` is true from the counter-message on."""
    since = found.effect.published_on if found.effect else None
    return [
        {
            "x": n * BAR, "y": HEIGHT - round(HEIGHT * count / found.most), "h": round(HEIGHT * count / found.most), "day": day, "n": count,
            "after": since is not None and day >= since,
        }
        for n, (day, count) in enumerate(found.days)
    ]  # fmt: skip


def _forms(sheet: queries.Sheet, act: str, form: Any, request: HouseRequest) -> dict[str, Any]:
    """The empty forms; the one just sent as it was typed."""
    today = timezone.localtime(request.at).date()
    start = {"seen_on": today, "source_date": today, "region": sheet.claim.region}
    return {
        name: form
        if name == act and form is not None
        else kind(initial=start, auto_id=f"{name}_%s", **_extra(kind, sheet.claim))
        for name, (kind, _do) in ACTS.items()
    }


@never_cache
@require_GET
def file(request: HouseRequest, code: str, digest: str) -> FileResponse:
    """One file of evidence, to whoever may see its claim; never sniffed, never run."""
    row = (
        Evidence.objects.filter(claim=queries.claim_for(code, request.actor), digest=digest).exclude(digest="").first()
    )
    if row is None or not (path := attachments.path_of(row.digest)).exists():
        raise NotFound
    response = FileResponse(path.open("rb"), content_type=row.media_type, filename=row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_GET
def letter(request: HouseRequest, code: str, body: str) -> HttpResponse:
    """The letter to a body, to be read, copied and printed; what is noted as sent is noted on the claim's page."""
    row = queries.claim_for(code, request.actor)
    if not request.actor.permits(RECORD, row.region):
        raise NotPermitted
    text = referral.letter(row, body)
    context = {"claim": row, "text": text, "to": dict(rules.REFERRED_TO)[body], "body": body}
    return render(request, "triage/claim_letter.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def quiet_periods(request: HouseRequest) -> HttpResponse:
    """Masa tenang: set it, or end it (`akhiri`)."""
    actor = request.actor
    if not actor.anywhere(quiet.SET):
        raise NotPermitted
    form = forms.QuietForm(
        request.POST if request.method == "POST" and not sent(request, "akhiri") else None,
        regions=region_choices(actor.regions(quiet.SET), province()),
    )
    if request.method == "POST" and (ended := sent(request, "akhiri")):
        quiet.end_quiet(int(ended) if ended.isdigit() and len(ended) < 10 else 0, by=actor, at=request.at)
        messages.success(request, _("Masa tenang diakhiri."))
        return redirect("triage:quiet")
    if request.method == "POST" and form.is_valid():
        try:
            quiet.set_quiet(**form.cleaned_data, by=actor, at=request.at)
        except quiet.QuietPeriodNotPossible as refusal:
            form.add_error(None, f"{refusal.what} {refusal.do}")
        else:
            messages.success(request, _("Masa tenang ditetapkan: hanya pemberitahuan keselamatan yang terbit."))
            return redirect("triage:quiet")
    rows = [(r, actor.permits(quiet.SET, r.region)) for r in quiet.seen(actor, at=request.at)]
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "triage/quiet.html", {"form": form, "rows": rows}, status=status)


@never_cache
@require_POST
def of_report(request: HouseRequest, code: str) -> HttpResponse:
    """A report that only tells a claim becomes one of its items."""
    chosen, channel = sent(request, "claim"), sent(request, "channel")
    if not chosen:
        messages.error(request, _("Pilih isu"))
        return redirect("triage:report", code=code.upper())
    try:
        actions.add_report(chosen, code, channel=channel, by=request.actor, at=request.at)
    except (actions.ReportNotARumour, actions.ItemNotPossible) as refusal:
        messages.error(request, f"{refusal.what} {refusal.do}")
    else:
        messages.success(request, _("Laporan menjadi butir isu. Pelapornya diberi kabar lewat Lacak."))
    return redirect("triage:report", code=code.upper())
