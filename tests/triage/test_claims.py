"""Each act on an isu: what it leaves behind, and each way it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.test import override_settings

from kondusif.clock.actions import fire_due
from kondusif.clock.models import Deadline
from kondusif.intake.models import Contact, Letter, Report
from kondusif.intake.rules import KeptFile
from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, NotFound, NotPermitted, Stale
from kondusif.ledger.models import Line
from kondusif.teams import conflicts
from kondusif.teams.models import OutboxMessage, User
from kondusif.teams.queries import actor_of
from kondusif.triage import restriction
from kondusif.triage.claims import actions, counters, queries, quiet, referral, rules, verdicts
from kondusif.triage.claims.actions import NewItem
from kondusif.triage.claims.desk import ClaimTitleNotNeutral, ClaimWordsNeeded
from kondusif.triage.claims.models import Appeal, Claim, ClaimVerdict, Counter, Item
from kondusif.triage.jobs import DUTIES
from tests.triage.conftest import NewReport

pytestmark = pytest.mark.django_db
Member = Callable[..., Actor]
TODAY = date(2020, 12, 2)
TITLE, FACT = (
    "Lokasi TPS di Balikpapan tidak berubah",
    "KPU menetapkan lokasi TPS pada 1 November dan tidak mengubahnya.",
)


@dataclass
class Desk:
    officer: Actor
    verifier: Actor
    head: Actor
    secretary: Actor

    def claim(
        self, at: datetime, *, topic: str = "election", title: str = "Isu pemindahan TPS", region: str = "64.71"
    ) -> Claim:
        return actions.record(
            region=region, topic=topic, title=title, statement="Besok semua TPS dipindah ke kantor camat, kata @akun_contoh 08115550000",
            by=self.officer, at=at,
        )  # fmt: skip

    def weighed(self, at: datetime, verdict: str = "false") -> Claim:
        claim = self.claim(at)
        evidence(claim, self.officer, at)
        verdicts.judge(claim.code, verdict=verdict, reason="KPU membantah.", by=self.verifier, at=at)
        return fresh(claim)

    def published(self, at: datetime) -> Claim:
        claim = self.weighed(at)
        row = counters.draft(claim.code, title=TITLE, fact=FACT, by=self.officer, at=at)
        counters.publish(row.pk, by=self.head, at=at)
        return fresh(claim)


def evidence(claim: Claim, by: Actor, at: datetime, **given: object) -> None:
    said = {
        "source": "KPU Kota Balikpapan",
        "source_date": TODAY,
        "shows": "Lokasi TPS tetap.",
        "link": "https://kpu.example/pengumuman",
    }
    actions.add_evidence(claim.code, **(said | given), by=by, at=at)  # type: ignore[arg-type]


def fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def owed(claim: Claim) -> list[str]:
    return sorted(Deadline.objects.filter(subject=claim.subject, met_at=None).values_list("duty", flat=True))


def lines(subject: str) -> list[str]:
    return list(Line.objects.filter(subject=subject).order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def desk(areas: None, member: Member) -> Desk:
    return Desk(*(member(role, "64.71") for role in ("duty_officer", "verifier", "division_head", "secretary")))


def test_the_whole_way(desk: Desk, at: datetime) -> None:
    """Claim, item, evidence, verdict in a named role, clarification by a second person: each its duty and its line."""
    claim = desk.claim(at)
    assert "akun_contoh" not in claim.statement and "0811" not in claim.statement
    assert owed(claim) == [rules.CHECK, rules.VERDICT]
    actions.add_item(claim.code, NewItem("64.71", TODAY, link="https://x.com/akun/status/5"), by=desk.officer, at=at)
    evidence(claim, desk.officer, at)
    assert owed(claim) == [rules.VERDICT]
    verdict = verdicts.judge(claim.code, verdict="false", reason="KPU membantah.", by=desk.verifier, at=at)
    assert verdict.role == "Verifikator, Tim Terpadu Balikpapan"
    assert fresh(claim).state == "judged" and owed(claim) == [rules.COUNTER]
    row = counters.draft(claim.code, title=TITLE, fact=FACT, by=desk.officer, at=at)
    assert queries.published(at=at) == []
    counters.publish(row.pk, by=desk.head, at=at)
    assert fresh(claim).state == "settled" and owed(claim) == []
    (public,) = queries.published(at=at)
    assert (public.title, public.verdict, public.role) == (TITLE, "false", "Verifikator, Tim Terpadu Balikpapan")
    assert public.sources == (("KPU Kota Balikpapan", TODAY, "https://kpu.example/pengumuman"),)
    assert lines(claim.subject) == [
        "claim.recorded", "claim.item_added", "claim.evidence_added", "claim.judged", "claim.drafted", "claim.published",
    ]  # fmt: skip


def test_who_is_elsewhere_or_may_not_is_refused(desk: Desk, member: Member, at: datetime) -> None:
    claim = desk.claim(at)
    evidence(claim, desk.officer, at)
    elsewhere, chair = member("division_head", "64.72"), member("chair", "64.71")
    acts: list[tuple[Callable[..., object], dict[str, object], Actor]] = [
        (actions.add_item, {"new": NewItem("64.71", TODAY, "x", words="Tangkapan layar")}, chair),
        (verdicts.judge, {"verdict": "false", "reason": "Ada bantahan."}, desk.officer),
        (verdicts.judge, {"verdict": "false", "reason": "Ada bantahan."}, chair),
        (referral.refer, {"body": "bawaslu"}, desk.verifier),
    ]
    for act, given, wrong in acts:
        with pytest.raises(NotFound):
            act(claim.code, by=elsewhere, at=at, **given)
        with pytest.raises(NotPermitted):
            act(claim.code, by=wrong, at=at, **given)
        with pytest.raises(Stale):
            act(claim.code, by=desk.head if act is verdicts.judge else desk.officer, at=at, version=99, **given)
    with pytest.raises(NotPermitted):
        actions.record(
            region="64.72", topic="aid", title="Isu bantuan habis", statement="Habis.", by=desk.officer, at=at
        )
    assert list(queries.visible_to(elsewhere)) == []
    assert list(queries.visible_to(member("observer", "64.71"))) == []


def test_whoever_wrote_a_delicate_claim_down_does_not_judge_it(desk: Desk, at: datetime) -> None:
    claim = actions.record(
        region="64.71",
        topic="election",
        title="Isu surat suara hilang",
        statement="Surat suara hilang.",
        by=desk.head,
        at=at,
    )
    evidence(claim, desk.officer, at)
    with pytest.raises(verdicts.NotTheJudge):
        verdicts.judge(claim.code, verdict="false", reason="Dibantah.", by=desk.head, at=at)
    assert fresh(claim).verdict == ""
    verdicts.judge(claim.code, verdict="false", reason="Dibantah.", by=desk.secretary, at=at)


def test_a_verdict_without_evidence_is_refused(desk: Desk, at: datetime) -> None:
    claim = desk.claim(at)
    with pytest.raises(verdicts.EvidenceMissing):
        verdicts.judge(claim.code, verdict="false", reason="Kata orang.", by=desk.verifier, at=at)
    verdicts.judge(claim.code, verdict="unproven", reason="Belum ada sumber.", by=desk.verifier, at=at)
    assert fresh(claim).state == "settled" and owed(claim) == []
    with pytest.raises(MoveNotAllowed):
        verdicts.judge(claim.code, verdict="unproven", reason="Lagi.", by=desk.verifier, at=at)


def test_an_objection_is_looked_at_by_another_and_the_earlier_verdict_stays(desk: Desk, at: datetime) -> None:
    claim = desk.published(at)
    verdicts.appeal(claim.code, capacity="named", reason="Surat KPU yang baru.", by=desk.secretary, at=at)
    assert owed(claim) == [rules.APPEAL]
    assert queries.published(at=at)[0].looked_at_again
    for who in (desk.verifier, desk.secretary):
        with pytest.raises(verdicts.NotTheJudge):
            verdicts.judge(claim.code, verdict="true", reason="Benar.", by=who, at=at)
    verdicts.judge(claim.code, verdict="true", reason="KPU mengubah lokasi.", by=desk.head, at=at)
    assert list(ClaimVerdict.objects.order_by("pk").values_list("kind", flat=True)) == ["false", "true"]
    assert Appeal.objects.get().answer is not None
    (public,) = queries.published(at=at)
    assert public.withdrawn and public.body == "", "what turned out otherwise is withdrawn and said to be"
    assert queries.published(at=at + timedelta(days=31)) == []
    assert OutboxMessage.objects.filter(body__contains="ternyata benar").count() == 1
    with pytest.raises(MoveNotAllowed):
        verdicts.appeal(
            desk.claim(at, title="Isu lain sama sekali").code,
            capacity="citizen",
            reason="Belum ada putusan.",
            by=desk.officer,
            at=at,
        )


def test_a_confirmed_verdict_leaves_its_clarification_standing(desk: Desk, at: datetime) -> None:
    claim = desk.published(at)
    verdicts.appeal(claim.code, capacity="citizen", reason="Saya yakin pindah.", by=desk.officer, at=at)
    verdicts.judge(claim.code, verdict="false", reason="KPU tetap membantah.", by=desk.head, at=at)
    assert fresh(claim).state == "settled" and not queries.published(at=at)[0].withdrawn


def test_a_second_person_publishes(desk: Desk, at: datetime) -> None:
    claim = desk.weighed(at)
    row = counters.draft(claim.code, title=TITLE, fact=FACT, by=desk.head, at=at)
    for who, refusal in (
        (desk.head, counters.NotTheDrafter),
        (desk.officer, NotPermitted),
        (desk.verifier, NotPermitted),
    ):
        with pytest.raises(refusal):
            counters.publish(row.pk, by=who, at=at)
    assert queries.published(at=at) == []
    second = counters.draft(claim.code, title=TITLE, fact=FACT + " Tetap.", by=desk.officer, at=at)
    with pytest.raises(MoveNotAllowed):
        counters.publish(row.pk, by=desk.secretary, at=at)
    counters.publish(second.pk, by=desk.head, at=at)
    counters.withdraw(second.pk, by=desk.secretary, at=at)
    assert [p.withdrawn for p in queries.published(at=at)] == [True]


@override_settings(CANDIDATE_NAMES=["Abe Ceede"])
def test_no_candidate_and_no_repeated_claim_is_published(desk: Desk, at: datetime) -> None:
    claim = desk.weighed(at)
    for title, fact in (
        (TITLE, "Abe Ceede hadir."), ("Hoaks TPS pindah ke kantor camat", FACT), ("Semua TPS dipindah ke kantor camat", FACT),
        (TITLE, "Kata @akun."), (TITLE, ""),
    ):  # fmt: skip
        with pytest.raises(counters.CounterNotPossible):
            counters.draft(claim.code, title=title, fact=fact, by=desk.officer, at=at)
    assert Counter.objects.count() == 0


def test_in_masa_tenang_only_safety_notices(desk: Desk, member: Member, at: datetime) -> None:
    old = desk.published(at)
    with pytest.raises(NotPermitted):
        quiet.set_quiet("64", starts_at=at, ends_at=at + timedelta(days=3), basis="PKPU", by=desk.secretary, at=at)
    province = member("secretary", "64")
    period = quiet.set_quiet(
        "64", starts_at=at, ends_at=at + timedelta(days=3), basis="Keputusan KPU", by=province, at=at
    )
    assert queries.published(at=at) == [], "what came out before is not shown meanwhile"
    claim = actions.record(
        region="64.71", topic="disaster", title="Isu tanggul jebol", statement="Tanggul jebol.", by=desk.officer, at=at
    )
    evidence(claim, desk.officer, at)
    verdicts.judge(claim.code, verdict="false", reason="BPBD membantah.", by=desk.verifier, at=at)
    row = counters.draft(
        claim.code, title="Tanggul aman menurut BPBD", fact="BPBD memeriksa tadi pagi.", by=desk.officer, at=at
    )
    with pytest.raises(counters.QuietTime):
        counters.publish(row.pk, by=desk.head, at=at)
    safe = counters.draft(
        claim.code, title="Tanggul aman menurut BPBD", fact="BPBD memeriksa.", safety=True, by=desk.officer, at=at
    )
    counters.publish(safe.pk, by=desk.head, at=at)
    assert [p.code for p in queries.published(at=at)] == [claim.code]
    quiet.end_quiet(period.pk, by=province, at=at + timedelta(hours=1))
    assert {p.code for p in queries.published(at=at + timedelta(hours=1))} == {claim.code, old.code}
    with pytest.raises(quiet.QuietPeriodNotPossible):
        quiet.set_quiet("64.71", starts_at=at, ends_at=at + timedelta(days=40), basis="x", by=province, at=at)


def test_a_report_that_tells_it_becomes_an_item_and_its_reporter_hears(
    desk: Desk, new_report: NewReport, at: datetime
) -> None:
    claim, report = desk.claim(at), new_report(text="Katanya TPS pindah, kata Pak RT.")
    item = actions.add_report(claim.code, report.code, channel="whatsapp", by=desk.officer, at=at)
    assert item.words == claim.title, "nothing of the report's own words is copied"
    assert lines(report.subject)[-1] == "report.claimed"
    with pytest.raises(actions.ReportNotARumour):
        actions.add_report(claim.code, report.code, by=desk.officer, at=at)
    evidence(claim, desk.officer, at)
    verdicts.judge(claim.code, verdict="false", reason="KPU membantah.", by=desk.verifier, at=at)
    report.refresh_from_db()
    assert report.state == "refuted"
    told = list(Letter.objects.filter(report=report).order_by("pk").values_list("text", flat=True))
    assert len(told) == 2 and "tidak benar" in told[1] and "keberatan" in told[1]
    late = new_report()
    actions.add_report(claim.code, late.code, by=desk.officer, at=at)
    assert Report.objects.get(pk=late.pk).state == "refuted"


def test_what_concerns_officials_stays_with_the_secretariat(
    desk: Desk, new_report: NewReport, member: Member, at: datetime
) -> None:
    claim = desk.claim(at)
    with pytest.raises(NotFound):
        actions.add_report(claim.code, new_report(restricted=True).code, by=desk.officer, at=at)
    secretariat = member("secretariat", "64")
    with pytest.raises(actions.ReportNotARumour):
        actions.add_report(claim.code, new_report(restricted=True).code, by=secretariat, at=at)
    report = new_report()
    actions.add_report(claim.code, report.code, words="Katanya petugas", by=desk.officer, at=at)
    restriction.set_restricted(report.code, by=desk.officer, at=at)
    item = Item.objects.get()
    assert item.report is None and item.words == ""


def test_an_item_comes_in_once_and_within_its_claim(desk: Desk, at: datetime) -> None:
    claim = desk.claim(at)
    good = NewItem(
        "64.71", TODAY, link="https://facebook.com/akun/posts/1", words="Unggahan @akun", outside="confirmed"
    )
    item = actions.add_item(claim.code, good, by=desk.officer, at=at)
    assert (item.channel, item.link, item.words) == ("facebook", "https://facebook.com", "Unggahan [akun dihapus]")
    with pytest.raises(actions.ItemKnown):
        actions.add_item(claim.code, good, by=desk.officer, at=at)
    for wrong in (
        NewItem("64.72", TODAY, "x", words="Di tempat lain"), NewItem("64.71", TODAY + timedelta(days=1), "x", words="Besok"),
        NewItem("64.71", date(1999, 1, 1), "x", words="Dulu"), NewItem("64.71", TODAY, "", words="Tanpa kanal"),
        NewItem("64.71", TODAY, "x"), NewItem("64.71", TODAY, "x", link="javascript:alert(1)"), NewItem("64.71", TODAY, "x", words="a", outside="z"),
    ):  # fmt: skip
        with pytest.raises(actions.ItemNotPossible):
            actions.add_item(claim.code, wrong, by=desk.officer, at=at)
    assert queries.totals(desk.officer) == queries.Totals(1, 1, 1)


def test_bad_words_and_a_known_title_are_refused(desk: Desk, at: datetime) -> None:
    desk.claim(at)
    with pytest.raises(actions.ClaimKnown):
        desk.claim(at, title="  isu PEMINDAHAN tps! ")
    for wrong, refusal in (("pendek", ClaimWordsNeeded), ("Isu suku tertentu dilarang memilih", ClaimTitleNotNeutral)):
        with pytest.raises(refusal):
            desk.claim(at, title=wrong)
    with pytest.raises(ClaimWordsNeeded):
        desk.claim(at, title="Isu yang lain lagi", topic="zodiak")
    with pytest.raises(actions.EvidenceNotPossible):
        evidence(Claim.objects.get(), desk.officer, at, link="ftp://x.example")
    with pytest.raises(actions.EvidenceNotPossible):
        evidence(Claim.objects.get(), desk.officer, at, source_date=TODAY + timedelta(days=1))


def test_a_missed_instant_tells_one_level_above_and_no_higher(desk: Desk, at: datetime) -> None:
    claim = desk.claim(at)
    later = at
    for _round in range(4):
        later += timedelta(days=4)
        fire_due(DUTIES, at=later)
    told = set(OutboxMessage.objects.filter(subject__contains=claim.code).values_list("audience", flat=True))
    assert told == {"duty:64"}
    assert fresh(claim).state == "open" and fresh(claim).verdict == ""
    assert owed(claim)[0] == rules.CHECK
    assert Deadline.objects.filter(subject=claim.subject, met_at=None, fired_at=None).count() == 2, "still to fire"


def test_no_counter_message_needs_a_reason(desk: Desk, at: datetime) -> None:
    claim = desk.weighed(at)
    with pytest.raises(NotPermitted):
        counters.rest(claim.code, reason="Hampir tidak beredar.", by=desk.officer, at=at)
    counters.rest(claim.code, reason="Hampir tidak beredar.", by=desk.head, at=at)
    assert (fresh(claim).state, owed(claim)) == ("settled", [])
    with pytest.raises(MoveNotAllowed):
        counters.rest(claim.code, reason="Lagi.", by=desk.head, at=at)


def test_no_identity_goes_with_a_referral(desk: Desk, new_report: NewReport, at: datetime) -> None:
    """Safeguard 7: the letter holds the claim; nothing of reports, reporters, accounts or members is in it."""
    claim, report = desk.claim(at), new_report(text="Katanya TPS pindah kata tetangga saya Abe Ceede.")
    Contact.objects.create(report=report, sealed="sealed-contact", lookup="a" * 64)
    actions.add_report(claim.code, report.code, by=desk.officer, at=at)
    actions.add_item(
        claim.code,
        NewItem("64.71", TODAY, link="https://x.com/akun_contoh/status/5", words="Kata @akun_contoh"),
        by=desk.officer,
        at=at,
    )
    evidence(claim, desk.officer, at)
    verdicts.judge(claim.code, verdict="false", reason="KPU membantah @akun_contoh.", by=desk.verifier, at=at)
    for body, _label in rules.REFERRED_TO:
        text = referral.letter(fresh(claim), body)
        for secret in (
            report.code,
            report.tracking_digest,
            report.text,
            "Abe",
            "sealed",
            "a" * 64,
            "akun_contoh",
            "0811",
            desk.verifier.label,
            "user:",
        ):
            assert secret not in text, secret
        assert claim.code in text and "https://x.com/i/status/5" in text and "salah, oleh Verifikator" in text
    referral.refer(claim.code, body="bawaslu", by=desk.officer, at=at)
    with pytest.raises(MoveNotAllowed):
        referral.refer(claim.code, body="bawaslu", by=desk.officer, at=at)
    with pytest.raises(referral.NoSuchBody):
        referral.refer(claim.code, body="ppa", by=desk.officer, at=at)


def test_a_conflict_of_interest_keeps_out_of_claims(desk: Desk, member: Member, at: datetime) -> None:
    claim = desk.claim(at)
    user = User.objects.get(pk=desk.head.user_id)
    conflicts.lock(
        user=user,
        region="64.71",
        ground="staff",
        starts_at=at,
        ends_at=at + timedelta(days=30),
        by=member("secretary", "64"),
        at=at,
    )
    kept_out = actor_of(user, at=at)
    assert list(queries.visible_to(kept_out)) == []
    with pytest.raises(NotFound):
        verdicts.judge(claim.code, verdict="unproven", reason="Tidak tahu.", by=kept_out, at=at)


def test_a_file_is_held_and_nothing_personal_is_in_a_line(desk: Desk, at: datetime) -> None:
    claim = desk.claim(at)
    evidence(claim, desk.officer, at, file=KeptFile("ab" * 32, "image/png", 10, "layar.png"))
    assert queries.holds_file("ab" * 32) and not queries.holds_file("cd" * 32)
    for line in Line.objects.filter(subject=claim.subject):
        assert "TPS" not in line.detail and "layar" not in line.detail
