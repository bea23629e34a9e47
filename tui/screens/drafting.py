"""拟稿: the drafting desk, the posts one works on, from 草稿 to 已签发."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from publishing.enums import PostState
from publishing.schemas import DeskRow
from publishing.transitions import EDIT
from tui import desks
from tui.actions import Place, screen_bindings
from tui.acts import posts
from tui.forms import Done
from tui.screens.desk import SHORT_CLASSES, DeskScreen
from tui.screens.post_editor import PostEditor
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application

NONE_OWN = "没有本人经手的稿件。按 n 新建;按 h 查看全部稿件。"
NONE_YET = "还没有稿件。按 n 新建。"


class DraftingScreen(DeskScreen):
    """Posts, the last changed first; the pane shows the whole of one."""

    PLACE = Place.DRAFTS
    SEARCH = "正文包含的文字"
    BINDINGS = screen_bindings(Place.DRAFTS)

    def __init__(self) -> None:
        super().__init__()
        self.state = ""
        self.mine = True

    def columns(self) -> Sequence[Column]:
        """State, account, class, opening, step and limit, hits."""
        return (
            Column("状态", 10),
            Column("账号", 8, grow=1),
            Column("类别", 4),
            Column("正文", 14, grow=4),
            Column("剩余、环节和时限", 16, grow=1),
            Column("检查", 6),
            Column("编号", 4, right=True, from_cells=100),
            Column("改稿人", 8, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a post."""
        row: DeskRow = item
        mark = self.glyphs.post(row.state, void=row.void, owed=row.owed)
        return (
            Cell(mark.text, mark.tone),
            Cell(row.account),
            Cell(SHORT_CLASSES.get(row.content_class, row.content_class)),
            self.opening_cell(row),
            self.limit_cell(row),
            self.hits_cell(row),
            Cell(str(row.post_id), "dim"),
            Cell(row.author, "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the posts."""
        return partial(desks.drafts, self.services, self.search, self.account, self.state, mine=self.mine)

    def chips(self) -> list[Part]:
        """Account, state, whose posts; and the signatures owed."""
        mine: Part = ("[x]", "bold") if self.mine else ("[ ]", "")
        return [
            *super().chips(),
            ("  状态:", "$muted"),
            (self.state or "全部", "bold" if self.state else ""),
            ("  本人:", "$muted"),
            mine,
            *self.owed_part(),
        ]

    def note(self) -> str:
        """Return what stands in a table without rows."""
        if self.filtered():
            return super().note()
        return NONE_OWN if self.mine else NONE_YET

    def filtered(self) -> bool:
        """Say whether any filter is in force; one's own posts are what the desk is for."""
        return super().filtered() or bool(self.state)

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.state = ""
        self.mine = True

    def took(self, kind: str, value: Any) -> None:
        """Open the editor, tell what a check found, or do as every table."""
        if kind == "edit":
            self.app.push_screen(PostEditor(value), self._edited)
        elif kind == "check":
            self.after(value)
        else:
            super().took(kind, value)

    def refused(self, kind: str, sentence: str) -> None:
        """Say why an act was refused; what is shown stays."""
        if kind in ("edit", "check"):
            self.tell(sentence, "$error")
        else:
            super().refused(kind, sentence)

    def _edited(self, done: Done | None) -> None:
        if done is not None:
            if self.state not in ("", done.result.row.state):
                self.state = ""
            self.table.cursor = 0
            row = done.result.row
            found = f"须处理{row.blocking}处," if row.blocking else ""
            self.after(Done(done.result, f"已保存:稿件{row.post_id}第{row.revision}稿。{found}按 b 送审。"))

    # --- acts -----------------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Write a new post."""
        self.read("edit", partial(desks.writing, self.services))

    def action_edit(self) -> None:
        """Edit the post under the cursor."""
        row = self.chosen()
        if row is None:
            return
        if PostState(row.state) not in EDIT.sources:
            self.say(f"稿件{row.post_id}的状态是“{row.state}”,不能修改。", "$error")
        else:
            self.read("edit", partial(desks.writing, self.services, row.post_id))

    def action_submit_post(self) -> None:
        """Send the post under the cursor in for review."""
        self.ask(posts.submit_plan)

    def action_withdraw(self) -> None:
        """Withdraw the post under the cursor."""
        self.ask(posts.withdraw_plan)

    def action_check_post(self) -> None:
        """Check the post under the cursor by the standards in force."""
        row = self.chosen()
        if row is not None:
            self.say("正在检查…")
            self.read("check", partial(_check, self.services, row.post_id))

    def action_next_state(self) -> None:
        """Look at the next state, after the last at all."""
        states = ["", *(state.value for state in PostState)]
        self.state = states[(states.index(self.state) + 1) % len(states)]
        self.reload()

    def action_mine_only(self) -> None:
        """Look only at one's own posts, or at all."""
        self.mine = not self.mine
        self.reload()


def _check(app: Application, post_id: int) -> Done:
    found = app.posts.check(app.present_actor(), post_id)
    return Done(found, posts.checked(found))
