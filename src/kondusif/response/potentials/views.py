"""Peta potensi on the screen: the register with tiles, one matter with its reviews, how often to look again, the yearly map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import full_name, kabkota_of_province, short_name
from kondusif.response.peace.queries import side_of
from kondusif.response.peace.rules import ACTORS
from kondusif.response.potentials import actions, forms, queries, rules, sheet
from kondusif.response.potentials.actions import NewPotential
from kondusif.response.potentials.desk import KEEP, day_of, may_keep, may_review, own_every
from kondusif.response.potentials.models import Potential
from kondusif.response.potentials.sentences import story
from kondusif.response.queries import READ, incident_for
from kondusif.teams.forms import region_choices as all_regions
from kondusif.teams.models import Agency
from kondusif.teams.queries import ancestors, kabkota_of
from kondusif.teams.sharing import Share, share
from kondusif.teams.sheets_page import EXCEL
from kondusif.teams.web import HouseRequest
from kondusif.triage.views import kept_of, region_choices


@never_cache
@require_GET
def listed(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not (actor.anywhere(READ) or actor.anywhere("task.answer")):
        raise NotPermitted
    regions = region_choices(actor, READ)
    form = forms.FilterForm(request.GET or None, regions=regions)
    said = form.cleaned_data if form.is_valid() else {}
    state = said["state"] if "state" in request.GET and said else "standing"
    filters = queries.Filters(state, *(said.get(n, "") for n in ("region", "kind", "level")))
    table = request.GET.get("tampil") == "tabel"
    size = 500 if table else queries.PAGE
    count = queries.wanted(actor, filters).count()
    page = Paginator(range(count), size).get_page(request.GET.get("page"))
    given = {k: v for k, v in request.GET.items() if k not in {"page", "tampil"}}
    context = {
        "rows": queries.listed(actor, filters, at=request.at, page=page.number, size=size), "page": page, "count": count,
        "query": urlencode(given | ({"tampil": "tabel"} if table else {})) + "&" if given or table else "",
        "plain": urlencode(given), "table": table, "narrowed": bool(given),
        "form": form if form.is_bound else forms.FilterForm(initial={"state": "standing"}, regions=regions),
        "tiles": _tiles(actor), "may_add": actor.anywhere(KEEP), "levels": dict(rules.LEVELS),
        "reports": [(c, short_name(c)) for c in _reporting(actor)], "may_every": actor.anywhere("plan.manage"),
    }  # fmt: skip
    return render(request, "response/potentials/list.html", context)


def _reporting(actor: Actor) -> list[str]:
    codes = [settings.PROVINCE, *(k.code for k in kabkota_of_province(settings.PROVINCE))]
    return [c for c in codes if actor.permits(sheet.REPORT, c)]


def _tiles(actor: Actor) -> list[dict[str, Any]]:
    """One tile a kab/kota with how many latent matters stand there; no rank, no colour of status."""
    counts = queries.by_kabkota(actor)
    return [
        {"code": k.code, "name": k.short_name, "col": k.col or 1, "row": k.row or 1, "n": counts[k.code]}
        for k in kabkota_of_province(settings.PROVINCE)
        if actor.permits(READ, k.code)
    ]


def _agencies(actor: Actor) -> list[Agency]:
    """Agencies of the regions the actor keeps the register of, and of the levels above them."""
    above = {level for scope in actor.regions(KEEP) for level in ancestors(scope)}
    return [a for a in Agency.objects.order_by("region", "name") if a.region in above or actor.permits(KEEP, a.region)]


def _form(
    request: HouseRequest, *, initial: Mapping[str, Any] | None = None, row: Potential | None = None
) -> forms.PotentialForm:
    regions = region_choices(request.actor, KEEP)
    if row is not None and row.region not in dict(regions):
        regions = [(row.region, full_name(row.region)), *regions]
    return forms.PotentialForm(
        request.POST if request.method == "POST" else None, initial=initial, regions=regions, agencies=_agencies(request.actor),
        auto_id="potensi_%s",
    )  # fmt: skip


def wanted_of(said: Mapping[str, Any]) -> NewPotential:
    owner, _colon, pk = str(said["owner"]).partition(":")
    agency = Agency.objects.filter(pk=int(pk)).first() if pk else None
    rest = {k: v for k, v in said.items() if k not in {"owner", "parties"}}
    return NewPotential(owner=owner, owner_agency=agency, parties=rules.parties(said["parties"]), **rest)


def _refused(form: Any, refusal: Refusal) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(KEEP):
        raise NotPermitted
    code = str(request.POST.get("permasalahan") or request.GET.get("permasalahan", ""))[:12]
    behind = incident_for(code, request.actor) if code else None
    initial: dict[str, Any] = {"first_seen": day_of(request.at), "owner": "watch", "level": "green"}
    if behind is not None:
        parties = rules.parties_text([[p.role, p.interest] for p in behind.parties.order_by("pk")])
        initial |= {"title": behind.title, "region": kabkota_of(behind.region), "parties": parties}
    form = _form(request, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = actions.add(wanted_of(form.cleaned_data), by=request.actor, at=request.at, incident=code)
            except NotPermitted:
                raise
            except Refusal as refusal:
                _refused(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("Potensi tercatat; tinjauan berikutnya dijadwalkan."))
                return redirect("response:potential", code=row.code)
    return render(request, "response/potentials/edit.html", {"form": form, "behind": behind}, status=status)


@never_cache
@require_GET
def one(request: HouseRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _page(
    request: HouseRequest, code: str, *, act: str = "", form: Any = None, refusal: Refusal | None = None
) -> HttpResponse:
    found = queries.sheet(code, request.actor, at=request.at)
    row = found.row.potential
    at_work = any(i.state != "closed" for i in found.incidents)
    review = forms.ReviewForm(initial={"level": row.level}, auto_id="tinjau_%s")
    record = forms.RecordForm(
        initial={"title": row.title, "severity": rules.severity_of(row.level), "stage": "potensi"}, auto_id="catat_%s"
    )
    context = {
        "sheet": found, "row": row, "due": found.row.due, "late": found.row.late, "act": act, "refusal": refusal,
        "review": form if act == "tinjau" and form is not None else review,
        "record": form if act == "catat" and form is not None else record,
        "may_keep": may_keep(row, request.actor), "may_review": may_review(row, request.actor),
        "may_record": request.actor.permits("incident.open", row.region) and not at_work and row.state == "standing",
        "kind": dict(rules.KINDS)[row.kind], "level": dict(rules.LEVELS)[row.level], "risk": rules.risk(row.likelihood, row.impact),
        "peace_words": [_(dict(ACTORS)[k]) for k in row.peace_kinds], "story": story(found), "share": share_of(row),
        "owner": row.owner_agency.name if row.owner_agency else _(dict(rules.OWNERS)[row.owner]),
        "place": full_name(row.region), "peace": side_of(row, request.actor), "may_peace": request.actor.permits("peace.keep", row.region),
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form is not None else 200
    return render(request, "response/potentials/one.html", context, status=status)


def share_of(row: Potential) -> Share:
    words = {
        "code": row.code,
        "place": short_name(kabkota_of(row.region)),
        "level": _(dict(rules.LEVELS)[row.level]).lower(),
    }
    return share(_("potensi %(code)s di %(place)s, kualifikasi %(level)s") % words, f"/potensi/{row.code}")


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HouseRequest, code: str) -> HttpResponse:
    row = queries.potential_for(code, request.actor)
    if not may_keep(row, request.actor):
        raise NotPermitted
    form = _form(request, initial=forms.initial_of(row), row=row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change(code, wanted_of(form.cleaned_data), **kept_of(request))
            except (NotPermitted, NotFound):
                raise
            except Refusal as refusal:
                _refused(form, refusal)
                status = refusal.status
            else:
                messages.success(request, _("Tersimpan dan tercatat."))
                return redirect("response:potential", code=row.code)
    return render(request, "response/potentials/edit.html", {"form": form, "row": row}, status=status)


@never_cache
@require_POST
def act(request: HouseRequest, code: str, act: str) -> HttpResponse:
    """Review it, or record it as an incident; a refusal is shown with what was typed still there."""
    queries.potential_for(code, request.actor)
    if act not in ACTS:
        raise NotFound
    kind, prefix = ACTS[act]
    form = kind(request.POST, auto_id=f"{prefix}_%s")
    if not form.is_valid():
        return _page(request, code, act=act, form=form)
    try:
        if act == "catat":
            incident = actions.record_as_incident(code, **form.cleaned_data, **kept_of(request))
            messages.success(request, _("Permasalahan tercatat; rencana tanggap dijalankan."))
            return redirect("response:incident", code=incident.code)
        actions.review(code, **form.cleaned_data, **kept_of(request))
    except (NotPermitted, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, code, act=act, form=form, refusal=refusal)
    messages.success(request, _("Tinjauan tercatat."))
    return redirect("response:potential", code=code.upper())


ACTS: dict[str, tuple[type[Any], str]] = {"tinjau": (forms.ReviewForm, "tinjau"), "catat": (forms.RecordForm, "catat")}


@never_cache
@require_http_methods(["GET", "POST"])
def every(request: HouseRequest) -> HttpResponse:
    """Selang tinjau: how often a region looks again."""
    if not request.actor.anywhere("plan.manage"):
        raise NotPermitted
    regions = all_regions(request.actor.regions("plan.manage"), settings.PROVINCE)
    form = forms.EveryForm(request.POST or None, regions=regions)
    if request.method == "POST" and form.is_valid():
        actions.set_every(**form.cleaned_data, by=request.actor, at=request.at)
        messages.success(request, _("Tersimpan dan tercatat."))
        return redirect("response:potential_every")
    words = [w for _code, w in rules.LEVELS]
    rows = [(name, list(zip(words, (rules.EVERY | own_every(code)).values(), strict=True))) for code, name in regions]
    context = {"form": form, "rows": rows, "levels": words}
    return render(request, "response/potentials/every.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def ministry(request: HouseRequest) -> HttpResponse:
    """The yearly map to the ministry as .xlsx."""
    region = str(request.GET.get("daerah", ""))[:20]
    data = sheet.ministry(region, by=request.actor, at=request.at)
    answer = HttpResponse(data, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="peta-potensi-{region}-{request.at:%Y%m%d}.xlsx"'
    return answer
