"""Cetak angka: give a figure its birth certificate."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from kondusif.intake.rules import base32
from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound
from kondusif.ledger.models import Block
from kondusif.meetings.figures import queries
from kondusif.meetings.figures.rules import CURRENT, Scope
from kondusif.meetings.models import PrintedFigure

PRINT = "figure.print"


def print_figures(
    codes: list[str], scope: Scope, *, by: Actor, at: datetime, head: Block | None = None
) -> list[PrintedFigure]:
    """Certificates of these figures as known at `head` (now, where none is given). The same again is the same certificate.

    Raises NotPermitted, NotFound (no such figure) and NothingKnown (before the first seal).
    """
    check_permitted(by, PRINT, scope.region)
    if not codes or any(code not in CURRENT for code in codes):
        raise NotFound
    block = head or queries.head_at()
    made = []
    for definition, found in queries.find(codes, scope, head=block, by=by):
        kept = {
            "region": scope.region, "starts_at": scope.start, "ends_at": scope.end, "agency": scope.agency, "severity": scope.severity,
            "kind": scope.kind, "channel": scope.channel, "head_line": block.last_line,
        }  # fmt: skip
        with transaction.atomic():
            row, fresh = PrintedFigure.objects.get_or_create(
                definition=definition.code, version=definition.version, **kept,
                defaults={
                    "code": "ANG-" + base32(secrets.randbits(35), 7), "towns": list(scope.towns), "head_hash": block.hash,
                    "known_at": block.sealed_at, "value": found.value, "n": found.n, "of": found.of, "digest": found.digest,
                    "made_by": by.id, "made_label": by.label, "made_at": at,
                },
            )  # fmt: skip
            if fresh:
                detail = {
                    "definition": definition.code,
                    "version": definition.version,
                    "digest": found.digest,
                    "head": block.hash,
                }
                record("figure.printed", subject=row.subject, region=scope.region, by=by, at=at, detail=detail)
        made.append(row)
    return made
