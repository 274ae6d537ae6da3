"""E-mail: unread letters of an IMAP mailbox become reports. A letter is marked read only after it is stored."""

from __future__ import annotations

import hashlib
import imaplib
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

from kondusif.clock.queries import now
from kondusif.intake import attachments
from kondusif.intake.channels.gateways import Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import say
from kondusif.intake.channels.reception import take
from kondusif.intake.rules import KeptFile
from kondusif.ledger.errors import Refusal

log = logging.getLogger("kondusif.channels")
_OURS = re.compile(r"<kondusif-reply-(\d{1,15})@")  # `outgoing.by_mail`
LARGEST = 25 * 1024 * 1024
TOO_LARGE = "[Surel ini lebih besar dari 25 MB; isi dan lampirannya ada di kotak surat.]"
_QUOTED = re.compile(r"^(>|On .+ wrote:$|Pada .+ menulis:$|-----\s*(Original Message|Pesan Asli))", re.M)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style", "head"}
        if tag in {"br", "p", "div", "tr", "li"}:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style", "head"} and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def inbound(raw: bytes) -> Inbound | None:
    """The letter as a message; None for what machines send (RFC 3834) and for letters without a sender."""
    letter = message_from_bytes(raw, policy=policy.default)
    sender = parseaddr(str(letter.get("From", "")))[1]
    if not sender or "@" not in sender or _by_machine(letter, sender):
        return None
    own = str(letter.get("Message-ID", "")).strip() or hashlib.sha256(raw).hexdigest()
    files, notes = _files(letter)
    text = _text(letter)
    subject = " ".join(str(letter.get("Subject", "")).split())
    if subject.casefold().startswith("re:") and (quoted := _QUOTED.search(text)):
        text = text[: quoted.start()]
    elif subject and not subject.casefold().startswith("re:"):
        text = f"{subject}\n\n{text}"
    ours = _OURS.search(str(letter.get("In-Reply-To", "")))
    return Inbound(
        own[:150],
        sender,
        "\n".join([text.strip(), *notes]).strip(),
        _sent(letter),
        files,
        thread=own,
        answers=ours[1] if ours else "",
    )


def _by_machine(letter: EmailMessage, sender: str) -> bool:
    automatic = str(letter.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
    bulk = str(letter.get("Precedence", "")).strip().lower() in {"bulk", "list", "junk", "auto_reply"}
    return (
        automatic
        or bulk
        or "List-Id" in letter
        or sender.split("@", maxsplit=1)[0].lower() in {"mailer-daemon", "postmaster", "noreply", "no-reply"}
    )


def _sent(letter: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(letter["Date"]))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, UnicodeError, ValueError):
        content = bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")  # an unknown or false charset
    if body.get_content_type() == "text/html":
        words = _Words()
        words.feed(content)
        content = "".join(words.found)
    return re.sub(r"\n{3,}", "\n\n", content)


def _files(letter: EmailMessage) -> tuple[tuple[KeptFile, ...], list[str]]:
    """Photos and recordings, checked like any other; what is refused is named, never dropped in silence."""
    kept: list[KeptFile] = []
    notes: list[str] = []
    for part in letter.iter_attachments():
        name = attachments.plain_name(part.get_filename() or "lampiran")
        try:
            if len(kept) >= attachments.MOST_FILES:
                raise attachments.FileRefused
            kept.append(attachments.keep(io.BytesIO(bytes(part.get_payload(decode=True) or b"")), name))
        except Refusal:
            notes.append(f"[Lampiran {name} tidak dapat diterima.]")
    return tuple(kept), notes


@contextmanager
def mailbox(gateway: Gateway) -> Iterator[imaplib.IMAP4]:
    options = gateway.options
    host, port = options["imap_host"], int(options.get("imap_port", 993))
    plain = options.get("imap_plain", "").lower() == "true"  # only for a server on the same machine
    box = imaplib.IMAP4(host, port, timeout=20) if plain else imaplib.IMAP4_SSL(host, port, timeout=20)
    try:
        box.login(options["imap_user"], options["imap_password"])
        box.select(options.get("imap_folder", "INBOX"))
        yield box
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            box.shutdown()


def read_mailbox(gateway: Gateway, most: int = 50) -> int:
    """Take the unread letters, oldest first; how many. Of one too large the subject is the report, which says where the rest is."""
    done = 0
    with mailbox(gateway) as box:
        _status, found = box.uid("search", "UNSEEN")
        for uid in (found[0] or b"").split()[:most]:
            number = uid.decode()
            _status, answer = box.uid("fetch", number, "(RFC822.SIZE)")
            size = re.search(
                rb"RFC822\.SIZE (\d+)", b" ".join(a if isinstance(a, bytes) else a[0] for a in answer if a)
            )
            large = bool(size and int(size[1]) > LARGEST)
            _status, answer = box.uid("fetch", number, "(BODY.PEEK[HEADER])" if large else "(BODY.PEEK[])")
            raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            if (message := inbound(raw)) is not None:
                if large:
                    message = message._replace(text=f"{message.text}\n{TOO_LARGE}".strip())
                taken = take(message, gateway, at=now())
                say(
                    f"{gateway.name}:{message.id}",
                    gateway,
                    message.sender,
                    taken.reply,
                    at=now(),
                    thread=message.thread,
                )
                done += 1
            box.uid("store", number, "+FLAGS", r"(\Seen)")
    return done
