"""Keys and mouse: what a person types or clicks, with a Chinese input method on too, and at the wrong moment."""

from __future__ import annotations

import pytest

from tests.tui import city
from tests.tui.driver import Screens
from tui.widgets.ledger import Ledger
from weibo_ops.kernel.text import cell_width


async def test_ctrl_c_says_how_to_leave_and_does_not(screens: Screens) -> None:
    async with screens.open():
        await screens.press("ctrl+c")
        assert "按 Ctrl+Q 退出" in screens.text
        assert not screens.app._exit


async def test_keys_of_a_chinese_input_method_work(screens: Screens) -> None:
    async with screens.open():
        await screens.press("３")
        assert screens.screen.id == "comments"
        await screens.press("、")
        assert screens.app.focused is screens.screen.query_one("#find")
        await screens.press("escape", "ｄ")
        assert "应答复:[x]" in screens.lines[2]
        await screens.press("：")
        assert screens.screen.id == "--command-palette"


async def test_letters_typed_into_the_search_field_start_nothing(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("dosh3t")
        assert screens.screen.id == "comments"
        assert "应答复:[ ]  超期:[ ]" in screens.lines[2]
        assert "F8 应答复" in screens.lines[-1]
        await screens.press("f8")
        assert "应答复:[x]" in screens.lines[2]
        await screens.press("f2")
        assert screens.screen.id == "accounts"


async def test_words_that_were_typed_and_left_are_not_a_filter(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3", "/")
        await screens.type("社保")
        await screens.press("escape")
        assert screens.screen.query_one("#find").value == ""
        await screens.press("/")
        await screens.type("社保卡")
        await screens.press("enter", "/", "x", "tab")
        assert screens.screen.query_one("#find").value == "社保卡"
        assert screens.app.focused is screens.table


async def test_keys_pressed_while_other_rows_are_on_their_way_go_nowhere_wrong(screens: Screens) -> None:
    async with screens.open():
        await screens.press("4")
        screens.screen.action_open_row()
        screens.screen.action_open_row()
        assert len(screens.screen.path) == 2
        await screens.settle()
        await screens.press("enter")
        assert len(screens.screen.path) == 3
        screens.screen.action_back()
        screens.table.post_message(Ledger.Moved(screens.table, 0))
        screens.table.post_message(Ledger.NearEnd(screens.table))
        await screens.settle()
        assert screens.column("账号") == list(city.UIDS)
        assert screens.screen.table.cursor == 0


@pytest.mark.parametrize("before", [(), ("?",), ("ctrl+p",), ("3", "a"), ("3", "/")])
async def test_ctrl_q_leaves_from_everywhere(screens: Screens, before: tuple[str, ...]) -> None:
    async with screens.open():
        await screens.press(*before)
        await screens.pilot.press("ctrl+q")
        await screens.pilot.pause()
        assert screens.app._exit


async def test_a_row_is_chosen_and_opened_with_the_mouse(screens: Screens) -> None:
    async with screens.open():
        await screens.press("4")
        await screens.pilot.click("#table", offset=(10, 2))
        await screens.settle()
        assert screens.table.cursor == 1
        await screens.pilot.double_click("#table", offset=(10, 2))
        await screens.settle()
        assert screens.column("账号") == list(city.UIDS)
        await screens.pilot.click("#table", offset=(10, 8))
        await screens.settle()
        assert screens.table.cursor == 0


async def test_a_table_is_chosen_by_a_click_on_its_name(screens: Screens) -> None:
    async with screens.open():
        cells = cell_width(screens.lines[0][: screens.lines[0].index("评论")])
        await screens.pilot.click("#top", offset=(cells, 0))
        await screens.settle()
        assert screens.screen.id == "comments"
        await screens.pilot.click("#top", offset=(79, 0))
        await screens.settle()
        assert screens.screen.id == "comments"


async def test_what_the_key_bar_names_can_be_clicked(screens: Screens) -> None:
    async with screens.open():
        await screens.press("3")
        at = screens.lines[-1].index("d 应答复")
        cells = cell_width(screens.lines[-1][:at])
        await screens.pilot.click("#keys", offset=(cells, 0))
        await screens.settle()
        assert "应答复:[x]" in screens.lines[2]
