"""Impor butir on the screen: an empty sheet out, a dry run of what came in, and then apply."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.teams.models import User
from kondusif.teams.sheets import book
from kondusif.teams.sheets.importing import SheetOutdated
from kondusif.teams.sheets.kinds import STATES, ColumnsMissing
from kondusif.teams.sheets_page import EXCEL
from kondusif.teams.web import HouseRequest
from kondusif.triage.claims import importing, sheet
from kondusif.triage.claims.desk import RECORD

SHOWN = 200
ORDER = {"refused": 0, "changed": 1, "new": 2, "skipped": 3, "same": 4}


@never_cache
@require_http_methods(["GET", "POST"])
def items(request: HouseRequest) -> HttpResponse:
    """Choose a sheet, or look at the one sent: nothing changes yet."""
    if not request.actor.anywhere(RECORD) or not isinstance(request.user, User):
        raise NotPermitted
    if request.method == "GET":
        return _page(request)
    upload = request.FILES.get("sheet")
    try:
        if upload is None:
            raise book.SheetNotRead(_("Belum ada berkas yang dipilih."))
        data = upload.read(book.LARGEST + 1)
        found = sheet.look(data, by=request.actor, at=request.at)
    except (book.SheetNotRead, ColumnsMissing) as refusal:
        return _page(request, refusal)
    counts, words = found.counts(), dict(STATES)
    rows = sorted(found.outcomes, key=lambda o: (ORDER[o.state], o.line))
    context = {
        "found": found,
        "mark": importing.keep(data, found, user=request.user, at=request.at),
        "counts": [(words[s], n) for s, n in counts.items()],
        "ready": counts["new"] + counts["changed"],
        "rows": [(o, words[o.state]) for o in rows[:SHOWN]],
        "more": max(0, len(rows) - SHOWN),
    }
    return render(request, "triage/claim_sheet_found.html", context)


def _page(request: HouseRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {"refusal": refusal, "needed": sheet.KIND.needed}
    return render(request, "triage/claim_sheet.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_POST
def apply(request: HouseRequest) -> HttpResponse:
    if not request.actor.anywhere(RECORD) or not isinstance(request.user, User):
        raise NotPermitted
    try:
        found = importing.apply_kept(request.POST.get("mark", ""), user=request.user, by=request.actor, at=request.at)
    except SheetOutdated as refusal:
        return _page(request, refusal)
    messages.success(request, _("Tercatat: %(new)d butir baru, %(changed)d berubah.") % found.counts())
    return redirect("triage:claims")


@require_GET
def example(request: HouseRequest) -> HttpResponse:
    """The sheet with its heads alone."""
    if not request.actor.anywhere(RECORD):
        raise NotPermitted
    answer = HttpResponse(
        book.write(sheet.KIND.label, [c.words[0] for c in sheet.KIND.columns], []), content_type=EXCEL
    )
    answer["Content-Disposition"] = 'attachment; filename="butir-isu.xlsx"'
    return answer
