"""Berita acara and imbauan on the screen: write, open with a reason and print; draft, approve, share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import name_of
from kondusif.response.peace import agreement, appeal, forms, rules
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.desk import KEEP, matter_to_keep
from kondusif.response.peace.models import Agreement, Appeal, Mediation
from kondusif.response.peace.views import refused
from kondusif.teams.models import Agency
from kondusif.teams.queries import agencies_for, kabkota_of
from kondusif.teams.web import HouseRequest
from kondusif.triage.views import kept_of


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HouseRequest) -> HttpResponse:
    code = str(request.POST.get("untuk") or request.GET.get("untuk", ""))[:12]
    matter = matter_to_keep(code, request.actor)
    if matter.incident is None:
        raise agreement.IncidentNeeded
    agencies = agencies_for(matter.region)
    met = Mediation.objects.filter(incident=matter.incident, result="agreement").order_by("-pk").first()
    parties = "\n".join(f"{p}: " for p in matter.parties())
    form = forms.AgreementForm(request.POST or None, initial={"parties": parties, "place": met.place if met else ""})
    many = formset_factory(
        forms.ObligationForm, extra=forms.OBLIGATIONS, max_num=forms.OBLIGATIONS, absolute_max=forms.OBLIGATIONS
    )
    rows = many(request.POST or None, prefix="w", form_kwargs={"agencies": agencies})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and rows.is_valid():
            wanted = _wanted(form.cleaned_data, [r for r in rows.cleaned_data if r.get("who")], agencies, met)
            try:
                row = agreement.write(code, wanted, by=request.actor, at=request.at)
            except Refusal as refusal:
                refused(form, refusal)
            else:
                messages.success(request, _("Berita acara tersegel; kewajibannya menjadi tugas."))
                return redirect("response:agreement", pk=row.pk)
    return render(
        request, "response/peace/agreement_new.html", {"form": form, "rows": rows, "matter": matter}, status=status
    )


def _wanted(said: Mapping[str, Any], rows: list[Any], agencies: list[Agency], met: Mediation | None) -> NewAgreement:
    known = {a.pk: a for a in agencies}
    owed = [NewObligation(r["who"], r["what"], known[r["agency"]], r["due_on"]) for r in rows]
    rest = dict(said) | {"parties": rules.rows(said["parties"]), "witnesses": rules.rows(said["witnesses"])}
    return NewAgreement(**rest, obligations=owed, mediation=met.pk if met else None)


@never_cache
@require_GET
def one(request: HouseRequest, pk: int) -> HttpResponse:
    return _page(request, agreement.agreement_for(pk, request.actor))


def _page(request: HouseRequest, row: Agreement, *, form: Any = None, refusal: Refusal | None = None) -> HttpResponse:
    owed = row.obligations.select_related("task__agency").order_by("due_on", "pk")
    context = {
        "row": row, "owed": owed, "form": form or forms.OpenForm(), "may_open": agreement.may_open(row, request.actor, at=request.at),
        "may_keep": request.actor.permits(KEEP, row.incident.region), "refusal": refusal,
        "agencies": agencies_for(row.incident.region) if request.actor.permits("incident.assign", row.incident.region) else [],
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form is not None else 200
    return render(request, "response/peace/agreement.html", context, status=status)


@never_cache
@require_POST
def opened(request: HouseRequest, pk: int) -> HttpResponse:
    """The document itself, for print and wet signature. It is answered once and kept by no cache."""
    row = agreement.agreement_for(pk, request.actor)
    form = forms.OpenForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form)
    try:
        said = agreement.open_agreement(pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
    except agreement.AgreementLocked as refusal:
        return _page(request, row, refusal=refusal)
    translation.activate("id")  # for this answer; the next request chooses its own
    context = {
        "row": row, "said": said, "team": name_of(kabkota_of(row.incident.region)), "day": date_format(row.held_on, "l"),
        "date": date_format(row.held_on, "j F Y"), "owed": row.obligations.order_by("due_on", "pk"), "who": request.actor.label,
    }  # fmt: skip
    return render(request, "response/peace/agreement_print.html", context)


@never_cache
@require_POST
def unkept(request: HouseRequest, pk: int) -> HttpResponse:
    row = agreement.say_unkept(pk, by=request.actor, at=request.at)
    messages.success(request, _("Tercatat tidak ditepati; permasalahannya diingatkan kembali."))
    return redirect("response:agreement", pk=row.agreement_id)


@never_cache
@require_POST
def entrust(request: HouseRequest, pk: int) -> HttpResponse:
    """Give an obligation that nobody watches to another agency."""
    chosen = str(request.POST.get("agency", ""))
    agency = Agency.objects.filter(pk=int(chosen)).first() if chosen.isdigit() and len(chosen) < 10 else None
    if agency is None:
        raise NotFound
    row = agreement.entrust(pk, agency, by=request.actor, at=request.at)
    messages.success(request, _("Kewajiban dikawal instansi lain; tugasnya sudah dikirim."))
    return redirect("response:agreement", pk=row.agreement_id)


# --- imbauan damai ----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def appeal_new(request: HouseRequest) -> HttpResponse:
    code = str(request.POST.get("untuk") or request.GET.get("untuk", ""))[:12]
    matter = matter_to_keep(code, request.actor)
    chosen = next((text for c, _w, text in rules.DRAFTS if c == request.GET.get("contoh")), "")
    form = forms.AppealForm(request.POST or None, initial={"text": chosen})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = appeal.draft(code, **form.cleaned_data, by=request.actor, at=request.at)
            except Refusal as refusal:
                refused(form, refusal)
            else:
                messages.success(request, _("Konsep tersimpan; menunggu persetujuan orang kedua."))
                return redirect("response:appeal", pk=row.pk)
    context = {"form": form, "matter": matter, "drafts": [(c, w) for c, w, _t in rules.DRAFTS]}
    return render(request, "response/peace/appeal_new.html", context, status=status)


@never_cache
@require_GET
def appeal_one(request: HouseRequest, pk: int) -> HttpResponse:
    return _appeal(request, appeal.appeal_for(pk, request.actor))


def _appeal(
    request: HouseRequest, row: Appeal, *, act: str = "", form: Any = None, refusal: Refusal | None = None
) -> HttpResponse:
    initial = {"text": row.text, "voices": row.voices, "safety": row.safety}
    may_decide = request.actor.permits(appeal.APPROVE, row.region)
    context = {
        "row": row, "matter": appeal.matter_of(row), "voices": [_(dict(rules.VOICES)[v]) for v in row.voices], "share": appeal.share_of(row),
        "state": dict(rules.APPEAL_STATES)[row.state], "act": act, "refusal": refusal,
        "may_approve": may_decide and rules.may_approve(row.state, drafter=row.drafted_by, approver=request.actor.id),
        "may_refuse": may_decide and row.state == "draft",
        "edit": form if act == "ubah" and form is not None else forms.AppealForm(initial=initial),
        "refuse": form if act == "tolak" and form is not None else forms.NoteForm(auto_id="tolak_%s"),
        "may_edit": request.actor.permits(KEEP, row.region) and row.state != "approved",
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form is not None else 200
    return render(request, "response/peace/appeal.html", context, status=status)


@never_cache
@require_POST
def appeal_act(request: HouseRequest, pk: int, act: str) -> HttpResponse:
    row = appeal.appeal_for(pk, request.actor)
    kinds: dict[str, type[Any] | None] = {"setujui": None, "tolak": forms.NoteForm, "ubah": forms.AppealForm}
    if act not in kinds:
        raise NotFound
    kind = kinds[act]
    form = kind(request.POST) if kind else None
    if form is not None and not form.is_valid():
        return _appeal(request, row, act=act, form=form)
    said = form.cleaned_data if form is not None else {}
    do: Any = {"setujui": appeal.approve, "tolak": appeal.refuse, "ubah": appeal.revise}[act]
    try:
        do(pk, **said, **kept_of(request))
    except (NotPermitted, NotFound):
        raise
    except Refusal as refusal:
        return _appeal(request, row, act=act, form=form, refusal=refusal)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("response:appeal", pk=pk)
