"""Tempel pesan in a real browser: three taps from a message to its report, on every look of the page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visit, shoot
from tests.journeys.test_pages import LOOKS

SAID = (
    "Mohon ijin lapor ndan, info dari warga: td subuh dua kelompok pemuda ribut di depan pasar Klandasan, Kel. Klandasan Ulu, "
    "sekitar 20 org, 2 luka ringan. Skrg sdh bubar 🙏"
)
UNSURE = "besok kemarin katanya ada 3 org tewas di desa Rantau Panjang, puluhan warga kumpul. Tolong segera!!"
CHAT = "\n".join(
    f"[01/12/20 21.{n:02}] Orang {n % 4}: pesan ke-{n} dari 30, ada ribut di Kel. Manggar" for n in range(30)
)


def looked_at(page: Page, name: str, width: int) -> None:
    shoot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
    faults = [f"{v['id']}: {v['help']} → {v['nodes'][0]['html'][:160]}" for v in Axe().run(page).response["violations"]]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_from_message_to_report(visit: Visit, language: str, scheme: str, width: int) -> None:
    look = f"{width}-{scheme}-{language}"
    page = visit("piket-balikpapan", "/laporan/tempel", width=width, scheme=scheme, language=language)
    taps = 0
    page.locator("textarea[name=text]").click()
    taps += 1
    page.keyboard.insert_text(SAID)
    page.locator("main button.main").click()
    taps += 1
    page.wait_for_selector("mark")
    assert page.locator("select[name=region]").input_value().startswith("64.71.")
    looked_at(page, f"tempel-draf-{look}", width)
    page.locator("summary", has_text="·").last.click()
    shoot(page, f"tempel-draf-lengkap-{look}")
    page.locator("main button.main").click()
    taps += 1
    page.wait_for_selector(".code-big")
    assert taps == 3
    looked_at(page, f"tempel-tercatat-{look}", width)


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_what_is_unsure_and_a_chat_of_thirty(visit: Visit, language: str, scheme: str, width: int) -> None:
    look = f"{width}-{scheme}-{language}"
    page = visit("piket-kaltim", "/laporan/tempel", width=width, scheme=scheme, language=language)
    page.locator("textarea[name=text]").fill(UNSURE)
    page.locator("main button.main").click()
    page.wait_for_selector("mark")
    assert (
        page.locator("input[name=date]").input_value() == "" and page.locator("select[name=region]").input_value() == ""
    )
    looked_at(page, f"tempel-ragu-{look}", width)
    page.goto(page.url)
    page.locator("textarea[name=text]").fill(CHAT)
    page.locator("main button.main").click()
    page.wait_for_selector("input[name=pick]")
    assert page.locator("input[name=pick]").count() == 30 and "Orang" not in page.locator("main").inner_text()
    looked_at(page, f"tempel-obrolan-{look}", width)
    page.locator("input[name=pick]").first.check()
    page.locator("main button.main").click()
    page.wait_for_selector("mark")
    assert page.locator("select[name=region]").input_value().startswith("64.71.")


def test_without_javascript(visit: Visit) -> None:
    page = visit("piket-balikpapan", "/laporan/tempel", width=360)
    context = page.context.browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})  # type: ignore[union-attr]
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("textarea[name=text]").fill(UNSURE)
    plain.locator("main button.main").click()
    # The folded part is open where something in it is asked.
    if not plain.locator("main input[name=people]").is_visible():
        plain.locator("summary").last.click()
    plain.locator("main input[name=people]").fill("-1")
    plain.locator("main button.main").click()
    assert plain.locator(".errors").count() == 1 and "besok kemarin" in plain.locator("main").inner_text()
    shoot(plain, "tempel-kurang-360")
    plain.goto(page.url)
    plain.locator("textarea[name=text]").fill(SAID)
    plain.locator("main button.main").click()
    plain.locator("main button.main").click()
    assert plain.locator(".code-big").count() == 1
    context.close()


def test_what_was_copied_is_read_in_one_tap_and_an_empty_clipboard_opens_the_field(visit: Visit) -> None:
    page = visit("piket-balikpapan", "/laporan", width=360)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("words => navigator.clipboard.writeText(words)", SAID)
    page.locator("main a[href='/laporan/tempel']").first.click()
    page.wait_for_selector("mark")
    assert page.locator("select[name=region]").input_value().startswith("64.71.")
    page.evaluate("navigator.clipboard.writeText('  ')")
    page.go_back()
    page.locator("main a[href='/laporan/tempel']").first.click()
    page.wait_for_selector("main textarea[name=text]")
    assert page.url.endswith("/laporan/tempel") and page.locator("mark").count() == 0
