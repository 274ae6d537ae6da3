"""From receipt to the duty officer's open screen: a real browser watches the list while reports come in."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid

from playwright.sync_api import Page, sync_playwright

from tests.proofs.house import Verdict, both, house, session

TITLE = "A report is on the open screen within a second"
LIMIT = 1.0
# Resolves when the words stand on the page: the browser's own observer, not a poll.
APPEARS = """words => new Promise((done, fail) => {
  const there = () => document.body.textContent.includes(words);
  if (there()) return done(true);
  const watch = new MutationObserver(() => { if (there()) { watch.disconnect(); done(true); } });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  setTimeout(() => fail(new Error("not seen within 15 s: " + words)), 15000);
})"""


def prove(reduced: bool) -> Verdict:
    return both("live", reduced)


def run(kind: str, reduced: bool) -> Verdict:
    from kondusif.site.commands.journeys import chromium

    count = 20 if reduced else 200
    verdict = Verdict()
    with house(kind) as found:
        cookie = session("piket-live", "duty_officer", "64.71")
        took = _watch(found.url, cookie, chromium(), count)
    took.sort()
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, int(len(took) * 0.99))]
    verdict.figure("reports", count)
    verdict.figure(
        "sent until visible", f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms"
    )
    verdict.demand(p99 <= LIMIT, f"p99 {p99:.2f} s")
    return verdict


def _watch(url: str, cookie: str, browser_path: str, count: int) -> list[float]:
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=browser_path, args=quiet)
        context = browser.new_context(locale="id-ID")
        context.add_cookies([{"name": "kondusif", "value": cookie, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/laporan")
        page.locator(".live.on").wait_for(timeout=10000)
        took = [_one(url, page, n) for n in range(count)]
        browser.close()
    return took


def _one(url: str, page: Page, n: int) -> float:
    """Seconds from sending the report until its code stands on the officer's screen."""
    body = json.dumps(
        {
            "uuid": str(uuid.uuid4()),
            "text": f"Ribut nomor {n} di lapangan",
            "region": "64.71",
            "threatened": "yes" if n % 2 else "no",
        }
    ).encode()
    request = urllib.request.Request(f"{url}/api/v1/reports", body, {"Content-Type": "application/json"})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=10) as answer:
        code = json.load(answer)["code"]
    page.evaluate(APPEARS, code)
    seen = time.perf_counter() - began
    time.sleep(0.05)
    return seen
