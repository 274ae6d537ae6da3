"""Benturan kepentingan on the screen: who is kept out, by whom and until when; declaring one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kondusif.ledger.errors import NotPermitted, Refusal
from kondusif.teams import conflicts
from kondusif.teams.forms import LocalTime
from kondusif.teams.models import ConflictLock, Duty, User
from kondusif.teams.queries import current
from kondusif.teams.rules import wider
from kondusif.teams.web import HouseRequest


class LockForm(forms.Form):
    post = forms.ChoiceField(label=gettext_lazy("Anggota dan daerah"))
    ground = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=[(c, gettext_lazy(w)) for c, w in ConflictLock.GROUNDS]
    )
    starts_at = forms.DateTimeField(label=gettext_lazy("Mulai (WITA)"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=gettext_lazy("Sampai (WITA)"), widget=LocalTime())

    def __init__(self, *args: Any, posts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "kunci_%s"} | kwargs)
        self.fields["post"].choices = posts  # type: ignore[attr-defined]


def _posts(request: HouseRequest) -> list[tuple[str, str]]:
    """Members × regions the viewer may lock, and the viewer's own."""
    actor = request.actor
    duties = (
        Duty.objects.filter(current(request.at), user__is_active=True)
        .select_related("user")
        .order_by("region", "user__title")
    )
    found = {
        (d.user_id, ".".join(d.region.split(".")[:2])): f"{d.user} · {d.region or '–'}"
        for d in duties
        if d.user_id == actor.user_id or actor.permits(conflicts.LOCK, wider(".".join(d.region.split(".")[:2])))
    }
    return [(f"{user}@{region}", words) for (user, region), words in found.items()]


@never_cache
@require_http_methods(["GET", "POST"])
def locks(request: HouseRequest) -> HttpResponse:
    posts = _posts(request)
    if not posts:
        raise NotPermitted
    form = LockForm(request.POST or None, posts=posts)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        user, _at, region = said["post"].partition("@")
        try:
            conflicts.lock(
                user=User.objects.get(pk=int(user)), region=region, ground=said["ground"], starts_at=said["starts_at"],
                ends_at=said["ends_at"], by=request.actor, at=request.at,
            )  # fmt: skip
        except (conflicts.LockNotPossible, conflicts.LockedAlready) as found:
            refusal = found
            form.add_error(None, f"{found.what} {found.do}")
        else:
            messages.success(request, _("Kunci benturan kepentingan berlaku."))
            return redirect("teams:conflicts")
    rows = [(r, r.starts_at <= request.at, _may_end(request, r)) for r in conflicts.seen(request.actor, at=request.at)]
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "teams/conflicts.html", {"rows": rows, "form": form}, status=status)


def _may_end(request: HouseRequest, row: ConflictLock) -> bool:
    return row.user_id != request.actor.user_id and request.actor.permits(conflicts.LOCK, wider(row.region))


@require_POST
def end(request: HouseRequest, pk: int) -> HttpResponse:
    conflicts.end_lock(pk, by=request.actor, at=request.at)
    messages.success(request, _("Kunci diakhiri."))
    return redirect("teams:conflicts")
