"""Lembar Excel on the screen: the same sheet out, a dry run of what came in, and then apply."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.teams.models import User
from kondusif.teams.sheets import book, importing
from kondusif.teams.sheets.kinds import STATES, ColumnsMissing, Plan
from kondusif.teams.sheets.rules import KINDS
from kondusif.teams.web import HouseRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200


@never_cache
@require_GET
def sheets(request: HouseRequest) -> HttpResponse:
    return _page(request)


def _page(request: HouseRequest, status: int = 200, refusal: Refusal | None = None, code: str = "") -> HttpResponse:
    kinds = [k for k in KINDS.values() if request.actor.anywhere(k.permission)]
    if not kinds:
        raise NotPermitted
    return render(request, "teams/sheets.html", {"kinds": kinds, "refusal": refusal, "code": code}, status=status)


@never_cache
@require_POST
def look(request: HouseRequest, kind: str) -> HttpResponse:
    """Dry run of an uploaded sheet; it is kept until it is applied."""
    chosen = importing.kind_of(kind, by=request.actor)
    if not isinstance(request.user, User):
        raise NotPermitted
    upload = request.FILES.get("sheet")
    try:
        if upload is None:
            raise book.SheetNotRead(_("Belum ada berkas yang dipilih."))
        data = upload.read(book.LARGEST + 1)
        found = importing.look(chosen, data, by=request.actor, at=request.at)
    except (book.SheetNotRead, ColumnsMissing) as refusal:
        return _page(request, refusal.status, refusal, kind)
    draft = importing.keep(chosen, data, found, user=request.user, at=request.at)
    return _found(request, found, draft.mark)


def _found(request: HouseRequest, found: Plan, mark: str) -> HttpResponse:
    counts = found.counts()
    order = {"refused": 0, "changed": 1, "new": 2, "skipped": 3, "same": 4}
    rows = sorted(found.outcomes, key=lambda o: (order[o.state], o.line))
    words = dict(STATES)
    context = {
        "found": found,
        "mark": mark,
        "counts": [(words[s], n) for s, n in counts.items()],
        "ready": counts["new"] + counts["changed"],
        "rows": [(o, words[o.state]) for o in rows[:SHOWN]],
        "more": max(0, len(rows) - SHOWN),
    }
    return render(request, "teams/sheet_found.html", context)


@never_cache
@require_POST
def apply(request: HouseRequest, kind: str) -> HttpResponse:
    chosen = importing.kind_of(kind, by=request.actor)
    if not isinstance(request.user, User):
        raise NotPermitted
    mark = request.POST.get("mark", "")
    try:
        found = importing.apply_kept(chosen, mark, user=request.user, by=request.actor, at=request.at)
    except importing.SheetOutdated as refusal:
        return _page(request, refusal.status, refusal, kind)
    counts = found.counts()
    messages.success(request, _("Tercatat: %(new)d baru, %(changed)d berubah.") % counts)
    return redirect("teams:sheets")


@never_cache
@require_GET
def download(request: HouseRequest, kind: str) -> HttpResponse:
    """The sheet as it stands, or only its heads (`?kosong=1`)."""
    chosen = importing.kind_of(kind, by=request.actor)
    data = importing.export(chosen, by=request.actor, at=request.at, empty=bool(request.GET.get("kosong")))
    answer = HttpResponse(data, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{chosen.code}-{request.at:%Y%m%d}.xlsx"'
    return answer
