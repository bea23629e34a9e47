"""问题: the findings and how far each has gone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas import FindingView
from tui import sources
from tui.actions import Place, screen_bindings
from tui.format import short_time
from tui.screens.base import TableScreen
from tui.sheet import Body, Field, Sheet
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.kernel.clock import format_beijing


class FindingsScreen(TableScreen):
    """Every present finding."""

    PLACE = Place.FINDINGS
    UNIT = "项"
    BINDINGS = screen_bindings(Place.FINDINGS)

    def columns(self) -> Sequence[Column]:
        """Severity, account, what was found, state, when the next step is due."""
        return (
            Column("性质", 10),
            Column("账号", 14, grow=1),
            Column("问题", 20, grow=3),
            Column("状态", 10),
            Column("期限", 11),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a finding."""
        row: FindingView = item
        mark = self.glyphs.severity(row.severity)
        return (
            Cell(mark.text, mark.tone),
            Cell(row.screen_name),
            Cell(row.title),
            Cell(row.state),
            Cell(short_time(row.due_at, self.loaded.as_of if self.loaded else None) if row.due_at else "", "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the findings."""
        return partial(sources.findings, self.services)

    def describe(self, item: Any) -> Any:
        """Say what was found."""
        return partial(_sheet, item)


def _sheet(row: FindingView) -> Sheet:
    blocks = (
        Body(row.message),
        Field("条款", row.clause),
        Field("出处", row.source),
        Field("首次发现", format_beijing(row.first_seen), "dim"),
    )
    return Sheet(f"{row.screen_name}  {row.title}({row.state})", blocks)
