"""Pages of Lapor, the receipt, Lacak, the desk form, attachments and the identity gate."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.intake import attachments, dialogue, identity, queries, rules
from kondusif.intake.actions import Receipt
from kondusif.intake.dates import wrong_weekdays
from kondusif.intake.forms import AnswerForm, DeskForm, TrackForm, WhatForm, WhereForm, WhoForm
from kondusif.intake.limits import LIMITER, TRACKING_LIMITER
from kondusif.intake.models import Attachment, IdentityRequest, Report
from kondusif.intake.rules import Draft, KeptFile
from kondusif.intake.writer import WRITER
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.locate import locate_text
from kondusif.regions.queries import full_name
from kondusif.teams.web import HouseRequest, client_ip

FILES_SALT = "kondusif.intake.files"
FILES_LIVE = 6 * 3600
STEPS = 3


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HouseRequest) -> HttpResponse:
    """Lapor: three steps without JavaScript or session; what was said travels in the form itself."""
    said = request.POST.dict() if request.method == "POST" else {}
    said.setdefault("uuid", str(uuid.uuid4()))
    step = int(said.get("step", "1")) if said.get("step", "1") in {"1", "2", "3"} else 1
    if request.method == "GET":
        return _step(request, 1, WhatForm(), said)
    if said.get("website"):  # the honeypot: no person sees this field
        return render(request, "intake/receipt.html", {"receipt": None}, status=200)
    if "back" in said:
        return _step(request, max(step - 1, 1), _form(max(step - 1, 1), request, said, bound=False), said)
    form = _form(step, request, said, bound=True)
    if step == 1 and form.is_valid():
        try:
            said["kept"] = _keep_files(request, said)
        except Refusal as refusal:
            form.add_error("attachments", str(refusal.what) + " " + str(refusal.do))
    if not form.is_valid():
        return _step(request, step, form, said, status=422)
    if step < STEPS:
        return _step(request, step + 1, _form(step + 1, request, said, bound=False), said)
    return _send(request, said)


def _form(step: int, request: HouseRequest, said: dict[str, Any], *, bound: bool) -> Any:
    data = request.POST if bound else None
    initial = {k: v for k, v in said.items() if k not in {"step", "back"}}
    if step == 1:
        return WhatForm(data, request.FILES if bound else None, initial=initial)
    if step == 2:
        return WhereForm(data, initial={"day": "now"} | initial, at=request.at)
    return WhoForm(data, initial=initial)


# What each step carries on from the others, as hidden fields.
_FIELDS = {
    1: ("text", "threatened"),
    2: ("region", "place_text", "lat", "lon", "day", "date", "hour"),
    3: ("contact", "about_official", "refer_to"),
}


def _step(request: HouseRequest, step: int, form: Any, said: dict[str, Any], status: int = 200) -> HttpResponse:
    carried = {n: said[n] for other, names in _FIELDS.items() if other != step for n in names if said.get(n)}
    carried |= {n: said[n] for n in ("uuid", "kept") if said.get(n)}
    context = {
        "form": form,
        "step": step,
        "carried": carried,
        "files": _kept_files(said),
        "steps": [
            {"label": str(n), "state": "done" if n < step else "now" if n == step else "next"}
            for n in range(1, STEPS + 1)
        ],
        "place": _place_said(said) if step == STEPS else "",
        "wrong": wrong_weekdays(said.get("text", ""), today=timezone.localtime(request.at).date())
        if step == STEPS
        else [],
        "said": said,
    }
    return render(request, f"intake/report_{step}.html", context, status=status)


def _keep_files(request: HouseRequest, said: dict[str, Any]) -> str:
    kept = _kept_files(said)
    for upload in request.FILES.getlist("attachments"):
        if len(kept) >= attachments.MOST_FILES:
            raise attachments.FileRefused(_("Paling banyak 5 berkas."))
        LIMITER.check(client_ip(request))
        assert upload.file is not None
        one = attachments.keep(upload.file, upload.name or "")
        if one.digest not in {k.digest for k in kept}:
            kept.append(one)
    return signing.dumps([[k.digest, k.media_type, k.size, k.name] for k in kept], salt=FILES_SALT) if kept else ""


def _kept_files(said: dict[str, Any]) -> list[KeptFile]:
    try:
        return [
            KeptFile(*row) for row in signing.loads(said.get("kept", "") or "", salt=FILES_SALT, max_age=FILES_LIVE)
        ]
    except signing.BadSignature:
        return []


def best_place(region: str, place_text: str) -> str:
    """The deepest region the words name for certain within the chosen kab/kota; otherwise the kab/kota itself."""
    if not place_text:
        return region
    found = locate_text(place_text, within=region)
    if found and not found[0].alternatives and found[0].confidence >= 0.9:
        return found[0].code
    return region


def _place_said(said: dict[str, Any]) -> str:
    region = said.get("region", "")
    return full_name(best_place(region, said.get("place_text", ""))) if region else ""


def _send(request: HouseRequest, said: dict[str, Any]) -> HttpResponse:
    """All three steps are checked again here: the fields came back from the browser."""
    forms = [WhatForm(request.POST), WhereForm(request.POST, at=request.at), WhoForm(request.POST)]
    for step, form in enumerate(forms, start=1):
        if not form.is_valid():
            return _step(request, step, form, said, status=422)
    try:
        LIMITER.check(client_ip(request))
        draft = _draft(forms, said)
        outcome = WRITER.submit(draft, by=CITIZEN)
    except Refusal as refusal:
        outcome = refusal
    if isinstance(outcome, Refusal):
        forms[2].add_error(None, f"{outcome.what} {outcome.kept} {outcome.do}")
        return _step(request, 3, forms[2], said, status=outcome.status)
    return _receipt(request, outcome, restricted=draft.restricted)


def _draft(forms: list[Any], said: dict[str, Any]) -> Draft:
    what, where, who = (f.cleaned_data for f in forms)
    try:
        number = uuid.UUID(said["uuid"])
    except ValueError:
        number = uuid.uuid4()
    return Draft(
        uuid=number, text=what["text"], channel="web", threatened=what["threatened"], restricted=who["about_official"],
        refer_to=who["refer_to"] if who["about_official"] else "", language=get_language() or "id",
        occurred_at=where["occurred_at"], occurred_precision=where["occurred_precision"],
        region=best_place(where["region"], where["place_text"]), place_text=where["place_text"],
        lat=where["lat"], lon=where["lon"], contact=who["contact"], attachments=tuple(_kept_files(said)),
    )  # fmt: skip


def _receipt(request: HttpRequest, receipt: Receipt, *, restricted: bool) -> HttpResponse:
    link = f"{settings.PUBLIC_URL}/lacak#{receipt.tracking}"
    qr = segno.make(link, error="m").svg_inline(scale=5, border=2, dark="#1b1f24", light="#ffffff", omitsize=True)
    response = render(
        request, "intake/receipt.html", {"receipt": receipt, "qr": qr, "restricted": restricted}, status=201
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def track(request: HouseRequest) -> HttpResponse:
    """Lacak: the code is posted, never part of an address."""
    form = TrackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        TRACKING_LIMITER.check(client_ip(request))
        try:
            return _followed(request, form.cleaned_data["tracking"], None)
        except NotFound:
            form.add_error("tracking", _("Kode ini tidak dikenal. Periksa huruf dan angkanya."))
    return render(request, "intake/track.html", {"form": form}, status=422 if form.is_bound else 200)


def _followed(request: HouseRequest, tracking: str, form: AnswerForm | None, sent: bool = False) -> HttpResponse:
    found = queries.followed(tracking)
    form = form or AnswerForm(initial={"tracking": tracking})
    return render(
        request,
        "intake/followed.html",
        {"report": found, "state": dict(rules.STATES)[found.state], "form": form, "sent": sent},
    )


@never_cache
@require_POST
def answer(request: HouseRequest) -> HttpResponse:
    TRACKING_LIMITER.check(client_ip(request))
    form = AnswerForm(request.POST)
    tracking = request.POST.get("tracking", "")
    if form.is_valid():
        try:
            dialogue.answer(tracking, text=form.cleaned_data["text"], at=request.at)
            return _followed(request, tracking, None, sent=True)
        except (dialogue.ConversationClosed, dialogue.LetterNotPossible) as refusal:
            form.add_error("text", f"{refusal.what} {refusal.do}")
    return _followed(request, tracking, form)


@never_cache
@require_http_methods(["GET", "POST"])
def desk(request: HouseRequest) -> HttpResponse:
    """Laporan meja: a report taken by phone or at the counter; the channel and the operator are recorded."""
    if not request.actor.anywhere("report.receive"):
        raise NotPermitted
    form = DeskForm(request.POST or None, request.FILES or None, at=request.at)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = WRITER.submit(_desk_draft(request, form.cleaned_data, at=request.at), by=request.actor)
        except Refusal as refusal:
            outcome = refusal
        if isinstance(outcome, Receipt):
            wrong = wrong_weekdays(form.cleaned_data["text"], today=timezone.localtime(request.at).date())
            return render(request, "intake/desk_receipt.html", {"receipt": outcome, "wrong": wrong}, status=201)
        form.add_error(outcome.field if outcome.field in form.fields else None, f"{outcome.what} {outcome.do}")
    return render(request, "intake/desk.html", {"form": form}, status=422 if form.is_bound else 200)


def _desk_draft(request: HouseRequest, said: dict[str, Any], *, at: datetime) -> Draft:
    kept = []
    for upload in request.FILES.getlist("attachments")[: attachments.MOST_FILES]:
        assert upload.file is not None
        kept.append(attachments.keep(upload.file, upload.name or ""))
    return Draft(
        uuid=said["uuid"], text=said["text"], channel=said["channel"], threatened=said["threatened"],
        restricted=said["about_official"], occurred_at=said["occurred_at"], occurred_precision=said["occurred_precision"],
        region=best_place(said["region"], said["place_text"]), place_text=said["place_text"], lat=said["lat"],
        lon=said["lon"], contact=said["contact"], attachments=tuple(kept),
    )  # fmt: skip


@require_GET
def attachment(request: HouseRequest, code: str, digest: str) -> HttpResponse | FileResponse:
    """One attachment, to whoever may see its report; never sniffed, never run."""
    row = Attachment.objects.filter(report=queries.report_for(code, request.actor), digest=digest).first()
    if row is None or not (path := attachments.path_of(row.digest)).exists():
        raise NotFound
    response = FileResponse(path.open("rb"), content_type=row.media_type, filename=row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HouseRequest, code: str) -> HttpResponse:
    """The identity gate of one report: ask, agree, refuse, open."""
    row, may_approve = _at_the_gate(code, request.actor)
    shown = ""
    if request.method == "POST":
        shown = _gate_act(request, row, request.actor)
        if not shown:
            return redirect("intake:contact", code=row.code)
    rows = IdentityRequest.objects.filter(report=row).prefetch_related("approvals").order_by("-asked_at")
    context = {
        "code": row.code,
        "requests": rows,
        "reasons": rules.REASONS,
        "shown": shown,
        "may_approve": may_approve,
        "needed": identity.NEEDED,
    }
    return render(request, "intake/contact.html", context)


def _at_the_gate(code: str, actor: Actor) -> tuple[Report, bool]:
    """The report, and whether the actor may agree to opening its contact; absent and hidden are the same."""
    row = Report.objects.filter(code=code.upper()).first()
    if row is not None and actor.permits("identity.approve", dialogue.place_of(row)):
        return row, True
    row = queries.report_for(code, actor)
    if not actor.permits("identity.request", dialogue.place_of(row)):
        raise NotPermitted
    return row, False


def _gate_act(request: HouseRequest, report: Report, by: Actor) -> str:
    act = request.POST.get("act", "")
    if act == "ask":
        identity.request(
            report.code, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""), by=by, at=request.at
        )
        return ""
    try:
        pk = int(request.POST.get("request", ""))
    except ValueError:
        raise NotFound from None
    if not report.identity_requests.filter(pk=pk).exists():
        raise NotFound
    if act == "approve":
        identity.approve(pk, by=by, at=request.at)
    elif act == "refuse":
        identity.refuse(pk, by=by, at=request.at)
    elif act == "open":
        return identity.open_contact(pk, by=by, at=request.at)
    return ""
