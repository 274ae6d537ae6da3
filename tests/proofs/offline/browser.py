"""The same promises in a real Chromium: its own service worker, IndexedDB and Ed25519; tabs killed, storage cleared, answers lost."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.proofs.house import House, Verdict

SAVED = "Tersimpan di perangkat ini. Terkirim"
PATIENCE = 30_000


@dataclass
class Seen:
    saved: list[str] = field(default_factory=list)
    told: int = 0
    evictions: int = 0
    lost: list[str] = field(default_factory=list)
    tabs: int = 0
    reloads: int = 0
    answers: int = 0
    proofs_short: list[str] = field(default_factory=list)


def in_browser(found: House, verdict: Verdict, *, sessions: int) -> None:
    from kondusif.site.commands.journeys import chromium

    seen, chance = Seen(), random.Random(20201209)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for number in range(sessions):
            _session(browser, found.url, number, chance, seen)
        browser.close()
    texts = _texts()
    lost = [m for m in seen.saved if texts[m] == 0]
    doubled = [text for text, count in texts.items() if count > 1]
    verdict.figure(
        "in Chromium with its service worker: sessions, items saved without a signal", f"{sessions}, {len(seen.saved)}"
    )
    verdict.figure(
        "tabs killed while saving, reloads without a signal, answers lost, storage cleared",
        f"{seen.tabs}, {seen.reloads}, {seen.answers}, {seen.evictions}",
    )
    verdict.figure(
        "of them lost, doubled, evictions told", f"{len(lost)}, {len(doubled)}, {seen.told} of {seen.evictions}"
    )
    verdict.demand(not lost and not doubled, f"in the browser: lost {lost[:3]}, doubled {doubled[:3]}")
    verdict.demand(seen.told == seen.evictions, "an eviction was not told")
    verdict.demand(not seen.proofs_short, f"receipts missing on the page: {seen.proofs_short[:3]}")
    verdict.demand(len(seen.saved) >= sessions // 2, "too little was saved in the browser")


def _texts() -> Counter[str]:
    from django.db import connections

    from kondusif.intake.models import Report

    connections.close_all()
    return Counter(Report.objects.filter(text__startswith="peramban-").values_list("text", flat=True))


def _open(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{url}/antrean")
    return page


def _write(page: Page, marker: str) -> None:
    if not page.locator("#id_text").is_visible():
        page.locator("#antrean-write > summary").click()
    page.locator("#id_text").fill(marker)
    page.locator("#id_threatened_1").check()
    page.locator("#id_region").select_option("64.71")
    page.get_by_role("button", name="Simpan untuk dikirim").click()


def _session(browser: Browser, url: str, number: int, chance: random.Random, seen: Seen) -> None:
    context = browser.new_context(locale="id-ID")
    context.add_cookies([{"name": "bahasa", "value": "id", "url": url}])
    try:
        page = _open(context, url)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        context.set_offline(True)
        saved: list[str] = []
        for k in range(1 + chance.randrange(2)):
            marker = f"peramban-{number}-{k}"
            _write(page, marker)
            if chance.random() < 0.3:  # the tab dies at some moment of the saving
                with suppress(Exception):
                    page.wait_for_timeout(chance.random() * 60)
                page.close()
                seen.tabs += 1
                page = _open(context, url)
            else:
                expect(page.get_by_text(SAVED)).to_be_visible(timeout=PATIENCE)
                saved.append(marker)
        if chance.random() < 0.5:
            page.reload()
            seen.reloads += 1
        expect(page.locator("#antrean-queue li").nth(max(len(saved) - 1, 0))).to_be_visible(
            timeout=PATIENCE
        ) if saved else None
        if saved and chance.random() < 0.25:
            _evict(context, page, url, seen)
            saved = []
        _deliver(context, page, chance, saved, seen, number)
        seen.saved += saved
    finally:
        context.close()


def _evict(context: BrowserContext, page: Page, url: str, seen: Seen) -> None:
    """What a phone does when it runs full: the site's storage goes, the cookie stays."""
    session = context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "indexeddb"})
    seen.evictions += 1
    page.reload()
    with suppress(AssertionError):
        expect(page.get_by_text("Peramban telah menghapus simpanan halaman ini")).to_be_visible(timeout=PATIENCE)
        seen.told += 1


def _deliver(
    context: BrowserContext, page: Page, chance: random.Random, saved: list[str], seen: Seen, number: int
) -> None:
    """The signal comes back; the first answer may be lost on its way."""
    if chance.random() < 0.5:
        times = 0

        def lose(route: Route) -> None:
            nonlocal times
            times += 1
            with suppress(Exception):  # the page may be gone by then
                if times > 1:
                    route.continue_()
                    return
                route.fetch()
                seen.answers += 1
                route.abort("connectionreset")

        page.route("**/api/v1/deliveries/report", lose)
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#antrean-queue")).to_be_hidden(timeout=60_000)
    with suppress(AssertionError):
        expect(page.locator("#antrean-proofs li").nth(max(len(saved) - 1, 0))).to_be_visible(
            timeout=PATIENCE
        ) if saved else None
        return
    seen.proofs_short.append(f"session {number}")
