"""The channels end to end: real Kannel with its fake SMSC, a Bot API server, real SMTP and IMAP servers; each against a running house."""

from __future__ import annotations

import shutil

from tests.proofs import channels_mail, channels_sms, channels_telegram
from tests.proofs.house import Verdict, both, house

TITLE = "SMS, Telegram and e-mail, end to end"
NEEDED = {"bearerbox": "kannel", "smsbox": "kannel", "dovecot": "dovecot-imapd"}
FAKESMSC = "/usr/lib/kannel/test/fakesmsc"  # Debian: kannel-extras


def prove(reduced: bool) -> Verdict:
    verdict = Verdict()
    path = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
    missing = {package for program, package in NEEDED.items() if not shutil.which(program, path=path)}
    if not shutil.which(FAKESMSC):
        missing.add("kannel-extras")
    if missing:
        verdict.demand(False, f"not tried: {', '.join(sorted(missing))} (Debian packages) are not installed")
        return verdict
    return both("channels", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    verdict = Verdict()
    with house(kind, KONDUSIF_EMAIL_URL=f"smtp://127.0.0.1:{channels_mail.SMTP_PORT}") as found:
        _officer()
        for what in (channels_sms.run, channels_telegram.run, channels_mail.run):
            what(found, verdict, reduced)
        done = found.command("ledger", "verify", check=False)
        verdict.demand(done.returncode == 0, f"{kind}: the ledger is not clean after it")
    return verdict


def _officer() -> None:
    """The watch of Balikpapan, whose official number is known."""
    from kondusif.teams.models import User
    from tests.proofs.house import session

    session("piket-saluran", "duty_officer", "64.71")
    User.objects.filter(username="piket-saluran").update(phone="0812-0000-0001")
