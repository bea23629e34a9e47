"""评论: what the public said, and how it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sentiment.schemas import CommentFilter, CommentRow
from sentiment.service import SENTIMENTS
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.hearing import comment_sheet
from tui.format import NO_DATA, short_time
from tui.glyphs import Glyphs
from tui.screens.by_account import ByAccountScreen
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application

ORDER: tuple[str | None, ...] = (None, *SENTIMENTS)
"""Through which the sentiment filter steps."""


class CommentsScreen(ByAccountScreen):
    """Public comments, the newest first; the pane shows text, scores, and the clock explained."""

    PLACE = Place.COMMENTS
    SEARCH = "内容包含的文字"
    BINDINGS = screen_bindings(Place.COMMENTS)

    def __init__(self) -> None:
        super().__init__()
        self.sentiment: str | None = None
        self.due = False
        self.overdue = False

    def columns(self) -> Sequence[Column]:
        """Time, sentiment, nature, clock, account, text."""
        return (
            Column("时间", 11),
            Column("情感", 6),
            Column("性质", 4),
            Column("时效", 12),
            Column("账号", 12, grow=1),
            Column("网民昵称", 12, grow=1, from_cells=100),
            Column("内容", 16, grow=6),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a comment."""
        row: CommentRow = item
        sound = self.glyphs.sentiment(row.sentiment, uncertain=row.uncertain)
        clock = self.glyphs.outcome(row.outcome)
        return (
            Cell(short_time(row.created_at, self.loaded.as_of if self.loaded else None), "dim"),
            Cell(sound.text, sound.tone),
            Cell(row.nature or NO_DATA),
            Cell(clock.text, clock.tone),
            Cell(row.screen_name),
            Cell(row.author_name, "dim"),
            Cell(row.text),
        )

    def wanted(self) -> CommentFilter:
        """Return the filter in force."""
        return CommentFilter(
            account=self.account,
            sentiment=self.sentiment,
            due=True if self.due else None,
            outcome="overdue" if self.overdue else None,
            search=self.search or None,
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read a page of comments; further pages are judged at the instant of the first."""
        as_of = self.loaded.as_of if cursor and self.loaded else None
        return partial(sources.comments, self.services, self.wanted(), as_of, cursor)

    def describe(self, item: Any) -> Any:
        """Read how the comment's clock ran."""
        as_of = self.loaded.as_of if self.loaded else None
        return partial(_sheet, self.services, item, as_of, self.glyphs)

    def chips(self) -> list[Part]:
        """Sentiment, due, overdue, account."""
        sentiment = (SENTIMENTS[self.sentiment], "bold") if self.sentiment else ("全部", "")
        return [
            ("情感:", "$muted"),
            sentiment,
            ("  应答复:", "$muted"),
            _box(self.due),
            ("  超期:", "$muted"),
            _box(self.overdue),
            ("  ", ""),
            *super().chips(),
        ]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or self.sentiment is not None or self.due or self.overdue

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.sentiment, self.due, self.overdue = None, False, False

    def action_next_sentiment(self) -> None:
        """Step through 全部, 负面, 中性, 正面, 存疑."""
        self.sentiment = ORDER[(ORDER.index(self.sentiment) + 1) % len(ORDER)]
        self.reload()

    def action_due_only(self) -> None:
        """List only comments that call for an answer, or all."""
        self.due = not self.due
        self.reload()

    def action_overdue_only(self) -> None:
        """List only comments whose deadline passed without an answer, or all."""
        self.overdue = not self.overdue
        self.reload()


def _box(chosen: bool) -> Part:
    return ("[x]", "bold") if chosen else ("[ ]", "")


def _sheet(app: Application, row: CommentRow, as_of: datetime | None, glyphs: Glyphs) -> Sheet:
    return comment_sheet(row, sources.clock(app, row.platform_id, as_of), glyphs)
