"""账号: the register with its findings, as a table or as a tree of units, and everything done with an account."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from tui import office
from tui.actions import Place, screen_bindings
from tui.acts import register as acts
from tui.details.account import file_sheet, status_mark, unit_sheet
from tui.format import NO_DATA, short_time
from tui.glyphs import Glyphs
from tui.office import BelongingLine, Branch, Entry, platform_word
from tui.screens.base import TableScreen
from tui.screens.options import OptionPicker
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application

LINES = tuple(BelongingLine)
INDENT = 2
MOST_INDENTED = 6
"""Levels that are indented; what lies deeper stands beside them."""


class AccountsScreen(TableScreen):
    """Every registered account on every platform; the pane shows its sheet."""

    PLACE = Place.ACCOUNTS
    SEARCH = "名称、单位或拼音"
    BINDINGS = screen_bindings(Place.ACCOUNTS)

    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self.as_tree = False
        """Whether units stand above their accounts."""
        self.line = BelongingLine.ADMINISTRATION
        self.folded: set[int] = set()

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return "行" if self.as_tree else "个账号"

    def columns(self) -> Sequence[Column]:
        """Name, unit, status, last post, and the findings by severity."""
        findings = (
            Column("否决", 4, right=True),
            Column("扣分", 4, right=True),
            Column("提示", 4, right=True),
        )
        if self.as_tree:
            return (
                Column("单位和账号", 26, grow=3),
                Column("层级或平台", 12),
                Column("状态", 10, grow=1),
                Column("账号", 4, right=True),
                *findings,
            )
        return (
            Column("账号", 14, grow=2),
            Column("主办单位", 12, grow=3),
            Column("平台", 10, from_cells=110),
            Column("状态", 10),
            Column("最近更新", 11),
            Column("微博", 6, right=True, from_cells=100),
            *findings,
        )

    def row_of(self, item: Any) -> Row:
        """Lay out an account or a unit."""
        if isinstance(item, Branch):
            return self._branch_cells(item)
        entry: Entry = item
        mark = status_mark(entry.sheet.status, self.glyphs)
        if self.as_tree:
            cells = [Cell(_indent(entry.depth) + entry.sheet.screen_name), Cell(platform_word(entry.sheet.platform))]
            return (*cells, Cell(mark.text, mark.tone), Cell(""), *self._findings_of(entry))
        row = entry.row
        as_of = self.loaded.as_of if self.loaded else None
        return (
            Cell(entry.sheet.screen_name),
            Cell(entry.sheet.unit),
            Cell(platform_word(entry.sheet.platform), "dim"),
            Cell(mark.text, mark.tone),
            Cell(short_time(row.last_post_at if row else None, as_of), "dim"),
            Cell(NO_DATA if row is None or row.covered_until is None else str(row.posts_observed)),
            *self._findings_of(entry),
        )

    def _branch_cells(self, branch: Branch) -> Row:
        sign = " " if branch.leaf else self.glyphs.sign("down" if branch.open else "closed")
        name = branch.unit.short_name or branch.unit.name
        tone = "" if branch.unit.active else "dim"
        return (
            Cell(f"{_indent(branch.depth)}{sign} {name}", tone),
            Cell(branch.unit.level or NO_DATA, "dim"),
            Cell("" if branch.unit.active else f"{self.glyphs.sign('none')} 已撤销", "dim"),
            Cell(str(branch.accounts)),
            self._findings(branch.vetoes, "veto"),
            self._findings(branch.deductions, "deduct"),
            self._findings(branch.advices, "advice"),
        )

    def _findings_of(self, entry: Entry) -> tuple[Cell, Cell, Cell]:
        row = entry.row
        if row is None:
            return Cell("-", "dim"), Cell("-", "dim"), Cell("-", "dim")
        return (
            self._findings(row.vetoes, "veto"),
            self._findings(row.deductions, "deduct"),
            self._findings(row.advices, "advice"),
        )

    def _findings(self, number: int, severity: str) -> Cell:
        mark = self.glyphs.severity(severity)
        return Cell(f"{mark.glyph} {number}", mark.tone) if number else Cell("0", "dim")

    def fetch(self, cursor: str | None) -> Any:
        """Read the register."""
        if self.as_tree:
            folded = frozenset(self.folded)
            return partial(office.tree, self.services, self.search, self.line, folded, found_only=self.found)
        return partial(office.table, self.services, self.search, found_only=self.found)

    def describe(self, item: Any) -> Any:
        """Read everything on the account or unit."""
        return partial(_sheet, self.services, item, self.glyphs)

    def chips(self) -> list[Part]:
        """Table or tree, and whether only accounts with findings are listed."""
        view: list[Part] = [("单位树:", "$muted"), (self.line.value, "bold")] if self.as_tree else [("账号表", "")]
        return [*view, ("  检查发现:", "$muted"), ("只看有发现的", "bold") if self.found else ("全部", "")]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or self.found

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.found = False

    # --- actions --------------------------------------------------------------------------------------------

    def action_found_only(self) -> None:
        """List only accounts with findings, or all."""
        self.found = not self.found
        self.reload()

    def action_other_view(self) -> None:
        """Show the tree instead of the table, or the table again."""
        self.as_tree = not self.as_tree
        self.table.focus()
        self.reload()

    def action_next_line(self) -> None:
        """Draw the tree by the next line of belonging."""
        if self.as_tree:
            self.line = LINES[(LINES.index(self.line) + 1) % len(LINES)]
        self.as_tree = True
        self.reload()

    def action_open_row(self) -> None:
        """Fold or unfold a unit; go into the sheet of an account."""
        item = self.chosen()
        if isinstance(item, Branch) and self.focused is self.table:
            self.folded ^= {item.unit.unit_id}
            self.reload(self.table.cursor)
        else:
            super().action_open_row()

    def action_act(self) -> None:
        """Offer what can be done with the account or unit."""
        item, actor = self.chosen(), self.services.actor
        if isinstance(item, Branch):
            self.app.push_screen(OptionPicker(item.unit.name, acts.branch_options(actor)), partial(self._act, item))
        elif isinstance(item, Entry):
            title, options = item.sheet.screen_name, acts.account_options(item.sheet, actor)
            self.app.push_screen(OptionPicker(title, options), partial(self._act, item))

    def action_new(self) -> None:
        """Offer what can be added."""
        options = acts.new_options(self.services.actor)
        self.app.push_screen(OptionPicker("新增", options), partial(self._act, self.chosen()))

    def action_check(self) -> None:
        """Ask before all accounts are checked."""
        self.fill_in(partial(acts.check, self.services))

    def _act(self, item: Any, name: str | None) -> None:
        if name is not None:
            self.fill_in(partial(acts.plan, name, self.services, item))


def _indent(depth: int) -> str:
    return " " * INDENT * min(depth, MOST_INDENTED)


def _sheet(app: Application, item: Entry | Branch, glyphs: Glyphs) -> Sheet:
    if isinstance(item, Branch):
        return unit_sheet(office.unit_file(app, item), glyphs)
    return file_sheet(office.account_file(app, item), glyphs)
