"""值班: who is on duty, what is not covered, hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from tui import sources
from tui.actions import Place, screen_bindings
from tui.screens.base import TableScreen
from tui.sheet import Sheet
from tui.widgets.ledger import Cell, Column, Row


class DutyScreen(TableScreen):
    """The roster."""

    PLACE = Place.DUTY
    UNIT = "班"
    BINDINGS = screen_bindings(Place.DUTY)

    def columns(self) -> Sequence[Column]:
        """Post and person."""
        return Column("岗位", 8), Column("姓名", 8), Column("开始", 16), Column("结束", 16)

    def row_of(self, item: Any) -> Row:
        """Lay out a shift."""
        return Cell(item.post), Cell(item.name), Cell(str(item.from_at)), Cell(str(item.until_at))

    def fetch(self, cursor: str | None) -> Any:
        """Read the roster."""
        return partial(sources.duty, self.services)

    def describe(self, item: Any) -> Any:
        """Say what a shift is."""
        return partial(Sheet, item.name)
