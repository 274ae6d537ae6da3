"""The worker's part: files that were uploaded for a report nobody sent; regions that have not spoken today."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kondusif.clock.queries import now
from kondusif.intake import nil, rules
from kondusif.intake.attachments import HOLDERS
from kondusif.intake.models import Attachment
from kondusif.regions.queries import kabkota_of_province
from kondusif.teams.actions import Message, post

log = logging.getLogger("kondusif.intake")

KEPT_FOR = 24 * 3600  # a form half filled in lives six hours


def remove_orphans() -> int:
    """Delete files older than a day that belong to no report; how many."""
    removed = 0
    for path in Path(settings.ATTACHMENTS).glob("??/??/*"):
        if not path.is_file() or time.time() - path.stat().st_mtime < KEPT_FOR:
            continue
        held = Attachment.objects.filter(digest=path.name).exists() or any(
            holds(path.name) for holds in HOLDERS.values()
        )
        if path.name.startswith(".") or not held:
            path.unlink()
            removed += 1
    if removed:
        log.info("%s files without a report were removed", removed)
    return removed


def ask_the_silent() -> None:
    """Before the day's last instant the watch of a silent region is reminded; after it the province is told who was silent.

    One level above and no higher. Each message goes once a day whatever happens to the worker: its key says which.
    """
    at = now()
    local = timezone.localtime(at)
    if local.time() < rules.NIL_REMIND:
        return
    day = local.date()
    places = {k.code: k.short_name for k in kabkota_of_province(settings.PROVINCE)}
    silent = [code for code, said in nil.day_reports(list(places), day=day).items() if said.state == "missing"]
    if not silent:
        return
    if local.time() < rules.NIL_BY:
        found = [
            Message(
                f"nil-remind:{code}:{day}",
                f"duty:{code}",
                "Laporan harian belum masuk",
                "Laporkan nihil, atau catat laporannya, sebelum 18.00 WITA.",
                "/nihil",
            )
            for code in silent
        ]
    else:
        names = ", ".join(places[code] for code in silent)
        found = [
            Message(
                f"nil-missing:{day}",
                f"duty:{settings.PROVINCE}",
                "Daerah yang belum melapor hari ini",
                f"Sampai 18.00 WITA belum melapor: {names}. Belum melapor bukan berarti aman.",
                "/nihil",
            )
        ]
    with transaction.atomic():
        post(found, at=at)
