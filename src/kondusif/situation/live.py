"""The live stream (SSE): one hub per process reads the ledger once and tells each viewer what they may see.

An event carries verb, subject and region; the browser fetches the fragment again under its own permissions. The id of
an event is opaque: plain numbers would betray by their gaps that something happened which the viewer may not see.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.db import close_old_connections
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kondusif.clock.queries import now
from kondusif.ledger.actor import Actor, within
from kondusif.ledger.models import Line
from kondusif.ledger.queries import may_see, visible_to
from kondusif.ledger.tail import Tail, head
from kondusif.situation.wall import screens
from kondusif.situation.wall.picture import SHOW
from kondusif.teams.web import actor_of_session

log = logging.getLogger("kondusif.live")

POLL = 0.08  # seconds between looks at the ledger's end
HEARTBEAT = 15.0
LIFETIME = 600.0  # a stream ends and is opened anew, so that an ended duty or session is noticed
CATCH_UP = 500
QUEUE = 1000


def _cipher() -> Cipher[modes.ECB]:
    key = settings.SECRET_KEY.encode()[:32].ljust(32, b"0")
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - one block, used only to hide a counter


def opaque(id_: int) -> str:
    encryptor = _cipher().encryptor()
    return (encryptor.update(id_.to_bytes(16, "big")) + encryptor.finalize()).hex()


def plain(token: str) -> int | None:
    """The line id behind an event id; None for a forged or foreign one."""
    try:
        decryptor = _cipher().decryptor()
        id_ = int.from_bytes(decryptor.update(bytes.fromhex(token)) + decryptor.finalize(), "big")
    except ValueError:
        return None
    return id_ if 0 <= id_ < 2**62 else None


def event(line: Line) -> str:
    data = {"verb": line.verb, "subject": line.subject, "region": line.region, "at": line.at.isoformat()}
    return f"id: {opaque(line.id)}\nevent: line\ndata: {json.dumps(data)}\n\n"


NUDGE = 'event: line\ndata: {"verb": "wall.nudge"}\n\n'


def nudges(line: Line, actor: Actor) -> bool:
    """Whether a screen on a wall looks again at this line. It is told that something happened, never what."""
    return not line.tier and any(within(line.region, scope) for scope in actor.regions(SHOW))


@dataclass(eq=False)
class Viewer:
    actor: Actor
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def tell(self, text: str) -> None:
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:  # a viewer too slow to follow: it opens anew and catches up by its last id
            self.queue.get_nowait()
            self.queue.put_nowait(None)

    def end(self) -> None:
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Reads the ledger for all viewers of one process while there is at least one."""

    def __init__(self) -> None:
        self.viewers: set[Viewer] = set()
        self.task: asyncio.Task[None] | None = None
        self.tail = Tail()

    async def join(self, viewer: Viewer) -> None:
        if self.task is None or self.task.done():
            self.tail.cursor = await _in_thread(head)()
            self.task = asyncio.create_task(self._run())
        self.viewers.add(viewer)

    def leave(self, viewer: Viewer) -> None:
        self.viewers.discard(viewer)

    def close(self) -> None:
        for viewer in list(self.viewers):
            viewer.tell("")
            viewer.queue.put_nowait(None)
        if self.task:
            self.task.cancel()

    async def _run(self) -> None:
        while self.viewers:
            try:
                lines = await _in_thread(self.tail.read)()
            except Exception:
                log.exception("the ledger could not be read; viewers wait")
                await asyncio.sleep(1)
                continue
            for line in lines:
                self.tail.cursor = line.id
                text = event(line)
                for viewer in self.viewers:
                    if line.subject == viewer.actor.id:  # what they may has changed: the stream opens anew, or not
                        viewer.end()
                    elif may_see(line, viewer.actor):
                        viewer.tell(text)
                    elif nudges(line, viewer.actor):
                        viewer.tell(NUDGE)
            await asyncio.sleep(POLL)


P = ParamSpec("P")
R = TypeVar("R")


def _in_thread(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """The database work of the stream, off the event loop and with a live connection."""

    def run(*arguments: P.args, **named: P.kwargs) -> R:
        close_old_connections()
        return function(*arguments, **named)

    return sync_to_async(run, thread_sensitive=False)


HUB = Hub()


async def stream(request: Request) -> Response:
    """`GET /langsung`: events from now on, or from Last-Event-ID on with nothing missed."""
    cookies = request.cookies
    actor = await _in_thread(_actor)(cookies.get(settings.SESSION_COOKIE_NAME, ""), cookies.get(screens.COOKIE, ""))
    if actor is None:
        return Response(status_code=204)  # tells EventSource to stop asking
    last = request.headers.get("last-event-id", "") or request.query_params.get("after", "")
    since = plain(last) if last else None
    return StreamingResponse(
        _events(actor, since),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _actor(key: str, screen: str = "") -> Actor | None:
    """The member behind a session, else the screen on a wall behind its key."""
    at = now()
    if (member := actor_of_session(key, at=at)) is not None:
        return member
    row = screens.screen_of(screen, at=at)
    return screens.actor_of(row) if row else None


def _missed(actor: Actor, since: int) -> list[Line]:
    return list(visible_to(actor).filter(pk__gt=since).order_by("pk")[:CATCH_UP])


async def _events(actor: Actor, since: int | None) -> AsyncIterator[str]:
    viewer = Viewer(actor)
    await HUB.join(viewer)
    ends = asyncio.get_running_loop().time() + LIFETIME
    try:
        yield "retry: 2000\n\n"
        sent: set[str] = set()
        if since is not None:
            for line in await _in_thread(_missed)(actor, since):
                text = event(line)
                sent.add(text)
                yield text
        while asyncio.get_running_loop().time() < ends:
            try:
                news: str | None = await asyncio.wait_for(asyncio.ensure_future(viewer.queue.get()), HEARTBEAT)
            except TimeoutError:
                yield ": masih tersambung\n\n"
                continue
            if news is None:
                return
            if news == NUDGE or news not in sent:
                yield news
    finally:
        HUB.leave(viewer)
