"""仿冒: suspected impostors and how far each was followed up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas.impostors import SuspectRow
from tui import sources
from tui.actions import Place, screen_bindings
from tui.screens.base import TableScreen
from tui.sheet import Block, Body, Field, Sheet
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.kernel.clock import format_beijing

NONE_YET = "没有疑似仿冒账号。名单比对:weibo-ops account impostors。"


class ImpostorsScreen(TableScreen):
    """Every suspected impostor beside the account that it looks like."""

    PLACE = Place.IMPOSTORS
    UNIT = "个"
    BINDINGS = screen_bindings(Place.IMPOSTORS)

    def columns(self) -> Sequence[Column]:
        """Name, whom it looks like, how much, state."""
        return (
            Column("名称", 14, grow=2),
            Column("疑似仿冒", 14, grow=2),
            Column("相似度", 6, right=True),
            Column("状态", 8),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a suspect."""
        row: SuspectRow = item
        return Cell(row.screen_name), Cell(row.imitates), Cell(f"{row.score:.2f}"), Cell(row.state)

    def fetch(self, cursor: str | None) -> Any:
        """Read the suspects."""
        return partial(sources.impostors, self.services)

    def describe(self, item: Any) -> Any:
        """Say why it is suspected."""
        return partial(_sheet, item)

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NONE_YET


def _sheet(row: SuspectRow) -> Sheet:
    blocks: tuple[Block, ...] = (
        *(Body(reason) for reason in row.reasons),
        Field("主办单位", row.unit),
        Field("首次发现", format_beijing(row.first_seen), "dim"),
    )
    return Sheet(f"{row.screen_name}  疑似仿冒 {row.imitates}({row.state})", blocks)
