"""The file itself: what is no plain .xlsx is refused by name, what is too large too; values only, nothing in it is run."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kondusif.ledger.errors import Refusal
from kondusif.teams.sheets.rules import Cell

LARGEST = 5 * 1024 * 1024
UNPACKED = 120 * 1024 * 1024
RATIO = 200
MOST_ROWS, MOST_COLUMNS, MOST_MERGES = 50_000, 60, 5_000


class SheetNotRead(Refusal):
    code = "sheet-not-read"
    status = 422
    what = _("Berkas ini tidak dapat dibaca sebagai lembar Excel (.xlsx).")
    do = _("Buka di Excel, lalu Simpan Sebagai “Excel Workbook (.xlsx)” dan unggah lagi.")


@dataclass(frozen=True)
class Line:
    number: int
    cells: tuple[Cell, ...]
    hidden: bool


@dataclass(frozen=True)
class Sheet:
    """The first visible sheet that holds anything; `passed`: names of those left out, with `hidden` ones among them."""

    name: str
    lines: tuple[Line, ...]
    passed: tuple[str, ...]


def address(column: int, row: int) -> str:
    """`B7` of a column counted from 0 and a row counted from 1."""
    return f"{get_column_letter(column + 1)}{row}"


def read(data: bytes) -> Sheet:
    _check_file(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of a sheet we do not use (pictures, rules of validation)
            book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception:  # a damaged file may fail anywhere in the reader
        raise SheetNotRead from None
    passed, chosen = [], None
    for sheet in book.worksheets:
        if chosen is None and sheet.sheet_state == "visible" and sheet.max_row and _holds(sheet):
            chosen = sheet
        else:
            passed.append(str(sheet.title))
    if chosen is None:
        raise SheetNotRead(_("Tidak ada lembar yang terlihat dan berisi."))
    return Sheet(str(chosen.title), tuple(_lines(chosen)), tuple(passed))


def _check_file(data: bytes) -> None:
    if len(data) > LARGEST:
        raise SheetNotRead(_("Berkas lebih besar dari 5 MB."), do=_("Bagi lembar itu menjadi beberapa berkas."))
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetNotRead(_("Ini berkas Excel lama (.xls) atau berkas berkata sandi."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {p.filename for p in parts}
            total = sum(p.file_size for p in parts)
            if (
                len(parts) > 2000
                or total > UNPACKED
                or any(p.file_size > RATIO * max(p.compress_size, 1) > RATIO * 5000 for p in parts)
            ):
                raise SheetNotRead(_("Isi berkas ini jauh lebih besar daripada yang wajar."))
            if any(n.endswith("vbaProject.bin") for n in names):
                raise SheetNotRead(_("Berkas ini berisi makro (.xlsm)."))
            if "xl/workbook.xml" not in names:
                raise SheetNotRead
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(2048):
                            raise SheetNotRead
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise SheetNotRead from None


def _holds(sheet: Worksheet) -> bool:
    return any(
        c is not None
        for row in sheet.iter_rows(
            max_row=min(sheet.max_row, 50), max_col=min(sheet.max_column, MOST_COLUMNS), values_only=True
        )
        for c in row
    )


def _lines(sheet: Worksheet) -> Iterable[Line]:
    width = min(sheet.max_column, MOST_COLUMNS)
    rows = [
        list(row)
        for row in sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS + 100), max_col=width, values_only=True)
    ]
    while rows and all(c is None for c in rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + 20:
        raise SheetNotRead(_("Lebih dari 50.000 baris."), do=_("Bagi lembar itu menjadi beberapa berkas."))
    for merged in list(sheet.merged_cells.ranges)[:MOST_MERGES]:  # what spans cells holds in each of them
        if merged.min_row > len(rows) or merged.min_col > width:
            continue
        value = rows[merged.min_row - 1][merged.min_col - 1]
        for n in range(merged.min_row, min(merged.max_row, len(rows)) + 1):
            for m in range(merged.min_col, min(merged.max_col, width) + 1):
                rows[n - 1][m - 1] = value
    hidden = {n for n, d in sheet.row_dimensions.items() if d.hidden}
    for n, row in enumerate(rows, 1):
        yield Line(n, tuple(row), n in hidden)


MARKED = "Keterangan"


@dataclass(frozen=True)
class Table:
    """One sheet to be written: lines over the table, one or more rows of heads, rows of text and whole numbers."""

    title: str
    heads: Sequence[Sequence[str]]
    rows: Iterable[Sequence[str | int]]
    above: Sequence[str] = ()


def write(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, above: Sequence[str] = (), mark: str = ""
) -> bytes:
    """One sheet, every cell plain text: zeros stay, and nothing a person typed becomes a formula.

    `above`: lines over the table; `mark`: who took it out and when, on a sheet of its own and in the footer.
    """
    return write_all([Table(title, [heads], rows, above)], mark=mark)


def write_all(tables: Sequence[Table], *, mark: str = "", notes: Sequence[str] = ()) -> bytes:
    """Several sheets and, last, what must be known of them."""
    book = Workbook(write_only=True)
    for table in tables:
        _write(book.create_sheet(table.title[:31]), table, mark)
    if mark:
        note = book.create_sheet(MARKED)
        note.column_dimensions["A"].width = 120
        for words in (mark, *notes):
            note.append([_cell(note, words)])
        note.oddFooter.center.text = _footer(mark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _footer(mark: str) -> str:
    return mark.replace("&", "&&")[:200]


def _write(sheet: Any, table: Table, mark: str) -> None:
    top = len(table.above) + len(table.heads)
    sheet.freeze_panes = f"A{top + 1}"
    for n in range(max((len(h) for h in table.heads), default=0)):
        sheet.column_dimensions[get_column_letter(n + 1)].width = 24
    sheet.oddFooter.center.text = _footer(mark)
    for at, row in enumerate([*([words] for words in table.above), *table.heads, *table.rows]):
        sheet.append([_cell(sheet, value, bold=at < top) for value in row])


def _cell(sheet: Any, value: str | int, *, bold: bool = False) -> WriteOnlyCell:
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value=value)
    cell = WriteOnlyCell(sheet, value=None)
    if value:
        cell.value = "".join(c for c in value if c.isprintable())
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell
