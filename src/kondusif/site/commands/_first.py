"""What a first start makes: catalogues, static files, base data, the first administrator's link, the exercise."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


def catalogues() -> None:
    """Compile the English catalogues whose source is newer; Indonesian is what the code itself says."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle)
        with target.open("wb") as out:
            write_mo(out, catalogue)


def static_files() -> None:
    """Collect and compress the static files when the built ones have changed."""
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    dist = PACKAGE / "site" / "dist"
    total = hashlib.sha256()
    for path in sorted(p for p in dist.rglob("*") if p.is_file()):
        total.update(path.name.encode() + path.read_bytes())
    stamp = root / ".stamp"
    if stamp.exists() and stamp.read_text() == total.hexdigest():
        return
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=io.StringIO())
    stamp.write_text(total.hexdigest())


def base_data() -> None:
    """Areas of Indonesia and the default response plans, once."""
    from kondusif.clock.queries import now
    from kondusif.regions.actions import load_base
    from kondusif.teams.base import load_plans
    from kondusif.teams.queries import OPERATOR

    load_base(by=OPERATOR, at=now())
    load_plans(by=OPERATOR, at=now())


def first_administrator() -> list[str]:
    """Lines to print: the one-time link while nobody has an account yet."""
    from django.conf import settings

    from kondusif.clock.queries import now
    from kondusif.teams.actions import give_duty, invite, invite_again
    from kondusif.teams.models import User
    from kondusif.teams.queries import OPERATOR

    at = now()
    waiting = User.objects.filter(username="pengelola").first()
    if User.objects.exclude(password__startswith="!").exists():  # noqa: S106 - marks an unusable one
        return []
    if waiting is None:
        waiting, token = invite(username="pengelola", title="Pengelola", by=OPERATOR, at=at)
        give_duty(waiting, role="manager", region="", by=OPERATOR, at=at)
    else:
        token = invite_again(waiting, by=OPERATOR, at=at)
    link = f"{settings.PUBLIC_URL}/undangan/{token}"
    return ["First administrator (user name: pengelola). Open this link once, within three days:", f"  {link}"]


def demo() -> list[str]:
    from kondusif.site.exercise import load

    return load()
