"""The slow twin of `lint`: every hour, every step, every person asked afresh; no edges, no stretches, no memory."""

from __future__ import annotations

from datetime import datetime, timedelta

from kondusif.teams.hours import Hours
from kondusif.teams.ladders import TARGETS, WEEK, Ladder, Window
from kondusif.teams.lint import Hole, House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PAUSE = {"S1": 15, "S2": 60, "S3": 720, "S4": 10080}
Spelled = set[tuple[str, str, datetime | None]]


def spelled_out(holes: list[Hole]) -> Spelled:
    """Each hole of a stretch as its single hours."""
    found: Spelled = set()
    for hole in holes:
        if hole.starts_at is None or hole.ends_at is None:
            found.add((hole.kind, hole.target, None))
            continue
        moment = hole.starts_at
        while moment < hole.ends_at:
            found.add((hole.kind, hole.target, moment))
            moment += HOUR
    return found


def naive(ladder: Ladder, house: House, *, start: datetime, days: int) -> Spelled:
    found: Spelled = set()
    grave = ladder.severity in ("S1", "S2")
    for n, rung in enumerate(ladder.rungs):
        level = TARGETS[rung.target][1]
        if level - (TARGETS[ladder.rungs[n - 1].target][1] if n else 1) > 1:
            found.add(("skipped_level", rung.target, None))
        if bool(rung.wait) != bool(n):
            found.add(("ignored_wait", rung.target, None))
        before = [r.target for r in ladder.rungs[:n]]
        if rung.target in before and before[-1] != rung.target:
            found.add(("loop", rung.target, None))
        if rung.window and (grave or not rung.window.days or rung.window.opens == rung.window.shuts):
            found.add(("shut_window", rung.target, None))
    if ladder.again is not None and ladder.again <= 0:
        found.add(("silent_end", ladder.rungs[-1].target, None))
    hours = house.hours.get(ladder.region, Hours())
    for hour in range(days * 24):
        moment = start + hour * HOUR
        for n, rung in enumerate(ladder.rungs):
            if n:
                moment = _told(moment, rung.wait or PAUSE[ladder.severity], rung.window, grave, hours)
            if moment >= start + days * 24 * HOUR:
                break
            state = _who(rung.target, ladder.region, house, moment)
            if state:
                found.add((state, rung.target, start + ((moment - start) // HOUR) * HOUR))
    return found


def _told(moment: datetime, wait: int, window: Window | None, grave: bool, hours: Hours) -> datetime:
    if grave:
        return moment + wait * MINUTE
    due = hours.after(moment, wait * MINUTE)  # has a slow twin of its own
    if window is None or not window.days or window.opens == window.shuts:
        return due
    later = due
    while not _open(window, later):
        later = later.replace(second=0, microsecond=0) + MINUTE
    return later


def _open(window: Window, moment: datetime) -> bool:
    local = moment.astimezone(Hours().zone)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        opens = datetime.combine(day, window.opens, local.tzinfo)
        shuts = datetime.combine(day, window.shuts, local.tzinfo)
        if window.shuts <= window.opens:
            shuts += timedelta(days=1)
        if (day.weekday() in window.days or window.days == WEEK) and opens <= local < shuts:
            return True
    return False


def _who(target: str, town: str, house: House, moment: datetime) -> str:
    address = TARGETS[target][2].format(kabkota=town, province=house.province)
    region = address.replace("@", ":").split(":")[-1]
    role = "duty_officer" if address.startswith("duty") else address.split(":")[1].split("@")[0]
    sitting: set[int] = set()
    if role == "duty_officer":
        sitting = {t.person for t in house.turns.get(region, ()) if t.start <= moment < t.end} & set(house.reachable)
        if not sitting and any(a <= moment < b for a, b in house.alert.get(region, ())):
            return "empty_hour"
    if not sitting:
        for person in house.holders.get((role, region), ()):
            for _step in range(len(house.stands) + 1):
                for stand in reversed(house.stands):
                    if (stand.role, stand.region, stand.absent) == (
                        role,
                        region,
                        person,
                    ) and stand.start <= moment < stand.end:
                        person = stand.acting
                        break
                else:
                    break
            else:
                return "loop"
            sitting.add(person)
        sitting &= set(house.reachable)
    if not sitting:
        return "empty_hour"
    return "" if any(house.reachable[p] for p in sitting) else "no_channel"
