"""Pelaku damai and Undang mediasi on the screen: the directory, an invitation with its letter and calendar, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import full_name, name_of, short_name
from kondusif.response.peace import actors, forms, mediation, rules
from kondusif.response.peace.actors import NewActor
from kondusif.response.peace.desk import KEEP, matter_to_keep
from kondusif.response.peace.mediation import NewMediation
from kondusif.response.peace.models import Mediation
from kondusif.response.queries import READ
from kondusif.teams.queries import kabkota_of
from kondusif.teams.sharing import Share, share
from kondusif.teams.web import HouseRequest
from kondusif.triage.views import kept_of, region_choices

SHOWN = 200


def refused(form: Any, refusal: Refusal) -> None:
    """A refusal of the act beside the field it speaks of. Who may not, and what is not there, go further up."""
    if isinstance(refusal, NotPermitted | NotFound):
        raise refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.what} {refusal.do}")


@never_cache
@require_http_methods(["GET", "POST"])
def directory(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not actor.anywhere(READ):
        raise NotPermitted
    regions = region_choices(actor, KEEP)
    form = forms.ActorForm(request.POST or None, regions=regions) if regions else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise NotPermitted
        status = 422
        if form.is_valid():
            try:
                actors.add(NewActor(**form.cleaned_data), by=actor, at=request.at)
            except Refusal as refusal:
                refused(form, refusal)
            else:
                messages.success(request, _("Pelaku damai tercatat dengan persetujuannya."))
                return redirect("response:peace_actors")
    find = forms.FindForm(request.GET or None, regions=region_choices(actor, READ))
    said = find.cleaned_data if find.is_valid() else {}
    rows = actors.actors_for(actor, kind=said.get("kind", ""), region=said.get("region", ""))[:SHOWN]
    words, tongues, able = dict(rules.ACTORS), dict(rules.LANGUAGES), dict(rules.ABLE)
    context = {
        "form": form, "find": find if find.is_bound else forms.FindForm(regions=region_choices(actor, READ)), "narrowed": bool(request.GET),
        "rows": [
            {"row": r, "kind": words[r.kind], "languages": [_(tongues[c]) for c in r.languages], "able": [_(able[c]) for c in r.able],
             "mine": actor.permits(KEEP, r.region)}
            for r in rows
        ],
    }  # fmt: skip
    return render(request, "response/peace/actors.html", context, status=status)


@never_cache
@require_POST
def actor_act(request: HouseRequest, pk: int, act: str) -> HttpResponse:
    """Open the contact, shown once; or take the consent back."""
    if act == "kontak":
        try:
            name, contact = actors.open_contact(pk, by=request.actor, at=request.at)
        except actors.Withdrawn as refusal:
            messages.error(request, f"{refusal.what} {refusal.do}")
            return redirect("response:peace_actors")
        return render(request, "response/peace/contact.html", {"name": name, "contact": contact})
    if act != "cabut":
        raise NotFound
    actors.withdraw(pk, by=request.actor, at=request.at)
    messages.success(request, _("Persetujuan ditarik; nama dan kontaknya sudah dihapus."))
    return redirect("response:peace_actors")


@never_cache
@require_GET
def mediations(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(READ):
        raise NotPermitted
    rows = list(mediation.mediations_for(request.actor).order_by("-held_at", "-pk")[:SHOWN])
    words = dict(rules.RESULTS) | dict(rules.MEDIATION_STATES)
    found = [{"row": r, "matter": mediation.matter_of(r), "word": words[r.result or r.state]} for r in rows]
    return render(request, "response/peace/mediations.html", {"rows": found})


@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HouseRequest) -> HttpResponse:
    code = str(request.POST.get("untuk") or request.GET.get("untuk", ""))[:12]
    matter = matter_to_keep(code, request.actor)
    near = actors.near(request.actor, matter.region)
    initial = {"parties": "\n".join(matter.parties()), "venue": "customary"}
    form = forms.InviteForm(request.POST or None, initial=initial, actors=near)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = dict(form.cleaned_data)
            wanted = NewMediation(**said | {"parties": said["parties"].splitlines()})
            try:
                row = mediation.invite(code, wanted, by=request.actor, at=request.at)
            except Refusal as refusal:
                refused(form, refusal)
            else:
                messages.success(request, _("Mediasi dijadwalkan. Cetak undangannya atau bagikan waktunya."))
                return redirect("response:mediation", pk=row.pk)
    return render(request, "response/peace/invite.html", {"form": form, "matter": matter}, status=status)


@never_cache
@require_GET
def one(request: HouseRequest, pk: int) -> HttpResponse:
    return _page(request, mediation.mediation_for(pk, request.actor))


def _page(
    request: HouseRequest, row: Mediation, *, act: str = "", form: Any = None, refusal: Refusal | None = None
) -> HttpResponse:
    matter = mediation.matter_of(row)
    may = request.actor.permits(KEEP, row.region)
    invited = list(row.invited.order_by("-party", "pk"))
    fresh: dict[str, Any] = {
        "hasil": forms.ResultForm(), "pindah": forms.MoveForm(auto_id="pindah_%s"), "batal": forms.NoteForm(auto_id="batal_%s"),
    }  # fmt: skip
    if form is not None:
        fresh[act] = form
    context = {
        "row": row, "matter": matter, "invited": invited, "answers": rules.ANSWERS, "may": may and row.state == "planned",
        "may_keep": may, "past": request.at >= row.held_at, "forms": fresh, "act": act, "refusal": refusal, "share": share_of(row),
        "venue": dict(rules.VENUES)[row.venue], "result": dict(rules.RESULTS).get(row.result, ""), "place": full_name(row.region),
        "state": dict(rules.MEDIATION_STATES)[row.state],
        "after": rules.NEXT_VENUE.get(row.venue, "") if row.result == "failed" else "",
    }  # fmt: skip
    status = refusal.status if refusal else 422 if form is not None else 200
    return render(request, "response/peace/mediation.html", context, status=status)


def share_of(row: Mediation) -> Share:
    """Code, region and time; the place stands in the letter alone."""
    when = date_format(timezone.localtime(row.held_at), "l, j F Y H.i")
    words = {"code": mediation.matter_of(row).code, "place": short_name(kabkota_of(row.region)), "when": when}
    return share(_("undangan mediasi %(code)s di %(place)s, %(when)s WITA") % words, f"/mediasi/{row.pk}")


Do = Callable[[int, Mapping[str, Any], dict[str, Any]], object]
ACTS: dict[str, tuple[type[Any], Do]] = {
    "hasil": (forms.ResultForm, lambda pk, said, kept: mediation.conclude(pk, **said, **kept)),
    "pindah": (forms.MoveForm, lambda pk, said, kept: mediation.move(pk, said["held_at"], **kept)),
    "batal": (forms.NoteForm, lambda pk, said, kept: mediation.cancel(pk, **said, **kept)),
}


@never_cache
@require_POST
def act(request: HouseRequest, pk: int, act: str) -> HttpResponse:
    row = mediation.mediation_for(pk, request.actor)
    if act == "jawab":
        invited = str(request.POST.get("invited", ""))
        try:
            mediation.answer(
                pk,
                int(invited) if invited.isdigit() and len(invited) < 10 else 0,
                str(request.POST.get("answer", "")),
                **kept_of(request),
            )
        except (NotPermitted, NotFound):
            raise
        except Refusal as refusal:
            return _page(request, row, refusal=refusal)
        return redirect("response:mediation", pk=pk)
    if act not in ACTS:
        raise NotFound
    kind, do = ACTS[act]
    form = kind(request.POST)
    if not form.is_valid():
        return _page(request, row, act=act, form=form)
    try:
        do(pk, form.cleaned_data, kept_of(request))
    except (NotPermitted, NotFound):
        raise
    except Refusal as refusal:
        row.refresh_from_db()
        return _page(request, row, act=act, form=form, refusal=refusal)
    messages.success(request, _("Tersimpan dan tercatat."))
    return redirect("response:mediation", pk=pk)


@never_cache
@require_GET
def letter(request: HouseRequest, pk: int) -> HttpResponse:
    """The invitation in official layout, for print, in Indonesian for every reader; number and date may stay blank."""
    row = mediation.mediation_for(pk, request.actor)
    context = {
        "row": row, "matter": mediation.matter_of(row), "team": name_of(kabkota_of(row.region)), "invited": row.invited.order_by("-party", "pk"),
        "held": _moment(row),
    }  # fmt: skip
    return render(request, "response/peace/letter.html", context)


def _moment(row: Mediation) -> dict[str, str]:
    """In Indonesian, whatever language the reader's pages have: it is a letter."""
    local = timezone.localtime(row.held_at)
    with translation.override("id"):
        dated = date_format(row.letter_date, "j F Y") if row.letter_date else ""
        return {"day": date_format(local, "l, j F Y"), "time": f"{local:%H.%M}", "dated": dated}


@never_cache
@require_GET
def calendar(request: HouseRequest, pk: int) -> HttpResponse:
    row = mediation.mediation_for(pk, request.actor)
    answer = HttpResponse(mediation.calendar(row, at=request.at), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="mediasi-{row.pk}.ics"'
    return answer
