"""Every endpoint × role × region. The right side of the table is written by hand, from what each role is for.

Allowed is any answer but 401, 403, 404 and the way to the sign-in page: a rule deeper down may still say 409, 412 or 422.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.template.base import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from kondusif.intake import attachments, identity, privacy
from kondusif.intake.models import Attachment, Contact, Report
from kondusif.intake.rules import KeptFile, tracking_digest
from kondusif.ledger.actor import Actor
from kondusif.ledger.jobs import seal_lines
from kondusif.regions.actions import load_base
from kondusif.response import actions as response_actions
from kondusif.response import api as response_api
from kondusif.response import tasks
from kondusif.response import views as response_views
from kondusif.response.actions import NewIncident
from kondusif.response.claims import put_beside
from kondusif.response.models import Incident, Task
from kondusif.response.peace import actors, agreement, appeal, mediation
from kondusif.response.peace.actors import NewActor
from kondusif.response.peace.agreement import NewAgreement, NewObligation
from kondusif.response.peace.mediation import NewMediation
from kondusif.response.peace.rules import DRAFTS
from kondusif.response.potentials import actions as potentials
from kondusif.response.potentials.actions import NewPotential
from kondusif.site.api import api
from kondusif.situation import actions as situation
from kondusif.situation import briefing
from kondusif.situation.models import WallScreen
from kondusif.teams import conflicts, delegations, duty_hours, rosters
from kondusif.teams.actions import give_duty
from kondusif.teams.exports import gate
from kondusif.teams.models import Agency, MatterLock, User
from kondusif.teams.queries import OPERATOR, actor_of
from kondusif.teams.rules import ROLES, is_vertical, may_hold
from kondusif.triage import actions as triage
from kondusif.triage import api as triage_api
from kondusif.triage import referral
from kondusif.triage import views as triage_views
from kondusif.triage.claims import actions as claims
from kondusif.triage.claims import api as claim_api
from kondusif.triage.claims import counters, verdicts
from kondusif.triage.claims import views as claim_views
from tests.conftest import AT
from tests.triage.conftest import make_report

pytestmark = pytest.mark.django_db
TOWN, OTHER, PROVINCE = "64.71", "64.72", "64"
NOBODY = "anonymous"
TRACKING = "ABCD-EFGH-JKMN"

# --- who may, by hand -------------------------------------------------------------------------------------------------

Who = Callable[[str, str], bool]
OFFICERS = {"duty_officer", "division_head", "secretary", "secretariat"}  # the watch and those above it: they handle
READERS = OFFICERS | {"chair", "verifier"}  # the team: they read
BOARD = READERS | {"agency", "manager", "observer"}  # everybody but data protection sees the board
CONFIRM = {"secretary", "chair", "verifier"}
GATE = {"agency", "secretariat", "data_protection"}


def everyone(role: str, region: str) -> bool:
    return True


def nobody(role: str, region: str) -> bool:
    return False


def members(role: str, region: str) -> bool:
    return role != NOBODY


def anywhere(*roles: str) -> Who:
    return lambda role, region: role in roles


def town(*roles: str) -> Who:
    """These roles, held in the town or in the province above it."""
    return lambda role, region: role in roles and region in {TOWN, PROVINCE}


def province(*roles: str) -> Who:
    return lambda role, region: role in roles and region == PROVINCE


def either(*rules: Who) -> Who:
    return lambda role, region: any(rule(role, region) for rule in rules)


def asked(role: str, region: str) -> bool:
    """The agency that has the task, the lead and the referral: the town's police."""
    return (role, region) == ("agency", TOWN)


HANGS = {"secretary", "manager", "secretariat"}  # who hangs up a screen of the control room
hangs = town(*HANGS)
approves = town("secretary", "data_protection", "secretariat")
team, officers, secretariat = town(*READERS), town(*OFFICERS), province("secretariat")


@dataclass(frozen=True)
class Row:
    method: str
    route: str
    who: Who
    path: str = ""  # the route with this world's codes, where it has any
    data: dict[str, Any] | None = None
    body: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path or self.route} {self.data or self.body or ''}".strip()


def page_acts(kind: str, code: str, acts: dict[str, tuple[Who, dict[str, Any]]]) -> list[Row]:
    route = f"{kind}/<slug:code>/langkah/<slug:act>"
    return [Row("POST", route, who, f"{kind}/{code}/langkah/{act}", data) for act, (who, data) in acts.items()]


def api_acts(route: str, path: str, acts: dict[str, tuple[Who, dict[str, Any]]]) -> list[Row]:
    return [Row("POST", route, who, path, body={"act": act} | data) for act, (who, data) in acts.items()]


WHY = {"reason": "Ada bukti baru."}
TRIAGE: dict[str, tuple[Who, dict[str, Any]]] = {
    "take": (officers, {}),
    "release": (officers, {}),
    "restrict": (officers, {}),
    "lift": (secretariat, {}),
    "verify": (officers, {"severity": "S3", "confirmed_by": ""}),
    "grade": (officers, {"severity": "S3", "source": "F", "credibility": 6}),
    "unproven": (officers, WHY),
    "refute": (officers, WHY),
    "reopen": (officers, WHY),
    "ask": (town(*OFFICERS, "verifier"), {"text": "Di mana?"}),
    "close": (officers, {"kind": "test"} | WHY),
}
# About officials the whole table would say "the secretariat" in each line: an act of each permission will do.
RESTRICTED = {act: (secretariat, TRIAGE[act][1]) for act in ("take", "lift", "ask", "close")}
INCIDENT: dict[str, tuple[Who, dict[str, Any]]] = {
    "note": (officers, {"text": "Sudah tenang."}),
    "severity": (officers, {"severity": "S2"}),
    "stage": (officers, {"stage": "peristiwa"}),
    "link": (officers, {"report": "{third}"}),
    "unlink": (officers, {"report": "{linked}"}),
    "rename": (officers, {"title": "Perselisihan di pasar"}),
    "propose": (either(officers, asked), {"outcome": "ended", "evidence": "Berita acara 1"}),
    "turn_down": (either(team, asked), WHY),
    "calm": (officers, {}),
    "flare_up": (officers, {}),
    "confirm": (either(town(*CONFIRM), asked), {}),
    "close": (town("division_head", "secretary", "chair"), {}),
    "reopen": (officers, {}),
    "claim": (officers, {"claim": "{claim}"}),
    "unclaim": (officers, {"claim": "{claim}"}),
}
RELATIONS: dict[str, tuple[Who, dict[str, Any]]] = {
    "party": (officers, {"role": "Pedagang", "interest": "Tempat"}),
    "relate": (officers, {"kind": "cause", "other": "{second}"}),
    # An agency is shown no form for this and its choices are empty: 422. The API below says 403.
    "assign": (
        either(town(*OFFICERS, "chair"), asked),
        {"agency": "{agency}", "title": "Redakan lokasi", "purpose": "calm"},
    ),
}
answers = either(officers, asked)
# Nobody of the office is a second party about officials: the reporter says whether it is over.
HIDDEN = {
    act: (nobody if act == "confirm" else secretariat, INCIDENT[act][1])
    for act in ("note", "propose", "confirm", "close")
}
TASK: dict[str, tuple[Who, dict[str, Any]]] = {
    "accept": (answers, {}),
    "finish": (answers, {"proof": "Sudah.", "text": "Sudah."}),
    "decline": (answers, {"reason": "Tidak dapat.", "text": "Tidak dapat."}),
    "forward": (answers, {"agency": "{agency}", "reason": "Kewenangannya.", "text": "Kewenangannya."}),
    "help": (answers, {"text": "Butuh orang."}),
    "cancel": (officers, {"reason": "Tidak perlu.", "text": "Tidak perlu."}),
}

judges = town("division_head", "secretary", "verifier", "secretariat")
publishers = town("division_head", "secretary", "chair", "secretariat")
CLAIM: dict[str, tuple[Who, dict[str, Any]]] = {
    "item": (officers, {"region": TOWN, "seen_on": "2020-12-01", "channel": "x", "words": "Tangkapan layar"}),
    "evidence": (town(*OFFICERS, "verifier"), {"source": "KPU", "source_date": "2020-12-01", "shows": "Tetap."}),
    "judge": (judges, {"verdict": "unproven"} | WHY),
    "appeal": (officers, {"capacity": "citizen"} | WHY),
    "draft": (officers, {"title": "Lokasi TPS tidak berubah", "fact": "KPU tidak mengubahnya."}),
    "publish": (publishers, {"counter": "{counter}"}),
    "withdraw": (publishers, {"counter": "{counter}"}),
    "rest": (publishers, WHY),
    "refer": (officers, {"body": "bawaslu"}),
}

ALERT = {
    "region": TOWN, "decree_number": "SK 1/2020", "decree_date": "2020-12-01", "starts_at": "2026-12-01T00:00", "ends_at": "2030-12-10T00:00",
}  # fmt: skip
DAY = {"day": "2020-12-31", "name": "Cuti bersama", "decree_number": "SKB 1"}

SHIFT = {"region": TOWN, "starts_at": "2030-12-01T00:00Z", "ends_at": "2030-12-01T08:00Z"}
DELEGATION = {
    "kind": "plh", "role": "duty_officer", "region": TOWN, "decree_number": "SK 3", "decree_date": "2020-12-01",
    "starts_at": "2040-12-01T00:00Z", "ends_at": "2040-12-10T00:00Z",
}  # fmt: skip

LOCK = {"region": TOWN, "ground": "staff", "starts_at": "2040-12-01T00:00Z", "ends_at": "2040-12-10T00:00Z"}

EXPORT = {"kind": "members", "region": TOWN, "rows": 500, "reason": "audit"}
PERIOD = {"first": "2020-12-01", "last": "2020-12-09"}
FIGURES = {"figures": ["reports"], "region": TOWN, "start": "2020-12-01T00:00Z", "end": "2020-12-09T00:00Z"}
MATTER = {
    "kind": "permasalahan", "code": "{incident}", "whom": "agency:{agency}", "ground": "party", "starts_at": "2030-12-01T00:00Z",
    "ends_at": "2030-12-10T00:00Z",
}  # fmt: skip
HANDED = {"content": "{}", "device_now": "2020-12-02T01:00:00Z"}
NO_ROWS = {"w-TOTAL_FORMS": "0", "w-INITIAL_FORMS": "0"}  # a berita acara without obligations
ROWS: list[Row] = [
    # the house
    Row("GET", "", everyone),
    Row("POST", "tampilan", everyone, data={"theme": "dark"}),
    Row("POST", "mode", everyone, data={"mode": "ringkas"}),
    Row("GET", "undangan/<str:token>", everyone, "undangan/x"),
    Row("POST", "undangan/<str:token>", everyone, "undangan/x"),
    Row("GET", "tentang", everyone),
    # the citizen
    Row("GET", "lapor", everyone),
    Row("POST", "lapor", everyone, data={"step": "1"}),
    Row("GET", "lacak", everyone),
    Row("POST", "lacak", everyone, data={"tracking": TRACKING}),
    Row("POST", "lacak/jawab", everyone, data={"tracking": TRACKING, "text": "Di depan pasar."}),
    Row("GET", "lacak/tuntas", everyone),
    Row("POST", "lacak/tuntas", everyone, data={"tracking": TRACKING, "answer": "no"}),
    # intake
    Row("GET", "laporan/baru", anywhere(*OFFICERS)),
    Row("POST", "laporan/baru", anywhere(*OFFICERS), data={"channel": "phone"}),
    Row("GET", "laporan/tempel", anywhere(*OFFICERS)),
    Row("POST", "laporan/tempel", anywhere(*OFFICERS), data={"step": "read", "text": "Ribut di pasar tadi pagi"}),
    Row("GET", "laporan/<str:code>/berkas/<str:digest>", team, "laporan/{report}/berkas/{digest}"),
    Row("GET", "laporan/<str:code>/berkas/<str:digest>", secretariat, "laporan/{secret}/berkas/{digest}"),
    Row("GET", "laporan/<str:code>/kontak", town(*OFFICERS, *GATE), "laporan/{report}/kontak"),
    Row("GET", "laporan/<str:code>/kontak", province(*GATE), "laporan/{secret}/kontak"),
    Row("GET", "laporan/<str:code>/kontak", nobody, "laporan/KDS-0000000/kontak"),
    *(Row("POST", "laporan/<str:code>/kontak", who, f"laporan/{code}/kontak", data) for who, code, data in (
        (officers, "{report}", {"act": "ask", "reason": "life"}),
        (secretariat, "{secret}", {"act": "ask", "reason": "life"}),
        (town(*GATE), "{report}", {"act": "approve", "request": "{request}"}),
        (town(*GATE), "{report}", {"act": "refuse", "request": "{request}"}),
        (nobody, "{report}", {"act": "open", "request": "{request}"}),
        (nobody, "{third}", {"act": "approve", "request": "{request}"}),  # another report's request
        (province(*GATE), "{secret}", {"act": "approve", "request": "{secret_request}"}),
        (province(*GATE), "{secret}", {"act": "refuse", "request": "{secret_request}"}),
    )),
    Row("GET", "nihil", anywhere(*BOARD)),
    Row("POST", "nihil", officers, data={"region": TOWN, "sources": "watch"}),
    Row("GET", "antrean", everyone),
    Row("GET", "tanda-terima", everyone),
    Row("GET", "api/v1/hello", everyone),
    Row("GET", "api/v1/receipt-keys", everyone),
    Row("POST", "api/v1/files", everyone, body={}),
    Row("POST", "api/v1/deliveries/report", everyone, body=HANDED),
    Row("POST", "api/v1/deliveries/nil", members, body=HANDED),  # whose and where is checked with its content (tests/intake)
    Row("POST", "api/v1/deliveries/task", members, body=HANDED),
    Row("GET", "api/v1/nil-reports", members),
    Row("POST", "api/v1/messages/read", anywhere(*OFFICERS), body={"text": "Ribut di pasar tadi pagi"}),
    Row("POST", "api/v1/nil-reports", officers, body={"region": TOWN, "sources": ["watch"]}),
    Row("GET", "saluran", anywhere("manager", *OFFICERS)),
    Row("POST", "saluran", nobody, data={"test": "tidak-ada"}),
    Row("GET", "saluran/<slug:name>", nobody, "saluran/tidak-ada"),
    Row("POST", "saluran/<slug:name>", nobody, "saluran/tidak-ada"),
    Row("GET", "api/v1/channels", anywhere("manager", *OFFICERS)),
    # teams
    Row("GET", "tim", anywhere(*BOARD)),
    Row("POST", "tim/undang", anywhere("manager"), data={"username": "baru", "title": "Baru", "role": "observer", "region": TOWN}),
    Row("POST", "tim/undang/<int:pk>", town("manager"), "tim/undang/{officer}"),
    Row("POST", "tim/undang/<int:pk>", province("manager"), "tim/undang/{provincial}"),
    Row("GET", "tim/piket", anywhere(*BOARD)),
    Row("POST", "tim/piket", anywhere("manager", "secretary"), data={"region": TOWN}),
    Row("POST", "tim/piket/<int:pk>/<slug:act>", town("manager", "secretary"), "tim/piket/{shift}/ubah", {"region": TOWN}),
    Row("POST", "tim/piket/<int:pk>/<slug:act>", nobody, "tim/piket/{shift}/tukar", {"to": "{officer}"}),
    Row("POST", "tim/piket/<int:pk>/<slug:act>", town("manager", "secretary"), "tim/piket/{shift}/hapus"),
    Row("POST", "tim/piket/tukar/<int:pk>", nobody, "tim/piket/tukar/{swap}", {"answer": "yes"}),
    Row("POST", "tim/piket/kalender", members, data={"act": "buat"}),
    Row("GET", "piket/<str:token>.ics", nobody, "piket/x.ics"),  # the token is the key, test_rosters
    Row("GET", "tim/delegasi", anywhere(*BOARD)),
    Row("POST", "tim/delegasi", anywhere("secretary", "chair", "manager"), data={"region": TOWN}),
    Row("POST", "tim/delegasi/<int:pk>/akhiri", town("secretary", "chair", "manager"), "tim/delegasi/{delegation}/akhiri"),
    Row("GET", "tim/setel-ulang", anywhere("secretary", "secretariat", "manager")),
    Row("GET", "tim/setel-ulang/<int:pk>", town("secretary", "secretariat", "manager"), "tim/setel-ulang/{officer}"),
    Row("POST", "tim/setel-ulang/<int:pk>", town("secretary", "secretariat", "manager"), "tim/setel-ulang/{officer}", {"known_by": "x"}),
    Row("POST", "api/v1/members/<pk>/reset", town("secretary", "secretariat", "manager"), "api/v1/members/{officer}/reset", body={"known_by": "in_person"}),
    Row("GET", "tim/jangkauan", anywhere("secretary", "manager")),
    Row("POST", "tim/jangkauan/<int:pk>/uji", nobody, "tim/jangkauan/{officer}/uji", {"way": "w0"}),  # allowed ones: test_ways
    Row("GET", "kabar/jalur", members),
    *(Row("POST", "kabar/jalur/<slug:act>", who, f"kabar/jalur/{act}", data) for act, who, data in (
        ("tambah", members, {}), ("tenang", members, {}), ("dahulukan", nobody, {"way": "0"}), ("hapus", nobody, {"way": "0"}),
        ("uji", nobody, {"way": "w0"}),
    )),
    Row("GET", "api/v1/shifts", town(*BOARD), "api/v1/shifts?region=" + TOWN),
    Row("POST", "api/v1/shifts", town("manager", "secretary"), body=SHIFT | {"user": "{officer}"}),
    Row("DELETE", "api/v1/shifts/<pk>", town("manager", "secretary"), "api/v1/shifts/{shift}"),
    Row("POST", "api/v1/shifts/<pk>/swap", nobody, "api/v1/shifts/{shift}/swap", body={"to": "{officer}"}),
    Row("POST", "api/v1/swaps/<pk>", nobody, "api/v1/swaps/{swap}", body={"accept": True}),
    Row("GET", "tim/benturan", members),
    Row("POST", "tim/benturan", members, data={"ground": "staff"}),
    Row("POST", "tim/benturan/<int:pk>/akhiri", province("secretary", "secretariat", "manager"), "tim/benturan/{lock}/akhiri"),
    Row("GET", "api/v1/conflict-locks", members),
    Row("POST", "api/v1/conflict-locks", province("secretary", "secretariat", "manager"), body=LOCK | {"user": "{officer}"}),
    Row("POST", "api/v1/conflict-locks/<pk>/end", province("secretary", "secretariat", "manager"), "api/v1/conflict-locks/{lock}/end", body={}),
    Row("GET", "api/v1/delegations", members),
    Row("POST", "api/v1/delegations", town("secretary", "chair", "manager"), body=DELEGATION | {"absent": "{officer}", "acting": "{provincial}"}),
    Row("POST", "api/v1/delegations/<pk>/end", town("secretary", "chair", "manager"), "api/v1/delegations/{delegation}/end", body={}),
    Row("GET", "api/v1/ways", members),
    Row("POST", "api/v1/ways/<way>/trial", nobody, "api/v1/ways/w0/trial", body={}),
    Row("POST", "tim/instansi", anywhere("manager"), data={"name": "Dinas", "kind": "dinsos", "region": TOWN}),
    Row("POST", "tim/tugas/<int:pk>/akhiri", town("manager"), "tim/tugas/{duty}/akhiri"),
    Row("GET", "tim/rencana", anywhere(*BOARD), "tim/rencana?daerah=0"),
    Row("GET", "tim/rencana/tangga", anywhere("secretary", "manager")),
    Row("POST", "tim/rencana/tangga", anywhere("secretary", "manager"), data={"region": TOWN}),
    Row("GET", "api/v1/plan-holes", town(*BOARD), "api/v1/plan-holes?region=" + TOWN),
    Row("POST", "api/v1/plans", town("secretary", "manager"), body={"region": TOWN, "severity": "S1", "name": "x", "rungs": [{"target": "watch"}]}),
    Row("GET", "tim/jam", anywhere(*BOARD)),
    Row("POST", "tim/jam/<slug:act>", anywhere("secretary", "chair"), "tim/jam/siaga", ALERT),
    Row("POST", "tim/jam/<slug:act>", anywhere("secretary", "manager"), "tim/jam/jam", {"region": TOWN, "opens": "08:00", "shuts": "16:00"}),
    Row("POST", "tim/jam/<slug:act>", province("secretary", "manager"), "tim/jam/hari", DAY),
    Row("POST", "tim/jam/siaga/<int:pk>/akhiri", town("secretary", "chair"), "tim/jam/siaga/{alert}/akhiri"),
    Row("POST", "tim/jam/hari/hapus", province("secretary", "manager"), data={"day": "2020-12-24"}),
    Row("GET", "api/v1/duty-hours", town(*BOARD), "api/v1/duty-hours?region=" + TOWN),
    Row("POST", "api/v1/alert-periods", town("secretary", "chair"), body=ALERT | {"starts_at": "2026-12-01T00:00Z", "ends_at": "2030-12-10T00:00Z"}),
    Row("POST", "api/v1/alert-periods/<pk>/end", town("secretary", "chair"), "api/v1/alert-periods/{alert}/end", body={}),
    Row("POST", "api/v1/days-off", province("secretary", "manager"), body=DAY),
    Row("GET", "tim/lembar", anywhere("manager", *OFFICERS)),
    Row("POST", "tim/lembar/<slug:kind>", anywhere("manager"), "tim/lembar/members", {}),
    Row("POST", "tim/lembar/<slug:kind>", anywhere("secretary", "manager"), "tim/lembar/roster", {}),
    Row("POST", "tim/lembar/<slug:kind>", anywhere(*OFFICERS), "tim/lembar/potentials", {}),
    Row("POST", "tim/lembar/<slug:kind>/terapkan", anywhere("manager"), "tim/lembar/members/terapkan", {"mark": "x"}),
    Row("GET", "tim/lembar/<slug:kind>/unduh", anywhere("secretary", "manager"), "tim/lembar/roster/unduh"),
    Row("GET", "tim/lembar/<slug:kind>/unduh", anywhere("manager"), "tim/lembar/members/unduh"),
    Row("POST", "api/v1/sheets/<kind>", anywhere("manager"), "api/v1/sheets/members", body={}),
    Row("GET", "api/v1/sheets/<kind>", anywhere("manager"), "api/v1/sheets/members"),
    Row("GET", "kabar", members),
    Row("POST", "kabar", members),
    # latent matters
    Row("GET", "potensi", anywhere("agency", *READERS)),
    Row("GET", "potensi/baru", anywhere(*OFFICERS)),
    Row("POST", "potensi/baru", anywhere(*OFFICERS), data={"title": "Sengketa"}),
    Row("GET", "potensi/selang", anywhere("secretary", "manager")),
    Row("POST", "potensi/selang", anywhere("secretary", "manager"), data={}),
    Row("GET", "potensi/kementerian", town("secretary"), "potensi/kementerian?daerah=" + TOWN),
    Row("GET", "potensi/<slug:code>", either(team, asked), "potensi/{potential}"),
    Row("GET", "potensi/<slug:code>/ubah", officers, "potensi/{potential}/ubah"),
    Row("POST", "potensi/<slug:code>/ubah", officers, "potensi/{potential}/ubah", {}),
    *(Row("POST", "potensi/<slug:code>/langkah/<slug:act>", who, f"potensi/{{potential}}/langkah/{act}", data) for act, who, data in (
        ("tinjau", either(officers, asked), {"trend": "steady", "why": "Sama"}),
        ("catat", officers, {"title": "Sengketa batas kebun", "severity": "S4", "stage": "potensi"}),
    )),
    Row("GET", "api/v1/potentials", anywhere("agency", *READERS)),
    Row("POST", "api/v1/potentials", officers, body={"title": "Sengketa lahan pasar", "kind": "land", "region": TOWN, "level": "green",
                                                     "first_seen": "2020-01-01"}),
    Row("GET", "api/v1/potentials/<code>", either(team, asked), "api/v1/potentials/{potential}"),
    Row("POST", "api/v1/potentials/<code>/reviews", either(officers, asked), "api/v1/potentials/{potential}/reviews",
        body={"trend": "steady", "why": "Sama"}),
    Row("POST", "api/v1/potentials/<code>/incidents", officers, "api/v1/potentials/{potential}/incidents",
        body={"title": "Sengketa batas kebun"}),
    # the peace side
    Row("GET", "pelaku-damai", anywhere(*READERS)),
    Row("POST", "pelaku-damai", anywhere(*OFFICERS), data={"kind": "fkub"}),
    *(Row("POST", "pelaku-damai/<int:pk>/<slug:act>", officers, f"pelaku-damai/{{peace_actor}}/{act}") for act in ("kontak", "cabut")),
    Row("GET", "mediasi", anywhere(*READERS)),
    Row("GET", "mediasi/baru", officers, "mediasi/baru?untuk={incident}"),
    Row("POST", "mediasi/baru", officers, "mediasi/baru", {"untuk": "{incident}"}),
    Row("POST", "mediasi/baru", nobody, "mediasi/baru", {"untuk": "PMS-0000000"}),
    *(Row("GET", f"mediasi/<int:pk>{rest}", team, f"mediasi/{{mediation}}{rest}") for rest in ("", "/surat", "/undangan.ics")),
    *(Row("POST", "mediasi/<int:pk>/langkah/<slug:act>", who, f"mediasi/{{mediation}}/langkah/{act}", data) for act, who, data in (
        ("jawab", officers, {"invited": "{invited}", "answer": "will"}), ("hasil", officers, {"result": "failed"}),
        ("pindah", officers, {"held_at": "2026-12-24T09:00"}), ("batal", officers, {"note": "Ditunda."}),
    )),
    Row("GET", "berita-acara/baru", officers, "berita-acara/baru?untuk={incident}"),
    Row("POST", "berita-acara/baru", officers, "berita-acara/baru", {"untuk": "{incident}"} | NO_ROWS),
    Row("GET", "berita-acara/<int:pk>", team, "berita-acara/{agreement}"),
    Row("POST", "berita-acara/<int:pk>/buka", town("division_head", "secretary", "chair"), "berita-acara/{agreement}/buka", {"reason": "sign"}),
    Row("POST", "kewajiban/<int:pk>/tidak-ditepati", officers, "kewajiban/{obligation}/tidak-ditepati"),
    Row("POST", "kewajiban/<int:pk>/kawal", town(*OFFICERS, "chair"), "kewajiban/{obligation}/kawal", {"agency": "{agency}"}),
    Row("GET", "imbauan/baru", officers, "imbauan/baru?untuk={incident}"),
    Row("POST", "imbauan/baru", officers, "imbauan/baru", {"untuk": "{incident}"}),
    Row("GET", "imbauan/<int:pk>", team, "imbauan/{appeal}"),
    *(Row("POST", "imbauan/<int:pk>/langkah/<slug:act>", who, f"imbauan/{{appeal}}/langkah/{act}", data) for act, who, data in (
        ("setujui", town("secretary", "chair"), {}), ("tolak", town("secretary", "chair"), {"note": "Belum."}),
        ("ubah", officers, {"text": "Kami mengajak semua warga menahan diri dan bermusyawarah.", "voices": "head"}),
    )),
    Row("GET", "api/v1/peace-actors", anywhere(*READERS)),
    Row("GET", "api/v1/mediations", anywhere(*READERS)),
    Row("POST", "api/v1/mediations", officers, body={"matter": "{incident}", "held_at": "2099-01-01T00:00Z", "place": "Kantor", "mediator": "Camat",
                                                     "parties": ["Pedagang", "Juru parkir"]}),
    Row("POST", "api/v1/mediations/<int:pk>/result", officers, "api/v1/mediations/{mediation}/result", body={"result": "failed"}),
    Row("GET", "api/v1/obligations", anywhere(*READERS)),
    Row("POST", "api/v1/peace-actors", officers, body={"kind": "fkub", "region": TOWN, "designation": "Ketua FKUB", "contact": "0541-000000",
                                                       "consent_at": "2020-01-01", "consent_how": "written", "consent_until": "2021-01-01"}),
    Row("POST", "api/v1/peace-actors/<int:pk>/withdraw", officers, "api/v1/peace-actors/{peace_actor}/withdraw", body={}),
    Row("POST", "api/v1/agreements", officers, body={
        "incident": "{incident}", "held_on": "2020-12-01", "place": "Kantor", "content": "Dibagi.", "witnesses": [{"role": "Lurah"}],
        "parties": [{"role": "Pihak pertama"}, {"role": "Pihak kedua"}],
    }),
    Row("POST", "api/v1/obligations/<int:pk>/unkept", officers, "api/v1/obligations/{obligation}/unkept", body={}),
    Row("POST", "api/v1/appeals", officers, body={"matter": "{incident}", "text": "Kami mengajak semua warga menahan diri.", "voices": ["head"]}),
    Row("POST", "api/v1/appeals/<int:pk>/approve", town("secretary", "chair"), "api/v1/appeals/{appeal}/approve", body={}),
    Row("GET", "api/v1/appeals", anywhere(*READERS)),
    # the leader's briefing
    Row("GET", "evaluasi", anywhere(*READERS, "agency")),
    Row("POST", "evaluasi", anywhere("secretary", "chair", "secretariat"), data=PERIOD),
    Row("GET", "evaluasi/angka/<slug:code>", nobody, "evaluasi/angka/ANG-0000000"),  # allowed ones: meetings/test_figures
    Row("GET", "api/v1/figures", town(*READERS), "api/v1/figures?region=64.71&start=2020-12-01T00:00Z&end=2020-12-09T00:00Z"),
    Row("POST", "api/v1/figures/certificates", town("secretary", "chair", "secretariat"), body=FIGURES),
    Row("GET", "api/v1/figures/certificates/<code>", nobody, "api/v1/figures/certificates/ANG-0000000"),
    Row("GET", "perlengkapan", members),
    Row("GET", "perlengkapan/kartu.pdf", members),
    Row("GET", "perlengkapan/bimtek.pptx", members),
    Row("GET", "latihan", members),
    Row("POST", "latihan/mulai", anywhere(*set(ROLES) - {"observer"}), data={"duty": "0"}),
    Row("GET", "ruang-kendali", anywhere(*READERS)),
    Row("GET", "ruang-kendali/cetak", anywhere(*READERS)),
    Row("GET", "ruang-kendali/layar", anywhere(*HANGS)),
    Row("POST", "ruang-kendali/layar", anywhere(*HANGS), data={"label": "Aula"}),
    Row("POST", "ruang-kendali/layar/<int:pk>/akhiri", hangs, "ruang-kendali/layar/{screen}/akhiri"),
    Row("GET", "ruang-kendali/buka", everyone),
    Row("POST", "ruang-kendali/buka", everyone, data={"code": "AAAA-BBBB-CCCC"}),
    Row("GET", "api/v1/wall", anywhere(*READERS)),
    Row("GET", "api/v1/wall/screens", anywhere(*HANGS)),
    Row("POST", "api/v1/wall/screens", hangs, body={"region": TOWN, "label": "Aula", "ends_at": "2040-12-01T00:00Z"}),
    Row("POST", "api/v1/wall/screens/<int:pk>/end", hangs, "api/v1/wall/screens/{screen}/end", body={}),
    Row("GET", "permasalahan/<slug:code>/benturan", either(team, asked), "permasalahan/{incident}/benturan"),
    Row("GET", "permasalahan/<slug:code>/benturan", secretariat, "permasalahan/{secret_incident}/benturan"),
    Row("POST", "permasalahan/<slug:code>/benturan", either(team, asked), "permasalahan/{incident}/benturan", {"act": "ask"}),
    Row("POST", "permasalahan/<slug:code>/benturan", nobody, "permasalahan/{incident}/benturan", {"act": "confirm", "lock": "0"}),
    Row("GET", "laporan/<slug:code>/benturan", team, "laporan/{report}/benturan"),
    Row("GET", "laporan/<slug:code>/benturan", secretariat, "laporan/{secret}/benturan"),
    Row("POST", "laporan/<slug:code>/benturan", team, "laporan/{report}/benturan", {"act": "ask"}),
    Row("GET", "api/v1/matter-locks", members),
    Row("POST", "api/v1/matter-locks", town("secretary", "secretariat"), body=MATTER),  # the manager reads no matter: pages of others only
    Row("POST", "api/v1/matter-locks/<int:pk>", town("secretary", "secretariat", "manager"), "api/v1/matter-locks/{matter_lock}", body={"act": "end"}),
    Row("GET", "rekap", anywhere(*READERS)),
    Row("GET", "rekap/unduh", anywhere(*READERS)),
    Row("GET", "rekap/sipks", anywhere(*OFFICERS)),
    Row("POST", "rekap/sipks", province("secretary", "secretariat"), data={"above": "x"}),
    Row("GET", "rekap/sipks/unduh", anywhere(*OFFICERS)),
    Row("GET", "api/v1/recap", anywhere(*READERS), "api/v1/recap?first=2020-12-01&last=2020-12-02"),
    Row("GET", "api/v1/recap/sheet", anywhere(*READERS), "api/v1/recap/sheet?first=2020-12-01&last=2020-12-02"),
    Row("GET", "api/v1/sipks/layout", anywhere(*OFFICERS)),
    Row("POST", "api/v1/sipks/layout", province("secretary", "secretariat"), body={"columns": [["title", "Judul", ""]]}),
    Row("GET", "api/v1/sipks/sheet", anywhere(*OFFICERS), "api/v1/sipks/sheet?first=2020-12-01&last=2020-12-02"),
    Row("GET", "ekspor", members),
    Row("POST", "ekspor/minta", members, data=EXPORT),
    Row("POST", "ekspor/<int:pk>/jawab", approves, "ekspor/{export}/jawab", {"act": "yes"}),
    Row("GET", "api/v1/exports", members),
    Row("GET", "api/v1/export-requests", members),
    Row("POST", "api/v1/export-requests", members, body=EXPORT),
    Row("POST", "api/v1/export-requests/<int:pk>", approves, "api/v1/export-requests/{export}", body={"act": "refuse"}),
    Row("GET", "singkat", anywhere(*READERS)),
    Row("GET", "singkat/<int:pk>", team, "singkat/{briefing}"),
    Row("POST", "singkat/<int:pk>", town("secretary", "chair"), "singkat/{briefing}", {"act": "perbarui"}),
    Row("POST", "singkat/<int:pk>", town("secretary", "chair"), "singkat/{briefing}", {"act": "setujui", "seen": "x"}),
    Row("POST", "singkat/<int:pk>", town(*OFFICERS, "chair"), "singkat/{briefing}", {"act": "arahan"}),
    Row("GET", "api/v1/briefings", anywhere(*READERS)),
    Row("POST", "api/v1/briefings/<pk>/approve", town("secretary", "chair"), "api/v1/briefings/{briefing}/approve", body={"digest": "x"}),
    Row("POST", "api/v1/briefings/<pk>/directives", town(*OFFICERS, "chair"), "api/v1/briefings/{briefing}/directives",
        body={"incident": "{incident}", "agency": "{agency}", "text": "Temui kedua kelompok", "due_at": "2040-12-01T00:00Z"}),
    # triage
    Row("GET", "laporan", anywhere(*READERS)),
    Row("GET", "laporan/<slug:code>", team, "laporan/{report}"),
    Row("GET", "laporan/<slug:code>", secretariat, "laporan/{secret}"),
    Row("POST", "laporan/<slug:code>/satukan", officers, "laporan/{report}/satukan", {"primary": "{report}", "joined": "{third}"}),
    Row("POST", "laporan/<slug:code>/satukan", secretariat, "laporan/{secret}/satukan", {"primary": "{secret}", "joined": "{report}"}),
    Row("POST", "laporan/<slug:code>/pisahkan", officers, "laporan/{report}/pisahkan", {"joined": "{third}"}),
    *page_acts("laporan", "{report}", TRIAGE | {"refer": (officers, {"to": "body:bawaslu"} | WHY)}),
    *page_acts("laporan", "{secret}", RESTRICTED | {"refer": (secretariat, {"to": "body:ombudsman"} | WHY)}),
    *(Row("POST", "rujukan/<int:pk>", answers, "rujukan/{referral}", {"answer": a} | WHY) for a in ("accept", "refuse")),
    # isu
    Row("GET", "isu", anywhere(*READERS)),
    Row("GET", "isu/baru", anywhere(*OFFICERS)),
    *(Row("POST", "isu/baru", anywhere(*OFFICERS), data={"region": TOWN, "topic": "aid", "title": "Isu bantuan", "statement": "Habis."} | more)
      for more in ({}, {"laporan": "{third}"})),
    Row("GET", "isu/lembar", anywhere(*OFFICERS)),
    Row("POST", "isu/lembar", anywhere(*OFFICERS), data={}),
    Row("POST", "isu/lembar/terapkan", anywhere(*OFFICERS), data={"mark": "x"}),
    Row("GET", "isu/lembar/contoh", anywhere(*OFFICERS)),
    Row("GET", "isu/tenang", anywhere("secretary", "manager")),
    Row("POST", "isu/tenang", nobody, data={"akhiri": "0"}),
    Row("POST", "isu/tenang", anywhere("secretary", "manager"), data={"region": TOWN}),
    Row("GET", "isu/<slug:code>", team, "isu/{claim}"),
    *page_acts("isu", "{claim}", CLAIM),
    Row("GET", "isu/<slug:code>/berkas/<str:digest>", team, "isu/{claim}/berkas/{digest}"),
    Row("GET", "isu/<slug:code>/surat/<slug:body>", officers, "isu/{claim}/surat/bawaslu"),
    Row("POST", "laporan/<slug:code>/isu", officers, "laporan/{third}/isu", {"claim": "{claim}", "channel": "x"}),
    Row("POST", "laporan/<slug:code>/isu", nobody, "laporan/{secret}/isu", {"claim": "ISU-0000000", "channel": "x"}),
    Row("GET", "klarifikasi", everyone),
    Row("GET", "klarifikasi/atom.xml", everyone),
    Row("GET", "klarifikasi/<slug:code>", nobody, "klarifikasi/{claim}"),  # a draft is nobody's but the office's
    # response
    Row("GET", "t/<str:token>", nobody, "t/x"),  # the token is the key: tests/response/test_links.py
    Row("POST", "t/<str:token>", nobody, "t/x", {"act": "accept"}),
    Row("GET", "tugas/<int:pk>/telepon", officers, "tugas/{task}/telepon"),
    Row("POST", "tugas/<int:pk>/telepon", officers, "tugas/{task}/telepon", {"result": "no_answer"}),
    Row("GET", "tugas/<int:pk>/telepon", secretariat, "tugas/{secret_task}/telepon"),
    Row("POST", "tugas/<int:pk>/tautan", officers, "tugas/{task}/tautan", {"to": "{police_member}"}),
    Row("POST", "tugas/<int:pk>/tautan", secretariat, "tugas/{secret_task}/tautan", {"to": "{police_member}"}),  # 422: never for these
    Row("GET", "tugas/<int:pk>/berkas/<str:digest>", either(team, asked), "tugas/{task}/berkas/{digest}"),
    Row("GET", "api/v1/tasks/<int:pk>/phones", officers, "api/v1/tasks/{task}/phones"),
    Row("POST", "api/v1/tasks/<int:pk>/links", officers, "api/v1/tasks/{task}/links", body={"to": "{police_member}"}),
    Row("GET", "permasalahan", anywhere(*READERS, "agency")),
    Row("GET", "permasalahan/baru", team, "permasalahan/baru?laporan={report}"),
    Row("GET", "permasalahan/baru", secretariat, "permasalahan/baru?laporan={secret}"),
    Row("POST", "permasalahan/baru", officers, data={"laporan": "{report}", "title": "Perselisihan di pasar", "severity": "S3"}),
    Row("POST", "permasalahan/baru", secretariat, data={"laporan": "{secret}", "title": "Pungutan di pos", "severity": "S3"}),
    Row("GET", "permasalahan/rapat", anywhere(*CONFIRM)),
    Row("POST", "permasalahan/rapat", anywhere(*CONFIRM)),
    Row("GET", "permasalahan/<slug:code>", either(team, asked), "permasalahan/{incident}"),
    Row("GET", "permasalahan/<slug:code>", secretariat, "permasalahan/{secret_incident}"),
    *page_acts("permasalahan", "{incident}", INCIDENT | RELATIONS),
    *page_acts("permasalahan", "{secret_incident}", HIDDEN),
    Row("GET", "tugas", members),
    *(Row("POST", "tugas/<int:pk>/<slug:act>", who, f"tugas/{{task}}/{act}", data) for act, (who, data) in
      (TASK | {"call": (answers, {"result": "answered"})}).items()),
    *(Row("POST", "tugas/<int:pk>/<slug:act>", secretariat, f"tugas/{{secret_task}}/{act}", TASK[act][1]) for act in ("accept", "cancel")),
    # situation
    Row("GET", "ringkas", members),
    Row("GET", "situasi", anywhere(*BOARD)),
    Row("GET", "situasi/<str:code>", town(*BOARD), f"situasi/{TOWN}"),
    Row("POST", "situasi/<str:code>/usul", officers, f"situasi/{TOWN}/usul", {"level": "siaga", "reason": "Ada bukti."}),
    Row("POST", "situasi/<str:code>/putus/<int:pk>", town("division_head", "secretary"), f"situasi/{TOWN}/putus/{{status}}", {"act": "check"}),
    Row("POST", "situasi/<str:code>/putus/<int:pk>", town("division_head", "secretary"), f"situasi/{TOWN}/putus/{{status}}",
        {"act": "refuse", "note": "Belum."}),
    Row("POST", "situasi/<str:code>/putus/<int:pk>", town("secretary", "chair"), f"situasi/{TOWN}/putus/{{status}}", {"act": "set"}),
    Row("POST", "situasi/<str:code>/penilaian", town("agency"), f"situasi/{TOWN}/penilaian", {"level": "waspada", "note": ""}),
    # The API; lists hold only what the caller may see (test_noninterference). Its acts are the pages' own: one of each permission.
    Row("GET", "api/v1/reports", members),
    Row("GET", "api/v1/reports/<code>", team, "api/v1/reports/{report}"),
    Row("GET", "api/v1/reports/<code>", secretariat, "api/v1/reports/{secret}"),
    *api_acts("api/v1/reports/<code>/acts", "api/v1/reports/{report}/acts",
              {act: TRIAGE[act] for act in ("take", "lift", "ask", "restrict")} | {"refer": (officers, {"body": "bawaslu"} | WHY)}),
    Row("POST", "api/v1/reports/<code>/acts", secretariat, "api/v1/reports/{secret}/acts", body={"act": "take"}),
    Row("POST", "api/v1/reports/<code>/merge", officers, "api/v1/reports/{report}/merge", body={"primary": "{third}"}),
    Row("GET", "api/v1/claims", members),
    Row("POST", "api/v1/claims", officers, body={"region": TOWN, "topic": "aid", "title": "Isu bantuan", "statement": "Habis."}),
    Row("POST", "api/v1/claims/sheet", anywhere(*OFFICERS), body={}),
    Row("GET", "api/v1/claims/<code>", team, "api/v1/claims/{claim}"),
    *api_acts("api/v1/claims/<code>/acts", "api/v1/claims/{claim}/acts",
              {act: CLAIM[act] for act in ("judge", "appeal", "refer", "rest")} | {"publish": (publishers, {"clarification": "{counter}"})}),
    Row("GET", "api/v1/clarifications", everyone),
    Row("GET", "api/v1/referrals", members),
    Row("POST", "api/v1/referrals/<int:pk>", answers, "api/v1/referrals/{referral}", body={"accepted": True}),
    Row("GET", "api/v1/incidents", members),
    Row("POST", "api/v1/incidents", officers, body={"reports": ["{third}"], "title": "Perselisihan di pasar"}),
    Row("POST", "api/v1/incidents/confirm", members, body={"codes": ["{incident}"]}),  # each code is answered on its own
    Row("GET", "api/v1/incidents/<code>", either(team, asked), "api/v1/incidents/{incident}"),
    Row("GET", "api/v1/incidents/<code>", secretariat, "api/v1/incidents/{secret_incident}"),
    *api_acts("api/v1/incidents/<code>/acts", "api/v1/incidents/{incident}/acts",
              {act: INCIDENT[act] for act in ("note", "propose", "turn_down", "confirm", "close")}),
    Row("POST", "api/v1/incidents/<code>/acts", secretariat, "api/v1/incidents/{secret_incident}/acts", body={"act": "calm"}),
    Row("POST", "api/v1/incidents/<code>/tasks", town(*OFFICERS, "chair"), "api/v1/incidents/{incident}/tasks",
        body={"agency": "{agency}", "title": "Redakan lokasi"}),
    Row("GET", "api/v1/tasks", members),
    Row("GET", "api/v1/tasks/<int:pk>", either(team, asked), "api/v1/tasks/{task}"),
    Row("GET", "api/v1/tasks/<int:pk>", secretariat, "api/v1/tasks/{secret_task}"),
    *api_acts("api/v1/tasks/<int:pk>/acts", "api/v1/tasks/{task}/acts", {act: TASK[act] for act in ("accept", "cancel")}),
    Row("POST", "api/v1/tasks/<int:pk>/acts", secretariat, "api/v1/tasks/{secret_task}/acts", body={"act": "accept"}),
    Row("POST", "api/v1/tasks/<int:pk>/calls", answers, "api/v1/tasks/{task}/calls", body={"result": "answered"}),
    Row("GET", "api/v1/regions", members),
    Row("POST", "api/v1/regions/<code>/status", officers, f"api/v1/regions/{TOWN}/status", body={"level": "siaga", "reason": "Bukti."}),
    Row("POST", "api/v1/status/<int:pk>", town("division_head", "secretary"), "api/v1/status/{status}", body={"act": "check"}),
    Row("POST", "api/v1/status/<int:pk>", town("secretary", "chair"), "api/v1/status/{status}", body={"act": "set"}),
    Row("POST", "api/v1/status/<int:pk>", town("division_head", "secretary"), "api/v1/status/{status}", body={"act": "refuse", "note": "Belum."}),
]  # fmt: skip

# The Starlette door: who gets data. Its report door is open to everybody (tests/intake).
DOORS: dict[tuple[str, str], Who] = {
    ("POST", "/api/v1/reports"): everyone,
    ("GET", "/langsung"): members,
    ("GET", "/api/v1/map/regions"): anywhere(*BOARD),
    ("GET", "/api/v1/map/incidents"): anywhere(*BOARD),
}
OPEN_TO_ALL = {"healthz", "readyz", "api/v1/openapi.json", "manifest.webmanifest", "sw.js"}  # no data
FOREIGN = ("akun/", "bahasa/")  # allauth and Django's own language switch

# --- the world --------------------------------------------------------------------------------------------------------

ACTORS = [(NOBODY, "")] + [(r, p) for r in ROLES for p in (TOWN, OTHER, PROVINCE) if may_hold(r, p)]


@dataclass
class World:
    names: dict[str, str]
    clients: dict[tuple[str, str], Client]


def _member(role: str, region: str, agency: Agency | None = None, name: str = "") -> Actor:
    user = User.objects.create_user(name or f"{role}-{region}", title=f"{role} {region}")
    give_duty(user, role=role, region=region, agency=agency, by=OPERATOR, at=AT)
    return actor_of(user, at=AT)


def _agency(kind: str, region: str) -> Agency:
    return Agency.objects.create(code=f"{kind}-{region}".replace(".", "-"), name=f"{kind} {region}", kind=kind, region=region,
                                 vertical=is_vertical(kind))  # fmt: skip


def _contact(report: Report) -> None:
    Contact.objects.create(report=report, sealed=privacy.seal("0812000111"), lookup="x")


def _peace(incident: Incident, police: Agency, officer: Actor) -> dict[str, Any]:
    """A peace actor, a mediation, an agreement with one obligation and an appeal, all of the town's incident."""
    consent = NewActor("fkub", TOWN, "Ketua FKUB", "A. B.", "0812000111", AT.date(), "written", date(2023, 1, 1))
    actor = actors.add(consent, by=officer, at=AT)
    met = mediation.invite(
        incident.code,
        NewMediation(AT + timedelta(days=1), "Kantor", "Camat", ["Pedagang", "Juru parkir"]),
        by=officer,
        at=AT,
    )
    owed = NewObligation("Pedagang", "Pindah ke sisi barat", police, date(2020, 12, 9))
    sides = [["Pihak pertama", "A. B."], ["Pihak kedua", "C. D."]]
    agreed = agreement.write(
        incident.code,
        NewAgreement(AT.date(), "Kantor", sides, "Dibagi dua.", [["Lurah", "E. F."]], [owed]),
        by=officer,
        at=AT,
    )
    said = appeal.draft(incident.code, text=DRAFTS[0][2], voices=["head"], by=officer, at=AT)
    return {
        "peace_actor": actor.pk, "mediation": met.pk, "invited": met.invited.earliest("pk").pk, "agreement": agreed.pk,
        "obligation": agreed.obligations.get().pk, "appeal": said.pk,
    }  # fmt: skip


def _build() -> World:
    load_base(by=OPERATOR, at=AT, provinces=("64",))
    police, dinsos, oversight = _agency("polri", TOWN), _agency("dinsos", TOWN), _agency("inspektorat", PROVINCE)
    mine = {TOWN: police, OTHER: _agency("polri", OTHER), PROVINCE: _agency("polri", PROVINCE)}
    clients = {(NOBODY, ""): Client()}
    for role, region in ACTORS[1:]:
        actor = _member(role, region, mine[region] if role == "agency" else None)
        clients[role, region] = Client()
        clients[role, region].force_login(
            User.objects.get(pk=actor.user_id), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    officer, clerk = _member("duty_officer", TOWN, name="asker"), _member("secretariat", PROVINCE, name="clerk")

    report, third, linked, other, referred = (make_report(AT, region=TOWN) for _ in range(5))
    secret, secret_linked = (make_report(AT, region=TOWN, restricted=True) for _ in range(2))
    Report.objects.filter(pk=report.pk).update(tracking_digest=tracking_digest(TRACKING))
    digest = "ab" * 32
    attachments.write(digest, b"not a picture")
    for row in (report, secret):
        Attachment.objects.create(report=row, digest=digest, media_type="image/png", size=13, name="foto.png")
        _contact(row)
    triage.verify(third.code, by=officer, at=AT, severity="S3")
    request = identity.request(report.code, reason="life", note="", by=officer, at=AT)
    secret_request = identity.request(secret.code, reason="life", note="", by=clerk, at=AT)

    wanted = NewIncident("Perselisihan dua kelompok warga", severity="S3")
    incident = response_actions.register(linked.code, wanted, by=officer, at=AT)
    second = response_actions.register(other.code, wanted, by=officer, at=AT)
    task = tasks.assign(incident.code, agency=police, title="Jaga lokasi", by=officer, at=AT)
    Task.objects.filter(pk=task.pk).update(attachments=[digest])
    hidden = response_actions.register(secret_linked.code, wanted, by=clerk, at=AT)
    secret_task = tasks.assign(hidden.code, agency=oversight, title="Periksa", by=clerk, at=AT)
    asked_for = referral.refer(referred.code, reason="Kewenangannya.", agency=police, by=officer, at=AT)
    status = situation.propose(TOWN, level="waspada", reason="Ada bukti.", by=officer, at=AT)
    alert = duty_hours.set_alert(
        TOWN,
        decree_number="SK 2/2020",
        decree_date=AT.date(),
        starts_at=AT,
        ends_at=AT + timedelta(days=9999),
        by=OPERATOR,
        at=AT,
    )
    duty_hours.set_day(
        date(2020, 12, 24), works=False, name="Cuti bersama Natal", decree_number="SKB 2", by=OPERATOR, at=AT
    )
    user, other_user = User.objects.get(pk=officer.user_id), User.objects.get(pk=clerk.user_id)
    far = AT + timedelta(days=9999)
    shift = rosters.roster(user, region=TOWN, starts_at=far, ends_at=far + timedelta(hours=8), by=OPERATOR, at=AT)
    swap = rosters.ask_swap(shift.pk, to=other_user, by=officer, at=AT)
    delegation = delegations.delegate(
        kind="plh", role="duty_officer", region=TOWN, absent=user, acting=other_user, decree_number="SK 4", decree_date=AT.date(),
        starts_at=far, ends_at=far + timedelta(days=1), by=OPERATOR, at=AT,
    )  # fmt: skip
    lock = conflicts.lock(
        user=user, region=TOWN, ground="staff", starts_at=far, ends_at=far + timedelta(days=1), by=OPERATOR, at=AT
    )
    kept_out = MatterLock.objects.create(
        subject="report:none", region=TOWN, user=other_user, ground="party", starts_at=far, ends_at=far + timedelta(days=1), asked_by="x", asked_at=AT
    )  # fmt: skip
    screen = WallScreen.objects.create(
        region=TOWN, label="Aula", link_digest="x", link_until=far, made_by="", made_at=AT, ends_at=far
    )
    latent = NewPotential(
        "Sengketa batas kebun", "land", TOWN, "green", date(2020, 1, 1), owner="agency", owner_agency=police
    )
    claim = claims.record(
        region=TOWN, topic="other", title="Isu pemindahan TPS", statement="TPS dipindah.", by=officer, at=AT
    )
    file = KeptFile(digest, "image/png", 13, "layar.png")
    claims.add_evidence(claim.code, source="KPU", source_date=AT.date(), shows="Tetap.", file=file, by=officer, at=AT)
    verdicts.judge(
        claim.code, verdict="false", reason="KPU membantah.", by=_member("verifier", TOWN, name="judge"), at=AT
    )
    counter = counters.draft(
        claim.code, title="Lokasi TPS tidak berubah", fact="KPU tidak mengubahnya.", by=officer, at=AT
    )
    put_beside(incident.code, claim.code, by=officer, at=AT)
    peace = _peace(incident, police, officer)
    names = peace | {
        "potential": potentials.add(latent, by=officer, at=AT).code,
        "claim": claim.code, "counter": counter.pk,
        "report": report.code, "third": third.code, "linked": linked.code, "secret": secret.code, "digest": digest, "request": request.pk,
        "secret_request": secret_request.pk, "incident": incident.code, "second": second.code, "task": task.pk, "status": status.pk,
        "secret_incident": hidden.code, "secret_task": secret_task.pk, "referral": asked_for.pk, "agency": dinsos.pk, "officer": user.pk,
        "provincial": clerk.user_id, "duty": user.duties.get().pk, "alert": alert.pk, "police_member": User.objects.get(duties__agency=police).pk,
        "shift": shift.pk, "swap": swap.pk, "delegation": delegation.pk, "lock": lock.pk, "briefing": briefing.draft(TOWN, AT, at=AT).pk, "screen": screen.pk,
        "matter_lock": kept_out.pk,
        "export": gate.ask("members", region=TOWN, rows=500, reason="audit", by=officer, at=AT).pk,
    }  # fmt: skip
    assert Incident.objects.get(pk=incident.pk).lead_agency_id == police.pk
    seal_lines()  # figures are read up to a seal
    return World({k: str(v) for k, v in names.items()}, clients)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request runs in a savepoint that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _build()
        transaction.set_rollback(True)


def _filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, real in names.items():
            value = value.replace("{" + name + "}", real)
        return int(value) if value.isdigit() else value
    if isinstance(value, list):
        return [_filled(v, names) for v in value]
    if isinstance(value, dict):
        return {k: _filled(v, names) for k, v in value.items()}
    return value


def _call(client: Client, row: Row, names: dict[str, str]) -> int | str:
    path = "/" + str(_filled(row.path or row.route, names))
    headers = {"accept": "application/json", "if-match": '"1"'}
    with transaction.atomic():
        if row.body is not None:
            body = json.dumps(_filled(row.body, names))
            answer = client.post(path, body, content_type="application/json", headers=headers)
        elif row.method == "DELETE":
            answer = client.delete(path, headers=headers)
        elif row.method == "POST":
            answer = client.post(path, _filled(row.data or {}, names), headers=headers)
        else:
            answer = client.get(path, headers=headers)
        if answer.streaming:
            b"".join(answer.streaming_content)  # a file, closed at its end
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer["Location"].startswith("/akun/login"):
        return "login"
    return answer.status_code


DENIED = {401, 403, 404, "login"}


def _chosen(role: str, region: str) -> list[Row]:
    """All rows; where both databases run side by side, a quarter for each role on each of them, in turn by region.

    Who may is decided above the database. `./kondusif prove policy` tries every cell on both.
    """
    turn, _, of = os.environ.get("KONDUSIF_TEST_TURN", "").partition("/")
    regions = [place for name, place in ACTORS if name == role]
    mine = [row for n, row in enumerate(ROWS) if n % len(regions) == regions.index(region)]
    return mine[int(turn) :: int(of)] if of else ROWS


# In the fast suite five actors stand for all: nobody, the town's watch, agency and manager, and somebody elsewhere.
FEW = {(NOBODY, ""), ("duty_officer", TOWN), ("observer", OTHER)}
EACH = [pytest.param(*a, marks=[] if a in FEW else pytest.mark.deep) for a in ACTORS]


@pytest.mark.parametrize(("role", "region"), EACH, ids=lambda v: v or "-")
def test_each_endpoint_answers_whom_it_should(
    world: World, role: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wrong = world.clients[role, region], []
    monkeypatch.setattr(Template, "render", lambda self, context: "")  # who is answered, not what the page looks like
    for row in _chosen(role, region):
        found = _call(client, row, world.names)
        if (found not in DENIED) != row.who(role, region) or found == 500:
            wrong.append(
                f"{role}@{region or '-'}: {row.name} → {found}, {'should' if row.who(role, region) else 'must not'} be allowed"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.each_once
@pytest.mark.parametrize(("role", "region"), EACH, ids=lambda v: v or "-")
def test_the_starlette_door(world: World, role: str, region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from kondusif.situation import live
    from kondusif.situation import map as drawn

    monkeypatch.setattr(drawn, "close_old_connections", lambda: None)  # there is one transaction around all this
    cookie = world.clients[role, region].cookies.get("kondusif")
    key = cookie.value if cookie else ""
    assert (live._actor(key) is not None) == DOORS["GET", "/langsung"](role, region)
    for which in ("regions", "incidents"):
        body = drawn._answer(key, which)
        assert (body is not None) == DOORS["GET", f"/api/v1/map/{which}"](role, region), (which, role, region)
        assert world.names["secret_incident"] not in (body or b"").decode() or (role, region) == (
            "secretariat",
            PROVINCE,
        )


# --- nothing is left out ----------------------------------------------------------------------------------------------


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            if not route.startswith(FOREIGN):
                yield from _routes(one, route)
        elif isinstance(one, URLPattern):
            yield route


def test_every_address_stands_in_the_table() -> None:
    known = {row.route for row in ROWS} | OPEN_TO_ALL | {"api/v1/"}  # ninja's own root, 404
    assert set(_routes(get_resolver())) == known


def test_every_operation_stands_in_the_table() -> None:
    known = {(row.method, row.route) for row in ROWS if row.route.startswith("api/v1/")}
    found = set()
    assert get_resolver().url_patterns  # the addresses are built; until then nested routers stand apart
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            route = "api/v1" + path.replace("{", "<").replace("}", ">")
            found |= {(method, route) for operation in view.operations for method in operation.methods}
    assert found == known


def test_every_starlette_route_stands_in_the_table() -> None:
    from starlette.routing import Mount, Route

    from kondusif.site.asgi import starlette_door

    routes = [r for r in starlette_door.routes if isinstance(r, Route)]
    assert {(m, r.path) for r in routes for m in (r.methods or set()) - {"HEAD"}} == set(DOORS)
    assert all(isinstance(r, Mount) for r in starlette_door.routes if r not in routes)


def test_every_act_stands_in_the_table() -> None:
    def acts(route: str) -> set[str]:
        return {row.path.rpartition("/")[2] for row in ROWS if row.route == route}

    assert acts("laporan/<slug:code>/langkah/<slug:act>") == set(triage_views.ACTS)
    assert acts("isu/<slug:code>/langkah/<slug:act>") == set(claim_views.ACTS)
    assert acts("permasalahan/<slug:code>/langkah/<slug:act>") == set(response_views.ACTS)
    assert acts("tugas/<int:pk>/<slug:act>") == set(response_views.TASK_ACTS)
    assert set(triage_api.ACTS) - {"unmerge"} <= set(triage_views.ACTS), "an act of the API alone needs its own row"
    assert set(response_api.ACTS) <= set(response_views.ACTS)
    assert set(claim_api.ACTS) == set(claim_views.ACTS)
    assert set(response_api.TASK_ACTS) <= set(response_views.TASK_ACTS)


@pytest.mark.deep
def test_no_other_method_is_answered(world: World) -> None:
    client, wrong = world.clients["secretary", PROVINCE], []
    for route in {row.route for row in ROWS}:
        rows = [row for row in ROWS if row.route == route]
        path = "/" + str(_filled(rows[0].path or route, world.names)).partition("?")[0]
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {row.method for row in rows}:
            with transaction.atomic():
                answer = client.generic(method, path, headers={"accept": "application/json"})
                transaction.set_rollback(True)
            if answer.status_code not in {405, 410}:  # an invitation that is spent is gone whatever the method
                wrong.append(f"{method} {path} → {answer.status_code}")
    assert not wrong, "\n".join(wrong)
