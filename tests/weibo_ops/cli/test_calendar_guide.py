"""The page on the calendar is run as it stands, and says of gaps, hours and lateness what the standard says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.loader import shipped
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import MOST_OCCURRENCES
from publishing.service.calendar import SHORTEST_REASON
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from tests.weibo_ops.cli.terminal import run
from weibo_ops.kernel.clock import BEIJING, SystemClock, beijing_date

PAGE = ROOT / "docs" / "guide" / "calendar.md"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Any]:
    """The page, begun on a Monday morning; each look at the clock is a second later."""
    folder: Path = tmp_path_factory.mktemp("page")
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        played = play(blocks(PAGE), folder, beijing_date(MONDAY))

        def asked(*words: str) -> Any:
            done = run(*words, "--format", "json", home=folder / "日历练习")
            assert done.code == 0, done.err
            return done.json

        found = {
            "calendar": asked("post", "calendar", "--date", "2026-06-15"),
            "posts": {row["post_id"]: row["state"] for row in asked("post", "list")},
            "series": asked("post", "series"),
        }
    return played, found


def test_every_command_of_the_page_does_what_it_says(page: tuple[Played, Any]) -> None:
    played, found = page
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 0
    assert [(row["post_id"], row["at"][:16], row["mark"]) for row in found["calendar"]] == [
        (1, "2026-06-15T10:30", "人工")
    ]
    assert (found["posts"][1], found["posts"][2]) == ("已排期", "已签发")
    assert (found["series"][0]["posts"], found["series"][0]["withdrawn"]) == (7, 7)
    accepted = [said for said in played.said("post", "schedule") if "已接受的冲突" in said]
    assert len(accepted) == 1
    assert "相隔5分钟" in accepted[0]


def test_the_numbers_of_the_page_are_those_of_the_standard() -> None:
    book = shipped("delivery").book
    assert isinstance(book, DeliveryBook)
    text = PAGE.read_text("utf-8")
    late = {name: book.lateness.minutes_for(name) for name in ("日常", "突发", "辟谣", "领导活动", "公告")}
    for wanted in (
        f"相隔不足 {book.gap.minutes} 分钟",
        f"超过 {book.daily_cap.most} 条",
        f"{book.quiet.starts:%H:%M} 至次日 {book.quiet.ends.hour}:{book.quiet.ends.minute:02d}",
        f"迟于预定时间 {late['日常']} 分钟",
        f"突发、辟谣为 {late['突发']} 分钟,领导活动、公告为 {late['公告']} 分钟",
        f"不少于 {SHORTEST_REASON} 字",
        f"至多 {MOST_OCCURRENCES} 期",
        "、".join(book.gap.free) + "类不受间隔和每日上限限制",
        "、".join(book.quiet.free) + "类可在夜间发布",
    ):
        assert wanted in text, wanted
    assert late["突发"] == late["辟谣"]
    assert late["公告"] == late["领导活动"]
    assert book.gap.free == book.daily_cap.free
    assert re.search(r"weibo-ops standard show delivery", text)
