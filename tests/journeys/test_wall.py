"""Ruang kendali in a real browser: it fills 1920 × 1080 without scrolling, keeps its picture without a link, and works without scripts."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Exercise, shoot


def open_wall(
    exercise: Exercise, browser: Browser, cookies: Callable[[str], list[dict[str, object]]], *, scripts: bool = True
) -> Page:
    context = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="id-ID", color_scheme="dark", java_script_enabled=scripts, reduced_motion="reduce"
    )  # fmt: skip
    context.add_cookies(cookies("piket-kaltim"))  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(exercise.url + "/ruang-kendali")
    return page


def test_it_keeps_its_picture_without_a_link_and_comes_back(
    exercise: Exercise, browser: Browser, cookies: Callable[[str], list[dict[str, object]]]
) -> None:
    page = open_wall(exercise, browser, cookies)
    expect(page.locator("#tautan")).to_have_text("Langsung")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    shoot(page, "ruang-kendali-1920-dark-id")
    rows = page.locator(".wall-place").count()
    assert rows == 11
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator("#putus")).to_contain_text("Tautan terputus sejak", timeout=40000)
    assert page.locator(".wall-place").count() == rows, "the last picture stays"
    shoot(page, "ruang-kendali-putus-1920-dark-id")
    page.context.set_offline(False)
    expect(page.locator("#putus")).to_be_hidden(timeout=40000)
    expect(page.locator("#tautan")).to_have_text("Langsung")
    page.context.close()


def test_it_says_when_the_screen_is_taken_back(
    exercise: Exercise, browser: Browser, cookies: Callable[[str], list[dict[str, object]]]
) -> None:
    page = open_wall(exercise, browser, cookies)
    expect(page.locator("#tautan")).to_have_text("Langsung")
    page.context.clear_cookies()
    expect(page.locator(".wall-over")).to_be_visible(timeout=40000)
    assert page.locator(".wall-place").count() == 0
    page.context.close()


def test_it_reads_without_scripts(
    exercise: Exercise, browser: Browser, cookies: Callable[[str], list[dict[str, object]]]
) -> None:
    page = open_wall(exercise, browser, cookies, scripts=False)
    assert page.locator(".wall-place").count() == 11
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.context.close()
