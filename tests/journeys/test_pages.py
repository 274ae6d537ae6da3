"""Every page: accessible, without console errors, no sideways scrolling, valid HTML; pictures kept to look at."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import Visit, shoot
from tests.proofs.house import ROOT

# (who, where); a link written as a selector is followed from the page before it.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("", "/lapor", ""),
    ("", "/lacak", ""),
    ("", "/antrean", ""),
    ("", "/tanda-terima", ""),
    ("", "/tentang", ""),
    ("", "/klarifikasi", ""),
    ("", "/akun/login/", ""),
    ("piket-kaltim", "/situasi", ""),
    ("piket-kaltim", "/situasi?peta=tabel", ""),
    ("piket-kaltim", "/situasi?peta=batas", ""),
    ("piket-kaltim", "/situasi?peta=kejadian", ""),
    ("ketua-balikpapan", "/situasi/64.71", ""),
    ("piket-mahakam-ulu", "/ringkas", ""),
    ("satpolpp-balikpapan", "/ringkas", ""),
    ("piket-kaltim", "/nihil", ""),
    ("piket-kaltim", "/laporan", ""),
    ("piket-kaltim", "/laporan", "main a[href^='/laporan/KDS-']"),
    ("piket-kaltim", "/laporan/baru", ""),
    ("piket-kaltim", "/laporan/tempel", ""),
    ("piket-kaltim", "/isu", ""),
    ("piket-kaltim", "/isu?state=settled", "main a[href^='/isu/ISU-']"),
    ("piket-kaltim", "/isu?state=judged", "main a[href^='/isu/ISU-']"),
    ("piket-kaltim", "/isu/baru", ""),
    ("piket-kaltim", "/isu/lembar", ""),
    ("sekretaris-kaltim", "/isu/tenang", ""),
    ("piket-kaltim", "/permasalahan", ""),
    ("piket-kaltim", "/permasalahan", "main a[href^='/permasalahan/PMS-']"),
    ("sekretaris-kutai-barat", "/potensi", ""),
    ("piket-kaltim", "/potensi?tampil=tabel", ""),
    ("piket-kaltim", "/potensi", "main a[href^='/potensi/PTN-']"),
    ("piket-kaltim", "/potensi/baru", ""),
    ("sekretaris-kutai-barat", "/potensi/selang", ""),
    ("piket-kutai-barat", "/pelaku-damai", ""),
    ("piket-kaltim", "/mediasi", ""),
    ("piket-kutai-barat", "/mediasi", "main a[href^='/mediasi/']"),
    ("piket-kutai-kartanegara", "/permasalahan?state=", "main a[href^='/permasalahan/PMS-']"),
    ("piket-kutai-barat", "/mediasi/2/surat", ""),
    ("ketua-kutai-barat", "/imbauan/1", ""),
    ("sekretaris-kutai-kartanegara", "/berita-acara/1", ""),
    ("satpolpp-balikpapan", "/tugas", ""),
    ("pengelola", "/tim", ""),
    ("pengelola", "/tim/piket", ""),
    ("pengelola", "/tim/delegasi", ""),
    ("pengelola", "/tim/benturan", ""),
    ("pengelola", "/tim/rencana", ""),
    ("pengelola", "/tim/jangkauan", ""),
    ("pengelola", "/tim/setel-ulang", ""),
    ("pengelola", "/tim/setel-ulang", "main .rows a.btn"),
    ("piket-kaltim", "/tim/jam", ""),
    ("piket-kaltim", "/kabar/jalur", ""),
    ("piket-kaltim", "/saluran", ""),
    ("sekretaris-balikpapan", "/evaluasi", ""),
    ("satpolpp-balikpapan", "/evaluasi", ""),
    ("satpolpp-balikpapan", "/perlengkapan", ""),
    ("satpolpp-balikpapan", "/latihan", ""),
    ("ketua-balikpapan", "/singkat", ""),
    ("ketua-balikpapan", "/singkat", "main a[href^='/singkat/']"),
    ("piket-kaltim", "/ruang-kendali", ""),
    ("sekretaris-balikpapan", "/ekspor", ""),
    ("piket-kaltim", "/rekap", ""),
    ("sekretaris-kaltim", "/rekap/sipks", ""),
    ("piket-kaltim", "/ruang-kendali/cetak", ""),
    ("sekretaris-balikpapan", "/ruang-kendali/layar", ""),
    ("", "/ruang-kendali/buka", ""),
    ("piket-kaltim", "/kabar", ""),
    ("piket-kaltim", "/akun/2fa/", ""),
    ("piket-kaltim", "/akun/password/change/", ""),
)
# Every pair of (language, scheme), (language, width), (scheme, width) at least once.
LOOKS = (("id", "light", 1366), ("id", "dark", 360), ("en", "light", 360), ("en", "dark", 1366))


def open_it(visit: Visit, who: str, where: str, link: str, language: str, scheme: str, width: int) -> Page:
    page = visit(who, where, width=width, scheme=scheme, language=language)
    if link:
        page.goto(
            page.url.split("/", 3)[0]
            + "//"
            + page.url.split("/", 3)[2]
            + str(page.locator(link).first.get_attribute("href"))
        )
    return page


def name_of(where: str, link: str) -> str:
    return (where.strip("/") + ("-satu" if link else "")).replace("/", "_").replace("?", "_").replace(
        "=", "-"
    ) or "depan"


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
@pytest.mark.parametrize(("who", "where", "link"), PAGES, ids=lambda v: str(v))
def test_page(visit: Visit, who: str, where: str, link: str, language: str, scheme: str, width: int) -> None:
    page = open_it(visit, who, where, link, language, scheme, width)
    assert page.locator("html").get_attribute("lang") == language
    whose = f"-{who}" if where == "/ringkas" else ""  # each sees another
    shoot(page, f"{name_of(where, link)}{whose}-{width}-{scheme}-{language}")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"scrolls sideways: {wide} px"
    found = Axe().run(page)
    faults = [f"{v['id']}: {v['help']} → {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("who", "where", "link"), PAGES, ids=lambda v: str(v))
def test_html_is_valid(visit: Visit, who: str, where: str, link: str, tmp_path: Path) -> None:
    jar = ROOT / "tests" / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not shutil.which("java") or not jar.exists():
        pytest.skip("NO JAVA OR NO CHECKER: the HTML of this page was not validated")
    page = open_it(visit, who, where, link, "id", "light", 1366)
    answer = page.request.get(page.url)
    path = tmp_path / "page.html"
    path.write_bytes(answer.body())
    words = [
        "java",
        "-Xss2m",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
        "--also-check-svg",
        str(path),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr or '{"messages": []}')["messages"]
    faults = [
        f"{m.get('lastLine')}: {m['message']} {m.get('extract', '')[:120]}" for m in messages if m["type"] == "error"
    ]
    assert not faults, "\n".join(faults)
