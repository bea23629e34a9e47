"""A document as plain text of 78 cells a line; charts stand as tables of their numbers."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path

from weibo_ops.documents.cells import cell_rows, column_shares, grid_rows, one_line, plain
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
from weibo_ops.kernel.text import cell_width, wrap_zh

LINE = 78
_GAP = 2
_NARROWEST = 6


def render(document: Document, font: Path | None = None) -> bytes:
    """Render a document as UTF-8 text; lines are broken by Chinese rules."""
    parts = [f"【{one_line(document.mark)}】"] if document.mark else []
    parts.append("\n".join(_centred(line) for line in (document.title, document.subtitle) if line))
    if document.details:
        parts.append("\n".join(_wrapped(f"{name}：{value}", hang=2) for name, value in document.details))
    parts += [_written(block) for block in document.blocks]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def _centred(text: str) -> str:
    shown = one_line(text)
    return " " * max(0, (LINE - cell_width(shown)) // 2) + shown


def _wrapped(text: str, first: int = 0, hang: int = 0) -> str:
    """Wrap a text, the first line and the others moved in by so many cells."""
    lines = wrap_zh(" " * max(0, first - hang) + plain(text), LINE - hang)
    return "\n".join(" " * (hang if number or first >= hang else 0) + line for number, line in enumerate(lines))


def _grid(head: list[str], rows: list[list[str]], numeric: list[bool], shares: list[float]) -> str:
    if not rows:
        return NO_DATA
    widths = _widths(head, rows, shares)
    lines = []
    for number, row in enumerate((head, *rows)):
        cells = [wrap_zh(cell, width) for cell, width in zip(row, widths, strict=True)]
        for depth in range(max(map(len, cells))):
            parts = []
            for cell, width, right in zip(cells, widths, numeric, strict=True):
                text = cell[depth] if depth < len(cell) else ""
                gap = " " * (width - cell_width(text))
                parts.append(gap + text if right else text + gap)
            lines.append((" " * _GAP).join(parts).rstrip())
        if not number:
            lines.append((" " * _GAP).join("-" * width for width in widths))
    return "\n".join(lines)


def _widths(head: list[str], rows: list[list[str]], shares: list[float]) -> list[int]:
    """Return cells for each column: what it needs where that is less than its share, else its part of what is left."""
    wanted = [
        max(cell_width(part) for line in (head, *rows) for part in line[place].split("\n"))
        for place in range(len(head))
    ]
    room = LINE - _GAP * (len(head) - 1)
    squeezed = set(range(len(head)))
    while squeezed:
        left = room - sum(wanted[place] for place in range(len(head)) if place not in squeezed)
        whole = sum(shares[place] for place in squeezed)
        part = {place: max(_NARROWEST, int(left * shares[place] / whole)) for place in squeezed}
        content = {place for place in squeezed if wanted[place] <= part[place]}
        if not content:
            return [part.get(place, width) for place, width in enumerate(wanted)]
        squeezed -= content
    return wanted


@singledispatch
def _written(block: Block) -> str:
    raise TypeError(f"no way to write a {type(block).__name__}")


@_written.register
def _(block: Heading) -> str:
    return _wrapped(one_line(block.text))


@_written.register
def _(block: Paragraph) -> str:
    return _wrapped(block.text, first=4)


@_written.register
def _(block: Note) -> str:
    return _wrapped(block.text, first=2, hang=2)


@_written.register
def _(block: Listing) -> str:
    return "\n".join(
        _wrapped(f"{f'{number}.' if block.ordered else '-'} {item}", hang=2)
        for number, item in enumerate(block.items, 1)
    )


@_written.register
def _(block: KeyFigures) -> str:
    return "\n".join(
        _wrapped(f"{item.label}：{item.value}{f'（{item.hint}）' if item.hint else ''}") for item in block.items
    )


@_written.register
def _(block: Table) -> str:
    numeric = [column.numeric for column in block.columns]
    head = [plain(column.title) for column in block.columns]
    rows = [[one_line(cell) for cell in row] for row in cell_rows(block)]
    parts = [one_line(block.caption), _grid(head, rows, numeric, column_shares(block.columns))]
    if block.note and block.rows:
        parts.append(_wrapped(block.note, first=2, hang=2))
    return "\n".join(parts)


@_written.register
def _(block: Chart) -> str:
    head, *rows = ([one_line(cell) for cell in row] for row in chart_rows(block))
    shares = [1 / len(head)] * len(head)
    body = [] if block.empty else rows
    return f"{one_line(block.caption)}\n{_grid(head, body, [False, *(True for _ in block.series)], shares)}"


@_written.register
def _(block: Form) -> str:
    return "\n".join(_part(part) for part in block.parts)


def _part(part: tuple[Field, ...] | Grid) -> str:
    if isinstance(part, Grid):
        rows = [[one_line(cell) for cell in row] for row in grid_rows(part)]
        head = [plain(column.title) for column in part.columns]
        return f"\n{one_line(part.caption)}\n{_grid(head, rows, [False] * len(head), column_shares(part.columns))}\n"
    written = []
    for field in part:
        if field.size is Size.BODY:
            lines = [_wrapped(line, first=4) for line in plain(field.text).split("\n")]
            written += ["", f"{one_line(field.label)}：", *lines, ""]
        else:
            written.append(_wrapped(f"{_label(field)}{field.text}", hang=2))
    return "\n".join(written)


def _label(field: Field) -> str:
    return f"{one_line(field.label)}：" if field.label else ""
