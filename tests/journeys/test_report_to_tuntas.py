"""Five people, by keyboard, in Indonesian: a citizen's report becomes an incident, is settled, closed, and reopened by a relapse."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Exercise, Visit, shoot
from tests.proofs.house import ROOT

WORDS = "Dua kelompok pemuda berselisih soal lapangan voli, hampir adu jotos"
TITLE = "Perselisihan dua kelompok pemuda soal lapangan"


def reach(page: Page, target: Locator, most: int = 150) -> None:
    """Tab until the element has the focus: what cannot be reached so cannot be used without a mouse."""
    target.wait_for()
    for _ in range(most):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reachable by keyboard: {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, target: Locator, value: str) -> None:
    """Pick in a select by typing, as the keyboard does; then make sure it was that."""
    reach(page, target)
    label = target.locator(f"option[value='{value}']").inner_text()
    page.keyboard.type(label)
    expect(target).to_have_value(value)


def choose_radio(page: Page, name: str, value: str) -> None:
    radios = page.locator(f"input[name='{name}']")
    values = radios.evaluate_all("all => all.map(e => e.value)")
    checked = radios.evaluate_all("all => all.findIndex(e => e.checked)")
    reach(page, radios.nth(checked if checked >= 0 else 0))
    if checked < 0:
        page.keyboard.press("Space")
        checked = 0
    for _ in range((values.index(value) - checked) % len(values)):
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"input[name='{name}'][value='{value}']")).to_be_checked()


def send_report(page: Page, words: str) -> str:
    """The three steps of Lapor; the tracking code."""
    write(page, page.locator("textarea[name=text]"), words)
    choose_radio(page, "threatened", "no")
    press(page, page.get_by_role("button", name="Lanjut: di mana?"))
    choose(page, page.locator("select[name=region]"), "64.71")
    write(page, page.locator("input[name=place_text]"), "Kelurahan Gunung Bahagia")
    shoot(page, "perjalanan-1-lapor-langkah-2")
    press(page, page.get_by_role("button", name="Lanjut: kirim"))
    expect(page.locator("dl.kv")).to_contain_text("Gunung Bahagia, Balikpapan Selatan, Kota Balikpapan")
    press(page, page.get_by_role("button", name="Kirim laporan"))
    expect(page.get_by_role("heading", name="Laporan diterima")).to_be_visible()
    shoot(page, "perjalanan-2-tanda-terima")
    return page.locator("#kode").inner_text().strip()


def answer_tasks(visit: Visit, who: str) -> None:
    """An agency takes and finishes each of its tasks in this matter."""
    page = visit(who, "/tugas", width=360)
    card = page.locator("article.card", has=page.get_by_role("link", name=TITLE))
    while card.count():
        one = card.first
        if one.get_by_role("button", name=re.compile("^Terima")).count():
            with page.expect_navigation():
                press(page, one.get_by_role("button", name=re.compile("^Terima")))
        one = card.first
        fold = one.locator("details[id^=selesai]")
        if fold.get_attribute("open") is None:
            press(page, fold.locator("summary"))
        write(page, fold.locator("textarea"), "Kedua pihak ditemui bersama lurah, sepakat bergantian memakai lapangan.")
        shoot(page, f"perjalanan-4-tugas-{who}")
        with page.expect_navigation():
            press(page, fold.get_by_role("button", name="Sudah ditangani"))


def shift_clock(exercise: Exercise, by: str) -> None:
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"} | {"KONDUSIF_HOME": str(exercise.home)}
    subprocess.run(
        [sys.executable, "-m", "kondusif", "clock", "--shift", by], cwd=ROOT, env=env, check=True, capture_output=True
    )


def test_from_a_citizens_phone_to_tuntas_and_back(visit: Visit, exercise: Exercise) -> None:
    officer = visit("piket-balikpapan", "/laporan")
    citizen = visit("", "/lapor", width=360)
    tracking = send_report(citizen, WORDS)

    # The officer's open list shows it by itself; keys open it and take it on.
    row = officer.locator("a.pick", has_text="lapangan voli")
    row.wait_for(timeout=5000)
    shoot(officer, "perjalanan-3-laporan-masuk")
    while not row.evaluate("e => e === document.activeElement"):
        officer.keyboard.press("j")
    officer.keyboard.press("Enter")
    expect(officer.locator(".quote")).to_contain_text("lapangan voli")
    officer.keyboard.press("v")
    officer.wait_for_url(re.compile("/permasalahan/baru"))
    write(officer, officer.locator("input[name=title]"), TITLE)
    choose(officer, officer.locator("select[name=severity]"), "S3")
    press(officer, officer.get_by_role("button", name=re.compile("Simpan")))
    officer.wait_for_url(re.compile("/permasalahan/PMS-"))
    incident = officer.url.removeprefix(exercise.url)
    expect(officer.get_by_role("heading", name=TITLE)).to_be_visible()

    for agency in ("kecamatan-balikpapan", "kesbangpol-balikpapan"):
        answer_tasks(visit, agency)

    officer.goto(exercise.url + incident)
    fold = officer.locator("#langkah-propose")
    if fold.get_attribute("open") is None:
        press(officer, fold.locator("summary"))
    choose(officer, fold.locator("select[name=outcome]"), "agreement")
    write(officer, fold.locator("textarea[name=evidence]"), "Kesepakatan lisan dua ketua pemuda, disaksikan lurah.")
    press(officer, fold.locator("button.btn"))
    expect(officer.locator("ol.chev [aria-current=step]")).to_contain_text("Diusulkan selesai")

    # A second party confirms; nobody may close while the watch runs.
    verifier = visit("camat-balikpapan", incident)
    press(verifier, verifier.get_by_role("button", name=re.compile("Konfirmasi tuntas")))
    expect(verifier.locator("ol.chev [aria-current=step]")).to_contain_text("Dipantau 7 hari")
    chair = visit("ketua-balikpapan", incident)
    expect(chair.get_by_role("button", name=re.compile("Nyatakan tuntas"))).to_have_count(0)
    shift_clock(exercise, "8d")
    chair.wait_for_timeout(1500)
    chair.goto(exercise.url + incident)
    press(chair, chair.get_by_role("button", name=re.compile("Nyatakan tuntas")))
    expect(chair.locator("ol.chev li").last).to_have_class(re.compile("done"))
    shoot(chair, "perjalanan-5-tuntas")

    # The citizen follows it with the code alone, and reports a relapse; linking it opens the matter again.
    citizen.goto(exercise.url + "/lacak")
    write(citizen, citizen.locator("input[name=tracking]"), tracking.lower().replace("-", " "))
    press(citizen, citizen.get_by_role("button", name="Lihat"))
    expect(citizen.locator("h1")).to_contain_text("KDS-")
    shoot(citizen, "perjalanan-6-lacak")
    citizen.goto(exercise.url + "/lapor")
    send_report(citizen, "Kelompok pemuda itu ribut lagi di lapangan voli yang sama")
    code = re.search(r"KDS-\w+", citizen.locator("main").inner_text())
    assert code is not None
    officer.goto(exercise.url + incident)
    fold = officer.locator("#langkah-link")
    if fold.get_attribute("open") is None:
        press(officer, fold.locator("summary"))
    write(officer, fold.locator("input[type=text], input:not([type=hidden])").first, code[0])
    press(officer, fold.locator("button.btn"))
    expect(officer.locator("main")).to_contain_text("dibuka kembali 1 kali")
    shoot(officer, "perjalanan-7-dibuka-kembali")
