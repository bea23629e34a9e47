"""暂停: pauses of publication with what each holds, and the queue in which each held post is decided for itself."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Any

from publishing.schemas.pauses import DecisionRow, PauseRow
from tui import desks
from tui.actions import Place, screen_bindings
from tui.acts import pauses as acts
from tui.acts import posts
from tui.details.pauses import decision_sheet, pause_mark, pause_sheet
from tui.forms import Done
from tui.glyphs import Glyphs
from tui.screens.base import TableScreen
from tui.screens.desk import SHORT_CLASSES
from tui.screens.post_editor import PostEditor
from tui.sheet import Sheet
from tui.sources import Batch
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import format_beijing


class View(StrEnum):
    """What the table lists."""

    PAUSES = "暂停发布"
    QUEUE = "待处置的稿件"


NONE_YET = "没有暂停发布。按 n 开始一次;开始前先列出将暂停哪些稿件。"
NOTHING_HELD = "没有待处置的稿件。按 s 查看暂停发布。"
OTHER_VIEW = "按 s 切换到“{view}”后办理。"


class PausesScreen(TableScreen):
    """Pauses, or the held posts of the own unit and of those below it."""

    PLACE = Place.PAUSES
    BINDINGS = screen_bindings(Place.PAUSES)

    def __init__(self) -> None:
        super().__init__()
        self.view = View.PAUSES

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return "个" if self.view is View.PAUSES else "条"

    def columns(self) -> Sequence[Column]:
        """Of a pause its state, name, scope and time; of a held post its time, account, text and what is to be done."""
        if self.view is View.PAUSES:
            return (
                Column("状态", 8),
                Column("名称", 12, grow=2),
                Column("范围", 14, grow=3),
                Column("起", 11),
                Column("至", 11),
                Column("待处置", 6, right=True),
                Column("放行人", 8, from_cells=100),
            )
        return (
            Column("原定时间", 11),
            Column("账号", 8, grow=1),
            Column("类别", 4),
            Column("正文", 12, grow=3),
            Column("下一步", 26, grow=1),
            Column("仍在暂停", 12, grow=1, from_cells=100),
            Column("编号", 4, right=True, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a pause or a held post."""
        if isinstance(item, PauseRow):
            mark = pause_mark(item.state, self.glyphs)
            return (
                Cell(mark.text, mark.tone),
                Cell(item.title),
                Cell(item.scope),
                Cell(_short(item.from_at)),
                Cell(_short(item.until_at) or "另行通知", "" if item.until_at else "dim"),
                Cell(str(item.waiting), "warn" if item.waiting else "dim"),
                Cell(item.clearer, "dim"),
            )
        row: DecisionRow = item
        sign = self.glyphs.sign("note" if row.mine or not row.covering else "bad")
        return (
            Cell(_short(row.at), "bad" if row.late else ""),
            Cell(row.account),
            Cell(SHORT_CLASSES.get(row.content_class, row.content_class)),
            Cell(row.opening),
            Cell(f"{sign} {row.next_step}", "note" if row.mine or not row.covering else "dim"),
            Cell(row.covering or "否", "bad" if row.covering else "good"),
            Cell(str(row.post_id), "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the pauses or the queue."""
        return partial(_read, self.services, self.view)

    def describe(self, item: Any) -> Any:
        """Say everything about the pause, or what holds the post."""
        return partial(_sheet, self.services, item, self.glyphs)

    def chips(self) -> list[Part]:
        """Which of the two is shown, and how many posts wait."""
        waiting = sum(item.waiting for item in self.items if isinstance(item, PauseRow))
        parts: list[Part] = [("列表:", "$muted"), (self.view.value, "bold")]
        if waiting:
            parts.append((f"  {self.glyphs.sign('bad')} 待处置{waiting}条,按 s 逐条处置", "bold $error"))
        return parts

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NONE_YET if self.view is View.PAUSES else NOTHING_HELD

    def took(self, kind: str, value: Any) -> None:
        """Open the editor, or do as every table."""
        if kind == "edit":
            self.app.push_screen(PostEditor(value), self._edited)
        else:
            super().took(kind, value)

    def refused(self, kind: str, sentence: str) -> None:
        """Say why an act was refused; what is shown stays."""
        if kind == "edit":
            self.tell(sentence, "$error")
        else:
            super().refused(kind, sentence)

    def _edited(self, done: Done | None) -> None:
        if done is not None:
            self.after(Done(done.result, f"已保存为新的一稿:稿件{done.result.row.post_id},须重新送审。"))

    # --- acts -----------------------------------------------------------------------------------------------

    def action_other_view(self) -> None:
        """Look at the other list."""
        self.view = View.QUEUE if self.view is View.PAUSES else View.PAUSES
        self.items = []
        self.reload()

    def action_start_pause(self) -> None:
        """Start a pause; what it would hold is shown first."""
        self.fill_in(partial(acts.start_plan, self.services))

    def action_end_pause(self) -> None:
        """End the pause under the cursor."""
        row = self.chosen()
        if isinstance(row, PauseRow):
            self.fill_in(partial(acts.end_plan, self.services, row))
        elif row is not None:
            self.say(OTHER_VIEW.format(view=View.PAUSES), "$error")

    def action_clear_held(self) -> None:
        """Clear the post under the cursor."""
        if (row := self._post()) is not None:
            self.fill_in(partial(acts.clear_plan, self.services, row))

    def action_schedule_held(self) -> None:
        """Give the post under the cursor a time again."""
        if (row := self._post()) is not None:
            self.fill_in(partial(acts.schedule_plan, self.services, row))

    def action_edit_held(self) -> None:
        """Edit the post under the cursor."""
        if (row := self._post()) is not None:
            self.read("edit", partial(desks.writing, self.services, row.post_id))

    def action_withdraw_held(self) -> None:
        """Withdraw the post under the cursor."""
        if (row := self._post()) is not None:
            self.fill_in(partial(_withdraw, self.services, row.post_id))

    def _post(self) -> DecisionRow | None:
        row = self.chosen()
        if isinstance(row, PauseRow):
            self.say(OTHER_VIEW.format(view=View.QUEUE), "$error")
            return None
        return row if isinstance(row, DecisionRow) else None


def _short(at: Any) -> str:
    return format_beijing(at)[5:]


def _read(app: Application, view: View) -> Batch:
    rows: Sequence[Any] = app.pauses.rows() if view is View.PAUSES else app.pauses.queue(app.actor)
    return Batch(tuple(rows), None, app.accounts.watermark())


def _sheet(app: Application, item: PauseRow | DecisionRow, glyphs: Glyphs) -> Sheet:
    if isinstance(item, PauseRow):
        return pause_sheet(app.pauses.show(item.pause_id), glyphs)
    return decision_sheet(item, app.posts.show(item.post_id, app.actor), glyphs)


def _withdraw(app: Application, post_id: int) -> Any:
    return posts.withdraw_plan(app, app.posts.show(post_id, app.actor))
