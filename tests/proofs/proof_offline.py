"""Sessions of phones on a bad network against the real doors: what was called saved is delivered once, or said to be lost."""

from __future__ import annotations

import base64
import io
import json
import random
import subprocess
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.proofs.house import ROOT, House, Verdict, house, session
from tests.proofs.offline.browser import in_browser

TITLE = "Without a signal: nothing saved is lost, nothing is doubled, the list of receipts is right"
SESSIONS = {False: 12_000, True: 150}
IN_BROWSER = {False: 60, True: 4}
LANES = 24
NODE = ROOT / ".venv" / "bin" / "node"
WATCH = ("64.01", "64.02", "64.03", "64.07", "64.08", "64.09", "64.11", "64.72", "64.74")
EXACT_WITHIN = 20.0  # seconds between the true instant of writing and the server's reckoning of it


@dataclass
class Ledger:
    """What the phones say, taken together."""

    sessions: int = 0
    saved: int = 0
    broke: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    receipts: int = 0
    evicted: int = 0
    evicted_but_arrived: int = 0
    proofs_gone: int = 0
    clock: list[float] = field(default_factory=list)


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    with house("sqlite") as found:
        plan = _people(found, SESSIONS[reduced])
        kills = _run(found, plan)
        seen = _judge(found, verdict)
        verdict.figure("web process killed (kill -9) and started again meanwhile", kills)
        _say(seen, verdict)
        _commands(found, verdict)
        in_browser(found, verdict, sessions=IN_BROWSER[reduced])
    return verdict


def _people(found: House, count: int) -> dict[str, Any]:
    """Members of the watch and of agencies with sessions, tasks to answer, photos to send."""
    from PIL import Image

    from kondusif.clock.queries import now
    from kondusif.intake.actions import receive
    from kondusif.intake.rules import Draft
    from kondusif.ledger.actor import CITIZEN
    from kondusif.response import actions, tasks
    from kondusif.response.actions import NewIncident
    from kondusif.teams.models import Agency, User
    from kondusif.teams.queries import actor_of

    members: list[dict[str, Any]] = []
    for region in WATCH:
        cookie = session(f"piket-{region}", "duty_officer", region)
        user = User.objects.get(username=f"piket-{region}")
        members.append({"kind": "watch", "id": f"user:{user.pk}", "region": region, "cookie": f"kondusif={cookie}"})
    session("piket-kota", "duty_officer", "64.71")
    at = now()
    officer = actor_of(User.objects.get(username="piket-kota"), at=at)
    report = receive(Draft(uuid=uuid.uuid4(), text="Ribut lapangan", channel="web", region="64.71"), by=CITIZEN, at=at)
    incident = actions.register(
        report.code, NewIncident("Perselisihan dua kelompok warga", severity="S3"), by=officer, at=at
    )
    owned = []
    for n in range(4):
        agency = Agency.objects.create(
            code=f"opd-{n}", name=f"Dinas {n}", kind="dinsos", region="64.71", vertical=False
        )
        cookie = session(f"opd-{n}", "agency", "64.71", agency)
        user = User.objects.get(username=f"opd-{n}")
        shared = tasks.assign(incident.code, agency=agency, title=f"Dampingi warga {n}", by=officer, at=at)
        members.append(
            {
                "kind": "agency",
                "id": f"user:{user.pk}",
                "agency": agency.pk,
                "shared": shared.pk,
                "cookie": f"kondusif={cookie}",
            }
        )
        owned += [
            {
                "id": tasks.assign(incident.code, agency=agency, title=f"Periksa lokasi {k}", by=officer, at=at).pk,
                "agency": agency.pk,
            }
            for k in range(min(120, count // 40 + 1))
        ]
    photos = []
    for n in range(6):
        out = io.BytesIO()
        Image.effect_noise((120 + n, 90), 60).save(out, "JPEG")
        photos.append(base64.b64encode(out.getvalue()).decode())
    return {"url": found.url.replace("localhost", "127.0.0.1"), "seed": 20201209, "first": 0, "count": count, "lanes": LANES,
            "members": members, "tasks": owned, "photos": photos}  # fmt: skip


def _run(found: House, plan: dict[str, Any]) -> int:
    """Drive the sessions from node while the web process is killed again and again."""
    path = found.home / "plan.json"
    path.write_text(json.dumps(plan))
    words = [
        str(NODE),
        str(ROOT / "tests" / "proofs" / "offline" / "sessions.mjs"),
        str(path),
        str(found.home / "outcome.jsonl"),
    ]
    over, kills, chance = threading.Event(), 0, random.Random(20201209)

    def chaos() -> None:
        nonlocal kills
        while not over.wait(8 + chance.random() * 14):
            found.kill("web")
            found.start_web()
            kills += 1

    killer = threading.Thread(target=chaos)
    killer.start()
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    finally:
        over.set()
        killer.join()
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return kills


def _judge(found: House, verdict: Verdict) -> Ledger:
    """Hold what each phone says against what the server has."""
    from django.db import connections

    from kondusif.intake.models import Attachment, Delivery, Report
    from kondusif.intake.receipts import public_keys

    connections.close_all()
    rows = {str(r.uuid): r for r in Delivery.objects.all()}
    texts = Counter(Report.objects.values_list("text", flat=True))
    keys = public_keys(at=datetime.now(UTC))
    seen = Ledger()
    doubled = [text for text, count in texts.items() if count > 1]
    for line in (found.home / "outcome.jsonl").open():
        said = json.loads(line)
        if "counts" in said:
            seen.counts.update(said["counts"])
        elif "broke" in said:
            seen.broke.append(f"session {said['number']}: {said['broke'][:600]}")
        else:
            _one(said, rows, texts, keys, seen)
    helped = _helped()
    doubled += [marker for marker, count in helped.items() if count > 1]
    verdict.figure("sessions", seen.sessions)
    verdict.figure("items that the app called saved", seen.saved)
    verdict.figure("of them lost without a word", len(seen.lost))
    verdict.figure("doubled on the server (reports, calls for help)", len(doubled))
    verdict.figure("reports, nil reports and task answers stored with a receipt", ", ".join(
        f"{kind} {n}" for kind, n in sorted(Counter(r.kind for r in rows.values()).items())) + f", photos {Attachment.objects.count()}")  # fmt: skip
    verdict.demand(not seen.broke, f"sessions broke off: {seen.broke[:2]}")
    verdict.demand(not seen.lost, f"lost: {seen.lost[:3]}")
    verdict.demand(not doubled, f"doubled: {doubled[:3]}")
    verdict.demand(seen.saved > seen.sessions, "too little was saved to mean anything")
    return seen


def _helped() -> Counter[str]:
    """How often each call for help became a message to the watch."""
    from kondusif.teams.models import OutboxMessage

    return Counter(OutboxMessage.objects.filter(body__startswith="Butuh bantuan").values_list("body", flat=True))


def _one(said: dict[str, Any], rows: dict[str, Any], texts: Counter[str], keys: Any, seen: Ledger) -> None:
    from kondusif.intake.receipts import fault
    from kondusif.intake.rules import tracking_digest

    seen.sessions += 1
    receipts = {r["id"]: r for r in said["receipts"]}
    evicted = {e["mark"] for e in said["evicted"]}
    proofs_gone = any(e["kind"] == "p" for e in said["evicted"])
    left = {x["id"]: x for x in said["left"]}
    seen.receipts += len(receipts)
    for refusal in said.get("refusals", ()):
        seen.refusals[refusal["code"]] += 1
        earned = {"said-field-wrong": refusal["field"] == "region", "time-unknown": said.get("clockMoved")}
        if not earned.get(refusal["code"]):
            seen.wrong.append(f"session {said['number']}: refused as {refusal['code']} {refusal['field']}")
    for number, held in receipts.items():
        row, body = rows.get(number), json.loads(held["receipt"])
        good = row is not None and not fault(held["receipt"], held["signature"], keys) and (
            body["digest"] == row.digest and body["subject"] == row.subject and body["uuid"] == number
            and datetime.fromisoformat(body["received_at"]) == row.received_at
            and body["tracking_digest"] == (tracking_digest(held["tracking"]) if held["tracking"] else "")
        )  # fmt: skip
        if not good:
            seen.wrong.append(f"session {said['number']}: receipt {number}")
    for item in said["saved"]:
        seen.saved += 1
        where, row = f"session {said['number']} {item['kind']} {item['id']}", rows.get(item["id"])
        if item["mark"] in evicted:
            seen.evicted += 1
            seen.evicted_but_arrived += row is not None
        elif item["id"] in receipts:
            if row is None or row.digest != item["digest"]:
                seen.lost.append(where)
            elif item["kind"] == "report" and texts[f"Keributan di pasar {item['marker']}"] != 1:
                seen.lost.append(f"{where}: {texts['Keributan di pasar ' + item['marker']]} reports")
            elif not said.get("clockMoved") and not item.get("mended") and row.written_at is not None:
                seen.clock.append(abs(row.written_at.timestamp() - item["at"] / 1000))
        elif proofs_gone and row is not None and row.digest == item["digest"]:
            seen.proofs_gone += 1
        elif not (item["id"] in left and left[item["id"]]["state"] == "refused"):
            seen.lost.append(f"{where}: {left.get(item['id'], 'gone')}")
    known = {i["mark"] for i in said["saved"]}
    for mark in evicted & {r["mark"] for r in receipts.values()}:
        seen.wrong.append(f"session {said['number']}: {mark} said to be evicted, and receipted")
    if said["witnessed"] > sum(x["state"] == "refused" for x in said["left"]):
        seen.wrong.append(f"session {said['number']}: {said['witnessed']} still said to wait; {len(known)} saved")


def _say(seen: Ledger, verdict: Verdict) -> None:
    verdict.figure("receipts held by the phones, each checked against its row and signature", seen.receipts)
    verdict.figure("receipts that were wrong, refusals nobody earned, eviction told falsely", len(seen.wrong))
    verdict.figure(
        "saved, then evicted by the browser: said so (of them had arrived before)",
        f"{seen.evicted} ({seen.evicted_but_arrived})",
    )
    verdict.figure("delivered, its receipt then evicted: said so", seen.proofs_gone)
    verdict.figure("what happened to requests and apps", ", ".join(f"{k} {v}" for k, v in seen.counts.most_common()))
    verdict.figure(
        "refusals shown with their reason", ", ".join(f"{k} {v}" for k, v in seen.refusals.most_common()) or "none"
    )
    worst = max(seen.clock, default=0.0)
    verdict.figure(
        "phone clocks up to 72 h wrong: worst error of the instant of writing",
        f"{worst:.1f} s over {len(seen.clock)} items",
    )
    verdict.demand(not seen.wrong, f"the list of receipts is wrong: {seen.wrong[:3]}")
    verdict.demand(worst < EXACT_WITHIN, "a wrong clock shifted an instant")
    verdict.demand(seen.evicted > 0, "no eviction was tried")


def _commands(found: House, verdict: Verdict) -> None:
    """The exported list, checked by the command; the same with one letter changed."""
    held: list[dict[str, str]] = []
    for line in (found.home / "outcome.jsonl").open():
        held += [{"receipt": r["receipt"], "signature": r["signature"]} for r in json.loads(line).get("receipts", ())]
    path: Path = found.home / "bukti.json"
    path.write_text(json.dumps({"receipts": held}))
    began = time.monotonic()
    good = found.command("receipt", "verify", str(path), check=False)
    took = time.monotonic() - began
    held[0]["receipt"] = held[0]["receipt"].replace('"received_at":"2', '"received_at":"1')
    path.write_text(json.dumps({"receipts": held}))
    bad = found.command("receipt", "verify", str(path), check=False)
    verdict.figure("./kondusif receipt verify", f"{good.stdout.strip().splitlines()[-1]} ({took:.0f} s)")
    verdict.figure("the same with one letter changed", bad.stdout.strip().splitlines()[-1])
    verdict.demand(good.returncode == 0 and bad.returncode == 1 and "FORGED" in bad.stdout, "the command is wrong")
