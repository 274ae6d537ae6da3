"""Random plans in which every step reaches somebody in every hour, and each kind of hole to plant in one. Seeded."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from kondusif.teams.ladders import WEEK, WORKDAYS, Ladder, Rung, Window
from kondusif.teams.lint import Hole, House, Stand, Turn

START = datetime(2020, 12, 1, 16, 0, tzinfo=UTC)  # midnight in WITA
HOUR = timedelta(hours=1)
DAYS = 14
TOWN, PROVINCE = "64.71", "64"
Sound = tuple[Ladder, House]
_ROLES = {
    "watch": ("duty_officer", TOWN), "head": ("division_head", TOWN), "secretary": ("secretary", TOWN), "chair": ("chair", TOWN),
    "province_watch": ("duty_officer", PROVINCE), "province_head": ("division_head", PROVINCE),
    "province_secretary": ("secretary", PROVINCE), "province_chair": ("chair", PROVINCE),
}  # fmt: skip
_LOW, _MIDDLE, _HIGH = (
    ["watch", "head", "secretary", "chair"],
    ["province_watch", "province_head"],
    ["province_secretary", "province_chair"],
)


def sound(rng: random.Random) -> Sound:
    """A ladder without a fault among people who are all there: rosters without gaps, or officers; Plh here and there."""
    severity = rng.choice(["S1", "S2", "S3", "S4"])
    targets = [
        *rng.sample(_LOW, rng.randint(1, 3)),
        *rng.sample(_MIDDLE, rng.randint(1, 2)),
        *rng.sample(_HIGH, rng.randint(1, 2)),
    ]
    rungs = []
    for n, target in enumerate(targets):
        window = None
        if severity in {"S3", "S4"} and rng.random() < 0.3:
            opens = rng.randint(0, 23)
            window = Window(time(opens), time((opens + rng.randint(1, 20)) % 24), rng.choice([WEEK, WORKDAYS]))
            window = window if window.opens != window.shuts else None
        rungs.append(Rung(target, 0 if n == 0 else rng.randint(1, 600), window))
    people = iter(range(1, 999))
    reachable: dict[int, bool] = {}
    holders: dict[tuple[str, str], tuple[int, ...]] = {}
    turns: dict[str, list[Turn]] = {TOWN: [], PROVINCE: []}
    stands: list[Stand] = []
    for target in targets:
        role, region = _ROLES[target]
        held = tuple(next(people) for _ in range(rng.randint(1, 3)))
        reachable |= {p: n == 0 or rng.random() < 0.7 for n, p in enumerate(held)}
        if role == "duty_officer" and rng.random() < 0.6:
            turns[region] = _roster(rng, held[0])
        holders[role, region] = held
        if rng.random() < 0.4:
            acting = next(people)
            reachable[acting] = True
            low = START + rng.randint(-50, 300) * HOUR
            stands.append(Stand(role, region, held[0], acting, low, low + rng.randint(1, 200) * HOUR))
    alert = {r: ((START + 20 * HOUR, START + 90 * HOUR),) for r in turns if turns[r] and rng.random() < 0.5}
    house = House(PROVINCE, reachable, {r: tuple(t) for r, t in turns.items()}, holders, tuple(stands), alert)
    return Ladder(TOWN, "", severity, tuple(rungs), rng.choice([None, rng.randint(5, 900)])), house


def _roster(rng: random.Random, person: int) -> list[Turn]:
    """Turns without a gap, some of them overlapping."""
    found, at, end = [], START - 5 * HOUR, START + (DAYS * 24 + 48) * HOUR
    while at < end:
        length = rng.randint(4, 24) * HOUR
        found.append(Turn(person, at, at + length))
        at += length - rng.choice([0, 0, 1]) * HOUR
    return found


# --- planting: a sound plan in, the plan with one hole of the kind and what must be named out -------------------------

Planted = tuple[Ladder, House, str]


def _rungs(ladder: Ladder, n: int, **changes: object) -> Ladder:
    rungs = list(ladder.rungs)
    rungs[n] = replace(rungs[n], **changes)  # type: ignore[arg-type]
    return replace(ladder, rungs=tuple(rungs))


def _post(target: str) -> tuple[str, str]:
    return _ROLES[target]


def empty_hour(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    """The watch's roster has a stretch with nobody and no officers stand behind it; the ladder begins with the watch."""
    ladder = replace(ladder, rungs=(Rung("watch"), *(r for r in ladder.rungs[1:] if r.target != "watch")))
    low = START + rng.randint(0, DAYS * 24 - 30) * HOUR
    person = max(house.reachable) + 1
    turns = (Turn(person, START - HOUR, low), Turn(person, low + rng.randint(1, 24) * HOUR, START + 999 * HOUR))
    holders = {k: v for k, v in house.holders.items() if k != ("duty_officer", TOWN)}
    fresh = replace(
        house,
        turns={**house.turns, TOWN: turns},
        holders=holders,
        reachable={**house.reachable, person: True},
        alert={},
    )
    return ladder, fresh, "watch"


def no_channel(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    """Everybody of one step is there, and no way leads to any of them."""
    rung = rng.choice([r for r in ladder.rungs if ladder.severity in {"S1", "S2"} or r is ladder.rungs[0]])
    post = _post(rung.target)
    mute = {*house.holders[post]} | {s.acting for s in house.stands if (s.role, s.region) == post}
    mute |= {t.person for t in house.turns.get(post[1], ())} if post[0] == "duty_officer" else set()
    return ladder, replace(house, reachable={p: w and p not in mute for p, w in house.reachable.items()}), rung.target


def loop(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    """The ladder comes back to who was told before, or two people act for each other."""
    if rng.random() < 0.5:
        back = ladder.rungs[0].target
        return replace(ladder, rungs=(*ladder.rungs, Rung(back, rng.randint(5, 60)))), house, back
    target = ladder.rungs[0].target
    post = _post(target)
    one, two = house.holders[post][0], max(house.reachable) + 1
    low = START + rng.randint(0, 200) * HOUR
    pair = (Stand(*post, one, two, low, low + 50 * HOUR), Stand(*post, two, one, low, low + 50 * HOUR))
    turns = {r: t for r, t in house.turns.items() if r != post[1]}
    stands = tuple(s for s in house.stands if (s.role, s.region) != post)
    return (
        ladder,
        replace(house, stands=(*stands, *pair), turns=turns, reachable={**house.reachable, two: True}, alert={}),
        target,
    )


def silent_end(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    return replace(ladder, again=0), house, ladder.rungs[-1].target


def skipped_level(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    """The province's own level is left out: from the town to the top."""
    rungs = tuple(r for r in ladder.rungs if r.level != 2)
    return replace(ladder, rungs=rungs), house, next(r.target for r in rungs if r.level == 3)


def ignored_wait(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    n = rng.randrange(len(ladder.rungs))
    return _rungs(ladder, n, wait=rng.randint(1, 90) if n == 0 else 0), house, ladder.rungs[n].target


def shut_window(rng: random.Random, ladder: Ladder, house: House) -> Planted:
    """A step that waits for hours which never come, or an urgent one that waits for any."""
    n = rng.randrange(1, len(ladder.rungs))
    hour = time(rng.randint(0, 23))
    never = Window(hour, hour) if rng.random() < 0.5 else Window(hour, time(hour.hour, 30), frozenset())
    if ladder.severity in {"S1", "S2"} and rng.random() < 0.5:
        never = Window(time(8), time(16))
    return _rungs(ladder, n, window=never), house, ladder.rungs[n].target


PLANTS: dict[str, Callable[[random.Random, Ladder, House], Planted]] = {
    f.__name__: f for f in (empty_hour, no_channel, loop, silent_end, skipped_level, ignored_wait, shut_window)
}


def named(holes: list[Hole]) -> set[tuple[str, str]]:
    return {(h.kind, h.target) for h in holes}
