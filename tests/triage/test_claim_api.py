"""Claims over the API: the whole way, If-Match, and what the public may read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from kondusif.ledger.actor import Actor
from kondusif.teams.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.each_once, pytest.mark.deep]
Member = Callable[..., Actor]


def test_the_whole_way_over_the_api(areas: None, member: Member, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)
    clients = {}
    for role in ("duty_officer", "verifier", "chair"):
        clients[role] = Client()
        user = User.objects.get(pk=member(role, "64.71").user_id)
        clients[role].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

    def send(role: str, path: str, said: dict[str, Any], version: int | None = None) -> Any:
        headers = {"if-match": f'"{version}"'} if version else {}
        return clients[role].post(f"/api/v1/{path}", json.dumps(said), content_type="application/json", headers=headers)

    made = send(
        "duty_officer",
        "claims",
        {"region": "64.71", "topic": "election", "title": "Isu TPS pindah", "statement": "Semua TPS pindah."},
    )
    assert made.status_code == 201
    code, version = made.json()["code"], made.json()["version"]
    acts = f"claims/{code}/acts"
    assert send("duty_officer", acts, {"act": "item"}).status_code == 428
    assert send("duty_officer", acts, {"act": "item"}, version).json()["code"] == "claim-item-not-possible"
    steps: list[tuple[str, dict[str, Any]]] = [
        (
            "duty_officer",
            {"act": "item", "region": "64.71", "day": "2020-12-01", "link": "https://x.com/akun/status/7"},
        ),
        ("duty_officer", {"act": "evidence", "source": "KPU", "day": "2020-12-01", "shows": "Tetap."}),
        ("verifier", {"act": "judge", "verdict": "false", "reason": "KPU membantah."}),
        ("duty_officer", {"act": "draft", "title": "Lokasi TPS tidak berubah", "fact": "KPU tidak mengubahnya."}),
    ]
    for role, said in steps:
        answer = send(role, acts, said, version)
        assert answer.status_code == 200, answer.json()
        assert send(role, acts, said, version).status_code in {409, 412}, "a stale page changes nothing"
        version = answer.json()["version"]
    found = clients["chair"].get(f"/api/v1/claims/{code}").json()
    assert found["items"][0]["link"] == "https://x.com/i/status/7" and found["verdicts"][0]["role"].startswith(
        "Verifikator"
    )
    draft = found["clarifications"][0]["id"]
    assert Client().get("/api/v1/clarifications").json() == []
    other = send(
        "duty_officer", "claims", {"region": "64.71", "topic": "aid", "title": "Isu yang lain", "statement": "Lain."}
    ).json()
    wrong = send("chair", f"claims/{other['code']}/acts", {"act": "publish", "clarification": draft}, other["version"])
    assert wrong.status_code == 404, "another claim's draft"
    assert send("chair", acts, {"act": "publish", "clarification": draft}, version).status_code == 200
    (public,) = Client().get("/api/v1/clarifications").json()
    assert (public["title"], public["verdict"]) == ("Lokasi TPS tidak berubah", "false")
    assert [c["code"] for c in clients["chair"].get("/api/v1/claims").json()] == [other["code"]]
    sheet = b"Isu;Tanggal\nIsu baru sekali;01/12/2020\n"
    looked = clients["duty_officer"].post("/api/v1/claims/sheet", sheet, content_type="text/csv").json()
    assert (looked["applied"], looked["claims"], looked["counts"]["new"]) == (False, 1, 1)
