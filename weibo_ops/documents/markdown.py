"""A document as Markdown; charts stand as tables of their numbers."""

from __future__ import annotations

import re
from functools import singledispatch
from pathlib import Path

from weibo_ops.documents.cells import cell_rows, grid_rows, one_line, plain
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
from weibo_ops.documents.sheet import chart_rows

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~$#])")
_STARTS_BLOCK = re.compile(r"^(\s*)([-+=:])", re.M)
_NUMBERS_ITEM = re.compile(r"^(\s*[0-9]{1,9})([.)])(?=\s|$)", re.M)
"""An ordered item's marker: at most nine digits, a mark, a gap (CommonMark §5.2); 39.5% is none."""


def render(document: Document, font: Path | None = None) -> bytes:
    """Render a document as UTF-8 Markdown; nothing in a text is read as markup."""
    parts = [f"**{_words(document.mark)}**"] if document.mark else []
    parts.append(f"# {_words(document.title)}")
    if document.subtitle:
        parts.append(_words(document.subtitle))
    if document.details:
        parts.append("\n".join(f"- {_words(name)}：{_words(value)}" for name, value in document.details))
    parts += [_written(block) for block in document.blocks]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def _words(text: str) -> str:
    """Escape a text on one line."""
    return _lines(one_line(text))


def _lines(text: str) -> str:
    """Escape a text whose line ends are kept as breaks."""
    escaped = _SPECIAL.sub(r"\\\1", plain(text))
    for marker in (_STARTS_BLOCK, _NUMBERS_ITEM):
        escaped = marker.sub(r"\1\\\2", escaped)
    return escaped.replace("\n", "  \n")


def _grid(head: list[str], rows: list[list[str]], numeric: list[bool]) -> str:
    if not rows:
        return NO_DATA
    rule = ["---:" if right else "---" for right in numeric]
    lines = [[_words(cell) for cell in head], rule, *([_words(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@singledispatch
def _written(block: Block) -> str:
    raise TypeError(f"no way to write a {type(block).__name__}")


@_written.register
def _(block: Heading) -> str:
    return f"{'#' * (block.level + 1)} {_words(block.text)}"


@_written.register
def _(block: Paragraph) -> str:
    return _lines(block.text)


@_written.register
def _(block: Note) -> str:
    return "\n".join(f"> {line}" for line in _lines(block.text).split("\n"))


@_written.register
def _(block: Listing) -> str:
    return "\n".join(
        f"{f'{number}.' if block.ordered else '-'} {_words(item)}" for number, item in enumerate(block.items, 1)
    )


@_written.register
def _(block: KeyFigures) -> str:
    return "\n".join(
        f"- {_words(item.label)}：**{_words(item.value)}**{f'（{_words(item.hint)}）' if item.hint else ''}"
        for item in block.items
    )


@_written.register
def _(block: Table) -> str:
    numeric = [column.numeric for column in block.columns]
    grid = _grid([column.name for column in block.columns], cell_rows(block), numeric)
    parts = [f"**{_words(block.caption)}**", grid]
    if block.note and block.rows:
        parts.append("\n".join(f"> {line}" for line in _lines(block.note).split("\n")))
    return "\n\n".join(parts)


@_written.register
def _(block: Chart) -> str:
    head, *rows = chart_rows(block)
    grid = _grid(head, [] if block.empty else rows, [False, *(True for _ in block.series)])
    return f"**{_words(block.caption)}**\n\n{grid}"


@_written.register
def _(block: Form) -> str:
    return "\n\n".join(_part(part) for part in block.parts)


def _part(part: tuple[Field, ...] | Grid) -> str:
    if isinstance(part, Grid):
        grid = _grid([column.name for column in part.columns], grid_rows(part), [False] * len(part.columns))
        return f"**{_words(part.caption)}**\n\n{grid}"
    written = []
    for field in part:
        if field.size is Size.BODY:
            written.append(f"**{_words(field.label)}**\n\n{_lines(field.text)}")
        else:
            label = f"{_words(field.label)}：" if field.label else ""
            written.append(f"- {label}{_words(field.text)}")
    return "\n".join(written)
