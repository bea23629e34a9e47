"""A document as PDF in the manner of GB/T 9704-2012, set by typst: what is printed is what was seen.

Texts go to the fixed page description as data and are never read as markup. One font, inside the file, sets all of it;
what it lacks is named. Like the DOCX of the same document it has no document number, no seal, no issuing line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import singledispatch
from importlib.resources import files
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from weibo_ops.documents import charts
from weibo_ops.documents.breaking import breakable, lines_taken
from weibo_ops.documents.cells import cell_rows, column_shares, grid_rows, one_line, plain
from weibo_ops.documents.font import chart_font, drawable
from weibo_ops.documents.model import (
    NO_DATA,
    Block,
    Chart,
    Document,
    Field,
    Form,
    Grid,
    Heading,
    KeyFigures,
    Listing,
    Note,
    Paragraph,
    Size,
    Table,
)
from weibo_ops.documents.word_form import LABEL_MM
from weibo_ops.documents.word_parts import TEXT_WIDTH_MM
from weibo_ops.documents.word_styles import SIZE_2, SIZE_3, SIZE_4, SIZE_5
from weibo_ops.kernel.errors import EnvironmentFault
from weibo_ops.kernel.text import fit

if TYPE_CHECKING:
    from typst import Fonts

_PT_PER_MM = 72 / 25.4
_CELL_SIDES_MM, _FIELD_SIDES_MM = 2.1, 3.1
"""What its margins take of the width of a cell and of a field."""
_SIZES = {Size.PLAIN: 12.0, Size.CODE: 18.0, Size.BODY: SIZE_4, Size.SMALL: 9.0}
_ROW_LINES, _TABLE_LINES, _GRID_LINES = 30, 34, 20
"""Lines up to which a row, a short table and a grid are not broken across pages; 35 fill the page of a table."""
_LINE = 16.5
_RUNNING_CELLS = 70
"""Width of the line above the text of every page, less that of the number of pages."""

Lines = list[str | list[str]]


def render(document: Document, font: Path | None = None) -> bytes:
    """Render a document as PDF 1.7 with tags; dates and identifiers depend on the document alone.

    Raises:
        EnvironmentFault: the configured font cannot be used.
    """
    return _compile(document, font, "pdf")[0]


def pictures(document: Document, font: Path | None = None, ppi: float = 96) -> list[bytes]:
    """Render the pages of the PDF as PNG, to be looked at.

    Raises:
        EnvironmentFault: the configured font cannot be used.
    """
    return _compile(document, font, "png", ppi)


def _compile(document: Document, font: Path | None, kind: Any, ppi: float = 96) -> list[bytes]:
    import typst

    file = chart_font(font)
    page = files("weibo_ops.documents") / "page.typ"
    with TemporaryDirectory() as folder:  # typst takes folders of fonts: this one holds no other
        copyfile(file, Path(folder) / f"font{file.suffix.lower()}")
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(
            page.read_bytes(),
            root=folder,
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(_Setter(file).document(document, _family(fonts, file)))},
        )
        content = compiler.compile(format=kind, ppi=ppi, timestamp=int(document.created.timestamp()))
    assert content is not None
    return content if isinstance(content, list) else [content]


def _family(fonts: Fonts, file: Path) -> str:
    for found in fonts.fonts():
        if found.index == 0:
            return found.family
    raise EnvironmentFault(
        f"字体文件“{file}”不能用于 PDF。", next_step="请检查设置中的 font;不设置时使用随程序安装的字体。"
    )


@dataclass(frozen=True)
class _Setter:
    """Turns blocks into what the page description reads."""

    font: Path

    def document(self, document: Document, family: str) -> dict[str, Any]:
        created = document.created.astimezone(UTC)
        return {
            "font": family,
            "no_data": NO_DATA,
            "title": one_line(document.title),
            "created": {each: getattr(created, each) for each in ("year", "month", "day", "hour", "minute", "second")},
            "form": bool(document.blocks) and isinstance(document.blocks[0], Form),
            "running": fit(drawable(document.running, self.font), _RUNNING_CELLS),
            "mark": self.lines(one_line(document.mark), SIZE_3) if document.mark else None,
            "heading": self.lines(one_line(document.title), SIZE_2),
            "subtitle": self.lines(one_line(document.subtitle), SIZE_3) if document.subtitle else None,
            "details": [self.lines(f"{one_line(name)}：{one_line(value)}", SIZE_4) for name, value in document.details],
            "blocks": [data for block in document.blocks for data in _set(block, self)],
        }

    def lines(self, text: str, size: float, width_mm: float = TEXT_WIDTH_MM) -> Lines:
        """Return the lines of a text, with places to break where it has none."""
        room = width_mm * _PT_PER_MM / size
        shown = [breakable(drawable(line, self.font), room) for line in plain(text).split("\n")]
        return [pieces[0] if len(pieces) == 1 else pieces for pieces in shown]

    def row(self, texts: Sequence[str], widths_mm: Sequence[float]) -> dict[str, Any]:
        """Return a row of cells, and whether it stands on one page."""
        return {
            "texts": [self.lines(text, SIZE_5, width) for text, width in zip(texts, widths_mm, strict=True)],
            "whole": _height(texts, widths_mm) <= _ROW_LINES,
        }


def _height(texts: Sequence[str], widths_mm: Sequence[float], size: float = SIZE_5) -> int:
    """Return how many lines a row takes at most."""
    return max(lines_taken(text, width * _PT_PER_MM / size) for text, width in zip(texts, widths_mm, strict=True))


@singledispatch
def _set(block: Block, setter: _Setter) -> list[dict[str, Any]]:
    raise TypeError(f"no way to set a {type(block).__name__}")


@_set.register
def _(block: Heading, setter: _Setter) -> list[dict[str, Any]]:
    return [{"kind": "heading", "level": block.level, "text": setter.lines(one_line(block.text), SIZE_3)}]


@_set.register
def _(block: Paragraph, setter: _Setter) -> list[dict[str, Any]]:
    return [{"kind": "paragraph", "text": setter.lines(block.text, SIZE_3)}]


@_set.register
def _(block: Note, setter: _Setter) -> list[dict[str, Any]]:
    return [{"kind": "note", "text": setter.lines(block.text, SIZE_5)}]


@_set.register
def _(block: Listing, setter: _Setter) -> list[dict[str, Any]]:
    leads = [f"{number}．" if block.ordered else "" for number in range(1, len(block.items) + 1)]
    return [
        {"kind": "paragraph", "text": setter.lines(lead + item, SIZE_3)}
        for lead, item in zip(leads, block.items, strict=True)
    ]


@_set.register
def _(block: KeyFigures, setter: _Setter) -> list[dict[str, Any]]:
    width = TEXT_WIDTH_MM / max(1, len(block.items)) - _CELL_SIDES_MM
    items = [
        {
            "label": setter.lines(one_line(item.label), SIZE_5, width),
            "value": setter.lines(one_line(item.value), 20, width),
            "hint": setter.lines(one_line(item.hint), SIZE_5, width) if item.hint else None,
        }
        for item in block.items
    ]
    texts = [f"{item.label}\n{item.value}\n{item.value}\n{item.hint}" for item in block.items]
    whole = _height(texts, [width] * len(texts), 20) <= _GRID_LINES if texts else True
    return [{"kind": "figures", "items": items, "whole": whole}] if items else []


@_set.register
def _(block: Table, setter: _Setter) -> list[dict[str, Any]]:
    shares = column_shares(block.columns)
    widths = [TEXT_WIDTH_MM * share - _CELL_SIDES_MM for share in shares]
    head, rows = [plain(column.title) for column in block.columns], cell_rows(block)
    heights = [_height(texts, widths) for texts in (head, *rows)]
    return [
        {
            "kind": "table",
            "caption": setter.lines(one_line(block.caption), 12),
            "shares": shares,
            "sides": ["right" if column.numeric else "left" for column in block.columns],
            "head": setter.row(head, widths),
            "rows": [setter.row(texts, widths) for texts in rows],
            "total": block.total,
            "together": block.short and sum(heights) <= _TABLE_LINES,
            "tied": len(rows) > 1 and sum(heights[-2:]) <= _ROW_LINES,
            "note": setter.lines(block.note, SIZE_5) if block.note else None,
        }
    ]


@_set.register
def _(block: Chart, setter: _Setter) -> list[dict[str, Any]]:
    return [
        {
            "kind": "chart",
            "caption": setter.lines(one_line(block.caption), 12),
            "svg": None if block.empty else charts.draw(block, "svg", setter.font).decode("utf-8"),
            "alt": one_line(block.description or block.caption),
        }
    ]


@_set.register
def _(block: Form, setter: _Setter) -> list[dict[str, Any]]:
    parts = [_grid(part, setter) if isinstance(part, Grid) else _fields(part, setter) for part in block.parts]
    return [{"kind": "form", "parts": parts}]


def _grid(grid: Grid, setter: _Setter) -> dict[str, Any]:
    shares = column_shares(grid.columns)
    widths = [TEXT_WIDTH_MM * share - _CELL_SIDES_MM for share in shares]
    rows = grid_rows(grid)
    high = [max(_height(texts, widths), 1 if all(texts) else grid.lines) for texts in rows]
    return {
        "kind": "grid",
        "shares": shares,
        "head": [setter.lines(column.title, SIZE_5, width) for column, width in zip(grid.columns, widths, strict=True)],
        "rows": [{**setter.row(texts, widths), "height": grid.lines * _LINE} for texts in rows],
        "together": sum(high) <= _GRID_LINES,
    }


def _fields(fields: Sequence[Field], setter: _Setter) -> dict[str, Any]:
    total = sum(field.width for field in fields)
    cells: list[dict[str, Any]] = []
    widths: list[float] = []
    high = 0
    for field in fields:
        width = TEXT_WIDTH_MM * field.width / total
        if field.size in (Size.PLAIN, Size.CODE):
            label = setter.lines(one_line(field.label), SIZE_5, LABEL_MM - _FIELD_SIDES_MM)
            cells.append({"style": "label", "text": label})
            widths.append(LABEL_MM)
            width -= LABEL_MM
        widths.append(width)
        inside, size = width - _FIELD_SIDES_MM, _SIZES[field.size]
        label = setter.lines(one_line(field.label), SIZE_5, inside)
        cells.append({"style": field.size.value, "label": label, "text": setter.lines(field.text, size, inside)})
        high = max(high, lines_taken(plain(field.text), inside * _PT_PER_MM / size))
    whole = high <= _ROW_LINES and all(field.size is not Size.BODY for field in fields)
    lines = max(field.lines for field in fields)
    return {"kind": "fields", "widths": widths, "cells": cells, "height": lines * _LINE, "whole": whole}
