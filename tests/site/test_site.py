"""The house around the stages: reference pages, health, headers, sign-in by invitation, faults, backup and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kondusif.ledger.actor import Actor
from kondusif.ledger.errors import CATALOGUE
from kondusif.site import environment, manual, views
from kondusif.teams import actions as teams
from kondusif.teams.models import Invitation, User
from tests.conftest import Member

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_reference_is_what_the_code_says() -> None:
    stale = [name for name, text in manual.pages().items() if (REFERENCE / name).read_text() != text]
    assert not stale, f"./kondusif docs writes them anew: {stale}"


# Read by the test tools alone; CONTRIBUTING and the proofs' own words describe them.
DEVELOPERS = {
    "KONDUSIF_TEST_TURN",
    "KONDUSIF_TEST_DEEP",
    "KONDUSIF_SHARED",
    "KONDUSIF_EXAMPLES",
    "KONDUSIF_CHROMIUM",
    "KONDUSIF_PROVING",
    "KONDUSIF_",
}


def test_every_setting_and_every_refusal_is_described() -> None:
    said = (REFERENCE / "settings.md").read_text()
    for setting in environment.SETTINGS:
        assert f"`{setting.name}`" in said and setting.meaning
    read = set()
    for path in (ROOT / "src").rglob("*.py"):
        read |= {
            w
            for w in path.read_text().replace('"', " ").replace("'", " ").split()
            if w.startswith("KONDUSIF_") and w.isupper()
        }
    secret = {w for w in read if w.startswith("KONDUSIF_SECRET_")}
    assert {w.strip("`,.;:)(=") for w in read - secret} <= {s.name for s in environment.SETTINGS} | DEVELOPERS
    errors = (REFERENCE / "errors.md").read_text()
    manual.errors_page()  # loads every module that defines one
    assert not [
        code
        for code, kind in CATALOGUE.items()
        if f"| `{code}` | {kind.status} |" not in errors and kind.__module__.startswith("kondusif")
    ]


@pytest.mark.django_db
def test_health(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").content) == (200, b"ok\n")
    silent = client.get("/readyz")
    assert silent.status_code == 503 and silent.json() == {"ready": False, "migrations_waiting": 0, "worker": False}
    monkeypatch.setattr(views, "last_heartbeat", lambda: views.real_now() - timedelta(seconds=1))
    assert client.get("/readyz").json()["ready"] is True
    monkeypatch.setattr(views, "last_heartbeat", lambda: views.real_now() - views.WORKER_SILENT_AFTER)
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize(("wanted", "back"), [
    ("/lapor", "/lapor"), ("//contoh.id/x", "/"), ("https://contoh.id", "/"), ("javascript:alert(1)", "/"), ("/\\contoh.id", "/"), ("", "/"),
])  # fmt: skip
def test_the_theme_leads_nowhere_else(client: Client, wanted: str, back: str) -> None:
    answer = client.post("/tampilan", {"theme": "dark", "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert answer.cookies["tampilan"].value == "dark"
    assert client.post("/tampilan", {"theme": "<script>"}).cookies["tampilan"].value == "auto"


@pytest.mark.django_db
def test_an_invitation_is_used_once_and_kept_by_no_cache(operator: Actor, client: Client) -> None:
    user, token = teams.invite(username="baru", title="Petugas", by=operator, at=views.now())
    page = client.get(f"/undangan/{token}")
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    words = {"new_password1": "rapat-evaluasi-2020", "new_password2": "rapat-evaluasi-2020"}
    assert client.post(f"/undangan/{token}", words).status_code == 302
    for answer in (
        Client().get(f"/undangan/{token}"),
        Client().post(f"/undangan/{token}", words),
        Client().get("/undangan/salah"),
    ):
        assert answer.status_code == 410
    assert Invitation.objects.get(user=user).used_at is not None


@pytest.mark.django_db
def test_a_manager_renews_the_link_only_of_whom_they_manage(operator: Actor, member: Member, at: datetime) -> None:
    """The link signs in as that member: else a town's manager would read what concerns officials."""
    from kondusif.ledger.errors import NotPermitted

    local, provincial = member("manager", "64.71"), member("manager", "64")
    secretariat, officer, new = (
        member("secretariat", "64"),
        member("duty_officer", "64.71"),
        User.objects.create_user("tanpa-tugas"),
    )
    with pytest.raises(NotPermitted):
        teams.invite_again(User.objects.get(pk=secretariat.user_id), by=local, at=at)
    assert not Invitation.objects.exists()
    for user, by in ((secretariat.user_id, provincial), (officer.user_id, local), (new.pk, local)):
        assert teams.invite_again(User.objects.get(pk=user), by=by, at=at)
    with pytest.raises(NotPermitted):
        teams.invite_again(new, by=officer, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/lapor", "/lacak", "/tentang", "/akun/login/"])
def test_headers_of_a_page(client: Client, url: str) -> None:
    answer = client.get(url)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"
    page = answer.content.decode()
    assert "style=" not in page.replace("style-src", "") and " onclick=" not in page and "<script>" not in page


@pytest.mark.django_db
def test_a_member_s_page_is_kept_by_no_shared_cache(member: Member, client: Client) -> None:
    client.force_login(User.objects.get(pk=member("duty_officer", "64.71").user_id), backend=BACKEND)
    for url in (
        "/situasi",
        "/laporan",
        "/permasalahan",
        "/tugas",
        "/tim",
        "/kabar",
        "/api/v1/reports",
        "/api/v1/incidents",
        "/tentang",
    ):
        kept = client.get(url)["Cache-Control"]
        assert "private" in kept and "public" not in kept, url


@pytest.mark.django_db
def test_what_goes_wrong_is_said(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/lapor", {"step": "1"})
    assert answer.status_code == 403 and b"Traceback" not in answer.content
    missing = client.get("/api/v1/tidak-ada")
    assert missing.status_code == 404 and missing["Content-Type"].startswith("application/problem+json")
    assert missing.json()["code"] == "not-found" and missing.json()["status"] == 404
    assert client.get("/tidak-ada").status_code == 404
    unknown = client.get("/api/v1/reports")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "not-signed-in")
    null = client.post("/lapor", {"step": "1", "text": "a\x00b"})
    assert null.status_code == 422
    assert client.get(reverse("account_login")).status_code == 200


# --- backup and back, in processes of their own ------------------------------------------------------------------------

SEED = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "kondusif.site.settings"
import django; django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import transaction
from kondusif.intake import attachments, privacy
from kondusif.ledger.actions import record
from kondusif.teams.queries import OPERATOR
from kondusif.teams.actions import invite
at = datetime(2020, 12, 2, tzinfo=UTC)
for n in range(30):
    with transaction.atomic():
        record("duty.given", subject=f"user:{n}", region="64", by=OPERATOR, at=at)
invite(username="petugas", title="Petugas", by=OPERATOR, at=at)
attachments.write("ef" * 32, b"a picture")
print(privacy.seal("0812000111"))
"""
READ = """
import os, sys; os.environ["DJANGO_SETTINGS_MODULE"] = "kondusif.site.settings"
import django; django.setup()
from kondusif.intake import attachments, privacy
from kondusif.ledger.models import Line
from kondusif.teams.models import User
print(privacy.unseal(sys.argv[1]), attachments.path_of("ef" * 32).read_bytes().decode(), Line.objects.count(), User.objects.get().username)
"""


def run(home: Path, *words: str) -> SimpleNamespace:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KONDUSIF_") and k != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=clean | {"KONDUSIF_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.mark.deep
@pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="the commands' own database is a file here"
)
def test_backup_and_back(tmp_path: Path) -> None:
    old, new, archive = tmp_path / "old", tmp_path / "new", tmp_path / "cadangan.tar.gz"
    seeded = run(old, "-c", SEED)
    assert seeded.code == 0, seeded.err
    sealed = seeded.out.split()[-1]
    done = run(old, "-m", "kondusif", "backup", str(archive))
    assert done.code == 0, done.err
    assert archive.stat().st_mode & 0o077 == 0, "it holds the keys"
    broken = tmp_path / "rusak.tar.gz"
    broken.write_bytes(archive.read_bytes()[:2000])
    refused = run(new, "-m", "kondusif", "restore", str(broken))
    assert refused.code != 0 and not (new / "kondusif.sqlite3").exists()
    back = run(new, "-m", "kondusif", "restore", str(archive))
    assert back.code == 0, back.out + back.err
    assert run(new, "-c", READ, sealed).out.split() == ["0812000111", "a", "picture", "31", "petugas"]
    verified = run(new, "-m", "kondusif", "ledger", "verify")
    assert verified.code == 0, verified.out + verified.err
    secrets = list((new / "secrets").iterdir())
    assert secrets and all(p.stat().st_mode & 0o077 == 0 for p in secrets)
    over = run(new, "-m", "kondusif", "restore", str(archive))
    assert over.code != 0, "a home that is in use is not written over"
    assert json.dumps(run(new, "-c", READ, sealed).out.split()[-1]) == '"petugas"'
