"""Intake against its floor and its peer, in alternating bursts of one run. `python -m benchmarks.intake [--seconds 4] [--rounds 3]`.

Ratios are what counts: the rates move with the machine, the ratios of one run do not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.proofs.house import ROOT, Verdict, free_port, house

CLIENTS = 32


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(port: int, clients: int, seconds: float, path: str, seed: int) -> dict[str, object]:
    words = [
        sys.executable,
        "-m",
        "benchmarks.load",
        "127.0.0.1",
        str(port),
        str(clients),
        str(seconds),
        path,
        str(seed),
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


class Triage(threading.Thread):
    """An officer's writes meanwhile: takes reports, one after the other, through the real action."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stopping = False
        self.done = 0

    def run(self) -> None:
        from django.db import connection

        from kondusif.clock.queries import now
        from kondusif.intake.models import Report
        from kondusif.teams.queries import OPERATOR
        from kondusif.triage.actions import take

        while not self.stopping:
            code = Report.objects.filter(state="received").order_by("-pk").values_list("code", flat=True).first()
            if code:
                take(code, by=OPERATOR, at=now())
                self.done += 1
            time.sleep(0.05)
        connection.close()


def run(seconds: float, rounds: int, boundaries: Path | None) -> Verdict:
    from benchmarks import floor

    verdict = Verdict()
    with house("sqlite", worker=False) as found:
        if boundaries:
            found.command(
                "regions",
                "import",
                str(boundaries),
                "--level",
                "kecamatan",
                "--code-column",
                "code",
                "--code-system",
                "kemendagri",
            )
        found.stop()
        found.start_web()
        assert found.web is not None
        port = free_port()
        words = [
            sys.executable,
            "-m",
            "uvicorn",
            "benchmarks.plain:application",
            "--port",
            str(port),
            "--log-level",
            "warning",
        ]
        plain = subprocess.Popen(words, cwd=ROOT, env=found.env | {"DJANGO_SETTINGS_MODULE": "kondusif.site.settings"})
        try:
            time.sleep(4)
            load(found.port, 4, 1, "/api/v1/reports", 1)
            load(port, 4, 1, "/plain", 2)
            measured: dict[str, list[dict[str, float]]] = {"floor": [], "door": [], "plain": [], "triage": []}
            for n in range(rounds):
                measured["floor"].append({"rate": floor.burst(found.home, CLIENTS, seconds)})
                measured["door"].append(_burst(found.web.pid, found.port, "/api/v1/reports", seconds, 10 + n))
                measured["plain"].append(_burst(plain.pid, port, "/plain", seconds, 20 + n))
                officer = Triage()
                officer.start()
                measured["triage"].append(_burst(found.web.pid, found.port, "/api/v1/reports", seconds, 30 + n))
                officer.stopping = True
                officer.join()
        finally:
            plain.terminate()
            plain.wait()
        _say(measured, verdict)
    return verdict


def _burst(pid: int, port: int, path: str, seconds: float, seed: int) -> dict[str, float]:
    from kondusif.intake.models import Report

    before, last = cpu_seconds(pid), Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = load(port, CLIENTS, seconds, path, seed)
    if found["strange"]:
        raise SystemExit(f"unexpected answers: {found['strange']}")
    spent = cpu_seconds(pid) - before
    rows = Report.objects.filter(pk__gt=last)
    count, commits = rows.count(), rows.values("received_at").distinct().count()
    numbers = {k: float(str(found[k])) for k in ("count", "rate", "p50", "p99", "max")}
    return numbers | {"cpu_ms": spent * 1000 / numbers["count"], "commits": commits / max(count, 1)}


def _say(measured: dict[str, list[dict[str, float]]], verdict: Verdict) -> None:
    def middle(which: str, name: str) -> float:
        return statistics.median(m[name] for m in measured[which])

    floor, door, plain = middle("floor", "rate"), middle("door", "rate"), middle("plain", "rate")
    verdict.figure("raw group-commit floor, 32 waiters", f"{floor:,.0f} units/s")
    verdict.figure(
        "JSON door, 32 clients",
        f"{door:,.0f} reports/s, {middle('door', 'cpu_ms'):.2f} CPU-ms each, p50 {middle('door', 'p50'):.1f} p99 {middle('door', 'p99'):.1f} ms",
    )
    verdict.figure(
        "plain Django-ORM view",
        f"{plain:,.0f} reports/s, {middle('plain', 'cpu_ms'):.2f} CPU-ms each, p99 {middle('plain', 'p99'):.0f} ms",
    )
    verdict.figure("door / floor", f"{door / floor:.1%} (goal ≥ 15 %)")
    verdict.figure("door / plain view", f"{door / plain:.1f}× (goal ≥ 8×)")
    worst = max(m["max"] for m in measured["triage"])
    slow = f"p50 {middle('triage', 'p50'):.1f} p99 {middle('triage', 'p99'):.1f} max {worst:.0f} ms"
    verdict.figure("with concurrent triage writes", f"{middle('triage', 'rate'):,.0f} reports/s, {slow}")
    verdict.figure("commits that reached the disk per report", f"{middle('door', 'commits'):.3f} (goal ≤ 0.15)")
    verdict.demand(door >= 0.15 * floor, f"door is {door / floor:.1%} of the floor")
    verdict.demand(door >= 8 * plain, f"door is {door / plain:.1f}× the plain view")
    verdict.demand(middle("triage", "p99") <= 5 * middle("triage", "p50"), "p99 is more than five times p50")
    verdict.demand(max(m["max"] for m in measured["triage"]) <= 250, "an accept took more than 250 ms")
    verdict.demand(middle("door", "commits") <= 0.15, "too many commits per report")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--boundaries", type=Path)
    given = parser.parse_args()
    found = run(given.seconds, given.rounds, given.boundaries)
    for name, seen in found.figures:
        print(f"{name:<45} {seen}")
    print("falls short: " + found.falls_short if found.falls_short else "holds")
