"""Printed pages: a typst template and its data become an accessible PDF (PDF/UA-1, so every picture has words).

Same input, same bytes: own fonts, no system fonts, the instant of the document given by the caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"  # built from the font package by the front-end build


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def pdf(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The pages of `template`, which finds `data` as JSON in `sys.inputs.data`; `at` is the document's date of making.

    Raises `typst.TypstError` when the template is wrong or a picture lacks its words.
    """
    made = typst.Compiler(
        template.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    ).compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made
