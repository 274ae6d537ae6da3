"""gammu-smsd's inbox folder: files `IN<date>_<time>_<serial>_<number>_<part>.txt`, one message in as many files as it had parts."""

from __future__ import annotations

import hashlib
import re
import time
from collections import defaultdict
from pathlib import Path

from kondusif.clock.queries import now
from kondusif.intake.channels.gateways import Gateway
from kondusif.intake.channels.inbound import Inbound
from kondusif.intake.channels.outgoing import say
from kondusif.intake.channels.reception import take
from kondusif.intake.channels.words import joined

_NAME = re.compile(r"IN(\d{8}_\d{6}_\d+)_([^_]*)_(\d+)\.txt$")
SETTLED = 5  # seconds without change: gammu writes the parts of one message one after the other
PATIENCE = 600  # seconds a hole in the parts is waited for


def read_folder(gateway: Gateway) -> int:
    """Take every settled message; its files go once it is stored. How many."""
    messages: dict[tuple[str, str], dict[int, Path]] = defaultdict(dict)
    for path in sorted(Path(gateway.options["inbox"]).glob("IN*.txt")):
        if name := _NAME.match(path.name):
            messages[name[1], name[2]][int(name[3])] = path
    done = 0
    for (serial, sender), files in messages.items():
        age = time.time() - max(path.stat().st_mtime for path in files.values())
        total = max(files) + 1
        if age < SETTLED or (len(files) < total and age < PATIENCE):
            continue
        told = {number + 1: decoded(path.read_bytes()) for number, path in files.items()}
        text = "".join(told[n] for n in sorted(told)) if len(told) == total else joined(told, total)
        own = hashlib.sha256(f"{serial}\x1f{sender}\x1f{text}".encode(errors="replace")).hexdigest()
        message = Inbound(own, sender, text)
        if sender and text.strip():
            taken = take(message, gateway, at=now())
            say(f"{gateway.name}:{own}", gateway, sender, taken.reply, at=now())
        for path in files.values():
            path.unlink()
        done += 1
    return done


def decoded(data: bytes) -> str:
    """gammu writes UTF-16 with a mark, UTF-8 or Latin-1, by its version and `inboxformat`."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
