"""The text of a post: wrapped, with the places that the checks point at underlined."""

from __future__ import annotations

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text

from publishing.schemas import HitView
from tui.drafts import location, offset_of, placed
from tui.widgets.fields import HarmlessArea


class PostText(HarmlessArea):
    """A text with marked places.

    A place that stops the post is bold and underlined, any other is underlined; the list beside names both.
    """

    def __init__(self, text: str, *, read_only: bool = False, id: str | None = None) -> None:
        super().__init__(
            text,
            soft_wrap=True,
            tab_behavior="focus",
            compact=True,
            read_only=read_only,
            id=id,
            highlight_cursor_line=False,
        )
        self._places: dict[int, list[tuple[int, int, Style]]] = {}

    def mark(self, hits: Iterable[HitView], colours: dict[str, str]) -> None:
        """Underline the places of hits; ``colours`` are those of severities."""
        self._places = {}
        text = self.text
        lines = text.split("\n")
        for hit in hits:
            if not placed(hit, text):
                continue
            style = Style(color=colours[hit.severity], underline=True, bold=hit.blocks)
            line, column = location(text, hit.start)
            left = hit.end - hit.start
            while left > 0 and line < len(lines):
                here = min(left, len(lines[line]) - column)
                self._places.setdefault(line, []).append((column, column + here, style))
                left -= here + 1
                line, column = line + 1, 0
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is drawn."""
        line = super().get_line(line_index)
        for start, end, style in self._places.get(line_index, ()):
            line.stylize(style, start, end)
        return line

    @property
    def place(self) -> int:
        """Before which character the cursor stands."""
        return offset_of(self.text, *self.cursor_location)

    def go(self, offset: int) -> None:
        """Put the cursor before a character and show it."""
        self.move_cursor(location(self.text, offset), center=True)

    @property
    def chosen(self) -> tuple[int, int]:
        """The selected characters ``[start, end)``; equal where none are."""
        first, last = sorted(self.selection)
        return offset_of(self.text, *first), offset_of(self.text, *last)

    def put(self, words: str, start: int, end: int) -> None:
        """Put words in the place of characters, as one step that can be undone."""
        text = self.text
        self.replace(words, location(text, start), location(text, end), maintain_selection_offset=False)
