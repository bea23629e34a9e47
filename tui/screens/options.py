"""The choice among given options, found by typing Chinese, full pinyin or initials."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.format import in_place
from tui.forms import Option
from tui.sources import sounds_like
from tui.widgets.ledger import Cell, Column, Ledger

HINT = "输入名称或拼音;上下键移动,回车选定,Esc 返回"
COLUMNS = (Column("选项", 20, grow=2), Column("说明", 16, grow=3))


class OptionPicker(ModalScreen[str | None]):
    """Type to narrow, up and down to move, enter to take, escape to leave; what cannot be chosen says why.

    Args:
        title: of the box.
        options: in order.
        value: on which the cursor stands at first.
    """

    BINDINGS = [  # noqa: RUF012
        ("escape", "leave", "返回"),
        ("ctrl+g", "leave", "返回"),
        ("up", "move(-1)", "上一行"),
        ("down", "move(1)", "下一行"),
    ]

    def __init__(self, title: str, options: Sequence[Option], value: str = "") -> None:
        super().__init__()
        self._title = title
        self._all = tuple(options)
        self._shown = self._all
        self._value = value

    def compose(self) -> ComposeResult:
        """Build the box."""
        with Vertical(id="picker"):
            yield Static(in_place(self._title), id="picker-title", markup=False)
            yield Input(placeholder=HINT, compact=True, id="picker-find")
            yield Ledger(id="picker-table")

    def on_mount(self) -> None:
        """Show all of them."""
        self.query_one(Input).focus()
        self._show()

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """List what fits the words."""
        self._shown = tuple(option for option in self._all if sounds_like(event.value, option.label, option.note))
        self._show()

    def _show(self) -> None:
        rows = [
            (Cell(option.label, "dim" if option.off else ""), Cell(option.off or option.note, "dim"))
            for option in self._shown
        ]
        values = [option.value for option in self._shown]
        first = next((place for place, option in enumerate(self._shown) if not option.off), 0)
        at = values.index(self._value) if self._value in values else first
        columns = COLUMNS if any(option.off or option.note for option in self._all) else COLUMNS[:1]
        self.query_one(Ledger).show(columns, rows, "没有符合的选项。", at)

    def action_move(self, rows: int) -> None:
        """Move the cursor of the list while the field keeps the focus."""
        self.query_one(Ledger).action_cursor_by(rows)

    @on(Input.Submitted)
    @on(Ledger.Opened)
    def take(self) -> None:
        """Choose the option under the cursor, if it can be chosen."""
        if self._shown:
            option = self._shown[self.query_one(Ledger).cursor]
            if option.off:
                self.notify(option.off, markup=False, severity="warning")
            else:
                self.dismiss(option.value)

    def on_click(self, event: events.Click) -> None:
        """Leave when the ground beside the box is clicked."""
        if event.widget is self:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.dismiss(None)
