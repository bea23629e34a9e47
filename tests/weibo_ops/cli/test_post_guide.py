"""The pages on drafting and approval are run as they stand, and say of chains and checks what the standards say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.loader import shipped
from config.rulebook.approval import ApprovalBook
from config.rulebook.content import ContentBook
from tests.conftest import ROOT
from tests.weibo_ops.cli.pages import Played, blocks, play
from tests.weibo_ops.cli.terminal import run
from weibo_ops.kernel.clock import BEIJING, SystemClock, beijing_date

GUIDE = ROOT / "docs" / "guide"
MONDAY = datetime(2026, 6, 15, 9, 30, tzinfo=BEIJING)

Asking = Callable[..., Any]
RanPage = tuple[str, Played, Path]
"""A page: its name, how it ended, the home it made."""


@pytest.fixture(scope="module", params=[("approval.md", "审签练习"), ("posts.md", "起草练习")], ids=lambda own: own[0])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RanPage]:
    """A page, begun on a Monday morning; each look at the clock is a second later."""
    name, home = request.param
    folder = tmp_path_factory.mktemp("page")
    seconds = iter(range(10**6))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(SystemClock, "now", lambda _: MONDAY + timedelta(seconds=next(seconds)))
        yield name, play(blocks(GUIDE / name), folder, beijing_date(MONDAY)), folder / home


def test_every_command_of_a_page_does_what_it_says(page: RanPage) -> None:
    name, played, home = page
    assert played.code == 0, played.err
    assert played.err.count("未完成") == 0

    def asked(*words: str) -> Any:
        done = run(*words, "--format", "json", home=home)
        assert done.code == 0, done.err
        return done.json

    if name == "approval.md":
        approved(asked)
    else:
        drafted(asked, played)


def approved(asked: Asking) -> None:
    """Four posts are signed: in the system and by paper and telephone, urgently, by a deputy, by the superior unit."""
    standing = {row["post_id"]: (row["state"], row["owed"]) for row in asked("post", "list")}
    assert standing == dict.fromkeys((1, 2, 3, 4), ("已签发", 0))
    assert asked("post", "owed") == []

    def signed(number: int) -> list[list[tuple[str, str, str, str]]]:
        return [
            [
                (step["name"], each["name"], each["on_behalf_of"], each["channel"])
                for step in round_["steps"]
                for each in step["verdicts"]
            ]
            for round_ in asked("post", "show", str(number))["rounds"]
        ]

    assert signed(1) == [
        [("初审", "钱初审", "", "系统"), ("复审", "孙复审", "", "系统"), ("终审", "李终审", "", "系统")],
        [("初审", "钱初审", "", "系统")],
        [("初审", "钱初审", "", "系统"), ("复审", "孙复审", "", "纸质"), ("终审", "李终审", "", "电话")],
    ]
    assert signed(2) == [
        [("初审", "钱初审", "", "系统"), ("复审", "孙复审", "", "电话"), ("终审", "李终审", "", "电话")]
    ]
    assert signed(3)[0][-1] == ("终审", "周副局", "李终审", "系统")
    assert [name for _, name, _, _ in signed(4)[0]] == ["陆站长", "孙复审", "周副局"]
    assert asked("post", "show", "1")["valid"] is True


def drafted(asked: Asking, played: Played) -> None:
    """Drafts of every kind; the approved line takes the short chain."""
    rows = asked("post", "list")
    assert {row["state"] for row in rows} == {"草稿"}
    assert [row["blocking"] for row in rows] == [0] * 6
    assert [each for each in played.said("post", "submit") if "试算(未送审):过程性答复" in each]
    assert {row["title"]: (row["standing"], row["approved_by"]) for row in asked("template", "list")} == {
        "停水咨询": ("可用", "孙复审"),
        "计划停水通知": ("停用", ""),
    }


def test_the_chains_of_the_page_are_those_of_the_standard() -> None:
    book = shipped("approval").book
    assert isinstance(book, ApprovalBook)
    table = re.findall(r"^\| (\S+?)(?:\(.*?\))? \| .*? \| (.*?) 分钟(\(工作时间\))? \|$", text_of("approval.md"), re.M)
    told = {title: (minutes.split("、"), bool(working)) for title, minutes, working in table}
    names = {"三审三校": "一般稿件"}
    assert told == {
        names.get(chain.title, chain.title): (
            [str(step.minutes) for step in chain.steps],
            all(step.clock == "working" for step in chain.steps),
        )
        for chain in book.chains
        if chain.enabled
    }


def test_the_colophon_of_the_page_is_that_of_the_standard() -> None:
    book = shipped("approval").book
    assert isinstance(book, ApprovalBook)
    text = text_of("posts.md")
    for option, classes in (("--basis", book.colophon.source_classes), ("--secrecy", book.colophon.secrecy_classes)):
        found = re.search(rf"^\| \S+ \| `{option}` \| (.*) \|$", text, re.M)
        assert found is not None
        assert found[1].split("、") == list(classes)


def test_the_lengths_of_the_page_are_those_of_the_standard() -> None:
    book = shipped("content").book
    assert isinstance(book, ContentBook)
    told = dict(re.findall(r"^\| \S+ \| `(\w+)` \| (\d+)", text_of("posts.md"), re.M))
    assert told == {gateway: str(rule.max_length) for rule in book.length for gateway in rule.gateways}


def text_of(name: str) -> str:
    return (GUIDE / name).read_text("utf-8")
