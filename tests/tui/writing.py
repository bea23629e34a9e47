"""A newsroom worked by keys: who sits at the screens, fields filled in, the editor of posts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from publishing.schemas import PostDetail
from tests.publishing.newsroom import Newsroom
from tests.tui.driver import Screens
from tui.screens.form import FormScreen
from tui.screens.options import OptionPicker
from tui.screens.post_editor import PostEditor
from tui.sources import who as signed_in
from tui.widgets.answer_sheet import AnswerSheet
from tui.widgets.fields import ChoiceField, TicksField, YesField


class Desk:
    """The screens of a newsroom at which one person after the other sits down."""

    def __init__(self, room: Newsroom) -> None:
        self.room = room
        self.on: Screens

    @asynccontextmanager
    async def open(self, who: str, columns: int = 80, rows: int = 24) -> AsyncIterator[Screens]:
        """Open the screens for somebody."""
        self.room.app.actor = self.room.who(who)
        self.on = Screens(self.room.app)
        async with self.on.open(columns, rows) as on:
            yield on

    async def sit(self, who: str, place: str) -> None:
        """Let another person sit down at a table, with everything read anew."""
        self.room.app.actor = self.room.who(who)
        self.on.app.who = signed_in(self.room.app)
        await self.on.press(place, "r")

    async def fill(self, **values: str) -> None:
        """Write into the fields of the form that is open."""
        form = self.on.app.screen
        assert isinstance(form, FormScreen), self.on.text
        await put(self.on, form, **values)

    async def submit(self, **values: str) -> None:
        """Fill the form in and submit it."""
        await self.fill(**values)
        await self.on.press("ctrl+s")

    async def choose(self, name: str) -> None:
        """Choose in the list that is open."""
        assert isinstance(self.on.app.screen, OptionPicker), self.on.text
        await self.on.paste(name)
        await self.on.press("enter")

    async def write(self, text: str, **values: str) -> None:
        """Write a whole text, fill in fields of the 定稿栏, and let it be checked."""
        editor = self.editor
        if editor.sheet.holds_focus():
            await self.on.press("ctrl+o")
        await self.on.press("f7")
        await self.on.paste(text)
        if values:
            await self.on.press("ctrl+o")
            await put(self.on, editor.sheet, **values)
            await self.on.press("ctrl+o")
        await self.on.press("ctrl+r")

    async def save(self) -> None:
        """Save, and leave the editor."""
        await self.on.press("ctrl+s", "escape")

    async def agree(self, proof: bool = True) -> None:
        """Sign what is shown, gate by gate."""
        await self.on.press("a")
        await self.fill(gates="")
        form = self.on.app.screen
        assert isinstance(form, FormScreen)
        form.field("gates").focus()
        await self.on.press("1", "2", "3", "4", "5")
        if proof:
            await self.fill(proof0="1")
        await self.on.press("ctrl+s")

    @property
    def editor(self) -> PostEditor:
        """The editor of posts, which must be open."""
        assert isinstance(self.on.app.screen, PostEditor), self.on.text
        return self.on.app.screen

    def shown(self, post: int) -> PostDetail:
        """The post as it stands."""
        return self.room.show(post)


async def put(on: Screens, sheet: FormScreen | AnswerSheet, **values: str) -> None:
    """Write into fields: what can be chosen or ticked is set, the rest is pasted in the place of what stood there."""
    for name, value in values.items():
        field = sheet.field(name)
        if isinstance(field, YesField):
            field.yes = bool(value)
        elif isinstance(field, ChoiceField | TicksField):
            field.raw = value
        else:
            field.focus()
            await on.press("end", "ctrl+u")
            await on.paste(value)
