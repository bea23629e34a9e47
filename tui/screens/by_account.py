"""What tables have in common that can be narrowed to one account."""

from __future__ import annotations

from tui.screens.base import TableScreen
from tui.screens.picker import AccountPicker
from tui.widgets.bars import Part


class ByAccountScreen(TableScreen):
    """A table whose rows belong to accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.account: str | None = None
        self.account_name = ""

    def chips(self) -> list[Part]:
        """The account."""
        return [("账号:", "$muted"), (self.account_name, "bold") if self.account else ("全部", "")]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or self.account is not None

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.account, self.account_name = None, ""

    def action_choose_account(self) -> None:
        """Ask for an account and list its rows alone."""
        self.app.push_screen(AccountPicker(), self._narrow)

    def _narrow(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.account, self.account_name = chosen
            self.table.focus()
            self.reload()
