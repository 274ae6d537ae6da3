"""The worker's part: files that were uploaded for a report nobody sent."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings

from kondusif.intake.models import Attachment

log = logging.getLogger("kondusif.intake")

KEPT_FOR = 24 * 3600  # a form half filled in lives six hours


def remove_orphans() -> int:
    """Delete files older than a day that belong to no report; how many."""
    removed = 0
    for path in Path(settings.ATTACHMENTS).glob("??/??/*"):
        if not path.is_file() or time.time() - path.stat().st_mtime < KEPT_FOR:
            continue
        if path.name.startswith(".") or not Attachment.objects.filter(digest=path.name).exists():
            path.unlink()
            removed += 1
    if removed:
        log.info("%s files without a report were removed", removed)
    return removed
