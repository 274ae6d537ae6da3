"""The live stream: ids that betray nothing, forged ones of no use, and nothing missed between two connections."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import cast

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kondusif.ledger.actions import record
from kondusif.ledger.actor import Actor
from kondusif.ledger.models import Line
from kondusif.ledger.queries import may_see, visible_to
from kondusif.situation import live

ALL = Actor("user:1", "Piket", frozenset({("ledger.read", "64.71")}))


@given(st.integers(0, 2**62 - 1))
def test_an_id_comes_back(id_: int) -> None:
    assert live.plain(live.opaque(id_)) == id_


def test_neighbours_look_unlike() -> None:
    tokens = [live.opaque(n) for n in range(1, 200)]
    assert len(set(tokens)) == 199 and sorted(tokens) != tokens
    assert all(len(t) == 32 and str(n) != t for n, t in enumerate(tokens, 1))


@pytest.mark.parametrize(
    "token", ["5", "xyz", "0" * 32, "f" * 32, live.opaque(7)[:-1], live.opaque(7) + "00", live.opaque(7)[::-1]]
)
def test_a_forged_id_says_nothing(token: str) -> None:
    assert live.plain(token) is None


def write(at: datetime, n: int, *, region: str = "64.71", restricted: bool = False) -> None:
    by = Actor("user:2", "Lain")
    with transaction.atomic():
        record("report.taken", subject=f"report:KDS-{n:07}", region=region, by=by, at=at, restricted=restricted)


def subjects(text: str) -> list[str]:
    return re.findall(r"report:KDS-0*(\d+)", text)


@pytest.mark.django_db
def test_the_stream_decides_as_the_ledger_does(at: datetime) -> None:
    for n, (region, hidden) in enumerate(
        [("64.71", False), ("64.71.02", False), ("64.72", False), ("64", False), ("64", True), ("64.71", True)]
    ):
        write(at, n, region=region, restricted=hidden)
    viewers = [ALL, Actor("citizen", "Warga"), Actor("u", "", frozenset({("ledger.read", "")})),
               Actor("u", "", frozenset({("report.read_restricted", "64")}))]  # fmt: skip
    for actor in viewers:
        told = [x.pk for x in Line.objects.order_by("pk") if may_see(x, actor)]
        assert told == list(visible_to(actor).order_by("pk").values_list("pk", flat=True))
    assert [subjects(live.event(x))[0] for x in visible_to(ALL).order_by("pk")] == ["0", "1"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_missed_between_two_connections(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines written while nobody listened come by Last-Event-ID, later ones live: each once, in order, none hidden."""
    monkeypatch.setattr(live, "POLL", 0.01)
    for n in range(1, 4):
        write(at, n)
    last = Line.objects.order_by("pk").first()
    assert last is not None
    write(at, 4, region="64.72")
    write(at, 5, restricted=True)
    write(at, 6)

    async def listen() -> list[str]:
        hub = live.Hub()
        monkeypatch.setattr(live, "HUB", hub)
        stream = cast(AsyncIterator[str], live._events(ALL, live.plain(live.opaque(last.pk))))
        found: list[str] = []
        told_live = False
        async for text in stream:
            found += subjects(text)
            if found[-1:] == ["6"] and not told_live:
                told_live = True
                await sync_to_async(later, thread_sensitive=False)()
            if found[-1:] == ["9"]:
                break
        await stream.aclose()  # type: ignore[attr-defined]
        assert not hub.viewers
        hub.close()
        return found

    def later() -> None:
        write(at, 7, restricted=True)
        write(at, 8)
        write(at, 9)
        connection.close()

    async def within() -> list[str]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))  # one thread, so that its connection can be closed at the end
        try:
            return await asyncio.wait_for(listen(), 30)
        finally:
            await loop.run_in_executor(None, connections.close_all)

    assert asyncio.run(within()) == ["2", "3", "6", "8", "9"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.deep
def test_one_who_is_too_slow_is_sent_away_to_catch_up() -> None:
    async def fill() -> list[str | None]:
        viewer = live.Viewer(ALL, asyncio.Queue(2))
        for n in range(3):
            viewer.tell(str(n))
        return [viewer.queue.get_nowait(), viewer.queue.get_nowait()]

    assert asyncio.run(fill()) == ["1", None]


def test_a_stream_ends_when_what_its_viewer_may_has_changed(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock, an ended duty, a lost phone: the ledger names the member, and their stream must open anew."""
    monkeypatch.setattr(live, "POLL", 0.01)
    locked, other = live.Viewer(Actor("user:1", "A", ALL.grants)), live.Viewer(Actor("user:2", "B", ALL.grants))

    class Tail:
        cursor = 0
        lines = [
            Line(
                id=1,
                at=at,
                verb="conflict.locked",
                subject="user:1",
                region="64.71",
                actor="user:2",
                actor_label="B",
                detail="{}",
            )
        ]

        def read(self) -> list[Line]:
            found, self.lines = self.lines, []
            return found

    async def run() -> tuple[str | None, str | None]:
        hub = live.Hub()
        hub.tail, hub.viewers = Tail(), {locked, other}  # type: ignore[assignment]
        locked.tell("something not read yet")
        task = asyncio.create_task(hub._run())
        seen = await asyncio.wait_for(other.queue.get(), 10)
        ended = await asyncio.wait_for(locked.queue.get(), 10)
        hub.viewers.clear()
        await task
        return ended, seen

    monkeypatch.setattr(live, "_in_thread", _at_once)
    ended, seen = asyncio.run(run())
    assert ended is None and seen is not None and "conflict.locked" in seen


def _at_once(function: Callable[[], list[Line]]) -> Callable[[], Awaitable[list[Line]]]:
    async def run() -> list[Line]:
        return function()

    return run
