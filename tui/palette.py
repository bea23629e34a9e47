"""The command palette over the registry: found by Chinese, full pinyin, initials, alias or key."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.events import Mount
from textual.types import IgnoreReturnCallbackType

from tui.actions import ACTIONS, Action, Place, valid_actions
from tui.sources import spellings
from weibo_ops.kernel.text import normalise_name

if TYPE_CHECKING:
    from tui.app import WeiboOpsApp

NO_MATCH = "没有匹配的命令"


def score(query: str, action: Action) -> float:
    """Return how well an action fits a query, from 0 (not at all) to 1: whole, beginning, part, letters in order."""
    wanted = normalise_name(query).replace(" ", "")
    if not wanted:
        return 0.0
    best = 0.0
    for name in (action.title, *action.aliases, *action.keys):
        weight = 1.0 if name == action.title else 0.9
        for form in spellings(name):
            best = max(best, weight * _fit(wanted, form))
    return best


def _fit(wanted: str, form: str) -> float:
    if wanted == form:
        return 1.0
    if form.startswith(wanted):
        return 0.9
    if wanted in form:
        return 0.7
    letters = iter(form)
    return 0.3 if len(wanted) > 2 and all(letter in letters for letter in wanted) else 0.0


def warm_up() -> None:
    """Spell every action once, so that the first search does not wait for the pinyin tables (most of a second)."""
    for action in ACTIONS:
        score("warm", action)


class ActionProvider(Provider):
    """Gives the actions that are valid on the table beneath the palette and that the person may use."""

    async def startup(self) -> None:
        """Have the pinyin ready."""
        await asyncio.to_thread(warm_up)

    async def search(self, query: str) -> Hits:
        """Give the actions that fit, or one line that says that none does."""
        found = [(fit, action) for action in self._valid() if (fit := score(query, action))]
        for fit, action in found:
            yield Hit(fit, Text(action.title), self._run(action), action.title, help=_help(action))
        if not found:
            yield Hit(0.0, Text(NO_MATCH), _nothing, NO_MATCH)

    async def discover(self) -> Hits:
        """Give every valid action."""
        for action in self._valid():
            yield DiscoveryHit(Text(action.title), self._run(action), action.title, help=_help(action))

    def _valid(self) -> list[Action]:
        app = cast("WeiboOpsApp", self.app)
        valid = (action for action in valid_actions(app.place) if action.offered_to(app.services.actor))
        return [action for action in valid if action.id != "palette"]

    def _run(self, action: Action) -> IgnoreReturnCallbackType:
        return partial(self.app.run_action, action.command)


def _help(action: Action) -> str:
    return f"{action.group.value}  {action.key_words}"


def _nothing() -> None:
    """Do nothing: the line that says that nothing fits was chosen."""


class Palette(CommandPalette):
    """Textual's palette with Chinese words and without symbols of unsteady width."""

    def __init__(self) -> None:
        super().__init__([ActionProvider], placeholder="输入命令:中文、拼音或首字母", id="--command-palette")

    def on_mount(self, _event: Mount) -> None:
        """Put a plain sign before the field."""
        self.query_one(SearchIcon).icon = ">"


__all__ = ["ActionProvider", "Palette", "Place", "score", "warm_up"]
