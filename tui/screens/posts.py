"""微博: what went out, and what the content checks point at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from accounts.schemas import PostRow
from tui import sources
from tui.actions import Place, screen_bindings
from tui.details.register import post_sheet
from tui.format import count, short_time
from tui.glyphs import Glyphs
from tui.screens.by_account import ByAccountScreen
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.bootstrap import Application


class PostsScreen(ByAccountScreen):
    """Observed posts, the newest first; the pane shows the text with the places that were pointed at."""

    PLACE = Place.POSTS
    SEARCH = "正文包含的文字"
    BINDINGS = screen_bindings(Place.POSTS)

    def __init__(self) -> None:
        super().__init__()
        self.hits = False

    def columns(self) -> Sequence[Column]:
        """Time, account, counts, hits, text."""
        return (
            Column("时间", 11),
            Column("账号", 12, grow=1),
            Column("提示", 4, right=True),
            Column("转发", 6, right=True),
            Column("评论", 6, right=True),
            Column("赞", 6, right=True),
            Column("正文", 12, grow=5),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a post."""
        row: PostRow = item
        mark = self.glyphs.severity("advice")
        return (
            Cell(short_time(row.published_at, self.loaded.as_of if self.loaded else None), "dim"),
            Cell(row.screen_name),
            Cell(f"{mark.glyph} {row.hits}", mark.tone) if row.hits else Cell("0", "dim"),
            Cell(count(row.reposts_count)),
            Cell(count(row.comments_count)),
            Cell(count(row.likes_count)),
            Cell(row.text),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read a page of posts."""
        return partial(sources.posts, self.services, self.account, self.search, cursor, hits_only=self.hits)

    def describe(self, item: Any) -> Any:
        """Read the post's hits."""
        return partial(_sheet, self.services, item, self.glyphs)

    def chips(self) -> list[Part]:
        """Account, and whether only posts with hits are listed."""
        hits: list[Part] = [("  内容提示:", "$muted"), ("只看有提示的", "bold") if self.hits else ("全部", "")]
        return [*super().chips(), *hits]

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return super().filtered() or self.hits

    def drop_filters(self) -> None:
        """Set every filter back."""
        super().drop_filters()
        self.hits = False

    def action_hits_only(self) -> None:
        """List only posts with hits, or all."""
        self.hits = not self.hits
        self.reload()


def _sheet(app: Application, row: PostRow, glyphs: Glyphs) -> Sheet:
    return post_sheet(row, app.publishing.hits(platform_id=row.platform_id) if row.hits else [], glyphs)
