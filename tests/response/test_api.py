"""The API of both stages: ETag and If-Match, problems with codes, cursors, policy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from kondusif.ledger.actor import Actor
from kondusif.response.models import Task
from kondusif.teams.models import User
from tests.response.conftest import NewMatter, Town
from tests.triage.conftest import NewReport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def domain_time(monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
    """Requests happen at the tests' instant."""
    monkeypatch.setattr("kondusif.site.middleware.now", lambda: at)


def client(actor: Actor) -> Client:
    found = Client()
    found.force_login(User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def send(found: Client, url: str, body: object, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return found.post(f"/api/v1{url}", json.dumps(body), content_type="application/json", headers=headers)


def test_a_report_from_list_to_incident(town: Town, new_report: NewReport) -> None:
    codes = [new_report().code for _ in range(3)]
    web = client(town.officer)
    first = web.get("/api/v1/reports?limit=2").json()
    rest = web.get(f"/api/v1/reports?limit=2&cursor={first['next']}").json()
    assert [r["code"] for r in first["items"] + rest["items"]] == codes
    assert rest["next"] is None
    answer = web.get(f"/api/v1/reports/{codes[0]}")
    assert answer["ETag"] == '"1"'
    taken = send(web, f"/reports/{codes[0]}/acts", {"act": "take"}, 1)
    assert (taken.status_code, taken["ETag"], taken.json()["state"]) == (200, '"2"', "in_review")
    stale = send(web, f"/reports/{codes[0]}/acts", {"act": "verify"}, 1)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert stale["Content-Type"].startswith("application/problem+json")
    bare = send(web, f"/reports/{codes[0]}/acts", {"act": "verify"})
    assert (bare.status_code, bare.json()["code"]) == (428, "version-needed")
    assert send(web, f"/reports/{codes[0]}/acts", {"act": "verify", "severity": "S2"}, 2).status_code == 200
    assert send(web, f"/reports/{codes[1]}/merge", {"primary": codes[0]}, 1).json()["primary"] == codes[0]
    opened = send(web, "/incidents", {"reports": [codes[0]], "title": "Perselisihan dua kelompok warga"})
    assert (opened.status_code, opened.json()["severity"]) == (201, "S2")
    assert opened.json()["missing"] == "evidence"


def test_an_incident_by_machine(town: Town, new_matter: NewMatter) -> None:
    incident = new_matter()
    web, theirs, lurah = client(town.officer), client(town.pp_member), client(town.lurah)
    version = web.get(f"/api/v1/incidents/{incident.code}").json()["version"]
    given = send(web, f"/incidents/{incident.code}/tasks", {"agency": town.pp.pk, "title": "Redakan lokasi"}, version)
    assert given.status_code == 201
    task = theirs.get("/api/v1/tasks").json()[0]
    assert task["kind"] == "assign"
    assert send(theirs, f"/tasks/{task['id']}/acts", {"act": "accept"}, task["version"]).json()["state"] == "accepted"
    assert (
        send(theirs, f"/tasks/{task['id']}/acts", {"act": "finish", "text": "Tenang."}, task["version"] + 1).json()[
            "state"
        ]
        == "done"
    )
    version = web.get(f"/api/v1/incidents/{incident.code}").json()["version"]
    proposed = send(
        web, f"/incidents/{incident.code}/acts", {"act": "propose", "outcome": "ended", "evidence": "Foto"}, version
    )
    assert proposed.json()["state"] == "proposed"
    own = send(web, f"/incidents/{incident.code}/acts", {"act": "confirm"}, proposed.json()["version"])
    assert own.status_code == 403
    done = send(lurah, f"/incidents/{incident.code}/acts", {"act": "confirm"}, proposed.json()["version"])
    assert done.json()["state"] == "watched"
    assert done.json()["missing"] == "watch"
    assert [r["code"] for r in web.get("/api/v1/incidents").json()["items"]] == [incident.code]


def test_strangers_get_problems(town: Town, new_matter: NewMatter) -> None:
    incident = new_matter()
    for path in (f"/incidents/{incident.code}", "/incidents/PMS-0000000", "/reports/KDS-0000000", "/tasks/999999"):
        answer = client(town.dinsos_member).get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert Client().get("/api/v1/incidents").status_code == 401
    title = send(client(town.officer), "/incidents", {"reports": ["KDS-0000000"], "title": "Bentrok suku Dayak"})
    assert (title.status_code, title.json()["field"]) == (422, "title")


def test_restricting_by_machine_ends_the_caller_s_sight(town: Town, new_report: NewReport) -> None:
    report, web = new_report(), client(town.officer)
    assert send(web, f"/reports/{report.code}/acts", {"act": "restrict"}, 1).status_code == 204
    assert web.get(f"/api/v1/reports/{report.code}").status_code == 404


def test_a_task_forwarded_away(town: Town, new_matter: NewMatter) -> None:
    incident, web, theirs = new_matter(), client(town.officer), client(town.pp_member)
    version = web.get(f"/api/v1/incidents/{incident.code}").json()["version"]
    pk = send(
        web, f"/incidents/{incident.code}/tasks", {"agency": town.pp.pk, "title": "Redakan lokasi"}, version
    ).json()["id"]
    assert send(web, f"/tasks/{pk}/calls", {"result": "answered"}).status_code == 204
    assert (
        send(theirs, f"/tasks/{pk}/acts", {"act": "forward", "agency": town.polri.pk}, 1).json()["state"] == "forwarded"
    )
    assert Task.objects.get(forwarded_from=pk).agency == town.polri
    assert send(theirs, f"/tasks/{pk}/acts", {"act": "forward", "agency": 999999}, 2).json()["code"] == "agency-unknown"


def test_no_nul_reaches_the_database(town: Town, new_report: NewReport) -> None:
    report, web = new_report(), client(town.officer)
    assert web.get("/api/v1/reports?words=%00").status_code == 422
    assert web.get("/api/v1/reports/KDS%00").status_code == 422
    assert web.get("/laporan/KDS%00").status_code in {404, 422}
    assert web.get("/permasalahan/baru?laporan=%00").status_code in {404, 422}
    assert send(web, f"/reports/{report.code}/acts", {"act": "verify", "reason": "a\u0000b"}, 1).status_code == 422
    assert web.post(f"/laporan/{report.code}/satukan", {"primary": "\x00", "joined": report.code}).status_code in {
        404,
        422,
    }
    assert web.get("/laporan?words=%00").status_code in {200, 422}
