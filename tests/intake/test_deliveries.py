"""What a device hands in after days: stored once, receipted, refused with a reason, never in another's name."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from kondusif.intake import deliveries, receipts
from kondusif.intake.actions import UuidReused, receive
from kondusif.intake.models import Attachment, Delivery, NilReport, Report
from kondusif.intake.rules import tracking_digest
from kondusif.ledger.actor import Actor
from kondusif.teams.models import User
from tests.conftest import AT, Member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(areas: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """Domain time that a test may move; reports are received in the test's own transaction."""
    found = {"at": AT}
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: found["at"])
    monkeypatch.setattr("kondusif.intake.delivery_api.real_now", lambda: found["at"])
    monkeypatch.setattr(deliveries.WRITER, "submit", lambda draft, by: receive(draft, by=by, at=found["at"]))
    return found


def content(kind: str = "report", **said: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"kind": kind, "uuid": str(uuid.uuid4()), "written_at": AT.isoformat(), "salt": "garam"}
    if kind == "report":
        base |= {"text": "Ribut di depan pasar", "threatened": "no", "region": "64.71", "day": "now"}
    if kind == "nil":
        base |= {"region": "64.71", "sources": ["watch"]}
    return base | said


def hand_in(said: dict[str, Any], *, client: Client | None = None, device_now: datetime = AT, **more: Any) -> Any:
    body = {"content": json.dumps(said), "device_now": device_now.isoformat(), "age_ms": None, "files": []} | more
    return (client or Client()).post(f"/api/v1/deliveries/{said['kind']}", body, content_type="application/json")


def client_of(actor: Actor) -> Client:
    found = Client()
    found.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def held(answer: Any, said: dict[str, Any]) -> dict[str, Any]:
    """The receipt's body, after checking what a device checks."""
    assert answer.status_code == 200, answer.content
    given = answer.json()
    assert receipts.fault(given["receipt"], given["signature"], receipts.public_keys(at=AT), json.dumps(said)) == ""
    body: dict[str, Any] = json.loads(given["receipt"])
    assert body["uuid"] == said["uuid"] and body["kind"] == said["kind"]
    return body


def test_a_report_after_two_days_by_a_clock_three_hours_fast(clock: dict[str, datetime]) -> None:
    said = content(written_at=(AT + timedelta(hours=3)).isoformat())
    clock["at"] = AT + 2 * DAY
    answer = hand_in(said, device_now=AT + 2 * DAY + timedelta(hours=3))
    body = held(answer, said)
    row = Report.objects.get()
    assert (row.occurred_at, row.reported_at, row.received_at) == (AT, AT, AT + 2 * DAY)
    assert answer.json()["clock_ahead"] == 3 * 3600 and body["subject"] == row.subject
    assert body["tracking_digest"] == row.tracking_digest == tracking_digest(answer.json()["tracking"])
    assert answer.json()["tracking"] not in body.values()


def test_the_same_again_is_the_same_receipt_and_other_content_is_refused(clock: dict[str, datetime]) -> None:
    said = content()
    first = hand_in(said).json()
    clock["at"] += DAY
    again = hand_in(said, device_now=AT + DAY).json()
    assert again["replay"] and not first["replay"] and again["receipt"] == first["receipt"]
    assert Report.objects.count() == Delivery.objects.count() == 1
    other = hand_in(said | {"text": "Bukan itu"})
    assert other.status_code == 409 and other.json()["code"] == "uuid-reused"


def test_a_twin_on_its_way_finds_the_receipt(clock: dict[str, datetime], monkeypatch: pytest.MonkeyPatch) -> None:
    said = content()

    def late(draft: Any, by: Any) -> Any:
        receive(draft, by=by, at=clock["at"])
        return UuidReused()  # the twin's own "now" lies a moment elsewhere

    monkeypatch.setattr(deliveries.WRITER, "submit", late)
    held(hand_in(said), said)


@pytest.mark.parametrize(("wrong", "field"), [
    ({"text": " "}, "text"), ({"region": "31.71"}, "region"), ({"threatened": "?"}, "threatened"), ({"day": "date"}, "date"),
])  # fmt: skip
def test_a_refused_report_says_which_field_and_stores_nothing(wrong: dict[str, str], field: str) -> None:
    answer = hand_in(content(**wrong))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "said-field-wrong", field)
    assert not Report.objects.exists() and not Delivery.objects.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind":"report"}', '{"kind":"nil"}', '"x"'])
def test_rubbish_is_refused_not_a_fault(text: str) -> None:
    answer = Client().post(
        "/api/v1/deliveries/report", {"content": text, "device_now": AT.isoformat()}, content_type="application/json"
    )
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((40, 30), 30).save(out, "JPEG")
    return out.getvalue()


def test_photos_are_named_by_what_the_device_holds() -> None:
    data = photo()
    raw = hashlib.sha256(data).hexdigest()
    said = content(files=[raw])
    missing = hand_in(said)
    assert (missing.status_code, missing.json()["code"]) == (409, "files-missing") and not Report.objects.exists()
    sent = Client().post("/api/v1/files", data, content_type="image/jpeg").json()
    assert sent["sha256"] == raw
    held(hand_in(said, files=[sent["token"], "rubbish"]), said)
    assert Attachment.objects.count() == 1
    held(hand_in(said), said)  # the answer was lost and the token is gone: still the same receipt
    cut = Client().post("/api/v1/files", data[:200], content_type="image/jpeg")
    assert cut.status_code == 422 and cut.json()["code"] == "file-refused"
    big = Client().post("/api/v1/files", b"x" * 3_000_000, content_type="image/jpeg")
    assert big.status_code == 422


def test_a_nil_report_speaks_for_the_day_it_was_said(member: Member, clock: dict[str, datetime]) -> None:
    officer = member("duty_officer", "64.71")
    said = content("nil", by=officer.id)
    clock["at"] = AT + 2 * DAY
    body = held(hand_in(said, client=client_of(officer), device_now=AT + 2 * DAY), said)
    row = NilReport.objects.get()
    assert (row.day, row.filed_at) == (AT.date(), AT + 2 * DAY), "two days ago, and received today"
    assert body["subject"] == "nil:64.71:2020-12-02"
    back = content("nil", by=officer.id, written_at=(AT + 9 * DAY).isoformat())
    lost = hand_in(back, client=client_of(officer), device_now=AT + 2 * DAY)
    assert lost.json()["code"] == "time-unknown" and NilReport.objects.count() == 1


def test_nobodys_word_is_sent_by_another(member: Member) -> None:
    one, two = member("duty_officer", "64.71"), member("duty_officer", "64.71")
    said = content("nil", by=one.id)
    assert hand_in(said).status_code == 401
    assert hand_in(said, client=client_of(two)).json()["code"] == "of-another-member"
    elsewhere = content("nil", by=one.id, region="64.72")
    assert hand_in(elsewhere, client=client_of(one)).status_code == 403
    assert not NilReport.objects.exists() and not Delivery.objects.exists()
    held(hand_in(said, client=client_of(one)), said)


def test_csrf_is_asked_of_members(member: Member) -> None:
    officer = member("duty_officer", "64.71")
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        User.objects.get(pk=officer.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    said = content("nil", by=officer.id)
    assert hand_in(said, client=client).status_code == 403
    hello = client.get("/api/v1/hello").json()
    assert hello["member"]["id"] == officer.id and [r["code"] for r in hello["member"]["nil_regions"]] == ["64.71"]
    body = {"content": json.dumps(said), "device_now": AT.isoformat()}
    answer = client.post(
        "/api/v1/deliveries/nil", body, content_type="application/json", headers={"X-CSRFToken": hello["csrf"]}
    )
    assert answer.status_code == 200
    assert Client().get("/api/v1/hello").json() == {
        "now": AT.isoformat().replace("+00:00", "Z"),
        "member": None,
        "csrf": "",
    }
