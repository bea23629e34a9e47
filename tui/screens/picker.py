"""The choice of an account, by name, unit, full pinyin or initials."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from accounts.schemas import AccountRow
from tui import sources
from tui.reading import ReadingScreen
from tui.widgets.ledger import Cell, Column, Ledger

COLUMNS = (Column("账号", 14, grow=1), Column("主办单位", 20, grow=1))
Choice = tuple[str, str]
"""Uid and screen name."""


class AccountPicker(ModalScreen["Choice | None"], ReadingScreen):
    """Type to narrow, up and down to choose, enter to take, escape to leave."""

    BINDINGS = [  # noqa: RUF012 (the base class declares it so)
        ("escape", "leave", "返回"),
        ("ctrl+g", "leave", "返回"),
        ("up", "move(-1)", "上一行"),
        ("down", "move(1)", "下一行"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[AccountRow] = []

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(id="picker"):
            yield Static("选择账号", id="picker-title", markup=False)
            yield Input(placeholder="名称、单位或拼音;回车选定,Esc 返回", compact=True, id="picker-find")
            yield Ledger(id="picker-table")

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(Input).focus()
        self._read("")

    def _read(self, words: str) -> None:
        self.read("rows", partial(sources.accounts, self.services, words, found_only=False))

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """List what fits the words."""
        self._read(event.value)

    def took(self, kind: str, value: Any) -> None:
        """Show the accounts that fit."""
        self._rows = list(cast("sources.Batch", value).items)
        cells = [(Cell(row.screen_name), Cell(row.unit)) for row in self._rows]
        self.query_one(Ledger).show(COLUMNS, cells, "没有符合的账号。")

    def refused(self, kind: str, sentence: str) -> None:
        """Say why there is nothing to choose."""
        self._rows = []
        self.query_one(Ledger).show(COLUMNS, (), sentence)

    def action_move(self, rows: int) -> None:
        """Move the cursor of the list while the field keeps the focus."""
        self.query_one(Ledger).action_cursor_by(rows)

    @on(Input.Submitted)
    @on(Ledger.Opened)
    def take(self) -> None:
        """Choose the account under the cursor."""
        if self._rows:
            row = self._rows[self.query_one(Ledger).cursor]
            self.dismiss((row.uid, row.screen_name))

    def on_click(self, event: events.Click) -> None:
        """Leave when the ground beside the box is clicked."""
        if event.widget is self:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
