"""What the drafting desk and the review desk have in common: the post under the cursor, shown and acted on as shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from publishing.schemas import DeskRow, OwedRow, PostDetail
from tui.acts import outside, posts
from tui.desks import DeskBatch, left_words, limit_words
from tui.details.outgoing import PostSheet, post_page
from tui.forms import Done, Plan
from tui.glyphs import Glyphs
from tui.screens.by_account import ByAccountScreen
from tui.screens.options import OptionPicker
from tui.screens.remark import RemarkScreen
from tui.sheet import Sheet
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell
from weibo_ops.bootstrap import Application

SHORT_CLASSES = {"领导活动": "领导"}
"""Classes that are too long for their column."""
NOT_READ = "正在读取稿件,稍候再办。"


class DeskScreen(ByAccountScreen):
    """A table of posts; an act rests on the post as the pane shows it, with its version and its code."""

    UNIT = "件"

    def describe(self, item: Any) -> Any:
        """Read everything about the post."""
        return partial(_page, self.services, item, self.glyphs)

    def shown(self) -> PostDetail | None:
        """Return the post that the pane shows, if it is the one under the cursor; say so if it is not there yet."""
        item, sheet = self.chosen(), self.detail.sheet
        if item is None:
            return None
        if isinstance(sheet, PostSheet) and sheet.post is not None and sheet.post.row.post_id == item.post_id:
            return sheet.post
        self.say(NOT_READ)
        return None

    def owed_part(self) -> list[Part]:
        """Return how many signatures are owed, in red until they are given."""
        loaded = self.loaded
        if not isinstance(loaded, DeskBatch) or not loaded.owed:
            return []
        late = f"(超期{loaded.late})" if loaded.late else ""
        return [(f"  {self.glyphs.sign('bad')} 待补签和待核对{loaded.owed}{late}", "bold $error")]

    def limit_cell(self, row: DeskRow) -> Cell:
        """Return what is left, step and limit; an overdue one in glyph, word and tone."""
        if row.due_at is None:
            return Cell(row.step, "dim")
        now = self.services.clock.now()
        words = f"{left_words(row.due_at, now)} {limit_words(row.step, row.due_at, now)}"
        if row.overdue:
            return Cell(f"{self.glyphs.sign('bad')} {words}", "bad")
        return Cell(words, "note" if row.mine else "dim")

    def opening_cell(self, row: DeskRow) -> Cell:
        """Return the beginning of the text, with what is urgent or owed before it."""
        before = f"{'[应急]' if row.urgent else ''}{'[待补]' if row.owed else ''}"
        return Cell(before + row.opening, "bad" if before else "")

    def hits_cell(self, row: DeskRow) -> Cell:
        """Return how many hits stop the post, and how many are advice."""
        bad, note = self.glyphs.sign("bad"), self.glyphs.sign("note")
        if row.blocking:
            return Cell(f"{bad}{row.blocking}" + (f" {note}{row.advice}" if row.advice else ""), "bad")
        return Cell(f"{note}{row.advice}", "note") if row.advice else Cell("0", "dim")

    # --- acts -----------------------------------------------------------------------------------------------

    def ask(self, make: Callable[[Application, PostDetail], Plan]) -> None:
        """Show the form of an act on the post as it is shown."""
        post = self.shown()
        if post is not None:
            self.fill_in(partial(make, self.services, post))

    def action_waive(self) -> None:
        """Let a hit through."""
        self.ask(posts.waive_plan)

    def action_proof(self) -> None:
        """Record a proof-reading."""
        self.ask(posts.proof_plan)

    def action_settle_remark(self) -> None:
        """Mark a remark as dealt with."""
        self.ask(posts.settle_plan)

    def action_print_sheet(self) -> None:
        """Write the 审签单 to a file."""
        self.ask(posts.sheet_plan)

    def action_remark(self) -> None:
        """Remark on a place of the text."""
        post = self.shown()
        if post is not None:
            self.app.push_screen(RemarkScreen(post), self._after_remark)

    def _after_remark(self, done: Done | None) -> None:
        self.after(done)

    def action_outside(self) -> None:
        """Choose what is to be entered of a sign-off outside the system."""
        post = self.shown()
        if post is not None:
            found = outside.options(post, self.services.actor)
            self.app.push_screen(OptionPicker("系统外签批和补签", found), partial(self._outside, post))

    def _outside(self, post: PostDetail, name: str | None) -> None:
        if name:
            self.fill_in(partial(outside.plan, name, self.services, post))


def _page(app: Application, item: DeskRow | OwedRow, glyphs: Glyphs) -> Sheet:
    owed = item if isinstance(item, OwedRow) else None
    return post_page(app.posts.show(item.post_id, app.actor), glyphs, app.clock.now(), owed)
