"""Before any command: Django set up, database migrated, the durable settings asserted."""

from __future__ import annotations

import io

from django.core.management import call_command
from django.db import connection


def set_up() -> None:
    import django

    from kondusif.site import environment

    environment.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    django.setup()
    from kondusif.site.wiring import wire

    wire()


def migrate() -> None:
    """Bring the database to this version and assert that a commit is durable before it is answered."""
    call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    assert_durable()


def assert_durable() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            synchronous = cursor.fetchone()[0]
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            if synchronous < 2 or journal not in {"wal", "memory"}:
                raise SystemExit(
                    "kondusif: this SQLite does not keep commits through a power cut (synchronous, journal_mode)."
                )
        else:
            cursor.execute("SHOW synchronous_commit")
            if cursor.fetchone()[0] == "off":
                raise SystemExit("kondusif: PostgreSQL has synchronous_commit=off; acknowledged reports could be lost.")


def ready() -> None:
    set_up()
    migrate()
