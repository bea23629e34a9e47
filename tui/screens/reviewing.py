"""审核: the review desk, what waits for a signature by its limit, and the signatures owed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from publishing.schemas import DeskRow, OwedRow
from tui import desks
from tui.actions import Place, screen_bindings
from tui.acts import posts
from tui.desks import View, left_words, limit_words
from tui.format import short_time
from tui.screens.desk import SHORT_CLASSES, DeskScreen
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row

NOTES = {
    View.QUEUE: "现在没有待您审签的稿件。按 s 查看全部在审的和待补签的。",
    View.ALL: "没有在审的稿件。",
    View.OWED: "没有待补的签字,也没有待核对的纸质签批。",
}
NOT_IN_REVIEW = "待补签的按 i 办理。"


class ReviewingScreen(DeskScreen):
    """What waits, the soonest limit first; the pane shows text, what changed, hits, chain and remarks."""

    PLACE = Place.REVIEWS
    BINDINGS = screen_bindings(Place.REVIEWS)

    def __init__(self) -> None:
        super().__init__()
        self.view = View.QUEUE

    def columns(self) -> Sequence[Column]:
        """Limit first, then account, class, opening, hits; of owed signatures who owes them."""
        if self.view is View.OWED:
            return (
                Column("待办", 10),
                Column("期限", 18),
                Column("签批人", 8),
                Column("环节", 6),
                Column("账号", 8, grow=1),
                Column("正文", 10, grow=4),
                Column("录入人", 8, from_cells=100),
            )
        return (
            Column("剩余、环节和时限", 24, grow=1),
            Column("账号", 8, grow=1),
            Column("类别", 4),
            Column("正文", 14, grow=5),
            Column("检查", 6),
            Column("编号", 4, right=True, from_cells=100),
            Column("改稿人", 8, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a post or an owed signature."""
        if isinstance(item, OwedRow):
            return self._owed_row(item)
        row: DeskRow = item
        return (
            self.limit_cell(row),
            Cell(row.account),
            Cell(SHORT_CLASSES.get(row.content_class, row.content_class)),
            self.opening_cell(row),
            self.hits_cell(row),
            Cell(str(row.post_id), "dim"),
            Cell(row.author, "dim"),
        )

    def _owed_row(self, row: OwedRow) -> Row:
        bad, now = self.glyphs.sign("bad"), self.services.clock.now()
        if row.owed_until:
            due = f"{left_words(row.owed_until, now)} {limit_words('', row.owed_until, now)}"
        else:
            due = f"录于 {short_time(row.at, now)}"
        return (
            Cell(f"{bad} {row.kind}", "bad"),
            Cell(f"{bad} {due}" if row.overdue else due, "bad" if row.overdue else "warn"),
            Cell(row.name),
            Cell(row.step),
            Cell(row.account),
            Cell(row.opening),
            Cell(row.recorded_by, "dim"),
        )

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return "个" if self.view is View.OWED else self.UNIT

    def fetch(self, cursor: str | None) -> Any:
        """Read what the view lists."""
        return partial(desks.reviews, self.services, self.view)

    def chips(self) -> list[Part]:
        """The view, how many are overdue, and the signatures owed."""
        parts: list[Part] = [("", "")]
        for view in View:
            chosen = view is self.view
            parts.append((f"{self.glyphs.sign('here') if chosen else ' '}{view} ", "bold" if chosen else "$muted"))
        parts.append((" s 切换", "$muted"))
        late = sum(isinstance(item, DeskRow) and item.overdue for item in self.items)
        if late:
            parts.append((f"  {self.glyphs.sign('bad')} 超时{late}", "bold $error"))
        return [*parts, *self.owed_part()]

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NOTES[self.view]

    # --- acts -----------------------------------------------------------------------------------------------

    def action_agree(self) -> None:
        """Sign the text that is shown."""
        if self.view is View.OWED:
            self.say(NOT_IN_REVIEW)
        else:
            self.ask(posts.agree_plan)

    def action_send_back(self) -> None:
        """Return the post that is shown."""
        if self.view is View.OWED:
            self.say(NOT_IN_REVIEW)
        else:
            self.ask(posts.return_plan)

    def action_post_by(self, rows: int) -> None:
        """Go to the next post or the one before, also while the pane is large or has the focus."""
        self.table.cursor += rows

    def action_other_view(self) -> None:
        """Look at what waits for oneself, at everything in review, at the signatures owed."""
        views = list(View)
        self.view = views[(views.index(self.view) + 1) % len(views)]
        self.table.focus()
        self.reload()
