"""The bars of one line: tables and instant at the top, filters, what happened, and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tui.actions import Action, Place, key_word, valid_actions
from tui.format import one_line
from weibo_ops.kernel.text import cell_width

WARNING = "本系统为非涉密系统,严禁处理涉密信息"
NAME = "政务微博"

Part = tuple[str, str]
"""A stretch of a bar: text and style."""


class Bar(Widget):
    """One line with something at the left and something at the right; the left is cut when both do not fit."""

    left: reactive[tuple[Part, ...]] = reactive[tuple[Part, ...]](())
    right: reactive[tuple[Part, ...]] = reactive[tuple[Part, ...]](())

    def render(self) -> Content:
        """Draw the line; no text in it is read as markup."""
        cells = self.size.width
        right = fitted(self.right, cells)
        used = sum(cell_width(text) for text, _ in right)
        left = fitted(self.left, max(0, cells - used - (2 if used else 0)))
        gap = cells - used - sum(cell_width(text) for text, _ in left)
        return Content.assemble(*left, " " * max(0, gap), *right)


def fitted(parts: Sequence[Part], cells: int) -> list[Part]:
    """Return the parts, harmless and cut to the width."""
    kept: list[Part] = []
    for text, style in parts:
        shown = one_line(text, cells)
        cells -= cell_width(shown)
        kept.append((shown, style))
    return kept


class TopBar(Bar):
    """The name of the program, the four tables, and the instant at which everything is judged."""

    def __init__(self, place: Place, here: str) -> None:
        super().__init__(id="top")
        self._place = place
        self._here = here

    def on_mount(self) -> None:
        """Draw the tabs once."""
        tabs: list[Part] = [(f" {NAME} ", "bold")]
        for number, place in enumerate(Place, 1):
            chosen = place is self._place
            tabs.append((f" {self._here if chosen else ' '}{number} {place.word} ", "bold reverse" if chosen else ""))
        self.left = tuple(tabs)

    async def on_click(self, event: events.Click) -> None:
        """Show the table whose name was clicked."""
        at = 0
        for place, (text, _) in zip((None, *Place), self.left, strict=True):
            if place is not None and at <= event.x < at + cell_width(text):
                await self.run_action(f"app.open_table('{place}')")
            at += cell_width(text)


class KeyBar(Widget):
    """The keys of what can be done here; control and function keys while someone types."""

    typing: reactive[bool] = reactive(False)

    def __init__(self, place: Place) -> None:
        super().__init__(id="keys")
        self._place = place

    def render(self) -> Content:
        """Draw as many actions as fit; those of the system always do."""
        found = [action for action in valid_actions(self._place) if action.short]
        system = [self._item(action) for action in found if action.group.name == "SYSTEM"]
        others = sorted(found, key=lambda action: action.group.name != "FILTERS")
        right = Content("  ").join(system)
        room = self.size.width - right.cell_length - 4
        left: list[Content] = []
        for action in others:
            item = self._item(action)
            if action.group.name != "SYSTEM" and item.cell_length <= room:
                left.append(item)
                room -= item.cell_length + 2
        line = Content("  ").join(left)
        gap = self.size.width - line.cell_length - right.cell_length - 2
        return Content.assemble(" ", line, " " * max(1, gap), right, " ")

    def _item(self, action: Action) -> Content:
        key = key_word(action.keys[-1] if self.typing else action.keys[0])
        click = Style.from_meta({"@click": action.run})
        return Content.assemble((key, "bold $note"), f" {action.short}").stylize(click)
