"""A ruled form in DOCX: one table whose rows are divided each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Any

from weibo_ops.documents.cells import column_shares, grid_rows, one_line, plain
from weibo_ops.documents.model import Field, Form, Grid, Size
from weibo_ops.documents.word_parts import TEXT_WIDTH_MM
from weibo_ops.kernel.text import cell_width

LABEL_MM = 22.0
"""Width of a label: five characters of its size and the margins of the cell."""
_LINE = 16.5
_TOGETHER = 20
"""Lines of a grid that is not broken across pages."""
_CHARACTER_MM = 3.7
"""Width of a character in a cell."""
_TWIPS = 20
_PER_MM = 56.7
_STYLES = {Size.PLAIN: "FormText", Size.CODE: "FormCode", Size.BODY: "FormBody", Size.SMALL: "FormSmall"}


@dataclass(frozen=True)
class _Cell:
    """What stands in a cell: pairs of style and text, one for each paragraph."""

    paragraphs: tuple[tuple[str, str], ...]
    width_mm: float
    shaded: bool = False


@dataclass(frozen=True)
class _Row:
    cells: tuple[_Cell, ...]
    lines: int = 1
    whole: bool = True
    keep: bool = False


def add_form(file: Any, form: Form) -> None:
    """Add a form as wide as the text of the page."""
    rows = [row for part in form.parts for row in _rows(part)]
    edges = sorted({edge for row in rows for edge in _edges(row)})
    table = file.add_table(0, 0)._tbl
    _set_up(table, edges)
    for row in rows:
        table.append(_row_element(row, edges))
    file.add_paragraph(style="Form End")


def _rows(part: tuple[Field, ...] | Grid) -> list[_Row]:
    if isinstance(part, Grid):
        widths = [TEXT_WIDTH_MM * share for share in column_shares(part.columns)]
        head = [
            _Cell((("FormLabel", plain(column.title)),), width, True)
            for column, width in zip(part.columns, widths, strict=True)
        ]
        rows = [_Row(tuple(head), 0, keep=True)]
        together = sum(_height(texts, widths, part.lines) for texts in grid_rows(part)) <= _TOGETHER
        for place, texts in enumerate(grid_rows(part)):
            row = tuple(_Cell((("Cell", text),), width) for text, width in zip(texts, widths, strict=True))
            lines = 1 if all(texts) else part.lines
            rows.append(_Row(row, lines, keep=together and place < len(part.rows) - 1))
        return rows
    whole = sum(field.width for field in part)
    cells: list[_Cell] = []
    for field in part:
        width = TEXT_WIDTH_MM * field.width / whole
        texts = plain(field.text).split("\n")
        style = _STYLES[field.size]
        if field.size is Size.SMALL:
            cells.append(_Cell(tuple((style, text) for text in texts), width))
        elif field.size is Size.BODY:
            body = (("FormHead", one_line(field.label)), *((style, text) for text in texts))
            cells.append(_Cell(body, width))
        else:
            cells.append(_Cell((("FormLabel", one_line(field.label)),), LABEL_MM, True))
            cells.append(_Cell(tuple((style, text) for text in texts), width - LABEL_MM))
    lines = max(field.lines for field in part)
    return [_Row(tuple(cells), lines, whole=all(field.size is not Size.BODY for field in part))]


def _height(texts: Sequence[str], widths: Sequence[float], room: int) -> int:
    """Return about how many lines a row of a grid takes."""
    filled = [
        sum(ceil(cell_width(line) / 2 * _CHARACTER_MM / (width - 4)) or 1 for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]
    return max(*filled, 1 if all(texts) else room)


def _edges(row: _Row) -> list[int]:
    """Return where the cells of a row end, in twentieths of a point."""
    return [round(edge * _PER_MM) for edge in accumulate(cell.width_mm for cell in row.cells)]


def _set_up(table: Any, edges: Sequence[int]) -> None:
    from docx.oxml.ns import qn

    properties = table.tblPr
    for child in list(properties):
        properties.remove(child)
    properties.append(_element("w:tblW", w=str(edges[-1]), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    borders = _element("w:tblBorders")
    for side, size in (
        ("top", "12"),
        ("left", "12"),
        ("bottom", "12"),
        ("right", "12"),
        ("insideH", "4"),
        ("insideV", "4"),
    ):
        borders.append(_element(f"w:{side}", val="single", sz=size, space="0", color="000000"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="85", type="dxa"))
    properties.append(margins)
    grid = table.find(qn("w:tblGrid"))
    for child in list(grid):
        grid.remove(child)
    for begin, end in zip((0, *edges), edges, strict=False):
        grid.append(_element("w:gridCol", w=str(end - begin)))


def _row_element(row: _Row, edges: Sequence[int]) -> Any:
    line = _element("w:tr")
    properties = _element("w:trPr")
    if row.whole:
        properties.append(_element("w:cantSplit"))
    height = round((row.lines * _LINE + 3) * _TWIPS)
    properties.append(_element("w:trHeight", val=str(height), hRule="atLeast"))
    line.append(properties)
    begin = 0
    for cell, end in zip(row.cells, _edges(row), strict=True):
        span = sum(begin < edge <= end for edge in edges)
        line.append(_cell_element(cell, end - begin, span, keep=row.keep, middle=row.whole))
        begin = end
    return line


def _cell_element(cell: _Cell, width: int, span: int, *, keep: bool, middle: bool) -> Any:
    element = _element("w:tc")
    properties = _element("w:tcPr")
    properties.append(_element("w:tcW", w=str(width), type="dxa"))
    if span > 1:
        properties.append(_element("w:gridSpan", val=str(span)))
    if cell.shaded:
        properties.append(_element("w:shd", val="clear", color="auto", fill="F2F2F2"))
    if middle:
        properties.append(_element("w:vAlign", val="center"))
    element.append(properties)
    for style, text in cell.paragraphs:
        paragraph = _element("w:p")
        layout = _element("w:pPr")
        layout.append(_element("w:pStyle", val=style))
        if keep:
            layout.append(_element("w:keepNext"))
        paragraph.append(layout)
        if text:
            paragraph.add_r().text = text
        element.append(paragraph)
    return element


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
