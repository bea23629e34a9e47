"""Whatever the public writes stays text: no control reaches the terminal, no markup is obeyed, no column shifts."""

from __future__ import annotations

import re

import pytest

from tests.tui import city
from tests.tui.driver import Screens
from weibo_ops.kernel.text import cell_width

HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u200b\ufeff]")


async def _every_line_is_whole(screens: Screens) -> None:
    strips = screens.app.screen._compositor.render_strips()
    for strip in strips:
        text = "".join(segment.text for segment in strip)
        assert cell_width(text) == screens.app.size.width
        assert not HARMFUL.search(text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20), (41, 12)])
async def test_hostile_comments_are_shown_harmless_in_table_and_pane(screens: Screens, size: tuple[int, int]) -> None:
    async with screens.open(*size):
        await screens.press("3")
        for _ in range(9):
            await _every_line_is_whole(screens)
            await screens.press("down")


async def test_markup_is_shown_and_not_obeyed(screens: Screens) -> None:
    async with screens.open(120, 36):
        await screens.press("2", "down")
        assert city.MARKUP in screens.detail
        assert city.MARKUP in screens.text
        await screens.press("3", "/")
        await screens.type("[red]")
        await screens.press("enter")
        assert screens.column("网民昵称") == ["[b]名[/b]"]
        assert city.MARKUP in screens.detail
        assert "[b]名[/b]" in screens.text


async def test_controls_are_shown_as_symbols_and_the_text_is_whole(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("[31m")
        await screens.press("enter")
        assert screens.column("内容") == [city.ESCAPE]
        assert "␛[31m红␛[0m 换‹U+202E›行" in screens.detail


async def test_a_long_comment_is_shown_to_its_end_without_a_line_beginning_with_a_comma(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("路灯")
        await screens.press("enter")
        (row,) = screens.rows
        assert row[-1] == city.LONG
        lines = screens.detail.splitlines()
        text = [line for line in lines if line.startswith(("路", "灯", "不", "亮"))]
        assert "".join(text) == city.LONG
        assert not [line for line in lines if line.startswith("，")]
        await screens.press("z", "end")
        assert "评论id" in screens.text


async def test_a_name_that_looks_like_a_command_cannot_be_clicked(screens: Screens) -> None:
    async with screens.open(120, 36):
        await screens.press("3")
        strips = screens.app.screen._compositor.render_strips()
        clicks = [
            segment.style.meta["@click"]
            for strip in strips[:-1]
            for segment in strip
            if segment.style and "@click" in segment.style.meta
        ]
        assert clicks == []
