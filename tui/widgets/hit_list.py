"""The list of what checks and reviewers say of a text that is being written."""

from __future__ import annotations

from collections.abc import Sequence

from publishing.schemas import HitView
from tui.drafts import is_remark
from tui.glyphs import Glyphs
from tui.widgets.ledger import Cell, Column, Ledger, Row

COLUMNS = (
    Column("序", 3, right=True),
    Column("性质", 10),
    Column("提示", 16, grow=3),
    Column("建议", 16, grow=1, from_cells=70),
)
AFTER = "改后按 f 标明已处理"


class HitList(Ledger):
    """Hits and remarks, one a row."""

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(here=glyphs.sign("here"), id=id)
        self._glyphs = glyphs
        self.hits: tuple[HitView, ...] = ()

    def list(self, hits: Sequence[HitView], note: str) -> None:
        """Show hits in the place of the old ones; ``note`` stands there when there are none."""
        self.hits = tuple(hits)
        self.show(COLUMNS, [self._row(hit) for hit in hits], note, self.cursor)

    def _row(self, hit: HitView) -> Row:
        words = Cell(f"{hit.title}:{hit.message}")
        if is_remark(hit):
            return (Cell(""), Cell(f"{self._glyphs.sign('warn')} 批注", "warn"), words, Cell(AFTER, "dim"))
        mark = self._glyphs.severity(hit.severity)
        handled = f"{self._glyphs.sign('good')} 已放行:{hit.waiver_reason}" if hit.waived_by else hit.suggestion
        return (Cell(str(hit.number), "dim"), Cell(mark.text, mark.tone), words, Cell(handled, "dim"))

    @property
    def listed(self) -> HitView | None:
        """The hit under the cursor."""
        return self.hits[self.cursor] if self.cursor < len(self.hits) else None

    def point_at(self, hit: HitView) -> None:
        """Put the cursor on a hit."""
        self.cursor = self.hits.index(hit)
