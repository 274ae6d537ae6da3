"""Promises of docs/safety.md that belong to no single stage: shared phones, addresses, caches, registers of persons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from kondusif.ledger.actor import Actor
from kondusif.site.commands import serve
from kondusif.teams.models import User

PUBLIC = ("/lapor", "/lacak", "/lacak/tuntas", "/tentang")
NEUTRAL = re.compile(r"<title>(?!.*(lapor|konflik|polisi|aduan|report|police))[^<]*</title>", re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", PUBLIC[:3])
def test_a_shared_phone_tells_nothing(path: str, language: str, areas: None) -> None:
    """A neutral title, and a way out on every page a reporter sees; steps and refusals included."""
    client = Client()
    client.cookies["bahasa"] = language
    pages = [client.get(path)]
    if path == "/lapor":
        pages += [
            client.post(path, {"step": "1"}),
            client.post(path, {"step": "1", "text": "Ribut", "threatened": "no"}),
        ]
    elif path == "/lacak":
        pages.append(client.post(path, {"tracking": "AAAA-BBBB-CCCC"}))
    for page in pages:
        html = page.content.decode()
        assert NEUTRAL.search(html), html.partition("</title>")[0][-80:]
        assert "data-exit" in html
        assert "no-store" in page.headers["Cache-Control"], "the way back shows nothing to the next one"


def test_addresses_of_reporters_are_not_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    import uvicorn

    asked: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda *_app, **how: asked.update(how))
    serve.serve("127.0.0.1", 8999)
    assert asked["access_log"] is False and asked["log_level"] == "warning"
    for model in apps.get_models():
        if model.__module__.startswith("kondusif."):
            kinds = {f.get_internal_type() for f in model._meta.get_fields() if hasattr(f, "get_internal_type")}
            assert not kinds & {"GenericIPAddressField", "IPAddressField"}, model


@pytest.mark.django_db
def test_an_officers_page_is_kept_by_no_shared_cache(member: Callable[..., Actor], areas: None) -> None:
    client = Client()
    client.force_login(
        User.objects.get(pk=member("duty_officer", "64.71").user_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for path in (
        "/situasi",
        "/laporan",
        "/permasalahan",
        "/tugas",
        "/tim",
        "/kabar",
        "/ringkas",
        "/nihil",
        "/api/v1/reports",
    ):
        said = client.get(path).headers["Cache-Control"]
        assert "private" in said or "no-store" in said, (path, said)


PERSONAL = re.compile(
    r"(^|_)(nik|ktp|birth|gender|sex|religion|ethnic|suku|agama|face|social|account|nickname|alias)", re.IGNORECASE
)


def test_there_is_no_register_of_persons() -> None:
    """People in the tables are members. Parties are roles and interests; the one contact hangs on one report, sealed."""
    for model in apps.get_models():
        if not model.__module__.startswith("kondusif."):
            continue
        names = {f.name for f in model._meta.get_fields()}
        if model is not User:
            assert not {n for n in names if PERSONAL.search(n)}, model
            assert model.__name__ == "Agency" or not names & {"phone", "email"}, model  # an office has a telephone
    contact, party = apps.get_model("intake", "Contact"), apps.get_model("response", "Party")
    assert {f.name for f in contact._meta.concrete_fields} == {"id", "report", "sealed", "lookup", "erased_at"}
    assert {f.name for f in party._meta.concrete_fields} <= {
        "id",
        "incident",
        "role",
        "interest",
        "by",
        "at",
        "ended_at",
    }


def test_the_strip_of_the_exercise_is_on_every_page(
    db: None, areas: None, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr("kondusif.site.context.offset", lambda: timedelta(days=-2000))
    for path in PUBLIC:
        html = Client().get(path).content.decode()
        assert "BUKAN KEJADIAN NYATA" in html, path
    monkeypatch.setattr("kondusif.site.context.offset", timedelta)
    assert "BUKAN KEJADIAN NYATA" not in Client().get("/lapor").content.decode()


def test_times_are_the_houses_own() -> None:
    assert settings.TIME_ZONE == "Asia/Makassar", "WITA, UTC+8, no summer time"
