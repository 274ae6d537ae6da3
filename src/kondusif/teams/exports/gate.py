"""The one gate of exports: each is counted, marked and in the ledger; what is large or terbatas needs a second person's yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import EVERYWHERE, Actor, check_permitted
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Refusal
from kondusif.ledger.queries import region_filter
from kondusif.teams import marks
from kondusif.teams.actions import Message, post
from kondusif.teams.exports import rules
from kondusif.teams.models import Export, ExportRequest, User
from kondusif.teams.resets import check_two_persons

APPROVE, APPROVE_RESTRICTED = "export.approve", "export.approve_restricted"
_REASONS, _KINDS = dict(rules.REASONS), dict(rules.KINDS)
MOST_ASKED = 1_000_000


class ApprovalNeeded(Refusal):
    """`kind`, `region`, `rows` and `restricted` are what a request for it must say."""

    code = "export-approval-needed"
    status = 409
    what = _("Ekspor sebesar ini memerlukan persetujuan orang kedua.")
    kept = _("Belum ada yang diunduh.")
    do = _("Minta persetujuan di Ekspor data dengan alasannya; berlaku 24 jam untuk satu kali unduh.")

    def __init__(self, kind: str, region: str, rows: int, restricted: bool) -> None:
        super().__init__()
        self.kind, self.region, self.rows, self.restricted = kind, region, rows, restricted


class RequestNotPossible(Refusal):
    code = "export-request-not-possible"
    status = 422
    what = _("Permintaan ekspor ini tidak lengkap atau sudah ada yang menunggu.")
    do = _("Pilih alasan dari daftar; satu permintaan per jenis menunggu jawaban.")


def span(scopes: Sequence[str]) -> str:
    """The one region that stands for an export: the scope itself, else the province."""
    return scopes[0] if len(scopes) == 1 and scopes[0] != EVERYWHERE else str(settings.PROVINCE)


def ask(
    kind: str, *, region: str, rows: int, reason: str, by: Actor, at: datetime, restricted: bool = False
) -> ExportRequest:
    """Ask for an export in bulk. It opens nothing by itself, so that whoever may export may ask."""
    if by.user_id is None:
        raise NotPermitted
    if kind not in _KINDS or reason not in _REASONS or not 1 <= rows <= MOST_ASKED or len(region) > 20:
        raise RequestNotPossible(field="reason")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.user_id)
        if ExportRequest.objects.filter(asked_by=by.id, kind=kind, region=region, approved=None).exists():
            raise RequestNotPossible
        row = ExportRequest.objects.create(
            kind=kind, region=region, rows=rows, restricted=restricted, reason=reason, asked_by=by.id, asked_label=by.label[:120], asked_at=at
        )  # fmt: skip
        detail = {"kind": kind, "rows": rows, "reason": reason}
        record("export.asked", subject=row.subject, region=region, by=by, at=at, detail=detail, restricted=restricted)
        roles = ("data_protection", "secretariat") if restricted else ("data_protection", "secretary")
        post([Message(f"export:{row.pk}:{role}", f"role:{role}@{region}", "Permintaan ekspor data menunggu persetujuan",
                      "Periksa jenis, jumlah baris dan alasannya.", "/ekspor") for role in roles], at=at)  # fmt: skip
    return row


def _permission(row: ExportRequest) -> str:
    return APPROVE_RESTRICTED if row.restricted else APPROVE


def decide(pk: int, *, approve: bool, by: Actor, at: datetime) -> ExportRequest:
    """Yes or no, by a second person of data protection or the secretary; for what is terbatas by the cleared."""
    with transaction.atomic():
        row = ExportRequest.objects.select_for_update().filter(pk=pk).first()
        if row is None or not (by.permits(_permission(row), row.region) or row.asked_by == by.id):
            raise NotFound
        check_permitted(by, _permission(row), row.region)
        if not rules.may_decide(row.asked_by, by.id):
            raise NotPermitted
        if row.approved is not None:
            raise MoveNotAllowed
        if approve:
            check_two_persons(by, row.asked_by, at=at)
        row.approved, row.decided_by, row.decided_label, row.decided_at = approve, by.id, by.label[:120], at
        row.valid_until = at + rules.VALID if approve else None
        row.save(update_fields=["approved", "decided_by", "decided_label", "decided_at", "valid_until"])
        verb = "export.approved" if approve else "export.refused"
        record(
            verb,
            subject=row.subject,
            region=row.region,
            by=by,
            at=at,
            detail={"kind": row.kind},
            restricted=row.restricted,
        )
        words = "disetujui, berlaku 24 jam" if approve else "tidak disetujui"
        post([Message(f"export:{pk}:answer", row.asked_by, f"Permintaan ekspor {words}", "", "/ekspor")], at=at)
    return row


def release(kind: str, *, region: str, rows: int, by: Actor, at: datetime, restricted: bool = False) -> str:
    """Let an export out: the line it must carry. Refused where it needs a yes and has none; a yes is spent by it."""
    with transaction.atomic():
        yes = None
        if by.user_id is not None:  # whoever holds the server's shell holds the database
            User.objects.select_for_update().get(pk=by.user_id)
            total = rows + (_pages(kind, by, at) if rules.paged(kind) else 0)
            if rules.needs_approval(total, most=settings.EXPORT_ROWS, restricted=restricted):
                yes = _approved(kind, region, rows, restricted, by, at)
                if not rules.paged(kind):
                    ExportRequest.objects.filter(pk=yes.pk).update(used_at=at)
        row = Export.objects.create(
            kind=kind, region=region, rows=rows, restricted=restricted, by=by.id, by_label=by.label[:120], at=at, request=yes
        )  # fmt: skip
        detail = {"kind": kind, "rows": rows} | ({"request": yes.pk} if yes else {})
        record(
            "export.taken", subject=f"taken:{row.pk}", region=region, by=by, at=at, detail=detail, restricted=restricted
        )
    return marks.line(by, at)


def _pages(kind: str, by: Actor, at: datetime) -> int:
    """Rows of the pages this member has read on, one after another, lately."""
    mine = Export.objects.filter(kind=kind, by=by.id, at__gt=at - rules.PAGES_WITHIN)
    return mine.aggregate(n=Sum("rows"))["n"] or 0


def _approved(kind: str, region: str, rows: int, restricted: bool, by: Actor, at: datetime) -> ExportRequest:
    waiting = ExportRequest.objects.select_for_update().filter(
        kind=kind, region=region, asked_by=by.id, approved=True, used_at=None, valid_until__gt=at
    )
    for row in waiting.order_by("valid_until"):
        before = row.taken.aggregate(n=Sum("rows"))["n"] or 0  # pages read on under the same yes
        if (row.restricted or not restricted) and rules.covers(row.rows, before + rows, most=settings.EXPORT_ROWS):
            return row
    raise ApprovalNeeded(kind, region, rows, restricted)


def read_on(kind: str, *, region: str, rows: int, restricted: bool, by: Actor, at: datetime) -> None:
    """A page after the first, over the API: reading on past a hundred rows is an export, page by page."""
    if rows:
        release(kind, region=region, rows=rows, restricted=restricted, by=by, at=at)


# --- reading ----------------------------------------------------------------------------------------------------------


def _visible(actor: Actor) -> Q:
    return (
        (Q(restricted=False) & region_filter(actor.regions(APPROVE)))
        | (Q(restricted=True) & region_filter(actor.regions(APPROVE_RESTRICTED)))
    )  # fmt: skip


def requests(actor: Actor) -> QuerySet[ExportRequest]:
    """The actor's own, and those the actor may decide on or look after."""
    return ExportRequest.objects.filter(_visible(actor) | Q(asked_by=actor.id)).order_by("-asked_at", "-pk")


def taken(actor: Actor) -> QuerySet[Export]:
    return Export.objects.filter(_visible(actor) | Q(by=actor.id)).order_by("-at", "-pk")


def decidable(row: ExportRequest, actor: Actor) -> bool:
    return row.approved is None and rules.may_decide(row.asked_by, actor.id) and actor.permits(_permission(row), row.region)  # fmt: skip
