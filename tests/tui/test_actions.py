"""One registry: no two actions on one key, everything reachable while someone types, the guide tells the same keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.conftest import BOSS
from tests.tui.driver import Screens
from tui.actions import (
    ACTIONS,
    EDITOR,
    FORM,
    MOVES,
    REMARKING,
    WRITING,
    Action,
    Group,
    Place,
    full_width_forms,
    valid_actions,
)
from tui.app import WeiboOpsApp
from tui.palette import score
from tui.screens.help import help_sheet, where
from tui.sheet import Field, lay_out
from tui.widgets.bars import KeyBar
from weibo_ops.kernel.text import pinyin, pinyin_initials

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "screens.md"
WHILE_TYPING = re.compile(r"ctrl\+[a-z]|(ctrl\+)?f\d+")
each_place = pytest.mark.parametrize("place", list(Place))
each_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)


@each_place
def test_no_key_starts_two_things_on_one_table(place: Place) -> None:
    keys = Counter(key for action in [*valid_actions(place), *MOVES] for key in action.bound_keys)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_id_is_its_own() -> None:
    assert len({action.id for action in (*ACTIONS, *MOVES)}) == len(ACTIONS) + len(MOVES)


@each_action
def test_every_action_has_a_key_that_an_input_leaves_alone(action: Action) -> None:
    taken = {key for binding in Input.BINDINGS for key in re.split(r"\s*,\s*", getattr(binding, "key", ""))}
    assert [key for key in action.keys if WHILE_TYPING.fullmatch(key) and key not in taken]


@each_action
def test_single_characters_are_bound_full_width_too(action: Action) -> None:
    for key in action.keys:
        forms = full_width_forms(key)
        assert bool(forms) == (len(key) == 1)
        assert set(forms) <= set(action.bound_keys)
    assert full_width_forms("?") == ("？",)
    assert full_width_forms("3") == ("３",)
    assert "、" in full_width_forms("/")


@each_action
def test_what_an_action_runs_exists(action: Action) -> None:
    target, name = re.fullmatch(r"(app|screen)\.(\w+)(?:\(.*\))?", action.run).groups()  # type: ignore[union-attr]
    owners = [WeiboOpsApp] if target == "app" else [WeiboOpsApp.MODES[p] for p in action.places or Place]
    assert all(hasattr(owner, f"action_{name}") for owner in owners)


@each_action
@pytest.mark.parametrize("form", ["title", "pinyin", "initials"])
def test_the_palette_finds_an_action_by_chinese_pinyin_and_initials(action: Action, form: str) -> None:
    spell: dict[str, Callable[[str], str]] = {"title": str, "pinyin": pinyin, "initials": pinyin_initials}
    query = spell[form](action.title)
    fits = {other.id: score(query, other) for other in ACTIONS}
    assert fits[action.id] == max(fits.values()) > 0


def test_a_closer_fit_comes_first_and_nonsense_fits_nothing() -> None:
    by_id = {action.id: action for action in ACTIONS}
    assert score("评论", by_id["comments"]) > score("评", by_id["comments"]) > score("论", by_id["comments"])
    assert score("fumian", by_id["sentiment"]) > 0
    assert not any(score(query, action) for query in ("", " ", "xyzzy", "q-x") for action in ACTIONS)


@each_place
def test_the_help_lists_every_valid_action_with_its_keys(place: Place) -> None:
    shown = [
        ("".join(block.label.split()), block.text)
        for block in help_sheet(place, BOSS).blocks
        if isinstance(block, Field)
    ]
    valid = [*valid_actions(place), *MOVES, *FORM]
    assert shown == [("".join(action.key_words.split()), action.title) for action in valid]
    assert lay_out(help_sheet(place, BOSS), 70)


def test_the_guide_gives_the_keys_of_the_registry() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", GUIDE.read_text("utf-8"), re.M)
    groups = {group.value for group in Group}
    told = [row for row in rows if row[0] in groups]
    assert told == [
        (action.group.value, action.title, action.key_words, where(action))
        for action in (*ACTIONS, *MOVES, *FORM, *EDITOR, *WRITING, *REMARKING)
    ]


async def test_the_key_bar_fits_and_always_shows_the_way_out(screens: Screens) -> None:
    async with screens.open():
        for key in "1234567890":
            await screens.press(key)
            assert screens.screen.query_one(KeyBar).render().cell_length == 80
            assert screens.lines[-1].endswith("Ctrl+Q 退出")
            assert "? 帮助" in screens.lines[-1]


async def test_the_palette_runs_what_is_found_by_pinyin(screens: Screens) -> None:
    async with screens.open():
        await screens.press("ctrl+p")
        await screens.type("pl")
        await screens.press("enter")
        assert screens.screen.id == "comments"
        await screens.press(":")
        await screens.type("pinggu")
        await screens.press("enter")
        assert screens.screen.id == "evaluation"
        await screens.press("ctrl+p")
        await screens.type("账号")
        await screens.press("enter")
        assert screens.screen.id == "accounts"


async def test_the_palette_says_when_nothing_fits(screens: Screens) -> None:
    async with screens.open():
        await screens.press("ctrl+p")
        await screens.type("xyzzy")
        assert "没有匹配的命令" in screens.text
        await screens.press("enter")
        assert screens.screen.id == "accounts"


async def test_the_palette_offers_only_what_is_valid_here(screens: Screens) -> None:
    async with screens.open():
        await screens.press("ctrl+p")
        await screens.type("yingdafu")
        assert "没有匹配的命令" in screens.text
        await screens.press("escape", "3", "ctrl+p")
        await screens.type("yingdafu")
        await screens.press("enter")
        assert "应答复:[x]" in screens.lines[2]
