"""Free messages into drafts: how often a field is right, how often it is rightly left empty, and how long reading takes.

Each labelled message is read as it came in. A field is filled in or left empty; filled in it is right, wrong, or invented
(the message does not say it). The held-out third was written before any rule and no rule was made for it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence

from kondusif.intake.message.reading import FIELDS, LONGEST_READ, Reading, read
from kondusif.intake.message.words import THRESHOLDS
from kondusif.regions import gazetteer
from kondusif.regions.finder import Entry, Finder
from kondusif.regions.rules import PROVINCE
from tests.intake.labelled import ZONE, Labelled, messages, right
from tests.proofs.house import Verdict

TITLE = "Free messages read into drafts"
STEPS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
LIMIT_MS = 50.0


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    finder = Finder(Entry(n.code, n.name, n.level, n.kind) for n in gazetteer.names(("64",)) if n.level != PROVINCE)
    rows = messages()[:: 4 if reduced else 1]
    verdict.figure("messages, invented and labelled by hand", len(rows))
    read_rows = [(row, _read(row, finder)) for row in rows]
    for part in ("held-out", "dev"):
        _part(verdict, part, [(r, one) for r, one in read_rows if r.split == part])
    _speed(verdict, rows, finder, rounds=1 if reduced else 5)
    false_calm = [r.id for r, one in read_rows if one["nil"].sure and not r.want.get("nil")]
    verdict.figure("read as nihil though a matter is told", len(false_calm))
    verdict.demand(not false_calm, f"a false all-safe: {', '.join(false_calm)}")
    return verdict


def _read(row: Labelled, finder: Finder) -> Reading:
    return read(row.text, at=row.received_at, zone=ZONE, locate=lambda t: finder.find(t[:1000], "64"), desk=row.desk)


def _part(verdict: Verdict, part: str, rows: Sequence[tuple[Labelled, Reading]]) -> None:
    total: Counter[str] = Counter()
    for field in FIELDS:
        told = _count(field, rows)
        total += told
        verdict.figure(f"{part}, {field}", _words(told) + f"; threshold {THRESHOLDS[field]}")
    for field in FIELDS:
        curve = (f"≥ {t}: {_accuracy(_count(field, rows, t))}" for t in STEPS)
        verdict.figure(f"{part}, {field}: filled in (right) by confidence", " · ".join(curve))
    verdict.figure(f"{part}, all fields of {len(rows)} messages", _words(total))
    filled = total["right"] + total["wrong"] + total["invented"]
    verdict.demand(
        filled > 0 and total["right"] / filled >= 0.9, f"{part}: less than 90 of 100 filled-in fields are right"
    )


def _count(field: str, rows: Sequence[tuple[Labelled, Reading]], threshold: float | None = None) -> Counter[str]:
    return Counter(right(field, one[field], r.want, threshold) for r, one in rows if field not in r.unsure)


def _words(told: Counter[str]) -> str:
    filled, said = told["right"] + told["wrong"] + told["invented"], told["right"] + told["wrong"] + told["missed"]
    return (
        f"precision {_share(told['right'], filled)}, recall {_share(told['right'], said)} "
        f"(right {told['right']}, wrong {told['wrong']}, invented {told['invented']}, missed {told['missed']}, "
        f"rightly empty {told['silent']})"
    )


def _accuracy(told: Counter[str]) -> str:
    filled = told["right"] + told["wrong"] + told["invented"]
    return f"{_share(filled, sum(told.values()))} ({_share(told['right'], filled)})"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _speed(verdict: Verdict, rows: Sequence[Labelled], finder: Finder, rounds: int) -> None:
    """Every message several times, and as many that are filled up to the longest report there is."""
    long = [
        Labelled(r.id, r.split, r.received_at, (r.text + ". ") * (LONGEST_READ // len(r.text) + 1), {}, r.desk)
        for r in rows
    ]
    verdict.figure("others at work on the machine", f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, chosen in (("as written", rows), (f"repeated to {LONGEST_READ} characters", long)):
        spent: list[float] = []
        for _ in range(rounds):
            for row in chosen:
                began = time.perf_counter()
                _read(row, finder)
                spent.append(1000 * (time.perf_counter() - began))
        spent.sort()
        p50, p99 = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
        goal = f" (goal < {LIMIT_MS:.0f})" if chosen is rows else ""
        verdict.figure(f"ms a message, {name}", f"p50 {p50:.1f}, p99 {p99:.1f}, longest {spent[-1]:.1f}{goal}")
        if chosen is rows:
            verdict.demand(p99 < LIMIT_MS, "reading takes too long")
