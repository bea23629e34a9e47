"""The bars of one line: tables and person at the top, filters, what happened, and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from tui.actions import ACTIONS, Action, Group, Place, key_word, valid_actions
from tui.format import one_line
from weibo_ops.kernel.text import cell_width

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp

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


MIN_WHO = 4
TEN = 10
"""Tables that always have their tab; a further one has it while it is shown, the palette and its key open it."""
NARROW = 124
"""Cells from which the tabs are set wide, with the name of the program before them."""


_KEYS = {place: next(action.keys[0] for action in ACTIONS if action.id == place) for place in Place}


class TopBar(Bar):
    """The tables, and who is signed in; the name of the program too where there is room.

    Args:
        place: the table that is shown.
        here: the glyph before it.
        who: spellings of who is signed in, the fullest first; the first that fits is shown, else the last is cut.
    """

    def __init__(self, place: Place, here: str, who: Sequence[str]) -> None:
        super().__init__(id="top")
        self._place = place
        self._here = here
        self._who = who
        self._tabs: list[tuple[int, int, Place]] = []

    def on_resize(self, event: events.Resize) -> None:
        """Set the tabs to the width."""
        wide = event.size.width >= NARROW
        parts: list[Part] = [(f" {NAME} ", "bold")] if wide else []
        at = sum(cell_width(text) for text, _ in parts)
        self._tabs = []
        for place in [each for number, each in enumerate(Place) if number < TEN or each is self._place]:
            chosen = place is self._place
            mark = self._here if chosen else " "
            key = _KEYS[place]
            text = f" {mark}{key} {place.word} " if wide else f"{mark}{key}{place.word}"
            parts.append((text, "bold reverse" if chosen else ""))
            self._tabs.append((at, at + cell_width(text), place))
            at += cell_width(text)
        self.left = tuple(parts)
        room = event.size.width - at - 2
        shown = next((words for words in self._who if cell_width(words) < room), self._who[-1])
        self.right = ((one_line(f"{shown} ", room), ""),) if room > MIN_WHO else ()

    async def on_click(self, event: events.Click) -> None:
        """Show the table whose name was clicked."""
        for start, end, place in self._tabs:
            if start <= event.x < end:
                await self.run_action(f"app.open_table('{place}')")


_ORDER = {Group.ACTS: 0, Group.FILTERS: 1}
"""Which groups come first in the key bar."""


def key_item(key: str, action: Action, word: str = "") -> Content:
    """Return a key with what it does (in another word if given), to be clicked."""
    click = Style.from_meta({"@click": action.command})
    return Content.assemble((key, "bold $note"), f" {word or action.short}").stylize(click)


class KeyBar(Widget):
    """The keys of what can be done here; control and function keys while someone types."""

    typing: reactive[bool] = reactive(False)

    def __init__(self, place: Place) -> None:
        super().__init__(id="keys")
        self._place = place

    def render(self) -> Content:
        """Draw as many actions as fit; those of the system always do."""
        actor = cast("WeiboOpsApp", self.app).services.actor
        found = [action for action in valid_actions(self._place) if action.short and action.offered_to(actor)]
        system = [self._item(action) for action in found if action.group is Group.SYSTEM]
        others = sorted(found, key=lambda action: _ORDER.get(action.group, len(_ORDER)))
        right = Content("  ").join(system)
        room = self.size.width - right.cell_length - 4
        left: list[Content] = []
        for action in others:
            item = self._item(action)
            if action.group is not Group.SYSTEM and item.cell_length <= room:
                left.append(item)
                room -= item.cell_length + 2
        line = Content("  ").join(left)
        gap = self.size.width - line.cell_length - right.cell_length - 2
        return Content.assemble(" ", line, " " * max(1, gap), right, " ")

    def _item(self, action: Action) -> Content:
        key = key_word(action.keys[-1] if self.typing else action.keys[0])
        return key_item(key, action)
