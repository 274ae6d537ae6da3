"""Ruang kendali: the wall of the day. Three states, running clocks, nothing that a wall must not show; screens without an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kondusif.intake.models import Report
from kondusif.intake.nil import file_nil
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.response import tasks
from kondusif.response.actions import NewIncident, register
from kondusif.response.models import Incident
from kondusif.situation import live
from kondusif.situation.models import WallScreen, WallSheet
from kondusif.situation.wall import rules, screens, sheets
from kondusif.situation.wall.page import picture_for
from kondusif.situation.wall.picture import PHONES, SHOW, Picture, picture
from kondusif.teams.actions import add_agency
from kondusif.teams.models import User
from kondusif.teams.queries import OPERATOR
from kondusif.teams.rosters import roster
from tests.conftest import Member
from tests.triage.conftest import make_report

LATER = timedelta(days=10)


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (30, [30]), (31, [30, 1]), (75, [30, 30, 15])])
def test_thirty_matters_stand_on_one_page_and_more_on_the_next(count: int, sizes: list[int]) -> None:
    assert [len(p) for p in rules.pages(range(count))] == sizes


@pytest.mark.parametrize(
    ("at", "hour"),
    [((14, 0, 3), 14), ((14, 9, 59), 14), ((14, 10, 1), None), ((14, 59, 0), None)],
)  # fmt: skip
def test_an_hour_missed_is_not_made_up_later(at: tuple[int, int, int], hour: int | None) -> None:
    found = rules.sheet_due(datetime(2020, 12, 2, *at, tzinfo=UTC))
    assert found == (datetime(2020, 12, 2, hour, tzinfo=UTC) if hour else None)


def client_of(actor: Actor) -> Client:
    found = Client()
    user = User.objects.get(pk=actor.user_id)
    found.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def matter(region: str, by: Actor, at: datetime, *, severity: str = "S1", restricted: bool = False) -> Incident:
    report = make_report(at, region=region, text="Pak Anu di Gang Mawar 7", restricted=restricted)
    return register(report.code, NewIncident("Perselisihan dua kelompok warga", severity=severity), by=by, at=at)


@pytest.mark.django_db
def test_the_picture_tells_three_states_apart_and_counts_with_a_denominator(
    member: Member, areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    watch = member("duty_officer", "64")
    make_report(at, region="64.71")
    make_report(at, region="64.72", restricted=True)
    file_nil("64.74", ["watch"], by=watch, at=at)
    found = picture(["64"], at=at)
    days = {p.code: p.day for p in found.places}
    assert (days["64.71"], days["64.74"], days["64.72"]) == ("reported", "nil", "missing")
    assert (found.silent, len(found.places)) == (8, 10)
    page = client_of(watch).get("/ruang-kendali").content.decode()
    assert "8/10" in page and page.count(">Belum melapor</span>") == 8 and page.count(">Nihil</span>") == 1


@pytest.mark.deep
@pytest.mark.django_db
def test_a_wall_shows_grave_matters_with_clocks_and_no_reporter_place_or_official(
    member: Member, areas: None, at: datetime
) -> None:
    by, above = member("duty_officer", "64"), member("secretariat", "64")
    shown, hidden = matter("64.71", by, at), matter("64.71", above, at, restricted=True)
    matter("64.72", by, at, severity="S3")
    dinsos = add_agency(code="dinsos-x", name="Dinsos", kind="dinsos", region="64.71", by=OPERATOR, at=at)
    tasks.assign(shown.code, agency=dinsos, title="Temui Pak Anu", by=by, at=at)
    unverified = make_report(at, region="64.74", text="Pak Anu")
    Report.objects.filter(pk=unverified.pk).update(severity="S2")
    found = picture(["64"], at=at)
    assert [m.code for m in found.matters] == [shown.code, unverified.code]
    assert found.matters[0].due_at is not None and (found.s1, found.s2) == (1, 1)
    for viewer in (by, above):  # the cleared see on a wall what everybody sees
        page = client_of(viewer).get("/ruang-kendali").content.decode()
        said = page + picture_for(viewer, at=at).model_dump_json()
        assert shown.code in said and hidden.code not in said and "Anu" not in said and "Mawar" not in said
    late = picture(["64"], at=at + timedelta(hours=3))
    assert late.late >= 1 and picture(["64.72"], at=at).matters == []


@pytest.mark.django_db
def test_the_next_two_hours_hold_turns_limits_and_briefings(member: Member, areas: None, at: datetime) -> None:
    by = member("duty_officer", "64.71")
    matter("64.71", by, at)
    roster(User.objects.get(pk=by.user_id), region="64.71", starts_at=at + timedelta(hours=1), ends_at=at + LATER / 2, by=OPERATOR, at=at)  # fmt: skip
    kinds = [a.kind for a in picture(["64.71"], at=at).ahead]
    assert "deadline" in kinds and kinds.count("shift") == 1
    evening = at.replace(hour=8, minute=30)  # 16.30 WITA
    assert {"nil", "briefing"} <= {a.kind for a in picture(["64"], at=evening).ahead}
    assert "shift" not in [a.kind for a in picture(["64.72"], at=at).ahead]


@pytest.mark.deep
@pytest.mark.django_db
def test_telephone_numbers_only_for_whom_they_are(member: Member, areas: None, at: datetime) -> None:
    watch, verifier = member("duty_officer", "64.71"), member("verifier", "64.71")
    User.objects.filter(pk=watch.user_id).update(phone="0812000111")
    assert "0812000111" in client_of(watch).get("/ruang-kendali").content.decode()
    assert "0812000111" not in client_of(verifier).get("/ruang-kendali").content.decode()
    dinsos = add_agency(code="x", name="X", kind="dinsos", region="64.71", by=OPERATOR, at=at)
    assert client_of(member("agency", "64.71", dinsos)).get("/ruang-kendali").status_code == 403
    assert Client().get("/ruang-kendali").status_code == 302


@pytest.mark.django_db
def test_a_screen_opens_its_region_s_wall_and_nothing_else(
    member: Member, areas: None, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    by, elsewhere = member("secretary", "64.71"), member("secretary", "64.72")
    terms = {"region": "64.71", "label": "Aula", "phones": False, "ends_at": at + LATER, "at": at}
    with pytest.raises(NotPermitted):
        screens.make_screen(by=elsewhere, **terms)  # type: ignore[arg-type]
    with pytest.raises(screens.ScreenNotPossible):
        screens.make_screen(by=by, **terms | {"ends_at": at + timedelta(days=40)})  # type: ignore[arg-type]
    row, token = screens.make_screen(by=by, **terms)  # type: ignore[arg-type]
    mine, theirs = matter("64.71", member("duty_officer", "64"), at), matter("64.72", member("duty_officer", "64"), at)
    screen = Client()
    assert screen.post("/ruang-kendali/buka", {"code": "AAAA-BBBB-CCCC"}).status_code == 410
    assert screen.post("/ruang-kendali/buka", {"code": token.lower().replace("-", "")}).status_code == 302
    assert Client().post("/ruang-kendali/buka", {"code": token}).status_code == 410, "opened once"
    page = screen.get("/ruang-kendali").content.decode()
    assert mine.code in page and theirs.code not in page
    for path in ("/situasi", "/laporan", "/permasalahan", f"/permasalahan/{mine.code}", "/tim", "/api/v1/wall"):
        assert screen.get(path).status_code in {302, 401, 403, 404}, path
    with pytest.raises(NotFound):
        screens.end_screen(row.pk, by=elsewhere, at=at)
    screens.end_screen(row.pk, by=by, at=at)
    assert screen.get("/ruang-kendali").status_code == 302
    verbs = list(Line.objects.filter(subject=row.subject).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["wall.made", "wall.opened", "wall.ended"]
    assert token.replace("-", "") not in "".join(Line.objects.values_list("detail", flat=True))
    _late, second = screens.make_screen(by=by, **terms)  # type: ignore[arg-type]
    with pytest.raises(screens.ScreenLinkOver):
        screens.open_screen(second, at=at + timedelta(hours=1, seconds=1))


@pytest.mark.django_db
def test_a_screen_is_nudged_and_told_nothing(areas: None, at: datetime) -> None:
    screen = screens.actor_of(WallScreen(pk=3, region="64.71", label="Aula", ends_at=at + LATER))
    assert screen.grants == {(SHOW, "64.71")} and not screen.anywhere(PHONES)
    line = Line(at=at, verb="report.taken", subject="report:KDS-1", region="64.71.02")
    assert live.nudges(line, screen) and "KDS" not in live.NUDGE
    assert not live.nudges(Line(region="64.72"), screen) and not live.nudges(
        Line(region="64.71", tier="terbatas"), screen
    )
    assert live._actor("", "no such key") is None


@pytest.mark.django_db
def test_a_past_hour_is_printed_as_it_was_known_then_less_what_may_no_longer_be_seen(
    member: Member, areas: None, at: datetime
) -> None:
    by = member("duty_officer", "64")
    first, second = matter("64.71", by, at - timedelta(hours=1)), matter("64.72", by, at - timedelta(hours=1))
    User.objects.filter(pk=by.user_id).update(phone="0812000111")
    assert sheets.keep_hour(at=at) and not sheets.keep_hour(at=at + timedelta(minutes=1))
    assert not sheets.keep_hour(at=at + timedelta(minutes=50))
    assert "0812000111" not in str(WallSheet.objects.get().picture)
    Incident.objects.filter(pk=first.pk).update(severity="S4", worst="S4")
    then = sheets.sheet(at, by=by)
    assert {m.code for m in then.matters} == {first.code, second.code} and then.s1 == 2
    Incident.objects.filter(pk=second.pk).update(restricted=True)
    assert [m.code for m in sheets.sheet(at, by=by).matters] == [first.code]
    assert [p.code for p in sheets.sheet(at, by=member("chair", "64.72")).places] == ["64.72"]
    with pytest.raises(sheets.NoSheet):
        sheets.sheet(at + timedelta(hours=1), by=by)
    client = client_of(by)
    hour = at.isoformat().replace("+", "%2B")
    assert "sebagaimana diketahui" in client.get(f"/ruang-kendali/cetak?jam={hour}").content.decode()
    for bad in ("besok", "2020-13-40T99:00", "0001-01-01T00:00", "2020-12-02T05:00"):
        assert client.get("/ruang-kendali/cetak", {"jam": bad}).status_code == 404, bad
    assert sheets.keep_hour(at=at + timedelta(days=40)) and WallSheet.objects.count() == 1


@pytest.mark.deep
@pytest.mark.django_db
def test_as_many_queries_for_many_matters_as_for_few(
    member: Member, areas: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kondusif.regions.memory._KEPT_FOR", 3600.0)  # a slow machine asks again between the two looks
    monkeypatch.setattr("kondusif.clock.queries._OFFSET_KEPT_FOR", 3600.0)
    by = member("duty_officer", "64")
    matter("64.71", by, at)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            picture(["64"], at=at)
        return len(seen)

    matter("64.72", by, at)
    queries()  # the names of places are remembered from here on
    few = queries()
    assert few < 45
    for region in ("64.71", "64.72") * 2:
        matter(region, by, at)
    assert queries() == few


def test_a_picture_comes_back_from_its_paper() -> None:
    at = datetime(2020, 12, 2, 1, tzinfo=UTC)
    found = Picture(at=at, region="X", scopes=["64"], places=[], matters=[], ahead=[], orders=[])
    assert Picture.model_validate(found.model_dump(mode="json")) == found
