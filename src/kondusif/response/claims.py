"""A claim (isu) put beside an incident by hand. It stays a claim: it is not counted, and changes nothing about the incident."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import Refusal
from kondusif.response.actions import HANDLE
from kondusif.response.desk import line, locked, save
from kondusif.response.models import Incident
from kondusif.triage.claims import actions


class ClaimDoesNotFit(Refusal):
    code = "claim-does-not-fit"
    status = 409
    what = _("Permasalahan menyangkut aparat tidak dikaitkan dengan isu.")
    do = _("Isu terlihat di daerah; permasalahan ini tidak.")


def put_beside(code: str, claim: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    """Kaitkan dengan isu. Doing it twice changes nothing."""
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        if incident.restricted:
            raise ClaimDoesNotFit
        row, made = actions.link(claim, incident.subject, by=by, at=at)
        if made:
            save(incident)
            line("incident.claim_linked", incident, by=by, at=at, detail={"claim": row.claim.subject})
    return incident


def take_away(code: str, claim: str, *, by: Actor, at: datetime, version: int | None = None) -> Incident:
    with transaction.atomic():
        incident = locked(code, HANDLE, by=by, version=version)
        row = actions.unlink(claim, incident.subject, by=by, at=at)
        save(incident)
        line("incident.claim_unlinked", incident, by=by, at=at, detail={"claim": row.claim.subject})
    return incident
