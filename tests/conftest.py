"""What every test may use: domain time, people with duties, and a ledger that can be emptied between tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from kondusif.clock.queries import forget_offset
from kondusif.ledger.actor import Actor
from kondusif.regions import gazetteer
from kondusif.regions.gazetteer import Named
from kondusif.teams.models import User
from kondusif.teams.queries import OPERATOR, actor_of

hypothesis.settings.register_profile("house", deadline=None)  # nothing here is timed
hypothesis.settings.load_profile("house")

AT = datetime(2020, 12, 2, 1, 0, tzinfo=UTC)  # a Wednesday, 09.00 WITA, a week before the vote


def pytest_configure(config: pytest.Config) -> None:
    from kondusif.site.commands._first import catalogues

    catalogues()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`KONDUSIF_TEST_TURN=0/2`: two runs go side by side, this is the first of them (SQLite's).

    What touches no database and what is marked `each_once` is tried in the first alone. Without a turn everything is.
    `KONDUSIF_TEST_DEEP=1`: the deep tests alone; `0`: all but them; without it, everything.
    """
    if deep := os.environ.get("KONDUSIF_TEST_DEEP"):
        items[:] = [i for i in items if bool(i.get_closest_marker("deep")) == (deep == "1")]
    if os.environ.get("KONDUSIF_TEST_TURN", "0/").partition("/")[0] != "0":
        items[:] = [i for i in items if _asks_the_database(i)]


def _asks_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("each_once"):
        return False
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return bool(item.get_closest_marker("django_db")) or not {"db", "transactional_db", "world"}.isdisjoint(fixtures)


def pytest_unconfigure(config: pytest.Config) -> None:
    if "kondusif-test-" in str(settings.HOME):
        shutil.rmtree(settings.HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """Forget what a process keeps between requests."""
    from kondusif.intake.limits import LIMITER, TRACKING_LIMITER
    from kondusif.intake.recent import RECENT
    from kondusif.regions import memory

    forget_offset()
    cache.clear()
    RECENT.forget()
    for limiter in (LIMITER, TRACKING_LIMITER):
        limiter._buckets.clear()  # one test's requests are not the next one's
    memory.forget()
    translation.deactivate()  # a page asked for in English leaves its thread speaking it
    yield
    forget_offset()


@pytest.fixture(scope="session", autouse=True)
def flushable_ledger() -> None:
    """Tests with real transactions are emptied by deleting rows; only there may the ledger's triggers stand aside."""
    real = connection.ops.execute_sql_flush

    def flush(sql_list: list[str]) -> None:
        if connection.vendor == "postgresql":
            real(["SET session_replication_role = replica", *sql_list, "SET session_replication_role = DEFAULT"])
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name LIKE 'ledger_%'")
            triggers = cursor.fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
        real([*drops, *sql_list, *(sql for _, sql in triggers)])

    connection.ops.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def operator() -> Actor:
    return OPERATOR


Member = Callable[..., Actor]


@pytest.fixture
def member(db: None) -> Member:
    """`member("duty_officer", "64.71")` → the Actor of a new user holding that role there."""
    from kondusif.teams.actions import give_duty
    from kondusif.teams.models import Agency

    made = 0

    def make(role: str, region: str = "64", agency: Agency | None = None, username: str = "") -> Actor:
        nonlocal made
        made += 1
        user = User.objects.create_user(username or f"{role}-{made}", title=f"{role} {region}")
        give_duty(user, role=role, region=region, agency=agency, by=OPERATOR, at=AT)
        return actor_of(user, at=AT)

    return make


@pytest.fixture(scope="session")
def listed() -> tuple[tuple[Named, ...], str]:
    """The names of East Kalimantan, read from disk once in a run and not for each test that loads them."""
    return tuple(gazetteer.names(("64",))), gazetteer.mark(("64",))


@pytest.fixture
def areas(db: None, listed: tuple[tuple[Named, ...], str]) -> None:
    """East Kalimantan with its kab/kota, kecamatan and desa (the rest of Indonesia is not needed here)."""
    from kondusif.regions.actions import load_base

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gazetteer, "names", lambda _provinces: listed[0])
        patch.setattr(gazetteer, "mark", lambda _provinces: listed[1])
        load_base(by=OPERATOR, at=AT, provinces=("64",))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository; tests that need it skip loudly where it is absent."""
    folder = Path(os.environ.get("KONDUSIF_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"REAL DATA ABSENT: no folder {folder}; this test proves nothing here")
    return folder
