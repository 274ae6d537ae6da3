"""*Saluran*: how the ways in are doing, what was held back, and a button that tries one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kondusif.intake.channels import desk
from kondusif.ledger.errors import NotFound, NotPermitted, Refusal
from kondusif.regions.queries import short_name
from kondusif.teams.web import HouseRequest

KIND_WORDS = {
    "kannel": "SMS (Kannel)",
    "android": "SMS (ponsel)",
    "gammu": "SMS (modem)",
    "telegram": "Telegram",
    "email": "Surel",
}


@never_cache
@require_http_methods(["GET", "POST"])
def channels(request: HouseRequest) -> HttpResponse:
    actor = request.actor
    if not (actor.anywhere(desk.MANAGE) or actor.anywhere(desk.RECEIVE)):
        raise NotPermitted
    fault: Refusal | None = None
    if request.method == "POST":
        try:
            if name := request.POST.get("test", ""):
                desk.try_out(name, by=actor, at=request.at)
                messages.success(request, _("Uji kirim dicatat. Hasilnya terlihat di sini dan di ponsel Anda."))
            else:
                report = desk.release(_number(request.POST.get("release", "")), by=actor, at=request.at)
                messages.success(request, _("Menjadi laporan %(code)s.") % {"code": report.code})
            return redirect("intake:channels")
        except desk.NoWayOut as refusal:
            fault = refusal
    rows = [
        {"state": s, "kind": KIND_WORDS[s.kind], "place": short_name(s.region), "may_test": s.sends and actor.permits(desk.MANAGE, s.region)
         and s.kind != "telegram"}
        for s in desk.states(actor, at=request.at)
    ]  # fmt: skip
    context = {"rows": rows, "held": desk.held(actor), "fault": fault}
    return render(request, "intake/channels.html", context, status=fault.status if fault else 200)


def _number(given: str) -> int:
    if not given.isascii() or not given.isdigit() or len(given) > 15:
        raise NotFound
    return int(given)
