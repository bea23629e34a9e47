"""Sentences in a box: wrapped by our own rule, as high as they need to be, harmless."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tui.format import harmless
from weibo_ops.kernel.text import wrap_zh


class Words(Widget):
    """A text; empty it takes no room."""

    text: reactive[str] = reactive("", layout=True)

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(Words.text, text)

    def _lines(self, cells: int) -> list[str]:
        return wrap_zh(harmless(self.text), max(cells, 10)) if self.text else []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines the text takes at a width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the lines; no text in them is read as markup."""
        return Content("\n".join(self._lines(self.content_size.width)))
