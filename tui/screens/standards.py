"""标准: the stored texts and which of them hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas.standards import TextRow
from tui import sources
from tui.actions import Place, screen_bindings
from tui.screens.base import TableScreen
from tui.sheet import Field, Sheet
from tui.widgets.ledger import Cell, Column, Row


class StandardsScreen(TableScreen):
    """Every stored text of every standard."""

    PLACE = Place.STANDARDS
    UNIT = "份"
    BINDINGS = screen_bindings(Place.STANDARDS)

    def columns(self) -> Sequence[Column]:
        """Title, layer, version, state, day in force."""
        return (
            Column("标准", 16, grow=2),
            Column("层级", 6),
            Column("适用单位", 10, grow=1, from_cells=100),
            Column("版本", 10),
            Column("状态", 6),
            Column("生效日期", 10),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a text."""
        row: TextRow = item
        return (
            Cell(row.title),
            Cell(row.layer),
            Cell(row.applies_to or "全部", "" if row.applies_to else "dim"),
            Cell(row.version),
            Cell(row.state, "" if row.in_force else "dim"),
            Cell(row.effective_from.isoformat(), "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the texts."""
        return partial(sources.standards, self.services)

    def describe(self, item: Any) -> Any:
        """Say where a text comes from."""
        return partial(_sheet, item)


def _sheet(row: TextRow) -> Sheet:
    blocks = (Field("来源", row.origin), Field("发布人", row.published_by), Field("校验码", row.digest, "dim"))
    return Sheet(f"{row.title}  {row.version}", blocks)
