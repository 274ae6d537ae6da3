"""The exercise, really started, and a real browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.proofs.house import ROOT, free_port

SHOTS = ROOT / "build" / "screenshots"
SIZES = {1366: (1366, 768), 360: (360, 740)}


@dataclass
class Exercise:
    url: str
    password: str
    home: Path


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exercise]:
    home = tmp_path_factory.mktemp("exercise")
    port = free_port()
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    env |= {
        "KONDUSIF_HOME": str(home),
        "KONDUSIF_PUBLIC_URL": f"http://localhost:{port}",
        "KONDUSIF_INTAKE_PER_MINUTE": "0",
    }
    log = home / "log"
    words = [sys.executable, "-m", "kondusif", "start", "--demo", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        ends = time.monotonic() + 90
        while "A citizen needs no account" not in (text := log.read_text()):
            assert process.poll() is None and time.monotonic() < ends, text[-3000:]
            time.sleep(0.3)
        time.sleep(2)
        password = re.search(r"password (latihan-\w+)", text)
        assert password is not None
        yield Exercise(f"http://localhost:{port}", password[1], home)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from kondusif.site.commands.journeys import chromium

    path = chromium()
    assert path, "no Chromium found"
    with sync_playwright() as playwright:
        quiet = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        found = playwright.chromium.launch(executable_path=path, args=quiet)
        yield found
        found.close()


Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def cookies(exercise: Exercise, browser: Browser) -> Callable[[str], list[dict[str, object]]]:
    """The session of a member, signed in once through the real page."""
    known: dict[str, list[dict[str, object]]] = {}

    def of(username: str) -> list[dict[str, object]]:
        if username not in known:
            context = browser.new_context(locale="id-ID")
            page = context.new_page()
            page.goto(f"{exercise.url}/akun/login/")
            page.get_by_label("Nama pengguna").fill(username)
            page.locator("input[name=password]").fill(exercise.password)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "login" not in url)
            known[username] = context.cookies()  # type: ignore[assignment]
            context.close()
        return known[username]

    return of


@pytest.fixture
def visit(exercise: Exercise, browser: Browser, cookies: Callable[[str], list[dict[str, object]]]) -> Iterator[Visit]:
    """`visit("piket-balikpapan", "/situasi")` opens a page as that member ('' for a citizen); console errors fail the test."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(username: str, path: str, *, width: int = 1366, scheme: str = "light", language: str = "id") -> Page:
        size = SIZES[width]
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale="id-ID"
        )  # type: ignore[arg-type]
        if username:
            context.add_cookies(cookies(username))  # type: ignore[arg-type]
        context.add_cookies([{"name": "bahasa", "value": language, "url": exercise.url}])
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("console", lambda m: faults.append(f"{path}: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: faults.append(f"{path}: {e}"))
        answer = page.goto(exercise.url + path)
        assert answer is not None and answer.status == 200, f"{path} answered {answer and answer.status}"
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not faults, faults


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
