"""The tables and charts' numbers of a document as CSV, one after the other, each under its caption.

A form stands as rows of label and text.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from weibo_ops.documents.cells import cell_rows, grid_rows, one_line
from weibo_ops.documents.model import NO_DATA, Chart, Document, Field, Form, Grid, Table
from weibo_ops.kernel.text import defuse_cell


def render(document: Document, font: Path | None = None) -> bytes:
    """Render the tables and charts as CSV that spreadsheets open rightly (UTF-8 with BOM); no cell is a formula."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    shown = [block for block in document.blocks if isinstance(block, Table | Chart | Form)]
    for number, block in enumerate(shown):
        if number:
            writer.writerow([])
        if not isinstance(block, Form):
            writer.writerow([_cell(block.caption)])
        writer.writerows([_cell(text) for text in row] for row in _rows(block))
    return target.getvalue().encode("utf-8-sig")


def chart_rows(chart: Chart) -> list[list[str]]:
    """Return head and rows of a chart's numbers: a row for each category, a column for each series."""
    unit = f"（{chart.unit}）" if chart.unit else ""
    head = ["", *(f"{series.name}{unit}" for series in chart.series)]
    columns = [[NO_DATA if value is None else f"{value:g}" for value in series.values] for series in chart.series]
    return [head, *([name, *values] for name, *values in zip(chart.categories, *columns, strict=True))]


def _rows(block: Table | Chart | Form) -> list[list[str]]:
    if isinstance(block, Form):
        return [row for part in block.parts for row in _form_rows(part)]
    if isinstance(block, Chart):
        return [[NO_DATA]] if block.empty else chart_rows(block)
    if not block.rows:
        return [[NO_DATA]]
    return [[column.name for column in block.columns], *cell_rows(block)]


def _form_rows(part: tuple[Field, ...] | Grid) -> list[list[str]]:
    if isinstance(part, Grid):
        return [[part.caption], [column.name for column in part.columns], *grid_rows(part)]
    return [[field.label, field.text] for field in part]


def _cell(text: str) -> str:
    return defuse_cell(one_line(text))
