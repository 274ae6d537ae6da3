"""Group commit: one thread takes whatever arrived during the last commit and receives it as one batch.

Under light load a report waits for nobody. Under heavy load the writer lets those arrive that are on their way, for a few
milliseconds at most (PostgreSQL's `commit_delay` and `commit_siblings`): twice as many reports then share a commit, and the
writer and the event loop do not fight over the interpreter meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue

from django.db import connection

from kondusif.clock.queries import now
from kondusif.intake.actions import NotStored, Outcome, receive_many
from kondusif.intake.rules import Draft
from kondusif.ledger.actor import Actor

log = logging.getLogger("kondusif.intake")
MOST = 256
SIBLINGS = 8  # a batch of so many means heavy load
STEP = 0.0002  # seconds; as long as reports arrive in each step, the writer waits for more …
LONGEST = 0.004  # … but no longer than this
LULL = 0.05  # after so long a pause the load is over

Done = Callable[[list[tuple["Waiting", Outcome]]], None]


class Waiting:
    """A draft in the queue; `done` is told of all its answers of a batch at once, in the writer's thread."""

    __slots__ = ("by", "done", "draft", "token")

    def __init__(self, draft: Draft, by: Actor, done: Done, token: object) -> None:
        self.draft, self.by, self.done, self.token = draft, by, done, token


class Writer:
    """The only intake writer of its process. `submit` from any thread, `put` from an event loop."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.thread: threading.Thread | None = None
        self._start = threading.Lock()
        self.batches = 0
        self.received = 0
        self._last, self._ended = 0, 0.0

    def put(self, draft: Draft, *, by: Actor, done: Done, token: object) -> None:
        if self.thread is None:
            with self._start:
                if self.thread is None:
                    self.thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
                    self.thread.start()
        self.queue.put(Waiting(draft, by, done, token))

    def submit(self, draft: Draft, *, by: Actor) -> Outcome:
        """Wait for the answer: durable, or a refusal."""
        future: Future[Outcome] = Future()
        self.put(draft, by=by, done=_resolve, token=future)
        return future.result()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        if self.thread is not None:
            self.queue.put(None)
            self.thread.join(20)
            self.thread = None

    def _run(self) -> None:
        while True:
            batch, last = self._gather()
            if batch:
                self._receive(batch)
            if last:
                connection.close()
                return

    def _gather(self) -> tuple[list[Waiting], bool]:
        first = self.queue.get()
        if first is None:
            return [], True
        batch = [first]
        if self._last >= SIBLINGS and time.monotonic() - self._ended < LULL:
            self._let_arrive()
        while len(batch) < MOST:
            try:
                more = self.queue.get_nowait()
            except Empty:
                break
            if more is None:
                return batch, True
            batch.append(more)
        return batch, False

    def _let_arrive(self) -> None:
        ends, before, here = time.monotonic() + LONGEST, -1, 0
        while before < here < MOST and time.monotonic() < ends:
            time.sleep(STEP)
            before, here = here, self.queue.qsize()

    def _receive(self, batch: list[Waiting]) -> None:
        try:
            outcomes = receive_many([(w.draft, w.by) for w in batch], at=now())
        except Exception:
            log.exception("a batch of %s reports was not stored; their senders were told so", len(batch))
            connection.close()
            outcomes = [NotStored() for _ in batch]
        self.batches += 1
        self.received += len(batch)
        by_done: dict[Done, list[tuple[Waiting, Outcome]]] = defaultdict(list)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            by_done[waiting.done].append((waiting, outcome))
        for done, answers in by_done.items():
            try:
                done(answers)
            except Exception:
                log.exception("an answer could not be delivered; the reports are stored")
        self._last, self._ended = len(batch), time.monotonic()


def _resolve(answers: list[tuple[Waiting, Outcome]]) -> None:
    for waiting, outcome in answers:
        future = waiting.token
        assert isinstance(future, Future)
        future.set_result(outcome)


WRITER = Writer()
