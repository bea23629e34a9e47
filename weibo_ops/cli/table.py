"""Tables as plain text: aligned by terminal cells, or one record under another where they do not fit."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

LONG_TEXTS = frozenset({"text"})
"""Columns that hold what somebody wrote: they alone are cut, since their beginning is enough to know them by."""
SHORTEST = 24
"""Cells that a cut text keeps at least."""
GAP = "  "


def laid_out(cells: Sequence[Sequence[str]], columns: Sequence[str], heads: Sequence[str], right: set[str]) -> str:
    """Return rows as a table, or as blocks of ``title  value`` lines where the terminal is too narrow for it.

    Where the output goes elsewhere, nothing is cut.

    Args:
        cells: what the cells show, harmless and without line ends; one list per row.
        columns: the columns' keys.
        heads: their titles.
        right: keys of the columns that are set to the right.
    """
    from weibo_ops.kernel.text import cell_width

    widths = [max(map(cell_width, (head, *(row[i] for row in cells)))) for i, head in enumerate(heads)]
    limit = _terminal_columns()
    if limit is not None:
        free = limit - len(GAP) * (len(heads) - 1)
        for i in (i for i, column in enumerate(columns) if column in LONG_TEXTS):
            widths[i] = min(widths[i], max(SHORTEST, cell_width(heads[i]), free - sum(widths) + widths[i]))
        if sum(widths) > free:
            return _blocks(cells, heads, limit)
    return _aligned(cells, heads, widths, [column in right for column in columns])


def _terminal_columns() -> int | None:
    """The width of the terminal; None where the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None


def _aligned(cells: Sequence[Sequence[str]], heads: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    from weibo_ops.kernel.text import cell_width, fit

    def line(row: Sequence[str], to_the_right: Sequence[bool]) -> str:
        fitted = []
        for cell, width, is_right in zip(row, widths, to_the_right, strict=True):
            cut = fit(cell, width)
            blank = " " * (width - cell_width(cut))
            fitted.append(blank + cut if is_right else cut + blank)
        return GAP.join(fitted).rstrip()

    left = [False] * len(heads)
    lines = [line(heads, left), line(["-" * width for width in widths], left), *(line(row, right) for row in cells)]
    return "\n".join(lines) + "\n"


def _blocks(cells: Sequence[Sequence[str]], heads: Sequence[str], limit: int) -> str:
    from weibo_ops.kernel.text import cell_width, wrap_zh

    indent = max(map(cell_width, heads)) + len(GAP)
    room = max(limit - indent, 10)
    blocks = []
    for row in cells:
        lines = []
        for head, cell in zip(heads, row, strict=True):
            first, *rest = wrap_zh(cell, room)
            lines.append(f"{head}{' ' * (indent - cell_width(head))}{first}".rstrip())
            lines += [" " * indent + part for part in rest]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"
