"""Every setting an operator may give, in one table; the reference page and the checks read it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "KONDUSIF_HOME",
        "./var in a clone, else ~/.local/share/kondusif",
        "Where database, secrets, attachments and backups live.",
    ),
    Setting(
        "KONDUSIF_DATABASE_URL", "SQLite in KONDUSIF_HOME", "postgresql://user:password@host/name for the grown size."
    ),
    Setting("KONDUSIF_HOST", "127.0.0.1", "Address the web process listens on."),
    Setting("KONDUSIF_PORT", "8000", "Port the web process listens on."),
    Setting(
        "KONDUSIF_PUBLIC_URL", "http://localhost:8000", "The address people type; used in links, QR codes and cookies."
    ),
    Setting(
        "KONDUSIF_TRAINING_URL", "", "Address of the house that runs the exercise (`start --demo`), for self-training."
    ),
    Setting("KONDUSIF_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names answered, separated by commas."),
    Setting(
        "KONDUSIF_TRUSTED_PROXIES",
        "",
        "Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas.",
    ),
    Setting("KONDUSIF_EMAIL_URL", "", "smtp://user:password@host:587 ; without it, messages stay in the app."),
    Setting("KONDUSIF_EMAIL_FROM", "kondusif@localhost", "Sender of messages."),
    Setting(
        "KONDUSIF_WAYS",
        "tgram,pover,slack,twilio,whatsapp",
        "Apprise services members may add as their ways; each addition lets members make this server call that service's hosts.",
    ),
    Setting("KONDUSIF_PROVINCE", "64", "Code of the province this server serves; what has no place is owned there."),
    Setting("KONDUSIF_INTAKE_PER_MINUTE", "20", "Reports taken from one address in a minute; 0 for no limit."),
    Setting("KONDUSIF_EXPORT_ROWS", "100", "An export of more rows than this needs the approval of a second person."),
    Setting(
        "KONDUSIF_SOURCE_URL", "", "Where the source this server runs can be had (AGPL section 13); shown on Tentang."
    ),
    Setting(
        "KONDUSIF_CANDIDATE_NAMES",
        "",
        "Names of candidates, separated by commas, which no published clarification may hold; they stand in no table.",
    ),
    Setting("KONDUSIF_DEBUG", "0", "1 shows tracebacks; never in service."),
)
_DEFAULTS = {s.name: s.default for s in SETTINGS}


class SettingMissing(SystemExit):
    """A setting is wrong; the sentence says what to do."""


def value(name: str) -> str:
    return os.environ.get(name, _DEFAULTS[name])


def given(name: str) -> str:
    """The operator's own value, '' where none was given."""
    return os.environ.get(name, "")


def home() -> Path:
    if own := given("KONDUSIF_HOME"):
        return Path(own).expanduser().resolve()
    clone = Path(__file__).resolve().parents[3]
    if (clone / "kondusif").is_file() and (clone / "pyproject.toml").is_file():
        return clone / "var"
    return Path("~/.local/share/kondusif").expanduser()


def secret(name: str) -> str:
    """The secret called `name`, made at first need in a file only its owner may read (0600)."""
    if own := os.environ.get(f"KONDUSIF_SECRET_{name.upper()}"):
        return own
    folder = home() / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.key"
    if not path.exists():
        fresh = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(48))
            handle.flush()
            os.fsync(handle.fileno())
        try:
            os.link(fresh, path)  # the first of several processes wins, the others read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise SettingMissing(f"kondusif: {path} can be read by others. Run: chmod 600 {path}")
    return path.read_text().strip()


def flag(name: str) -> bool:
    return value(name).strip().lower() in {"1", "true", "yes", "ya"}


def words(name: str) -> list[str]:
    return [w.strip() for w in value(name).split(",") if w.strip()]


def database() -> dict[str, object]:
    """Django's DATABASES entry: SQLite beside the secrets, or PostgreSQL from the address given."""
    from urllib.parse import parse_qsl, unquote, urlsplit

    address = given("KONDUSIF_DATABASE_URL")
    if not address:
        return {
            "ENGINE": "kondusif.site.sqlite",
            "NAME": str(home() / "kondusif.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
                "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;PRAGMA wal_autocheckpoint=4000;",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(address)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingMissing("kondusif: KONDUSIF_DATABASE_URL must begin with postgresql:// ; leave it out for SQLite.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(query),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
