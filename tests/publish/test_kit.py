"""The first-week kit: no card promises what its role may not do, each fits one page, every word has its English."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
import typst
from django.test import Client, override_settings
from django.utils import translation
from pptx import Presentation

from kondusif.publish.kit import papers, slides
from kondusif.publish.kit.cards import BY_ROLE, CARDS, CITIZEN
from kondusif.publish.kit.lessons import SLIDES
from kondusif.publish.paper import pdf
from kondusif.teams.models import User
from kondusif.teams.rules import ROLES, SEVERITY_MINUTES
from tests.conftest import Member

AT = datetime(2020, 12, 2, 1, 0, tzinfo=UTC)
LADDER = ("Kondusif", "Waspada", "Siaga", "Awas")  # names of levels are names in every language


def pages(data: bytes) -> int:
    """Pages of a PDF, object streams included."""
    plain = data + b"".join(_inflated(s) for s in re.findall(rb"stream\r?\n(.*?)endstream", data, re.S))
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", plain))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.each_once
def test_every_role_has_a_card_and_no_card_promises_what_its_role_may_not_do() -> None:
    assert {card.role for card in CARDS} == set(ROLES) | {CITIZEN}
    for card in CARDS:
        held = ROLES[card.role].permissions if card.role in ROLES else frozenset()
        asked = {step.permission for step in (*card.daily, *card.steps)} - {""}
        assert asked <= held, f"{card.role}: {sorted(asked - held)}"
        if card.role in ROLES:
            assert card.title.startswith(ROLES[card.role].label)


def _words() -> set[str]:
    found: set[str] = set()
    for card in CARDS:
        steps = (*card.daily, *card.steps)
        found |= (
            {card.title, card.purpose, card.situation, *card.never} | {s.words for s in steps} | {s.when for s in steps}
        )
    for slide in SLIDES:
        found |= {slide.title, slide.notes} | {w for part in slide.parts for w in part if not w.isdigit()}
    return found - {"", *LADDER, "18.00"}


@pytest.mark.each_once
def test_every_word_of_the_kit_has_its_english() -> None:
    with translation.override("en"):
        missing = sorted(w for w in _words() if translation.gettext(w) == w)
    assert not missing


@pytest.mark.each_once
@pytest.mark.deep
@pytest.mark.parametrize("language", ["id", "en"])
def test_each_card_fills_one_page_however_long_the_address(language: str) -> None:
    with (
        translation.override(language),
        override_settings(PUBLIC_URL="https://kondusif.kesbangpol.kalimantantimurprov.example.go.id"),
    ):
        data = papers.role_cards(at=AT)
        assert pages(data) == len(CARDS)
        assert data == papers.role_cards(at=AT), "the same kit has the same bytes"
    with pytest.raises(KeyError):
        papers.role_cards(["nobody"], at=AT)


@pytest.mark.each_once
def test_a_picture_without_words_is_refused(tmp_path: Any) -> None:
    template = tmp_path / "bare.typ"
    template.write_text(
        '#set document(title: "x")\n#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"9\\" height=\\"9\\"/>"), format: "svg")'
    )
    with pytest.raises(typst.TypstError, match="alt"):
        pdf(template, {}, at=AT)


@pytest.mark.each_once
def test_slides_keep_their_outline_their_notes_and_the_clocks_of_the_rules() -> None:
    deck = Presentation(io.BytesIO(slides.bimtek()))
    assert [page.shapes.title.text_frame.text for page in deck.slides] == [s.title for s in SLIDES]
    assert all(page.notes_slide.notes_text_frame.text for page in deck.slides)
    said = [
        cell.text
        for page in deck.slides
        for shape in page.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    for minutes in SEVERITY_MINUTES.values():
        assert {papers.minutes_in_words(m) for m in minutes} <= set(said)
    for page in deck.slides:
        for shape in page.shapes:
            assert (
                shape.left >= 0
                and shape.left + shape.width <= deck.slide_width
                and shape.top + shape.height <= deck.slide_height
            )
            if shape.shape_type == 13:  # a picture
                assert shape._element.nvPicPr.cNvPr.get("descr")


@pytest.mark.each_once
@pytest.mark.parametrize(
    ("minutes", "words"), [(5, "5 menit"), (60, "1 jam"), (90, "90 menit"), (720, "12 jam"), (10080, "7 hari")]
)
def test_minutes_in_words(minutes: int, words: str) -> None:
    assert papers.minutes_in_words(minutes) == words


@pytest.mark.django_db
def test_members_download_it_and_strangers_do_not(member: Member, client: Client) -> None:
    for path in ("/perlengkapan", "/perlengkapan/kartu.pdf", "/perlengkapan/bimtek.pptx"):
        assert client.get(path).status_code in {302, 403}
    client.force_login(User.objects.create_user("tamu"))
    assert client.get("/perlengkapan").status_code == 403, "an account without a duty is nobody's member"
    client.force_login(User.objects.get(pk=member("verifier", "64.71").user_id))
    page = client.get("/perlengkapan")
    assert page.status_code == 200 and BY_ROLE["verifier"].title in page.content.decode()
    assert client.get("/perlengkapan/kartu.pdf?peran=verifier").content[:5] == b"%PDF-"
    assert client.get("/perlengkapan/kartu.pdf?peran=raja").status_code == 404
    assert client.get("/perlengkapan/bimtek.pptx").content[:2] == b"PK"
