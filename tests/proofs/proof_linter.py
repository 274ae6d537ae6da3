"""The check of plans and rosters: random sound plans have no hole; each planted hole is named, at its step and no other."""

from __future__ import annotations

import random
import time

from kondusif.teams.lint import KINDS, lint
from tests.proofs.house import Verdict
from tests.teams.naive_lint import naive, spelled_out
from tests.teams.sound_plans import DAYS, PLANTS, START, named, sound

TITLE = "Plans and rosters: every planted hole is found, and no false one"
SEED = 20201209


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    rng = random.Random(SEED)
    plans, each, twins = (20, 5, 2) if reduced else (200, 20, 40)
    began = time.perf_counter()
    false = [
        named(found)
        for ladder, house in (sound(rng) for _ in range(plans))
        if (found := lint(ladder, house, start=START, days=DAYS))
    ]
    verdict.figure("sound plans, each looked at in every hour of 14 days", plans)
    verdict.figure("milliseconds for one plan", f"{(time.perf_counter() - began) / plans * 1000:.0f}")
    verdict.figure("false holes in them", len(false))
    verdict.demand(not false, f"false holes: {false[:2]}")
    for kind, plant in PLANTS.items():
        found = wrong = 0
        for _ in range(each):
            ladder, house, target = plant(rng, *sound(rng))
            said = named(lint(ladder, house, start=START, days=DAYS))
            found += (kind, target) in said
            wrong += any(k != kind for k, _t in said)
        verdict.figure(
            f"planted: {kind} ({KINDS[kind]})",
            f"{found} of {each} found; with holes of another kind named beside it: {wrong}",
        )
        verdict.demand(found == each, f"{each - found} of {each} planted holes of kind {kind} not found")
        verdict.demand(wrong == 0, f"{kind}: {wrong} plans with a hole named that was not planted")
    differ = 0
    for n in range(twins):
        kind = list(PLANTS)[n % len(PLANTS)]
        ladder, house, _target = PLANTS[kind](rng, *sound(rng))
        differ += naive(ladder, house, start=START, days=DAYS) != spelled_out(
            lint(ladder, house, start=START, days=DAYS)
        )
    verdict.figure("plans compared hour by hour with the slow twin", f"{twins}, different {differ}")
    verdict.demand(differ == 0, f"{differ} plans differ from the slow twin")
    return verdict
