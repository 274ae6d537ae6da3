"""Who acts in the exercise: members by user name, roles instead of people, and the agencies of each town."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.text import slugify

from kondusif.ledger.actor import Actor
from kondusif.regions.queries import KabKota
from kondusif.teams.actions import add_agency, give_duty
from kondusif.teams.models import Agency, User
from kondusif.teams.queries import OPERATOR, actor_of
from kondusif.teams.rules import AGENCY_KINDS

NOW = datetime(2020, 12, 2, 2, 42, tzinfo=UTC)  # 10.42 WITA
BEGAN = datetime(2020, 11, 1, 0, 0, tzinfo=UTC)


class Cast:
    """Everybody who acts in the exercise, by user name."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.users: dict[str, User] = {}
        self.agencies: dict[tuple[str, str], Agency] = {}

    def actor(self, username: str, at: datetime = NOW) -> Actor:
        return actor_of(self.users[username], at=at)

    def member(self, username: str, title: str, role: str, region: str, agency: Agency | None = None) -> None:
        user = User.objects.create(
            username=username,
            title=title,
            password=self.password,
            phone="0541-000000" if role == "duty_officer" else "",
        )
        self.users[username] = user
        give_duty(user, role=role, region=region, agency=agency, by=OPERATOR, at=BEGAN)

    def agency(self, kind: str, place: KabKota) -> Agency:
        name = {
            "polri": "Polresta" if place.kind == "Kota" else "Polres",
            "tni": "Kodim",
            "kecamatan": "Para camat",
        }.get(kind, AGENCY_KINDS[kind][0])
        row = add_agency(
            code=slugify(f"{kind}-{place.short_name}"),
            name=f"{name} {place.short_name}",
            kind=kind,
            region=place.code,
            by=OPERATOR,
            at=BEGAN,
        )
        self.agencies[kind, place.code] = row
        return row
