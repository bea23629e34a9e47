"""A standard that changes is followed by a look at what waits, whichever way it changed and whenever its day comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from config.loader import LoadedBook, load_named, shipped
from config.settings import load_settings
from tests.office import delivered
from tests.publishing.newsroom import TEXT
from tests.weibo_ops.cli.desk import Desk, refused
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import EnvironmentFault

WORD = "梧桐路"
ADDED = ("赭石违禁样词\n", f"赭石违禁样词\n{WORD}\n")
CLEAN = "【公告】今日水质检测合格。"


class Waiting:
    """Four posts of which two hold the word: each of them once signed and once in review."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        texts = (TEXT, CLEAN, TEXT + "请互相转告。", "【公告】明日照常供水。")
        self.signed, self.clean, self.review, self.clean_review = (desk.draft(text=text).row.post_id for text in texts)
        for post in (self.signed, self.clean, self.review, self.clean_review):
            desk.submit(post)
            desk.agree(post, "chu")
        for post in (self.signed, self.clean):
            desk.agree(post, "fu")
            desk.agree(post, "zhou")

    def taken_back(self) -> None:
        """Hold what held the word to be drafts with a to-do, and the others to have kept every signature."""
        desk = self.desk
        assert [desk.state(post) for post in (self.signed, self.review)] == ["草稿", "草稿"]
        assert [desk.state(post) for post in (self.clean, self.clean_review)] == ["已签发", "审核中"]
        assert desk.show(self.clean).valid
        assert desk.show(self.clean_review).why_void == ""
        for post in (self.clean, self.clean_review):
            verdicts = [each for step in desk.show(post).rounds[-1].steps for each in step.verdicts]
            assert verdicts
            assert all(each.valid for each in verdicts)
        todos = desk("zhao", "todo", "list", "--format", "json").json
        for post in (self.signed, self.review):
            assert [
                (row["recipient"], row["title"])
                for row in todos
                if row["title"].startswith(f"标准变动后稿件{post}须重新送审")
            ] == [("zhao", f"标准变动后稿件{post}须重新送审(新增问题:禁用词(虚构样例))")]
        assert not any("标准变动" in row["title"] and f"稿件{self.clean}须" in row["title"] for row in todos)

    def untouched(self) -> None:
        """Hold everything to stand where it stood."""
        desk = self.desk
        assert [desk.state(each) for each in (self.signed, self.clean)] == ["已签发", "已签发"]
        assert [desk.state(each) for each in (self.review, self.clean_review)] == ["审核中", "审核中"]


@pytest.fixture
def waiting(desk: Desk) -> Waiting:
    return Waiting(desk)


def draft(desk: Desk, folder: Path, *more: str) -> tuple[str, str]:
    """A draft of the word lists with one word more, by commands; return its number and digest."""
    made = desk("zheng", "standard", "new", "words", "--layer", "单位", *more, "--format", "json")
    assert made.code == 0, made.err
    number = str(made.json[0]["draft_id"])
    text = desk.app.standard_drafts.show(int(number)).text
    assert ADDED[0] in text
    file = folder / "words.toml"
    file.write_text(text.replace(*ADDED), "utf-8")
    assert desk("zheng", "standard", "edit", number, "--file", file).code == 0
    return number, desk.app.standard_drafts.show(int(number)).digest


def test_a_direct_call_of_the_service_is_followed_by_a_look(waiting: Waiting) -> None:
    waiting.desk.rule("words", ADDED)
    waiting.taken_back()
    refused(waiting.desk("zhao", "post", "submit", waiting.signed), "检查问题未改正或说明", "禁用词")


def test_a_publication_by_command_is_followed_by_a_look_and_tells_of_it(waiting: Waiting, tmp_path: Path) -> None:
    desk = waiting.desk
    today = str(beijing_date(desk.clock.now()))
    number, digest = draft(desk, tmp_path, "--effective", today)
    done = desk("wang", "standard", "publish", number, "--digest", digest)
    assert done.code == 0, done.err
    assert "已复查待审、待发的稿件4件,须重新审签的2件" in done.err
    assert f"退回草稿的稿件:{waiting.signed}、{waiting.review}。下一步:" in done.err
    waiting.taken_back()


def test_a_text_that_ends_is_followed_by_a_look(desk: Desk) -> None:
    first = beijing_date(desk.clock.now())
    digest = desk.rule("content", ("max_length = 2000", "max_length = 1000"))
    waiting = Waiting(desk)
    assert desk.show(waiting.clean).rounds[-1].books["content"] == digest
    desk.clock.forward(days=1)
    done = desk("zheng", "standard", "retire", digest[:12], "--from", str(first + timedelta(days=1)))
    assert done.code == 0, done.err
    assert "已复查待审、待发的稿件4件,须重新审签的0件" in done.err
    waiting.untouched()
    assert desk.show(waiting.clean).valid


def by_reminder(desk: Desk) -> None:
    assert desk("chu", "post", "remind").code == 0


def by_command(desk: Desk) -> None:
    done = desk("sun", "post", "recheck")
    assert done.code == 0, done.err
    assert "须重新审签的2件" in done.err


def by_the_next_publication(desk: Desk) -> None:
    desk.rule("content", ("max_length = 2000", "max_length = 1900"))


@pytest.mark.parametrize("door", [by_reminder, by_command, by_the_next_publication], ids=lambda door: door.__name__)
def test_a_text_published_for_a_later_day_is_taken_up_on_it(
    waiting: Waiting, tmp_path: Path, door: Callable[[Desk], None]
) -> None:
    desk = waiting.desk
    day = beijing_date(desk.clock.now()) + timedelta(days=2)
    number, digest = draft(desk, tmp_path, "--effective", str(day))
    done = desk("wang", "standard", "publish", number, "--digest", digest)
    assert f"稿件自{day}起按此复查:当日运行 weibo-ops post remind" in done.err
    assert desk("chu", "post", "remind").code == 0
    waiting.untouched()
    assert desk.show(waiting.signed).valid
    desk.clock.forward(days=2)
    assert desk.show(waiting.signed).why_void == "标准在审签后有变动,尚未复查"
    assert not desk.show(waiting.clean).valid, "nothing rests on a standard by which nobody looked"
    door(desk)
    waiting.taken_back()


def newer(word: str) -> LoadedBook[Any]:
    """The word lists of a newer version of the program, which know one word more."""
    text = shipped("words").text
    assert ADDED[0] in text
    return load_named("words", text.replace("赭石违禁样词\n", f"赭石违禁样词\n{word}\n"), origin="words.toml")


def test_a_newer_version_of_the_program_looks_again_when_it_is_opened(waiting: Waiting) -> None:
    desk = waiting.desk
    with delivered(newer(WORD)):
        Application.open(load_settings(desk.home), desk.clock, desk.who("zhao")).close()
        waiting.taken_back()


def test_what_could_not_be_looked_at_stays_suspended_and_is_made_up_for(waiting: Waiting) -> None:
    desk = waiting.desk
    fault = EnvironmentFault("磁盘已满。", next_step="请清理磁盘。")
    with mock.patch.object(type(desk.app.rechecks), "recheck", side_effect=fault):
        desk.rule("words", ADDED)
    waiting.untouched()
    assert not desk.show(waiting.clean).valid
    assert desk.app.bus.dispatch() == 1
    waiting.taken_back()


def test_a_standard_that_judges_no_post_starts_no_look(waiting: Waiting) -> None:
    desk = waiting.desk
    with mock.patch.object(type(desk.app.rechecks), "recheck_due", side_effect=AssertionError):
        desk.rule("accounts", ("days = 14\n", "days = 13\n"))
    assert desk.show(waiting.signed).valid


def test_a_look_is_taken_once_for_a_change(waiting: Waiting) -> None:
    desk = waiting.desk
    desk.rule("words", ADDED)
    program = desk.who("sun")
    assert desk.app.rechecks.recheck_due(program) is None
    assert desk("chu", "post", "remind").code == 0
    assert desk.app.rechecks.recheck_due(program) is None
    assert desk("zhao", "post", "list").code == 0
