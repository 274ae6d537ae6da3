"""Lembar jam: the picture of the province kept at each full hour, so that a past hour can be printed as it was known then."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kondusif.intake.queries import visible_to
from kondusif.ledger.actor import Actor, within
from kondusif.ledger.errors import Refusal
from kondusif.regions.queries import full_name
from kondusif.response.queries import incidents_for
from kondusif.situation.models import WallSheet
from kondusif.situation.queries import visible_regions
from kondusif.situation.wall.picture import SHOW, Picture, picture, reader_of, without_phones
from kondusif.situation.wall.rules import SHEETS_KEPT, hour_of, sheet_due


class NoSheet(Refusal):
    code = "wall-no-sheet"
    status = 404
    what = _("Lembar jam itu tidak ada.")
    kept = _("Lembar disimpan pada setiap jam penuh selama server bekerja, 31 hari.")
    do = _(
        "Pilih jam lain; jam yang terlewat tidak disusun kemudian, sebab yang diketahui waktu itu tidak diketahui lagi."
    )


def keep_hour(*, at: datetime) -> bool:
    """Keep the sheet of the hour that has just begun, once; and let go of those older than a month."""
    hour = sheet_due(at)
    if hour is None or WallSheet.objects.filter(region=settings.PROVINCE, hour=hour).exists():
        return False
    found = without_phones(picture([settings.PROVINCE], at=at))
    _row, made = WallSheet.objects.get_or_create(
        region=settings.PROVINCE, hour=hour, defaults={"picture": found.model_dump(mode="json")}
    )
    WallSheet.objects.filter(hour__lt=at - SHEETS_KEPT).delete()
    return made


def sheet(hour: datetime, *, by: Actor) -> Picture:
    """The sheet of a past hour, cut to the viewer's regions. What may no longer be seen by anybody there is not on it."""
    row = WallSheet.objects.filter(region=settings.PROVINCE, hour=hour_of(hour)).first()
    if row is None:
        raise NoSheet
    kept = Picture.model_validate(row.picture)
    scopes = by.regions(SHOW)
    reader = reader_of(scopes, by.kept_from)
    codes = [m.code for m in kept.matters]
    seen = set(incidents_for(reader).filter(code__in=codes).values_list("code", flat=True))
    seen |= set(visible_to(reader).filter(code__in=codes).values_list("code", flat=True))
    places, whole = set(visible_regions(reader, settings.PROVINCE)), any(within(settings.PROVINCE, s) for s in scopes)
    return kept.model_copy(update={
        "scopes": list(scopes), "region": ", ".join(full_name(s) for s in scopes),
        "places": [p for p in kept.places if p.code in places],
        "matters": [m for m in kept.matters if m.code in seen],
        "ahead": [], "orders": [], "untriaged": None, "province_watch": kept.province_watch if whole else [],
    })  # fmt: skip


def hours_kept(*, at: datetime, limit: int = 24) -> list[datetime]:
    rows = WallSheet.objects.filter(region=settings.PROVINCE, hour__lte=at).order_by("-hour")
    return list(rows.values_list("hour", flat=True)[:limit])
