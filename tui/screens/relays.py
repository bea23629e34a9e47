"""联动: relay tasks, who must post what by when, and how far each account is — never how it was liked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from publishing.schemas.relays import RelayRow
from tui.actions import Place, screen_bindings
from tui.acts import relays as acts
from tui.desks import left_words
from tui.details.pauses import relay_sheet
from tui.glyphs import Glyphs
from tui.screens.base import TableScreen
from tui.sheet import Sheet
from tui.sources import Batch
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import format_beijing

NONE_OPEN = "没有进行中的必转、联动任务。按 n 下达;按 s 查看全部任务。"


class RelaysScreen(TableScreen):
    """Relay tasks, the soonest due first."""

    PLACE = Place.RELAYS
    UNIT = "件"
    BINDINGS = screen_bindings(Place.RELAYS)

    def __init__(self) -> None:
        super().__init__()
        self.everything = False

    def columns(self) -> Sequence[Column]:
        """Kind, name, who gave it, limit, progress."""
        return (
            Column("类型", 4),
            Column("名称", 16, grow=3),
            Column("时限", 11),
            Column("剩余", 8),
            Column("已回执", 7, right=True),
            Column("超时、迟报", 10),
            Column("下达单位", 14, grow=2, from_cells=100),
            Column("编号", 4, right=True, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a task."""
        row: RelayRow = item
        all_done = row.done + row.excused == row.total
        words = [f"超时{row.overdue}"] if row.overdue else []
        words += [f"迟报{row.late}"] if row.late else []
        mark = f"{self.glyphs.sign('bad')} " if row.overdue else ""
        left = "已结束" if not row.open else "已办完" if all_done else left_words(row.due_at, self.services.clock.now())
        return (
            Cell(row.kind, "note"),
            Cell(row.title),
            Cell(format_beijing(row.due_at)[5:]),
            Cell(left, "bad" if row.overdue and row.open else "dim" if not row.open or all_done else ""),
            Cell(row.progress, "good" if all_done else ""),
            Cell(f"{mark}{' '.join(words)}" or "-", "bad" if row.overdue else "warn" if row.late else "dim"),
            Cell(row.unit, "dim"),
            Cell(str(row.task_id), "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the tasks."""
        return partial(_read, self.services, open_only=not self.everything)

    def describe(self, item: Any) -> Any:
        """Say who asked for what, and how far each account is."""
        return partial(_sheet, self.services, item, self.glyphs)

    def chips(self) -> list[Part]:
        """Which tasks are shown."""
        return [("列表:", "$muted"), ("全部任务" if self.everything else "进行中", "bold")]

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NONE_OPEN

    # --- acts -----------------------------------------------------------------------------------------------

    def action_other_view(self) -> None:
        """Look at the open tasks only, or at all."""
        self.everything = not self.everything
        self.reload()

    def action_issue(self) -> None:
        """Give a task."""
        self.fill_in(partial(acts.issue_plan, self.services))

    def action_join(self) -> None:
        """Draft for an account."""
        self._ask("join")

    def action_receipt(self) -> None:
        """Enter a receipt."""
        self._ask("receipt")

    def action_bind_post(self) -> None:
        """Name a post that is there already."""
        self._ask("bind")

    def action_excuse(self) -> None:
        """Confirm that an account need not do its part."""
        self._ask("excuse")

    def action_close_task(self) -> None:
        """Close the task under the cursor."""
        self._ask("close")

    def _ask(self, name: str) -> None:
        row = self.chosen()
        if row is not None:
            self.fill_in(partial(acts.PLANS[name], self.services, row.task_id))


def _read(app: Application, *, open_only: bool) -> Batch:
    return Batch(tuple(app.relays.rows(open_only=open_only)), None, app.accounts.watermark())


def _sheet(app: Application, row: RelayRow, glyphs: Glyphs) -> Sheet:
    return relay_sheet(app.relays.progress(row.task_id, app.actor), glyphs)
