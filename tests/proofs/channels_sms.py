"""SMS through Kannel: fakesmsc → bearerbox → smsbox → the house, and the answers the same way back."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.proofs.house import House, Verdict, free_port

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
PATH = "/usr/sbin:/usr/bin"
SECRET = "x" * 24
WATCH, CITIZEN = "+6281200000001", "+6281500000009"
KANNEL = """group = core
admin-port = {admin}
smsbox-port = {box}
admin-password = x
log-file = "{home}/bearerbox.log"
log-level = 1
box-allow-ip = "127.0.0.1"

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
global-sender = 9999
log-file = "{home}/smsbox.log"
log-level = 1

group = sendsms-user
username = u
password = p

group = sms-service
keyword = default
get-url = "{url}/saluran/posko?secret={secret}&from=%p&text=%a&id=%I&time=%T"
max-messages = 1
omit-empty = true
catch-all = true
"""


@contextmanager
def kannel(found: House, folder: Path) -> Iterator[int]:
    """Kannel's two processes; the port its fake SMSC listens on."""
    ports = {name: free_port() for name in ("admin", "box", "smsc", "send")}
    folder.mkdir(exist_ok=True)
    (folder / "kannel.conf").write_text(KANNEL.format(home=folder, url=found.url, secret=SECRET, **ports))
    file = found.home / "channels.toml"
    file.touch(mode=0o600)
    send = f"http://127.0.0.1:{ports['send']}/cgi-bin/sendsms?username=u&password=p&to={{to}}&text={{text}}"
    file.write_text(f'[posko]\nkind = "kannel"\nregion = "64.71"\nsecret = "{SECRET}"\nsend = "{send}"\n')
    started = []
    try:
        for program in ("bearerbox", "smsbox"):
            with (folder / f"{program}.out").open("wb") as out:
                words = [program, "-v", "4", str(folder / "kannel.conf")]
                started.append(subprocess.Popen(words, stdout=out, stderr=out, env={"PATH": PATH}))
            time.sleep(2)
        yield ports["smsc"]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in reversed(started):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def sent(port: int, *messages: str, wait: float = 4.0, every: float = 0.05, most: int = 0) -> list[str]:
    """Send these by the fake SMSC, each once (drawn by itself where `most` says so); what came back to the phones."""
    back: list[str] = []
    for message in messages:
        words = [FAKESMSC, "-H", "127.0.0.1", "-r", str(port), "-i", str(every), "-m", str(most or 1), message]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            out, _ = process.communicate(timeout=wait)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
        back += re.findall(r"Got message \d+: <9999 \S+ text (.*)>", out)
    return back


def run(found: House, verdict: Verdict, reduced: bool) -> None:
    from kondusif.intake.models import ChannelMessage, NilReport, Report

    with kannel(found, found.home / "kannel") as port:
        tale = "Dua kelompok ribut di depan pasar Klandasan, Balikpapan Kota"
        back = sent(port, f"{CITIZEN} 9999 text {tale}")
        report = Report.objects.filter(channel="sms").first()
        verdict.demand(
            report is not None and report.text == tale and report.region.startswith("64.71"),
            f"{found.kind}: no report by SMS",
        )
        verdict.demand(len(back) == 1 and "Kode lacak" in back[0], f"{found.kind}: no code came back by SMS: {back}")
        again = sent(port, f"{CITIZEN} 9999 text {tale}")
        verdict.demand(
            again == back and Report.objects.count() == 1, f"{found.kind}: the same SMS again made another report"
        )
        code = back[0].split("Kode lacak ")[1][:14] if back else ""
        sent(port, f"{CITIZEN} 9999 text {code} tempatnya dekat RT 5")
        verdict.demand(
            report is not None and report.letters.count() == 1, f"{found.kind}: an answer under the code is missing"
        )
        parts = [
            f"{CITIZEN} 9999 text {t}"
            for t in ("3/3 polisi datang", "1/3 Tadi malam ada ribut", "2/3 di Manggar, lalu")
        ]
        long = sent(port, *parts)
        verdict.demand(
            Report.objects.filter(text="Tadi malam ada ribut di Manggar, lalu polisi datang").exists()
            and len(long) == 1,
            f"{found.kind}: three parts in the wrong order did not make one report",
        )
        udh = [
            f"{CITIZEN} 9999 udh-text %05%00%03%2A%02%0{n} {t}"
            for n, t in ((2, " bagian belakang"), (1, "Pesan panjang bagian depan"))
        ]
        sent(port, *udh)
        verdict.demand(
            Report.objects.filter(text__contains="bagian depan").filter(text__contains="bagian belakang").exists(),
            f"{found.kind}: a concatenated SMS was not joined",
        )
        count = 50 if reduced else 500
        replies = sent(port, f"{WATCH} 9999 text N1HIL", most=count, every=0.1, wait=count * 0.1 + 25)
        nils = NilReport.objects.count()
        verdict.demand(
            nils == 0 and not Report.objects.filter(text="N1HIL").exists() and bool(replies),
            f"{found.kind}: nihil was believed beside reports",
        )
        Report.objects.filter(region__startswith="64.71").update(region="64.72")  # another day: nothing from Balikpapan
        ChannelMessage.objects.filter(outcome="nil").delete()
        replies = sent(port, f"{WATCH} 9999 text N1HIL", most=count, every=0.1, wait=count * 0.1 + 25)
        filed = NilReport.objects.filter(region="64.71").count()
        verdict.demand(
            filed == 1 and len(replies) == 1,
            f"{found.kind}: {count} NIHIL made {filed} rows and {len(replies)} answers",
        )
        stranger = sent(port, f"{CITIZEN} 9999 text NIHIL")
        verdict.demand(
            bool(stranger) and "tidak terdaftar" in stranger[0], f"{found.kind}: a stranger's NIHIL: {stranger}"
        )
        verdict.figure(
            "SMS by Kannel",
            f"report, answer, 3 parts reversed, UDH parts reversed; {count} NIHIL → 1 row, 1 answer",
        )
