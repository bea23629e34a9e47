"""账号: the register with its findings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas import AccountRow
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.register import account_sheet
from tui.format import NO_DATA, short_time
from tui.glyphs import Glyphs
from tui.screens.base import TableScreen
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application


class AccountsScreen(TableScreen):
    """Every registered account; the pane shows its findings."""

    PLACE = Place.ACCOUNTS
    UNIT = "个账号"
    SEARCH = "名称、单位或拼音"
    BINDINGS = screen_bindings(Place.ACCOUNTS)

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def columns(self) -> Sequence[Column]:
        """Name, unit, last post, and the findings by severity."""
        return (
            Column("账号", 14, grow=1),
            Column("主办单位", 12, grow=4),
            Column("状态", 8, from_cells=100),
            Column("最近更新", 11),
            Column("微博", 6, right=True),
            Column("否决", 4, right=True),
            Column("扣分", 4, right=True),
            Column("提示", 4, right=True),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out an account."""
        row: AccountRow = item
        as_of = self.loaded.as_of if self.loaded else None
        posts = NO_DATA if row.covered_until is None else str(row.posts_observed)
        return (
            Cell(row.screen_name),
            Cell(row.unit),
            Cell(row.status, "dim"),
            Cell(short_time(row.last_post_at, as_of), "dim"),
            Cell(posts),
            self._findings(row.vetoes, "veto"),
            self._findings(row.deductions, "deduct"),
            self._findings(row.advices, "advice"),
        )

    def _findings(self, number: int, severity: str) -> Cell:
        mark = self.glyphs.severity(severity)
        return Cell(f"{mark.glyph} {number}", mark.tone) if number else Cell("0", "dim")

    def fetch(self, cursor: str | None) -> Any:
        """Read the register."""
        return partial(sources.accounts, self.services, self.search, found_only=self.found)

    def describe(self, item: Any) -> Any:
        """Read the account's findings."""
        return partial(_sheet, self.services, item, self.glyphs)

    def chips(self) -> list[Part]:
        """Whether only accounts with findings are listed."""
        return [("检查发现:", "$muted"), ("只看有发现的", "bold") if self.found else ("全部", "")]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or self.found

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.found = False

    def action_found_only(self) -> None:
        """List only accounts with findings, or all."""
        self.found = not self.found
        self.reload()


def _sheet(app: Application, row: AccountRow, glyphs: Glyphs) -> Sheet:
    return account_sheet(row, app.accounts.findings(account=row.uid), glyphs)
