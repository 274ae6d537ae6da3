"""Near duplicates among 100,000 stored reports: look-ups per second and recall. `python -m benchmarks.duplicates`."""

from __future__ import annotations

import random
import time
import uuid
from datetime import timedelta

from benchmarks.load import COMMON, WORDS
from tests.proofs.house import Verdict, house

COUNT, LOOKUPS = 100_000, 5_000


def text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, cum_weights=COMMON, k=30))


def told_again(words: str, chance: random.Random) -> str:
    """Four of the words changed, as another person would tell the same."""
    parts = words.split()
    for place in chance.sample(range(len(parts)), 4):
        parts[place] = chance.choice(WORDS)
    return " ".join(parts)


def run(count: int = COUNT, lookups: int = LOOKUPS) -> Verdict:
    verdict = Verdict()
    with house("sqlite", web=False, worker=False):
        from kondusif.clock.queries import now
        from kondusif.intake.models import Report
        from kondusif.intake.recent import RECENT
        from kondusif.intake.rules import base32, cell_of
        from kondusif.intake.similar import probe, ranked

        chance, at = random.Random(6), now()
        rows = []
        for n in range(count):
            lat, lon = chance.uniform(-2.3, 2.3), chance.uniform(114.0, 118.5)
            when = at - timedelta(seconds=chance.uniform(0, 5.5 * 3600))
            rows.append(Report(uuid=uuid.UUID(int=chance.getrandbits(128)), code=f"KDS-{base32(n, 8)}", tracking_digest=f"{n:064x}", content_digest="0", channel="web", text=text(chance), threatened="no", reported_at=when, received_at=when, region="64", place_precision="point", lat=lat, lon=lon, cell=cell_of(lat, lon)))  # fmt: skip  # noqa: E501
        Report.objects.bulk_create(rows, batch_size=2000)
        known = list(Report.objects.order_by("pk"))
        began = time.perf_counter()
        first = chance.choice(known)
        RECENT.near(
            [probe(first.cell or 0, first.lat or 0, first.lon or 0, at=at, text=first.text, restricted=False)], at=at
        )
        verdict.figure("read into memory once", f"{count:,} reports in {time.perf_counter() - began:.1f} s")
        wanted = []
        for _ in range(lookups):
            one = chance.choice(known)
            assert one.lat is not None and one.lon is not None
            lat, lon = one.lat + chance.gauss(0, 0.0013), one.lon + chance.gauss(0, 0.0013)
            when = min(at, one.received_at + timedelta(minutes=chance.uniform(0, 60)))
            wanted.append((one.pk, cell_of(lat, lon), lat, lon, when, told_again(one.text, chance)))
        found = 0
        began = time.perf_counter()
        for pk, cell, lat, lon, when, words in wanted:
            looking = probe(cell, lat, lon, at=when, text=words, restricted=False)
            found += any(m.other == pk for m in ranked(looking, RECENT.near([looking], at=at)[0]))
        rate = lookups / (time.perf_counter() - began)
        verdict.figure("look-ups, one at a time, each with a look for newer rows", f"{rate:,.0f}/s (goal ≥ 5,000)")
        verdict.figure(
            "recall, moved about 200 m, within an hour, 4 of 30 words changed", f"{found / lookups:.2%} (goal ≥ 98 %)"
        )
        verdict.demand(rate >= 5000, f"{rate:,.0f} look-ups/s")
        verdict.demand(found / lookups >= 0.98, f"recall {found / lookups:.1%}")
    return verdict


if __name__ == "__main__":
    seen = run()
    for name, figure in seen.figures:
        print(f"{name:<70} {figure}")
    print("falls short: " + seen.falls_short if seen.falls_short else "holds")
