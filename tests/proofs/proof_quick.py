"""Quicker than a chat: a pasted message registered, a nil report, a task accepted from its link; on a phone's screen over slow 3G.

Seconds run from the first tap, with the home page open as an installed app has it; kilobytes count that page too, both ways, as TCP
carries them (no TLS, no compression of the line).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.proofs.house import Verdict, house, session
from tests.proofs.slow_line import Line, slow_line

TITLE = "The small things in a few taps, on a phone over 3G"
SAID = (
    "Mohon ijin lapor ndan, info dari warga: td subuh dua kelompok pemuda ribut di depan pasar Klandasan, Kel. Klandasan Ulu, "
    "sekitar 20 org, 2 luka ringan. Skrg sdh bubar"
)
# The same said in a chat, step by step, keyboard already up; nobody then knows whether it was seen.
IN_CHAT = {
    "paste": ("long press the message", "forward", "choose the group", "send"),
    "nil": ("open the group", "tap the field", "N", "I", "H", "I", "L", "send"),
    "link": ("open the message", "tap the field", "s", "i", "a", "p", "send"),
}
MOST_TAPS = {"paste": 3, "nil": 3, "link": 2}


@dataclass
class Walk:
    """Taps, seconds from the first tap until the answer stands there, and kilobytes over the air."""

    taps: int = 0
    seconds: float = 0.0
    kilobytes: float = 0.0

    def tap(self, page: Page, selector: str) -> None:
        self.taps += 1
        page.locator(selector).first.click()


def prove(reduced: bool) -> Verdict:
    from kondusif.site.commands.journeys import chromium

    verdict = Verdict()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread; the house is another process
    with house("sqlite") as found:
        officer = session("piket-cepat", "duty_officer", "64.71")
        links = _links(2 if reduced else 6)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            with slow_line(found.port) as line:
                _look(browser, line, officer, links, verdict, 1 if reduced else 3)
            browser.close()
    return verdict


def _look(browser: Browser, line: Line, officer: str, links: list[str], verdict: Verdict, times: int) -> None:
    url = f"http://localhost:{line.port}"
    walks: dict[tuple[str, str], list[Walk]] = {}
    for _ in range(times):
        for name, walk in (("paste", _paste), ("nil", _nil)):
            with _phone(browser, url, officer) as context:
                for cache in ("cold", "warm"):
                    walks.setdefault((name, cache), []).append(
                        _timed(context, line, lambda p, w, go=walk: go(p, w, url))
                    )  # type: ignore[misc]
        with _phone(browser, url, "") as context:
            for cache in ("cold", "warm"):
                token = links.pop()
                walks.setdefault(("link", cache), []).append(
                    _timed(context, line, lambda p, w, t=token: _accept(p, w, f"{url}/t/{t}"))
                )  # type: ignore[misc]
    for (name, cache), seen in walks.items():
        middle = sorted(seen, key=lambda w: w.seconds)[len(seen) // 2]
        words = {"paste": "pasted message → registered", "nil": "nil report", "link": "task accepted from its link"}[
            name
        ]
        verdict.figure(
            f"{words}, {cache} cache",
            f"taps: {middle.taps}, {middle.seconds:.1f} s, {middle.kilobytes:.0f} kB · by chat, taps: {len(IN_CHAT[name])}",
        )
        verdict.demand(middle.taps <= MOST_TAPS[name], f"{name}: {middle.taps} taps")
        verdict.demand(cache == "warm" or middle.kilobytes <= 250, f"{name}: {middle.kilobytes:.0f} kB")


@contextmanager
def _phone(browser: Browser, url: str, cookie: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        locale="id-ID", viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    if cookie:
        context.add_cookies([{"name": "kondusif", "value": cookie, "url": url}])
    yield context
    context.close()


def _timed(context: BrowserContext, line: Line, go: Callable[[Page, Walk], float]) -> Walk:
    page, walk = context.new_page(), Walk()
    before = line.bytes
    began = go(page, walk)
    walk.seconds = time.monotonic() - began
    walk.kilobytes = (line.bytes - before) / 1000
    page.close()
    return walk


def _paste(page: Page, walk: Walk, url: str) -> float:
    page.goto(f"{url}/ringkas")
    page.evaluate("words => navigator.clipboard.writeText(words)", f"{SAID} {time.time_ns()}")  # copied in the chat
    began = time.monotonic()
    walk.tap(page, "main a[href='/laporan/tempel']")
    walk.taps += 1  # some phones ask "Paste?" each time, others once: it is counted always
    page.wait_for_selector("mark", timeout=60_000)
    walk.tap(page, "main button.main")
    page.wait_for_selector(".code-big", timeout=60_000)
    return began


def _nil(page: Page, walk: Walk, url: str) -> float:
    """A region that has spoken today is not asked again: what was said is taken back for the next walk."""
    from kondusif.intake.models import NilReport, Report

    NilReport.objects.all().delete()
    Report.objects.filter(region__startswith="64.71").update(region="64.72")
    page.goto(f"{url}/ringkas")
    began = time.monotonic()
    if page.locator("main summary", has_text="Nihil").count():
        walk.tap(page, "main summary:has-text('Nihil')")
    walk.tap(page, "main button:has-text('Laporkan nihil')")
    page.wait_for_selector("text=Laporan nihil tercatat", timeout=60_000)
    return began


def _accept(page: Page, walk: Walk, link: str) -> float:
    began = time.monotonic()
    walk.taps += 1  # the link in the message
    page.goto(link)
    walk.tap(page, "main button[value=accept]")
    page.wait_for_selector("main .box.ok", timeout=60_000)
    return began


def _links(count: int) -> list[str]:
    """Fresh links of as many tasks for a member of the town's Satpol PP."""
    from kondusif.clock.queries import now
    from kondusif.response import links, tasks
    from kondusif.response.actions import NewIncident, register
    from kondusif.teams.actions import add_agency, give_duty
    from kondusif.teams.models import User
    from kondusif.teams.queries import OPERATOR
    from tests.triage.conftest import make_report

    at = now()
    agency = add_agency(
        code="satpolpp-cepat", name="Satpol PP Balikpapan", kind="satpolpp", region="64.71", by=OPERATOR, at=at
    )
    member = User.objects.create(username="satpolpp-cepat", title="Satpol PP Balikpapan")
    give_duty(member, role="agency", region="64.71", agency=agency, by=OPERATOR, at=at)
    found = []
    for _ in range(count):
        report = make_report(at, region="64.72")
        incident = register(
            report.code, NewIncident("Perselisihan dua kelompok warga", severity="S3"), by=OPERATOR, at=at
        )
        task = tasks.assign(incident.code, agency=agency, title="Jaga ketertiban umum", by=OPERATOR, at=at)
        found.append(links.make(task.pk, to=member, by=OPERATOR, at=at))
    return found
