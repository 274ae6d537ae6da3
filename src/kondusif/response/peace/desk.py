"""What the peace side shares: the matter it serves, keys of what lies sealed, the line on the matter's own timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor, check_permitted
from kondusif.ledger.errors import NotFound, Refusal
from kondusif.response.models import Incident
from kondusif.response.potentials.models import Potential
from kondusif.response.potentials.queries import potential_for, potentials_for
from kondusif.response.queries import READ, incident_for, incidents_for
from kondusif.teams.sealing import KeyFile

KEEP = "peace.keep"
KEYS = KeyFile("peace.keys")


class NotMediated(Refusal):
    code = "matter-not-mediated"
    status = 422
    what = _("Permasalahan menyangkut aparat tidak dimediasi di sini.")
    do = _("Rujuk ke Inspektorat, Ombudsman, Komnas HAM, Propam, atau LPSK.")


class PeaceWords(Refusal):
    code = "peace-words"
    status = 422
    what = _("Isian kosong, tidak dikenal, terlalu panjang, atau memuat nomor pribadi.")
    do = _("Pilih dari daftar; tulis peran dan jabatan, bukan nama orang dan bukan nomor.")


@dataclass(frozen=True)
class Matter:
    """An incident or a latent matter, as the peace side sees it."""

    incident: Incident | None
    potential: Potential | None

    @property
    def it(self) -> Incident | Potential:
        found = self.incident or self.potential
        assert found is not None
        return found

    @property
    def code(self) -> str:
        return self.it.code

    @property
    def title(self) -> str:
        return self.it.title

    @property
    def region(self) -> str:
        return self.it.region

    @property
    def subject(self) -> str:
        return self.it.subject

    @property
    def url(self) -> str:
        return f"/permasalahan/{self.code}" if self.incident else f"/potensi/{self.code}"

    def parties(self) -> list[str]:
        if self.potential is not None:
            return [str(p[0]) for p in self.potential.parties]
        assert self.incident is not None
        return list(self.incident.parties.order_by("pk").values_list("role", flat=True))


def matter_for(code: str, actor: Actor) -> Matter:
    """By its code, for whoever reads it in the region's team. Matters about officials are never here."""
    found = (
        Matter(None, potential_for(code, actor))
        if code.upper().startswith("PTN-")
        else Matter(incident_for(code, actor), None)
    )
    if found.incident is not None and found.incident.restricted:
        raise NotMediated
    if not actor.permits(READ, found.region):
        raise NotFound  # an agency that has a task there reads its task, not the table's sides
    return found


def readable(actor: Actor) -> Q:
    """What hangs on a matter goes with it: whoever is kept out of the matter is kept out of its peace side."""
    return Q(incident__in=incidents_for(actor).values("pk")) | Q(potential__in=potentials_for(actor).values("pk"))


def matter_to_keep(code: str, by: Actor) -> Matter:
    found = matter_for(code, by)
    check_permitted(by, KEEP, found.region)
    return found


def line(verb: str, matter: Matter, *, by: Actor, at: datetime, detail: Mapping[str, object]) -> None:
    record(verb, subject=matter.subject, region=matter.region, by=by, at=at, detail=detail)
