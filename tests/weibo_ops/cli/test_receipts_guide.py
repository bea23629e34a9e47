"""The page on posting by hand is run as it stands, and says of limits what the standard says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.loader import shipped
from config.rulebook.delivery import DeliveryBook
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from tests.weibo_ops.cli.terminal import run
from weibo_ops.kernel.clock import BEIJING, SystemClock, beijing_date

PAGE = ROOT / "docs" / "guide" / "receipts.md"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, dict[str, Any]]:
    """The page, begun on a Monday morning; each look at the clock is a second later."""
    folder: Path = tmp_path_factory.mktemp("page")
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        played = play(blocks(PAGE), folder, beijing_date(MONDAY))

        def asked(*words: str) -> Any:
            done = run(*words, "--format", "json", home=folder / "回执练习")
            assert done.code == 0, done.err
            return done.json

        found = {
            "posts": {row["post_id"]: row["state"] for row in asked("post", "list")},
            "receipts": asked("post", "receipts"),
            "unclaimed": asked("post", "unclaimed", "--all"),
        }
    return played, found


def test_every_command_of_the_page_does_what_it_says(page: tuple[Played, dict[str, Any]]) -> None:
    played, found = page
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 2
    assert "作者本人不能核对" in played.out
    assert "账号没有授权" in played.out
    assert found["posts"] == {1: "已发布", 2: "已删除"}
    assert found["receipts"] == []
    assert [(row["state"], row["author"], row["signer"]) for row in found["unclaimed"]] == [
        ("已认领", "陈编辑", "李终审")
    ]
    (first, second) = played.said("post", "receipt")
    assert "与签发稿一致" in first
    assert "尚未核对" in second


def test_the_limits_of_the_page_are_those_of_the_standard() -> None:
    book = shipped("delivery").book
    assert isinstance(book, DeliveryBook)
    text = PAGE.read_text("utf-8")
    assert re.findall(r"交办后 (\d+) 分钟", text) == [str(book.receipt.minutes)]
    assert re.findall(r"(\d+) 小时内补录", text) == [str(book.unclaimed.hours)]
