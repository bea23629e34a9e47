"""Drives the screens in tests: keys in, text out, every reading waited for."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tui.app import WeiboOpsApp
from tui.screens.base import TableScreen
from tui.widgets.ledger import Ledger
from tui.widgets.sheet_view import SheetView
from weibo_ops.bootstrap import Application

DIGEST = re.compile(r"\b[0-9a-f]{12,}\b")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
SOUND = re.compile(r"[▾▴?-] (?:负面|中性|正面|存疑)")
SCORES = re.compile(r"(?<=概率).*|(?<=线索).*")


class Screens:
    """The screens under test."""

    def __init__(self, services: Application) -> None:
        self.app = WeiboOpsApp(services)
        self.pilot: Pilot[None]

    @asynccontextmanager
    async def open(self, columns: int = 80, rows: int = 24) -> AsyncIterator[Screens]:
        """Open them on a terminal of that size, with the first table read."""
        async with self.app.run_test(size=(columns, rows), notifications=True) as pilot:
            self.pilot = pilot
            await self.settle()
            yield self

    async def settle(self) -> None:
        """Wait until nothing is being read and every message is handled."""
        await self.pilot.pause()
        while running := [worker for worker in self.app.workers if not worker.is_finished]:
            try:
                await self.app.workers.wait_for_complete(running)
            except WorkerCancelled:
                continue
            finally:
                await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, waiting after each."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, Chinese too."""
        await self.pilot.press(*text)
        await self.settle()

    async def paste(self, text: str) -> None:
        """Paste a text where the focus is, as the terminal hands it over."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    @property
    def screen(self) -> Any:
        """The screen on top."""
        return self.app.screen

    @property
    def table(self) -> Ledger:
        """The table of the screen on top."""
        return self.app.screen.query_one(Ledger)

    @property
    def detail(self) -> str:
        """Everything that the pane says, also what is scrolled out of sight."""
        view = self.app.screen.query_one(SheetView)
        lines = ["".join(text for text, _ in line) for line in view.lines]
        return "\n".join([view.sheet.title, *lines])

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the table's rows as they came."""
        return [[cell.text for cell in row] for row in self.table.rows]

    @property
    def row(self) -> list[str]:
        """The cells of the row under the cursor."""
        return self.rows[self.table.cursor]

    def column(self, title: str) -> list[str]:
        """The cells of one column."""
        place = [column.title for column in self.table.columns].index(title)
        return [row[place] for row in self.rows]

    @property
    def lines(self) -> list[str]:
        """What is on the terminal, a string per line, without spaces at the ends."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What is on the terminal; digests and what depends on weights or standards are blotted out."""
        seen = CODE.sub("####-####-####", SOUND.sub("? 情感", "\n".join(self.lines) + "\n"))
        return SCORES.sub("", DIGEST.sub(lambda match: "#" * len(match[0]), seen))

    def table_screen(self) -> TableScreen:
        """The screen on top as a table's."""
        assert isinstance(self.app.screen, TableScreen)
        return self.app.screen
