"""How values and foreign texts are written: the same words and digits in every format."""

from __future__ import annotations

from datetime import datetime

from weibo_ops.documents.model import NO_DATA, Column, Grid, Kind, Table, Value
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.text import defuse, defuse_cell


def plain(text: str) -> str:
    """Return a text without anything that acts on a reader or that XML forbids; line ends and tabs stay."""
    return defuse(text)


def one_line(text: str) -> str:
    """Return a text like `plain`, on one line."""
    return defuse(text, newline=" ", tab=" ")


def cell_text(value: Value, kind: Kind) -> str:
    """Write a table's value; no spreadsheet that it is copied into takes it for a formula.

    Raises:
        TypeError: the value does not fit the kind.
    """
    if value is None:
        return NO_DATA
    if kind is Kind.TEXT and isinstance(value, str):
        return defuse_cell(plain(value))
    if kind is Kind.TIME and isinstance(value, datetime):
        return format_beijing(value)
    if isinstance(value, int | float):
        if kind is Kind.COUNT and isinstance(value, int):
            return str(value)
        if kind is Kind.PERCENT:
            return percent(value)
        if kind is Kind.DURATION:
            return duration(value)
    raise TypeError(f"{value!r} is no {kind}")


def cell_rows(table: Table) -> list[list[str]]:
    """Write all values of a table."""
    return [
        [cell_text(value, column.kind) for value, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]


def grid_rows(grid: Grid) -> list[list[str]]:
    """Write all cells of a grid; those for the pen stay empty."""
    return [[cell_text(text, Kind.TEXT) for text in row] for row in grid.rows]


def column_shares(columns: tuple[Column, ...]) -> list[float]:
    """Return the share of a table's width that each column takes; they sum to 1."""
    whole = sum(column.width for column in columns)
    return [column.width / whole for column in columns]


def percent(share: float | None) -> str:
    """Write a share from 0 to 1 as a percentage with one decimal."""
    return NO_DATA if share is None else f"{share:.1%}"


def duration(minutes: float | None) -> str:
    """Write minutes as hours and minutes, rounded to the minute."""
    if minutes is None:
        return NO_DATA
    if 0 < minutes < 1:
        return "不足1分"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours}小时{rest:02d}分" if hours else f"{rest}分"
