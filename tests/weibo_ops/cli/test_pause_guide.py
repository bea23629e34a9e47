"""The pages on pauses and on relay tasks are run as they stand, and say what the standard and the rules say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.loader import shipped
from config.rulebook.delivery import DeliveryBook
from publishing.relay_rules import REMIND_BEFORE
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from tests.weibo_ops.cli.terminal import run
from tests.weibo_ops.cli.test_calendar_guide import MONDAY
from weibo_ops.kernel.clock import SystemClock, beijing_date

GUIDE = ROOT / "docs" / "guide"


def played(name: str, home: str, folder: Path) -> tuple[Played, dict[str, Any]]:
    """Run a page, begun on a Monday morning; each look at the clock is a second later."""
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        done = play(blocks(GUIDE / name), folder, beijing_date(MONDAY))

        def asked(*words: str) -> Any:
            answer = run(*words, "--format", "json", home=folder / home)
            assert answer.code == 0, answer.err
            return answer.json

        return done, {
            "posts": {row["post_id"]: row["state"] for row in asked("post", "list")},
            "pauses": asked("pause", "list"),
            "relays": asked("relay", "list"),
            "task": asked("relay", "show", "1") if name == "relays.md" else None,
        }


def test_the_page_on_pauses_does_what_it_says(tmp_path: Path) -> None:
    done, found = played("pauses.md", "暂停练习", tmp_path)
    assert done.code == 0, done.err
    assert done.err.count("未完成") == 0
    assert found["posts"] == {1: "撤稿", 2: "已排期"}
    assert [(row["state"], row["waiting"]) for row in found["pauses"]] == [("已结束", 0)]
    assert [said for said in done.said("pause", "preview") if "将暂停2条" in said]
    assert [said for said in done.said("pause", "end") if "未发布任何一条;待处置1条" in said]


def test_the_page_on_relay_tasks_does_what_it_says(tmp_path: Path) -> None:
    done, found = played("relays.md", "联动练习", tmp_path)
    assert done.code == 0, done.err
    assert done.err.count("未完成") == 0
    assert [(row["progress"], row["open"]) for row in found["relays"]] == [("1/1", False)]
    assert {row["account"]: row["state"] for row in found["task"]["targets"]} == {
        "砚渚供水": "说明不转",
        "砚渚园林": "已回执",
    }


def test_the_classes_and_hours_of_the_pages_are_those_of_the_rules() -> None:
    book = shipped("delivery").book
    assert isinstance(book, DeliveryBook)
    assert f"默认为{'、'.join(book.pause.allowed)})" in (GUIDE / "pauses.md").read_text("utf-8")
    hours = f"时限前 {REMIND_BEFORE // timedelta(hours=1)} 小时提醒"
    assert hours in (GUIDE / "relays.md").read_text("utf-8")
