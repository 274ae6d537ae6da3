"""The lessons as slides an office can edit (PPTX, 16:9): native shapes and tables, notes for the trainer, no pictures but the QR."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from kondusif.publish.kit.lessons import SLIDES, Slide
from kondusif.publish.kit.papers import clock_rows


def _colour(code: str) -> RGBColor:
    return RGBColor.from_string(code)  # type: ignore[no-any-return, no-untyped-call]


FONT = "Arial"  # on every office machine; slides are for changing, so no font is packed
INK, MUTED, ACCENT, PAPER, LINE, WHITE = (_colour(c) for c in ("1B1F24", "57606A", "0F4C5C", "F7F7F4", "C9CDC6", "FFFFFF"))  # fmt: skip
LADDER = (  # shape, fill, ink: the status ladder is word, shape and colour, never colour alone
    (MSO_SHAPE.OVAL, "DDEFE5", "1F6B4A"),
    (MSO_SHAPE.ISOSCELES_TRIANGLE, "FBEFC6", "7A5200"),
    (MSO_SHAPE.DIAMOND, "FBDDC6", "9A3F06"),
    (MSO_SHAPE.RECTANGLE, "F7D4D4", "9B1C1C"),
)
WIDE, HIGH, LEFT = 13.333, 7.5, 0.8
ROOM = WIDE - 2 * LEFT
TOP = 1.9


def bimtek() -> bytes:
    """The slides in the reader's language, as the bytes of a .pptx file."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    deck.core_properties.title = _(SLIDES[0].title)
    deck.core_properties.author = "Kondusif"
    for number, lesson in enumerate(SLIDES, start=1):
        page = deck.slides.add_slide(deck.slide_layouts[5])  # title only: the outline stays readable to screen readers
        page.background.fill.solid()
        page.background.fill.fore_color.rgb = PAPER
        opening = lesson.shape == "opening"
        _title(page, _(lesson.title), opening)
        DRAWN[lesson.shape](page, lesson)
        _text(page, f"Kondusif · {number}/{len(SLIDES)}", LEFT, HIGH - 0.55, ROOM, 0.35, size=12, ink=MUTED)
        page.notes_slide.notes_text_frame.text = _(lesson.notes)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _title(page: Any, words: str, opening: bool) -> None:
    box = page.shapes.title
    box.left, box.width = Inches(LEFT), Inches(ROOM)
    box.top, box.height = (Inches(2.3), Inches(1.4)) if opening else (Inches(0.55), Inches(1.0))
    box.text_frame.word_wrap = True
    box.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    box.text_frame.text = words
    _set(box.text_frame.paragraphs[0], size=54 if opening else 36, bold=True, ink=ACCENT)


def _set(paragraph: Any, *, size: int, bold: bool = False, ink: RGBColor = INK, middle: bool = False) -> None:
    paragraph.alignment = PP_ALIGN.CENTER if middle else PP_ALIGN.LEFT
    font = paragraph.font
    font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), bold, ink


def _text(
    page: Any, words: str, x: float, y: float, wide: float, high: float, *, top: bool = False, **kept: Any
) -> None:
    frame = page.shapes.add_textbox(Inches(x), Inches(y), Inches(wide), Inches(high)).text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP if top else MSO_ANCHOR.MIDDLE
    frame.text = words
    _set(frame.paragraphs[0], **kept)


def _disc(page: Any, words: str, x: float, y: float, size: float = 0.62) -> None:
    disc = page.shapes.add_shape(MSO_SHAPE.OVAL, Inches(x), Inches(y), Inches(size), Inches(size))
    disc.fill.solid()
    disc.fill.fore_color.rgb = ACCENT
    disc.line.fill.background()
    disc.shadow.inherit = False
    disc.text_frame.margin_left = disc.text_frame.margin_right = Emu(0)
    disc.text_frame.text = words
    _set(disc.text_frame.paragraphs[0], size=20, bold=True, ink=WHITE, middle=True)


def _opening(page: Any, lesson: Slide) -> None:
    _text(page, _(lesson.parts[0][1]), LEFT, 3.8, ROOM, 0.9, size=26)
    _text(page, settings.PUBLIC_URL, LEFT, 4.7, ROOM, 0.6, size=20, ink=MUTED)


def _list(page: Any, lesson: Slide) -> None:
    step = min(1.05, 4.9 / len(lesson.parts))
    for n, (_head, words) in enumerate(lesson.parts):
        bar = page.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Inches(LEFT), Inches(TOP + n * step + 0.1), Inches(0.08), Inches(step - 0.35)
        )
        bar.fill.solid()
        bar.fill.fore_color.rgb = ACCENT
        bar.line.fill.background()
        bar.shadow.inherit = False
        _text(page, _(words), LEFT + 0.3, TOP + n * step, ROOM - 0.3, step - 0.15, size=26)


def _steps(page: Any, lesson: Slide) -> None:
    step = min(1.15, 4.9 / len(lesson.parts))
    for n, (head, words) in enumerate(lesson.parts):
        y = TOP + n * step
        _disc(page, str(n + 1), LEFT, y + (step - 0.62) / 2)
        _text(page, _(head), LEFT + 0.9, y, 3.1, step, size=24, bold=True)
        _text(page, _(words), LEFT + 4.1, y, ROOM - 4.1, step, size=22)


def _exercise(page: Any, lesson: Slide) -> None:
    for n, (head, words) in enumerate(lesson.parts):
        _disc(page, head, LEFT, TOP + n * 1.1 + 0.2)
        _text(page, _(words), LEFT + 0.9, TOP + n * 1.1, 7.2, 1.0, size=24)
    address = settings.TRAINING_URL or settings.PUBLIC_URL
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=12, border=2)
    picture.seek(0)
    code = page.shapes.add_picture(picture, Inches(9.3), Inches(TOP), Inches(3.2), Inches(3.2))
    code._element.nvPicPr.cNvPr.set("descr", _("Kode QR ke %(address)s") % {"address": address})
    _text(page, address, 8.9, TOP + 3.25, 4.0, 0.6, size=16, ink=MUTED, middle=True)


def _ladder(page: Any, lesson: Slide) -> None:
    wide = ROOM / len(lesson.parts)
    for n, ((head, words), (shape, fill, ink)) in enumerate(zip(lesson.parts, LADDER, strict=True)):
        x = LEFT + n * wide
        mark = page.shapes.add_shape(shape, Inches(x + wide / 2 - 0.7), Inches(2.3), Inches(1.4), Inches(1.4))
        mark.fill.solid()
        mark.fill.fore_color.rgb = _colour(fill)
        mark.line.color.rgb = _colour(ink)
        mark.line.width = Pt(3)
        mark.shadow.inherit = False
        _text(page, _(head), x, 3.95, wide, 0.6, size=28, bold=True, ink=_colour(ink), middle=True)
        _text(page, _(words), x, 4.55, wide, 0.5, size=20, middle=True)


def _pairs(page: Any, lesson: Slide) -> None:
    wide = (ROOM - 0.5) / 2
    for n, (head, words) in enumerate(lesson.parts):
        x = LEFT + n * (wide + 0.5)
        card = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(x), Inches(TOP), Inches(wide), Inches(4.3))
        card.fill.solid()
        card.fill.fore_color.rgb = WHITE
        card.line.color.rgb = LINE
        card.shadow.inherit = False
        _text(page, _(head), x + 0.3, TOP + 0.25, wide - 0.6, 1.1, size=26, bold=True, ink=ACCENT)
        _text(page, _(words), x + 0.3, TOP + 1.4, wide - 0.6, 2.6, size=24, top=True)


def _rows(page: Any, rows: list[list[str]], widths: list[float], heads: list[str] | None = None) -> None:
    every = ([heads] if heads else []) + rows
    table = page.shapes.add_table(
        len(every), len(widths), Inches(LEFT), Inches(TOP), Inches(ROOM), Inches(0.78 * len(every))
    ).table
    table.first_row = bool(heads)
    table.horz_banding = False
    for n, wide in enumerate(widths):
        table.columns[n].width = Inches(wide)
    for r, row in enumerate(every):
        for c, words in enumerate(row):
            cell = table.cell(r, c)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            head = bool(heads) and r == 0
            cell.fill.fore_color.rgb = ACCENT if head else WHITE
            cell.text_frame.text = words
            _set(
                cell.text_frame.paragraphs[0], size=18 if head else 22, bold=head or c == 0, ink=WHITE if head else INK
            )


def _table(page: Any, lesson: Slide) -> None:
    _rows(page, [[_(head), _(words)] for head, words in lesson.parts], [3.9, ROOM - 3.9])


def _clocks(page: Any, _lesson: Slide) -> None:
    heads = [_("Tingkat"), "", _("Terima"), _("Tindakan"), _("Naik setingkat")]
    _rows(page, clock_rows(), [1.2, ROOM - 7.5, 1.9, 1.9, 2.5], heads)


DRAWN: dict[str, Callable[[Any, Slide], None]] = {
    "opening": _opening, "list": _list, "steps": _steps, "exercise": _exercise, "ladder": _ladder, "pairs": _pairs, "table": _table,
    "clocks": _clocks,
}  # fmt: skip
