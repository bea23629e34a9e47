"""The page on publishing is run as it stands, before a stand-in for the platform on a port of this machine."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.loader import shipped
from config.rulebook.delivery import DeliveryBook
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from tests.weibo_ops.cli.terminal import run
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import BEIJING, SystemClock, beijing_date

PAGE = ROOT / "docs" / "guide" / "publishing.md"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)
NIGHT = datetime(2026, 6, 20, 23, 20, tzinfo=BEIJING)
HOME = "发布练习"


class Watch:
    """The time of the test: each look at it is a second later, and a page that sleeps moves it."""

    def __init__(self, begins: datetime) -> None:
        self._at = begins

    def now(self) -> datetime:
        self._at += timedelta(seconds=1)
        return self._at

    def wait(self, seconds: float) -> None:
        self._at += timedelta(seconds=seconds)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(MONDAY, id="on a working day"),
        pytest.param(NIGHT, id="at night on a day off", marks=pytest.mark.slow),
    ],
)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Any]:
    """The page, begun at a time when nobody need be there, and at one when somebody must."""
    if shutil.which("curl") is None:
        pytest.skip("the page asks the stand-in with curl")
    folder: Path = tmp_path_factory.mktemp("page")
    watch = Watch(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: watch.now())
        played = play(blocks(PAGE), folder, beijing_date(request.param), watch.wait)

        def asked(*words: str) -> Any:
            done = run(*words, "--format", "json", home=folder / HOME)
            assert done.code == 0, done.err
            return done.json

        found = {
            "posts": {row["post_id"]: row["state"] for row in asked("post", "list")},
            "board": asked("post", "board"),
            "attempts": {
                post: [row["outcome"] for row in asked("post", "attempts", str(post))] for post in range(1, 5)
            },
            "receipts": asked("post", "receipts"),
        }
    return played, found


def test_every_command_of_the_page_does_what_it_says(page: tuple[Played, Any]) -> None:
    played, found = page
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 0
    assert found["posts"] == dict.fromkeys((1, 2, 3, 4), "已发布")
    assert found["board"] == []
    assert found["receipts"] == []
    assert found["attempts"] == {1: ["已发布"], 2: ["已发布"], 3: ["核实未发布", "已发布"], 4: ["已发布"]}


def test_what_the_page_shows_on_its_way(page: tuple[Played, Any]) -> None:
    played, _ = page
    boards = [out for words, _, out, _ in played.commands if words[:2] == ["post", "board"]]
    assert ["结果待核实" in board for board in boards] == [False, True, False]
    assert "待发" in boards[0]
    workers = [out for words, _, out, _ in played.commands if words[:2] == ["worker", "--once"]]
    assert [("结果待核实1条" in out, "核实已发布1条" in out, "交人工发布1条" in out) for out in workers] == [
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (True, False, False),
        (False, False, False),
        (False, False, True),
    ]
    ledger = next(line for line in played.out.splitlines() if line.startswith('{"posts"'))
    assert len(json.loads(ledger)["posts"]) == 1


def test_the_numbers_of_the_page_are_those_of_the_standard() -> None:
    from publishing.service.calendar import SHORTEST_REASON

    book = shipped("delivery").book
    assert isinstance(book, DeliveryBook)
    text = PAGE.read_text("utf-8")
    assert book.uncertain.wait_seconds < 130
    minutes = {2: "两", 3: "三"}
    for wanted in (
        f"等候{minutes[book.uncertain.wait_seconds // 60]}分钟",
        f"{minutes[book.uncertain.looks]}次都看不清楚",
        f"{'、'.join(book.uncertain.again)}内容原文重发一次",
        f"试了{book.attempts.most}次",
        f"交办后{book.receipt.minutes}分钟",
        f"不少于{SHORTEST_REASON}字",
    ):
        assert wanted in text, wanted


def test_the_worker_looks_as_often_as_the_page_says(tmp_path: Path) -> None:
    from config.settings import load_settings

    app = Application.open(load_settings(tmp_path))
    try:
        assert f"每{app.worker_tasks()[0].every_seconds}秒看一次" in PAGE.read_text("utf-8")
    finally:
        app.close()
