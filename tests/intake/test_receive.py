"""Reports are received exactly once, whole or not at all, and a poisoned one fails alone."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kondusif.clock.models import Deadline
from kondusif.intake import actions, privacy
from kondusif.intake.actions import NotStored, Receipt, ReportNotAccepted, UuidReused, receive, receive_many
from kondusif.intake.models import Contact, Report, Similar
from kondusif.intake.queries import report_for, visible_to
from kondusif.intake.recent import RECENT, Recent
from kondusif.intake.rules import Draft, cell_of
from kondusif.intake.similar import WINDOW, probe
from kondusif.intake.writer import SIBLINGS, Writer
from kondusif.ledger.actor import CITIZEN, Actor
from kondusif.ledger.errors import NotFound, NotPermitted
from kondusif.ledger.models import Line
from kondusif.teams.models import OutboxMessage
from tests.conftest import Member

pytestmark = pytest.mark.django_db
Drafts = Callable[..., Draft]


def received_lines() -> int:
    return Line.objects.filter(verb="report.received").count()


def test_a_report_leaves_everything_it_should(draft: Drafts, at: datetime) -> None:
    receipt = receive(draft(lat=-1.2654, lon=116.8312, contact="0812 000 111", threatened="yes"), by=CITIZEN, at=at)
    report = Report.objects.get(code=receipt.code)
    assert report.region.startswith("64.71") and report.state == "received"
    assert report.received_at == report.reported_at == at
    deadline = Deadline.objects.get(subject=report.subject)
    assert (deadline.owner, deadline.due_at) == ("duty:64.71", at + timedelta(minutes=10))
    line = Line.objects.get(subject=report.subject)
    assert "0812" not in line.detail and "pasar" not in line.detail, "no personal data, no words in the ledger"
    message = OutboxMessage.objects.get()
    assert message.urgent and "pasar" not in message.body + message.subject
    contact = Contact.objects.get(report=report)
    assert "0812" not in contact.sealed and privacy.unseal(contact.sealed) == "0812 000 111"
    assert contact.lookup == privacy.lookup("+62-812-000111")


def test_the_same_submission_is_stored_once(draft: Drafts, at: datetime) -> None:
    one = draft()
    first = receive(one, by=CITIZEN, at=at)
    again = receive(one, by=CITIZEN, at=at + timedelta(minutes=5))
    assert (again.code, again.tracking, again.received_at) == (first.code, first.tracking, first.received_at)
    assert again.replay and not first.replay
    assert Report.objects.count() == received_lines() == Deadline.objects.count() == 1


def test_twice_in_one_batch_is_stored_once(draft: Drafts, at: datetime) -> None:
    one = draft()
    a, b = receive_many([(one, CITIZEN), (one, CITIZEN)], at=at)
    assert isinstance(a, Receipt) and isinstance(b, Receipt) and a.code == b.code
    assert Report.objects.count() == 1


def test_a_uuid_used_for_other_words_is_refused(draft: Drafts, at: datetime) -> None:
    number = uuid.uuid4()
    receive(draft(uuid=number), by=CITIZEN, at=at)
    with pytest.raises(UuidReused):
        receive(draft(uuid=number, text="Lain sama sekali"), by=CITIZEN, at=at)
    assert Report.objects.count() == 1


def test_a_poisoned_report_fails_alone(draft: Drafts, at: datetime) -> None:
    good, empty, last = draft(), draft(text=" \u200b "), draft()
    poison = draft(language=None)  # what no check foresaw: the database itself refuses it
    outcomes = receive_many([(d, CITIZEN) for d in (good, empty, poison, last)], at=at)
    assert [type(o) for o in outcomes] == [Receipt, ReportNotAccepted, NotStored, Receipt]
    assert Report.objects.count() == 2 and received_lines() == 2 and Deadline.objects.count() == 2


def test_a_code_that_is_taken_is_drawn_again(draft: Drafts, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8, 7, 8, 9])
    monkeypatch.setattr(actions.secrets, "randbits", lambda bits: next(draws))
    receive(draft(), by=CITIZEN, at=at)
    receive_many([(draft(), CITIZEN), (draft(), CITIZEN)], at=at)
    assert len(set(Report.objects.values_list("code", flat=True))) == 3


def test_an_unknown_region_is_refused(draft: Drafts, at: datetime) -> None:
    with pytest.raises(ReportNotAccepted):
        receive(draft(region="64.99"), by=CITIZEN, at=at)


@pytest.mark.parametrize(("lat", "lon"), [(0.0, 0.0), (116.8, -1.2), (48.0, 2.0)])
def test_impossible_places_are_refused_with_a_reason(draft: Drafts, at: datetime, lat: float, lon: float) -> None:
    from kondusif.ledger.errors import Refusal

    with pytest.raises(Refusal) as caught:
        receive(draft(lat=lat, lon=lon), by=CITIZEN, at=at)
    assert caught.value.status in {400, 422} and str(caught.value.do)
    assert not Report.objects.exists()


def test_without_a_place_the_province_owns_it(draft: Drafts, at: datetime) -> None:
    receive(draft(region=""), by=CITIZEN, at=at)
    report = Report.objects.get()
    assert (report.region, report.place_precision) == ("64", "unknown")
    assert Deadline.objects.get().owner == "duty:64"


def test_desk_channels_need_the_permission(draft: Drafts, member: Member, at: datetime) -> None:
    with pytest.raises(NotPermitted):
        receive(draft(channel="phone"), by=CITIZEN, at=at)
    with pytest.raises(NotPermitted):
        receive(draft(channel="phone"), by=member("duty_officer", "64.72"), at=at)
    officer = member("duty_officer", "64.71")
    receive(draft(channel="phone"), by=officer, at=at)
    assert Report.objects.get().taken_by == officer.id


def test_near_duplicates_are_found_also_within_a_batch(draft: Drafts, at: datetime) -> None:
    words = "Keributan antar pemuda di depan pasar Klandasan, ada yang membawa kayu"
    near = {"lat": -1.2700, "lon": 116.8300}
    receive(draft(text=words, **near), by=CITIZEN, at=at)
    receive_many(
        [
            (draft(text="ribut pemuda depan pasar klandasan ada yg bawa kayu", lat=-1.2712, lon=116.8311), CITIZEN),
            (draft(text=words, lat=-1.2705, lon=116.8301), CITIZEN),
            (draft(text="Lampu jalan padam sejak kemarin", **near), CITIZEN),
            (draft(text=words, lat=-1.1500, lon=116.9000), CITIZEN),
        ],
        at=at + timedelta(minutes=20),
    )
    pairs = {(s.report.text[:5], s.other.text[:5]) for s in Similar.objects.select_related("report", "other")}
    assert ("Kerib", "Kerib") in pairs and ("ribut", "Kerib") in pairs
    assert not any("Lampu" in p for pair in pairs for p in pair)
    assert all(s.metres is not None and s.metres < 300 for s in Similar.objects.all())


def test_reports_about_officials_are_not_compared_with_open_ones(draft: Drafts, at: datetime) -> None:
    same = {"text": "Petugas meminta uang di pos", "lat": -1.27, "lon": 116.83}
    receive(draft(**same), by=CITIZEN, at=at)
    receive(draft(**same, restricted=True), by=CITIZEN, at=at)
    assert not Similar.objects.exists()


def test_scope_of_reading(draft: Drafts, member: Member, at: datetime) -> None:
    open_one = receive(draft(), by=CITIZEN, at=at)
    secret = receive(draft(restricted=True, refer_to="ombudsman"), by=CITIZEN, at=at)
    local, other, province, secretariat = (
        member("duty_officer", "64.71"), member("duty_officer", "64.72"), member("duty_officer", "64"), member("secretariat", "64"),
    )  # fmt: skip
    assert report_for(open_one.code, local).code == open_one.code
    for actor, code in (
        (other, open_one.code),
        (local, secret.code),
        (province, secret.code),
        (CITIZEN, open_one.code),
    ):
        with pytest.raises(NotFound):
            report_for(code, actor)
    assert report_for(secret.code, secretariat).refer_to == "ombudsman"
    assert visible_to(Actor("user:9", "X")).count() == 0
    assert Deadline.objects.get(subject=f"report:{secret.code}").owner == "role:secretariat@64"
    line = Line.objects.get(subject=f"report:{secret.code}")
    assert (line.tier, line.region) == ("terbatas", "64")


@pytest.mark.django_db(transaction=True)
@pytest.mark.deep
def test_many_threads_through_one_writer(draft: Drafts) -> None:
    writer = Writer()
    drafts = [draft(text=f"Laporan {n}") for n in range(40)]
    answers: list[object] = []

    def send(part: list[Draft]) -> None:
        for one in part:
            answers.append(writer.submit(one, by=CITIZEN))
        connection.close()

    threads = [threading.Thread(target=send, args=(drafts[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.stop()
    assert all(isinstance(a, Receipt) for a in answers)
    assert Report.objects.count() == len({a.code for a in answers if isinstance(a, Receipt)}) == 40
    assert writer.received == 40


@pytest.mark.django_db(transaction=True)
def test_after_a_full_batch_a_single_report_is_still_received(draft: Drafts) -> None:
    """The writer waits for more only after a heavy batch, and never for somebody who does not come."""
    writer = Writer()
    writer._last, writer._ended = SIBLINGS, time.monotonic() + 60
    assert isinstance(writer.submit(draft(), by=CITIZEN), Receipt)
    writer.stop()
    assert (writer.batches, Report.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_this_process_stored_is_not_read_again_and_what_others_stored_is(
    draft: Drafts, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store(count: int) -> list[str]:
        batch = [(draft(text="Ribut di depan pasar pagi", lat=-1.27, lon=116.83), CITIZEN) for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            receive_many(batch, at=at)
        return [q["sql"] for q in asked if "received_at >=" in q["sql"]]

    RECENT.warm(at=at)
    store(3)
    store(1)  # by now it knows the newest id, however many were deleted before
    assert connection.vendor == "postgresql" or not store(2), "its own reports were read back"
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(actions, "RECENT", Recent())
        store(2)
    assert store(1), "another process's reports were not read"
    wanted = probe(cell_of(-1.27, 116.83), -1.27, 116.83, at=at, text="Ribut di depan pasar pagi", restricted=False)
    assert {n.id for n in RECENT.near([wanted], at=at)[0]} == set(Report.objects.values_list("pk", flat=True))


def test_what_is_kept_in_memory_equals_what_the_database_says(draft: Drafts, at: datetime) -> None:
    """`Recent` against its slow twin `candidates`, over batches, old reports and a report stored behind its back."""
    import random

    from kondusif.intake.similar import candidates, ranked, worth_comparing

    chance = random.Random(7)
    recent = Recent()
    pairs = 0

    def words() -> str:
        return " ".join(
            chance.choices(
                ["ribut", "pasar", "pagi", "warga", "berkumpul", "di", "depan", "kantor", "desa", "malam"], k=5
            )
        )

    def place() -> tuple[float, float]:
        return -1.27 + chance.gauss(0, 0.02), 116.83 + chance.gauss(0, 0.02)

    for step in range(12):
        moment = at + timedelta(hours=step)
        told = [(words(), *place()) for _ in range(chance.randint(0, 6))]
        receive_many([(draft(text=w, lat=lat, lon=lon), CITIZEN) for w, lat, lon in told], at=moment)
        probes = [
            probe(cell_of(lat, lon), lat, lon, at=moment, text=words(), restricted=False)
            for lat, lon in (place() for _ in range(4))
        ]
        stored = candidates(probes)
        for looking, found in zip(probes, recent.near(probes, at=moment), strict=True):
            slow = [n for n in worth_comparing(looking, stored) if n.received_at >= moment - WINDOW]
            fast = [n for n in found if n.received_at >= moment - WINDOW]
            assert sorted(slow) == sorted(fast)
            assert {m.likeness for m in ranked(looking, slow)} == {m.likeness for m in ranked(looking, fast)}
            pairs += len(slow)
    assert pairs > 20, "too little was found to mean anything"


def test_a_storm_in_one_place_looks_at_the_newest_only(at: datetime) -> None:
    """Ten thousand reports of one square: the search stays bounded, and finds what came last."""
    from kondusif.intake import similar

    cell = cell_of(-1.27, 116.83)
    wanted = similar.probe(cell, -1.27, 116.83, at=at, text="Ribut di pasar pagi, warga berkumpul", restricted=False)
    looked_at = []

    class Square(dict[int, similar.Near]):
        def values(self):  # type: ignore[no-untyped-def]
            return Counted(super().values())

    class Counted:
        def __init__(self, inner) -> None:  # type: ignore[no-untyped-def]
            self.inner = inner

        def __reversed__(self):  # type: ignore[no-untyped-def]
            for one in reversed(self.inner):
                looked_at.append(one.id)
                yield one

    found = similar.ranked(
        wanted, similar.worth_comparing(wanted, {cell: Square({n: wanted.as_near(n) for n in range(10_000)})})
    )
    assert len(found) == similar.MOST
    assert min(looked_at) >= 10_000 - similar.MOST_IN_SQUARE - 1
