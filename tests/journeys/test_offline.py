"""Without a signal, in a real browser: written, kept through a closed tab, sent once, receipted, erased."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import Exercise, shoot
from tests.proofs.house import ROOT

expect.set_options(timeout=15_000)


@pytest.fixture
def phone(exercise: Exercise, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", accept_downloads=True)
    context.add_cookies([{"name": "bahasa", "value": "id", "url": exercise.url}])
    context.set_default_timeout(20_000)
    yield context
    context.close()


def kept(context: BrowserContext, url: str) -> Page:
    """A page that has been opened once with a signal, so that the service worker is at work."""
    page = context.new_page()
    page.goto(url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    return page


def axe(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not found, [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


def test_a_report_without_a_signal(phone: BrowserContext, exercise: Exercise, tmp_path: Path) -> None:
    page = kept(phone, f"{exercise.url}/lapor")
    page.get_by_label("Ceritakan singkat").fill("Dua kelompok ribut di depan pasar, tanpa sinyal")
    page.locator("#id_threatened_1").check()
    phone.set_offline(True)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_text("Isian Anda dibawa ke sini")).to_be_visible()
    assert page.get_by_label("Ceritakan singkat").input_value().startswith("Dua kelompok")
    page.get_by_role("button", name="Simpan untuk dikirim").click()
    expect(page.get_by_role("link", name="Pilih kabupaten")).to_be_visible()
    shoot(page, "kirim-nanti-salah-360-light-id")
    page.get_by_label("Kabupaten/kota").select_option("64.71")
    page.get_by_role("button", name="Simpan untuk dikirim").click()
    expect(page.locator("#antrean-queue li")).to_have_count(1)
    page.close()

    page = phone.new_page()  # the tab was closed, the signal is still away
    page.goto(f"{exercise.url}/lapor")
    expect(page.locator("#antrean-queue li")).to_have_count(1)
    assert "Dua kelompok" not in page.content(), "what waits is not shown to whoever holds the phone"
    axe(page)
    shoot(page, "kirim-nanti-menunggu-360-light-id")

    phone.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#antrean-proofs li")).to_have_count(1)
    expect(page.locator("#antrean-queue")).to_be_hidden()
    page.get_by_role("button", name="Tampilkan kode lacak").click()
    code = page.locator(".code-big").inner_text()
    page.get_by_role("button", name="Sudah saya catat").click()
    expect(page.locator(".code-big")).to_have_count(0)
    axe(page)
    shoot(page, "kirim-nanti-diterima-360-light-id")
    with page.expect_download() as got:
        page.get_by_role("button", name="Unduh tanda terima").click()
    proof = tmp_path / "tanda-terima.json"
    got.value.save_as(proof)
    text = proof.read_text()
    assert code not in text and "Dua kelompok" not in text
    keys = tmp_path / "kunci.json"
    keys.write_text(json.dumps({"keys": json.loads(text)["keys"]}))
    words = [sys.executable, "-m", "kondusif", "receipt", "verify", "--keys", str(keys), str(proof)]
    done = subprocess.run(
        words, cwd=ROOT, env={"PATH": "", "KONDUSIF_HOME": str(tmp_path / "elsewhere")}, capture_output=True, text=True
    )
    assert done.returncode == 0 and "1 of 1 receipts hold" in done.stdout, done.stdout + done.stderr

    page.goto(f"{exercise.url}/lacak")
    page.get_by_label("Kode lacak").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("KDS-"))

    page.goto(f"{exercise.url}/antrean")
    page.get_by_role("button", name="Hapus jejak").click()
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Hapus", exact=True).click()
    expect(page.get_by_text("Sudah dihapus dari perangkat ini.")).to_be_visible()
    assert page.evaluate("caches.keys()") == [] and "antrean=" not in page.evaluate("document.cookie")
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_an_agency_answers_without_a_signal_and_signs_in_again(phone: BrowserContext, exercise: Exercise) -> None:
    def sign_in(page: Page) -> None:
        page.get_by_label("Nama pengguna").fill("satpolpp-balikpapan")
        page.locator("input[name=password]").fill(exercise.password)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "login" not in url)

    page = phone.new_page()
    page.goto(f"{exercise.url}/akun/login/")
    sign_in(page)
    page.close()
    page = kept(phone, f"{exercise.url}/tugas")
    phone.set_offline(True)
    page.locator("details[id^=selesai-] > summary").first.click()
    page.locator("details[id^=selesai-] textarea").first.fill("Lokasi sudah tenang, warga bubar sendiri.")
    page.locator("details[id^=selesai-] form button").first.click()
    expect(page.get_by_text("Jawaban Anda tersimpan di perangkat ini")).to_be_visible()
    expect(page.locator("#antrean-queue li")).to_have_count(1)
    phone.clear_cookies(name="kondusif")  # days later the session has run out
    phone.set_offline(False)
    page.reload()
    expect(page.get_by_text("menunggu penulisnya masuk kembali")).to_be_visible()
    shoot(page, "kirim-nanti-masuk-kembali-360-light-id")
    axe(page)
    page.get_by_role("link", name="Masuk").click()
    sign_in(page)
    page.goto(f"{exercise.url}/antrean")
    expect(page.locator("#antrean-proofs li")).to_have_count(1)
    page.goto(f"{exercise.url}/tugas")
    expect(page.get_by_role("heading", name="Sudah dijawab")).to_be_visible()
    assert page.locator("#lalu").locator("xpath=../..").get_by_text("sudah ditangani").count() >= 1
