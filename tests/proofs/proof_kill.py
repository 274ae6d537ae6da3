"""kill -9 of web and worker at random moments under load: nothing acknowledged is lost or doubled, no duty fires twice."""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from datetime import timedelta

from tests.proofs.house import House, Verdict, both, house

TITLE = "Nothing acknowledged is lost: kill -9 under load"
CLIENTS = 6
POINTS = [
    ("64.72", -0.5022, 117.1536),
    ("64.71", -1.2379, 116.8529),
    ("64.02", -0.4110, 117.0),
    ("64.74", 0.1333, 117.5),
]


def prove(reduced: bool) -> Verdict:
    return both("kill", reduced)


class Sender(threading.Thread):
    """A device that sends each report again until it is answered, as a phone on a bad network does."""

    def __init__(self, url: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.url, self.random = url, random.Random(seed)
        self.acknowledged: dict[str, str] = {}
        self.tries = 0
        self.stopping = False
        self.strange: list[str] = []

    def run(self) -> None:
        while not self.stopping:
            number = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            region, lat, lon = self.random.choice(POINTS)
            body = json.dumps({
                "uuid": number, "text": f"Keributan di pasar {number}", "threatened": self.random.choice(["yes", "no"]), "region": region,
                "lat": lat + self.random.gauss(0, 0.02), "lon": lon + self.random.gauss(0, 0.02), "contact": "0812000111",
            }).encode()  # fmt: skip
            while not self.stopping and not self._send(number, body):
                time.sleep(0.05)
            time.sleep(self.random.random() * 0.02)

    def _send(self, number: str, body: bytes) -> bool:
        self.tries += 1
        request = urllib.request.Request(f"{self.url}/api/v1/reports", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                self.acknowledged[number] = json.load(answer)["code"]
                return True
        except urllib.error.HTTPError as error:
            if error.code != 503:
                self.strange.append(f"{error.code} {error.read()[:200]!r}")
                return True
            return False
        except (OSError, ValueError):
            return False


def run(kind: str, reduced: bool) -> Verdict:
    kills = 6 if reduced else 200
    verdict = Verdict()
    with house(kind) as found:
        senders = [Sender(found.url, seed) for seed in range(CLIENTS)]
        for sender in senders:
            sender.start()
        shifts = _chaos(found, kills)
        for sender in senders:
            sender.stopping = True
        for sender in senders:
            sender.join(15)
        _drain(shifts)
        _judge(found, senders, kills, verdict)
    return verdict


def _chaos(found: House, kills: int) -> timedelta:
    """Kill web or worker at a random moment, again and again, while domain time runs ahead so that duties fall due."""
    from kondusif.clock.actions import set_offset

    chance = random.Random(20201209)
    offset = timedelta()
    for n in range(kills):
        time.sleep(chance.random() * 1.2)
        which = chance.choice(["web", "worker"])
        found.kill(which)
        offset += timedelta(minutes=1 if n % 10 else 11)
        set_offset(offset)
        if which == "web":
            found.start_web()
        else:
            found.start_worker()
    return offset


def _drain(offset: timedelta) -> None:
    """Let the worker finish what is due now and seal everything; it may take its time, but it must get on."""
    from kondusif.clock.models import Deadline
    from kondusif.clock.queries import now
    from kondusif.ledger.models import Block, Line

    before, moved = (-1, -1), time.monotonic()
    while time.monotonic() - moved < 120:
        due = Deadline.objects.filter(met_at=None, fired_at=None, due_at__lte=now()).count()
        last = Line.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        block = Block.objects.order_by("-pk").first()
        if not due and block is not None and block.last_line >= last:
            return
        if (due, block.last_line if block else 0) != before:
            before, moved = (due, block.last_line if block else 0), time.monotonic()
        time.sleep(0.3)
    raise RuntimeError(f"the worker has not moved for two minutes: {before[0]} duties wait")


def _judge(found: House, senders: list[Sender], kills: int, verdict: Verdict) -> None:
    from kondusif.clock.models import Deadline
    from kondusif.clock.queries import now
    from kondusif.intake.models import Contact, Report
    from kondusif.ledger.models import Line
    from kondusif.teams.models import OutboxMessage

    acknowledged: dict[str, str] = {}
    for sender in senders:
        acknowledged |= sender.acknowledged
    stored = Counter(str(u) for u in Report.objects.values_list("uuid", flat=True))
    codes = {str(u): c for u, c in Report.objects.values_list("uuid", "code")}
    lost = [n for n, code in acknowledged.items() if codes.get(n) != code]
    doubled = [n for n, count in stored.items() if count > 1]
    lines = Counter(Line.objects.filter(verb="report.received").values_list("subject", flat=True))
    whole = sum(lines[f"report:{c}"] == 1 for c in codes.values())
    contacts = Contact.objects.count()
    fired = Deadline.objects.exclude(fired_at=None).count()
    # A message that reaches nobody is told to the watch once more; that notice is not the duty's own.
    messages = OutboxMessage.objects.filter(key__startswith="due:").exclude(key__endswith=":nobody").count()
    successors = Deadline.objects.filter(level__gt=0).count()
    never = Deadline.objects.filter(met_at=None, fired_at=None, due_at__lte=now() - timedelta(seconds=30)).count()
    verify = found.command("ledger", "verify", check=False)
    verdict.figure("kills (web or worker)", kills)
    verdict.figure("reports sent, tries", f"{len(acknowledged)} acknowledged, {sum(s.tries for s in senders)} tries")
    verdict.figure("acknowledged and lost", len(lost))
    verdict.figure("doubled", len(doubled))
    verdict.figure("reports with exactly one ledger line and one contact", f"{whole} and {contacts} of {len(codes)}")
    verdict.figure("duties fired / their messages / their successors", f"{fired} / {messages} / {successors}")
    verdict.figure("due and never fired", never)
    verdict.figure("ledger verify", verify.stdout.strip().splitlines()[-2] if verify.stdout else verify.stderr[-300:])
    strange = [s for sender in senders for s in sender.strange]
    verdict.demand(not strange, f"unexpected answers: {strange[:3]}")
    verdict.demand(len(acknowledged) > kills, "too little load to mean anything")
    verdict.demand(not lost and not doubled, "reports lost or doubled")
    verdict.demand(whole == len(codes) == contacts, "a report without its ledger line or contact")
    verdict.demand(fired > 0 and fired == messages == successors, "duties fired more or less than once")
    verdict.demand(never == 0, "a duty never fired")
    verdict.demand(verify.returncode == 0, "the ledger does not verify")
    _tamper(found, verdict)


def _tamper(found: House, verdict: Verdict) -> None:
    """Change one row behind the platform's back; the stand-alone verifier must find it."""
    from django.db import connection

    from kondusif.ledger.models import Line

    victim = Line.objects.order_by("pk").values_list("pk", flat=True)[10]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER ledger_line_no_update")
        else:
            cursor.execute("ALTER TABLE ledger_line DISABLE TRIGGER ALL")
        cursor.execute("UPDATE ledger_line SET actor_label = 'orang lain' WHERE id = %s", [victim])
    after = found.command("ledger", "verify", check=False)
    fault = next((x for x in after.stdout.splitlines() if x.startswith("FAULT")), "no fault found")
    verdict.figure("after one row was changed by hand", fault)
    verdict.demand(after.returncode == 1, "the verifier did not find a changed row")
