"""E-mail: letters go by a real SMTP server into a real IMAP mailbox, the house reads them there, and its answers come back by SMTP."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.proofs.house import House, Verdict, free_port

SMTP_PORT = free_port()  # the house is told before it starts
DOVECOT = """protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
log_path = {home}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
mail_location = maildir:{home}/%u
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password=rahasia
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def _people() -> dict[str, Any]:
    """Whom Dovecot runs as: ourselves, or where we are root its own people, since it never serves mail as root."""
    if os.getuid():
        me, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        return {"internal": me, "login": me, "group": group, "uid": os.getuid(), "gid": os.getgid()}
    mail = pwd.getpwnam("mail")
    return {"internal": "dovecot", "login": "dovenull", "group": "dovecot", "uid": mail.pw_uid, "gid": mail.pw_gid}


class _Postman:
    """aiosmtpd's handler: each letter into the Maildir of its recipient, as a mail server does."""

    def __init__(self, home: Path, uid: int, gid: int) -> None:
        self.home, self.uid, self.gid, self.count = home, uid, gid, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for to in envelope.rcpt_tos:
            box = self.home / to.partition("@")[0]
            self.count += 1
            name = f"{time.time_ns()}.{self.count}.x"
            for folder in (box, box / "tmp", box / "new", box / "cur"):
                folder.mkdir(exist_ok=True)
                os.chown(folder, self.uid, self.gid)
            (box / "tmp" / name).write_bytes(envelope.original_content)
            os.chown(box / "tmp" / name, self.uid, self.gid)
            (box / "tmp" / name).rename(box / "new" / name)
        return "250 OK"


@contextmanager
def servers() -> Iterator[tuple[Path, int]]:
    """An SMTP server on SMTP_PORT and an IMAP server; the folder of the mailboxes and the IMAP server's port."""
    from aiosmtpd.controller import Controller

    home, port, people = Path(tempfile.mkdtemp(prefix="kondusif-mail-")), free_port(), _people()
    home.chmod(0o755)
    os.chown(home, people["uid"], people["gid"])
    config = home / "dovecot.conf"
    config.write_text(DOVECOT.format(home=home, port=port, **people))
    postman = Controller(_Postman(home, people["uid"], people["gid"]), hostname="127.0.0.1", port=SMTP_PORT)
    postman.start()
    imap = subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)], env={"PATH": "/usr/sbin:/usr/bin"}, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(1.5)
        yield home, port
    finally:
        imap.terminate()
        imap.wait(10)
        postman.stop()
        shutil.rmtree(home, ignore_errors=True)


def letter(number: int, text: str, **headers: str) -> EmailMessage:
    found = EmailMessage()
    plain = {
        "From": "warga@contoh.example",
        "To": "lapor@contoh.example",
        "Subject": f"Laporan {number}",
        "Message-ID": f"<{number}@contoh.example>",
    }
    for name, value in (plain | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        found[name] = value
    found.set_content(text)
    return found


def run(found: House, verdict: Verdict, reduced: bool) -> None:
    from kondusif.intake.models import Report

    kind = found.kind
    with servers() as (home, port):
        file = found.home / "channels.toml"
        file.touch(mode=0o600)
        file.write_text(
            f'[surel]\nkind = "email"\nregion = "64.71"\nimap_host = "127.0.0.1"\nimap_port = {port}\nimap_plain = "true"\n'
            f'imap_user = "lapor"\nimap_password = "rahasia"\naddress = "lapor@contoh.example"\n'
        )  # fmt: skip
        count = 5 if reduced else 40
        with smtplib.SMTP("127.0.0.1", SMTP_PORT) as post:
            for n in range(count):
                post.send_message(letter(n, f"Ada keributan nomor {n} di Manggar, Balikpapan Timur."))
            post.send_message(letter(0, "Ada keributan nomor 0 di Manggar, Balikpapan Timur."))  # delivered twice
            post.send_message(letter(900, "Saya sedang cuti.", Auto_Submitted="auto-replied"))
        mine = Report.objects.filter(channel="email")
        answers = home / "warga" / "new"
        done = _until(
            lambda: (
                mine.count() >= min(count, 30) and answers.exists() and len(list(answers.iterdir())) >= min(count, 12)
            )
        )
        back = [f.read_text() for f in answers.iterdir()] if answers.exists() else []
        held = count - 30 if count > 30 else 0
        verdict.demand(
            done and mine.count() == min(count, 30),
            f"{kind}: {mine.count()} of {count} letters became reports ({held} are held as a flood)",
        )
        verdict.demand(
            all("Auto-Submitted: auto-replied" in b and "In-Reply-To: <" in b for b in back),
            f"{kind}: an answer lacks its headers",
        )
        verdict.demand(not any("keributan" in b or "Manggar" in b for b in back), f"{kind}: an answer held content")
        own = re.search(r"Message-ID: (<kondusif-reply-\d+@[^>]+>)", back[0] if back else "")
        with smtplib.SMTP("127.0.0.1", SMTP_PORT) as post:
            post.send_message(
                letter(950, "Dekat RT 9.\n\n> Diterima.", Subject="Re: Pesan Anda", In_Reply_To=own[1] if own else "")
            )
        told = _until(lambda: any(r.letters.filter(text="Dekat RT 9.").exists() for r in mine))
        verdict.demand(told, f"{kind}: the answer to our letter did not reach its report")
        verdict.figure(
            "e-mail",
            f"{count} letters, one twice, one from a machine: {mine.count()} reports, {held} held, {len(back)} answers",
        )


def _until(true: Any, seconds: float = 90) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.3)
    return bool(true())
