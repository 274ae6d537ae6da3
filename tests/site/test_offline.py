"""The queue on a device: its core under node, the pages and scripts that carry it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from kondusif.site import pwa
from kondusif.teams.models import User
from tests.conftest import Member

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".venv" / "bin" / "node"


def test_the_queue_keeps_its_promises() -> None:
    """tests/site/queue.test.mjs: saving, back-off, refusals, sign-in, eviction, keys. `prove offline` tries the real doors."""
    words = [str(NODE), "--test", "--test-reporter=tap", str(Path(__file__).with_name("queue.test.mjs"))]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout


@pytest.mark.django_db
@pytest.mark.each_once
def test_the_house_can_be_installed_and_its_worker_keeps_only_what_exists(areas: None) -> None:
    client = Client()
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"} and manifest["start_url"] == "/"
    script = client.get("/sw.js")
    assert script["Content-Type"].startswith("text/javascript") and "no-cache" in script["Cache-Control"]
    kept = json.loads(script.content.decode().partition(" = ")[2].partition(";\n")[0])
    assert kept["page"] == "/antrean" and len(kept["kept"]) == 1 + len(pwa.KEPT)
    dist = ROOT / "src" / "kondusif" / "site" / "dist"
    for name in (*pwa.KEPT, *(icon for icon, _size, _purpose in pwa.ICONS)):
        assert (dist / name).is_file(), name
    for name, size, _purpose in pwa.ICONS:
        head = (dist / name).read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20], "big") == size


@pytest.mark.django_db
@pytest.mark.each_once
def test_the_kept_page_holds_nobodys_notices(areas: None, member: Member) -> None:
    """The service worker keeps a copy: what is in it anybody with the phone may read. The notice waits for the next page."""
    user = User.objects.get(pk=member("duty_officer", "64.71").user_id)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/nihil", {"region": "64.71", "sources": "watch"}).status_code == 302
    page = client.get("/antrean").content.decode()
    assert "data-exit" in page and str(user) not in page and 'class="msgs"' not in page
    assert "Laporan nihil tercatat" in client.get("/nihil").content.decode()
