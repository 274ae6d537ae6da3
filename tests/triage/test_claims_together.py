"""Two people at one claim in the same moment: one act counts, the other is refused with its reason, nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import MoveNotAllowed, Refusal
from kondusif.ledger.models import Line
from kondusif.triage.claims import actions, counters, importing, queries, verdicts
from kondusif.triage.claims.models import Claim, ClaimVerdict, Counter, Item

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.deep]
Member = Callable[..., Actor]


def together(*acts: Callable[[], object]) -> list[Refusal | None]:
    """Run the acts at once, each with a connection of its own; what refused each."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)  # type: ignore[var-annotated]

    def run(n: int) -> None:
        gate.wait()
        try:
            acts[n]()
        except Refusal as refusal:
            found[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_the_same_claim_the_same_verdict_the_same_draft_the_same_sheet(
    areas: None, member: Member, at: datetime
) -> None:
    officer, judges = member("duty_officer", "64.71"), [member("verifier", "64.71"), member("division_head", "64.71")]

    def write() -> object:
        return actions.record(
            region="64.71", topic="aid", title="Isu bantuan habis", statement="Habis.", by=officer, at=at
        )

    refused = together(write, write, write)
    assert Claim.objects.count() == 1 and [type(r) for r in refused].count(actions.ClaimKnown) == 2
    claim = Claim.objects.get()
    actions.add_evidence(
        claim.code, source="Dinsos", source_date=date(2020, 12, 1), shows="Stok ada.", by=officer, at=at
    )
    refused = together(*(
        lambda by=by: verdicts.judge(claim.code, verdict="false", reason="Dibantah.", by=by, at=at)  # type: ignore[misc]
        for by in judges
    ))  # fmt: skip
    assert ClaimVerdict.objects.count() == 1 and [type(r) for r in refused].count(MoveNotAllowed) == 1

    def draft() -> object:
        return counters.draft(claim.code, title="Bantuan masih tersedia", fact="Stok ada di gudang.", by=officer, at=at)

    assert together(draft, draft) == [None, None]
    standing = Counter.objects.get(withdrawn_at=None)
    publishers = [member("secretary", "64.71"), member("chair", "64.71")]
    refused = together(*(lambda by=by: counters.publish(standing.pk, by=by, at=at) for by in publishers))  # type: ignore[misc]
    assert [type(r) for r in refused].count(MoveNotAllowed) == 1
    assert len(queries.published(at=at)) == 1 and Line.objects.filter(verb="claim.published").count() == 1
    rows = "Isu;Tanggal;Kanal\n" + "".join(f"Isu lembar {n % 3};0{1 + n % 2}/12/2020;WA\n" for n in range(30))
    together(*(lambda: importing.apply_at_once(rows.encode(), by=officer, at=at) for _ in range(3)))
    assert (Claim.objects.count(), Item.objects.count()) == (4, 6)
