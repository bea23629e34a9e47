"""The page on content checks is run as it stands, and names every rule of the shipped texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.loader import shipped
from config.members import rules_at
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from weibo_ops.kernel.clock import BEIJING, SystemClock, beijing_date

PAGE = ROOT / "docs" / "guide" / "content-checks.md"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The page, begun on a Monday morning; each look at the clock is a second later."""
    folder: Path = tmp_path_factory.mktemp("page")
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        yield play(blocks(PAGE), folder, beijing_date(MONDAY))


def test_every_command_of_the_page_does_what_it_says(played: Played) -> None:
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 0
    said = re.findall(
        "有单项否决的提示|分享接口不带话题|有须处理的提示|新词表之下又有须处理的提示|职务与姓名职务表不符", played.out
    )
    assert said == [
        "有单项否决的提示",
        "分享接口不带话题",
        "有须处理的提示",
        "新词表之下又有须处理的提示",
        "职务与姓名职务表不符",
    ]


def test_the_preview_says_what_publishing_then_does(played: Played) -> None:
    preview = next(out for given, _, out, _ in played.commands if tuple(given[:2]) == ("standard", "preview"))
    assert "须重新送审" in preview
    shown = [out for given, _, out, _ in played.commands if tuple(given[:2]) == ("post", "show")][-1]
    assert "草稿" in shown


def test_no_word_of_a_secret_list_is_told(played: Played) -> None:
    told = "".join(out + err for _, _, out, err in played.commands)
    assert not any(word in told for word in ("玄圭旧称", "青琅旧称"))


def test_the_page_names_every_rule() -> None:
    named = [re.escape(name).replace(r"\*", ".*") for name in re.findall("`([a-z_.*]+)`", PAGE.read_text("utf-8"))]
    known = re.compile("|".join(named))
    for book in ("content", "words"):
        unnamed = [rule.id for rule, _ in rules_at(shipped(book).book) if not known.fullmatch(rule.id)]
        assert unnamed == []
