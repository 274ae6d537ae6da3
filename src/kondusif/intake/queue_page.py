"""Kirim nanti: the page that works without a signal, and the page that explains receipts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from kondusif.intake import receipts
from kondusif.intake.forms import WhatForm, WhereForm, WhoForm
from kondusif.teams.web import HouseRequest


@never_cache
@require_GET
def queue(request: HouseRequest) -> HttpResponse:
    """Alike for everybody: a device keeps it. Notices of this session are not for that copy."""
    what = WhatForm()
    what.fields["attachments"].help_text = _(
        "Paling banyak 5 berkas. Foto dikecilkan dulu; rekaman paling besar 2,4 MB."
    )
    forms = {"what": what, "where": WhereForm(initial={"day": "now"}, at=request.at), "who": WhoForm()}
    return render(request, "intake/queue.html", forms | {"messages": ()})


@require_GET
def receipt_keys(request: HouseRequest) -> HttpResponse:
    return render(request, "intake/receipts.html", {"keys": receipts.public_keys(at=request.at)})
