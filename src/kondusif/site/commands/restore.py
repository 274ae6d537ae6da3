"""`kondusif restore FILE`: bring a backup into an empty home, and check its ledger."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

HELP = "Bring a backup into an empty home and verify its ledger."


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


def run(given: argparse.Namespace) -> int:
    from kondusif.site import environment

    home = environment.home()
    if not given.file.is_file():
        print(f"There is no file {given.file}. Nothing was changed.")
        return 2
    if (home / "kondusif.sqlite3").exists() or (home / "secrets").exists():
        print(
            f"{home} already holds data. Restore only into an empty home: set KONDUSIF_HOME to a new folder. Nothing was changed."
        )
        return 2
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(given.file, "r:gz") as archive:
                _unpack(archive, Path(folder))
            facts = json.loads((Path(folder) / "kondusif.json").read_text())
        except (tarfile.TarError, OSError, ValueError):
            print(f"{given.file} is not a whole Kondusif backup. Nothing was changed.")
            return 2
        _put_back(Path(folder), home, facts)
    from kondusif.site.commands import _ready, ledger

    _ready.ready()
    print(f"Restored version {facts['version']} into {home}.")
    arguments = argparse.Namespace(act="verify", head=facts["ledger_head"])
    return ledger.run(arguments)


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Plain files and folders inside the folder, nothing else. Python's own filter came only with 3.11.4."""
    for member in archive:
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"not a plain file of a backup: {member.name}")
        member.mode = 0o700 if member.isdir() else 0o600
        archive.extract(member, folder, set_attrs=False)


def _put_back(folder: Path, home: Path, facts: dict[str, str]) -> None:
    from kondusif.site import environment

    wanted = "sqlite" if environment.database()["ENGINE"] == "kondusif.site.sqlite" else "postgresql"
    if facts["vendor"] != wanted:
        raise SystemExit(
            f"kondusif: this backup is of {facts['vendor']}, this server is set to {wanted} (KONDUSIF_DATABASE_URL). Nothing was changed."
        )
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for part in ("secrets", "attachments"):
        if (folder / part).exists():
            shutil.copytree(folder / part, home / part)
    secrets = home / "secrets"
    if secrets.exists():
        secrets.chmod(0o700)
        for key in secrets.iterdir():
            key.chmod(0o600)
    if facts["vendor"] == "sqlite":
        shutil.copy(folder / "database.sqlite3", home / "kondusif.sqlite3")
        return
    from kondusif.site.commands import _ready, backup

    _ready.set_up()
    done = subprocess.run(
        [backup.pg_tool("pg_restore"), "--no-owner", "--exit-on-error", *backup.pg_place(), str(folder / "database.dump")],
        env=backup.pg_environment(), capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(
            f"kondusif: pg_restore failed; the database may be half filled, drop it and try again.\n{done.stderr}"
        )
