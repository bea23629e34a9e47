"""``weibo-ops post board|attempts|settle|present``: what goes out, what did not, and what nobody knows of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing.delivery.desk import LINK, UIDS
from tests.publishing.newsroom import ACCOUNT, OTHER
from tests.weibo_ops.cli.counter import Counter
from tests.weibo_ops.cli.desk import refused
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.cli.post.delivery import ATTEMPT_TITLES, BOARD_TITLES

NOTICE = {"content_class": "公告", "source_basis": "检修审批单", "secrecy_review": "经审查不涉密,可以公开"}
TEXT = "桂园街段水压已恢复正常"
SEEN = "已看账号主页"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "home")
    yield made
    made.close()


def uncertain(desk: Counter, fault: str = "lost_before_commit") -> int:
    """A post of which nobody knows whether it went out."""
    post = desk.due(TEXT, **NOTICE)
    desk.spoil({"fault": fault, "count": 1})
    desk.tick()
    desk.spoil()
    assert desk.state(post) == "结果待核实"
    return post


def groups(desk: Counter, *more: str, login: str = "zhao") -> list[tuple[int, str]]:
    rows = desk(login, "post", "board", "--format", "json", *more).json
    return [(row["post_id"], row["group"]) for row in rows]


def test_the_board_puts_first_what_somebody_must_do(desk: Counter) -> None:
    assert desk("zhao", "post", "board").out == "无数据\n"
    later = desk.schedule(desk.ready("本周六在桂园广场设服务点"), desk.minutes(300))
    manual = desk.schedule(desk.signed(text="供水热线全天受理报修。"))
    desk.tick()
    held = desk.schedule(desk.ready("水质检测结果每周一公布"), desk.minutes(60))
    assert desk("zhao", "post", "hold", held, "--reason", "数字待核实").code == 0
    other = desk.due("水厂开放日报名方式见链接", account=OTHER)
    desk.tick()
    post = uncertain(desk)
    waits = desk.due("松园街管网冲洗今天开始")
    assert groups(desk) == [
        (post, "结果待核实"),
        (held, "暂停待处置"),
        (manual, "待登记回执"),
        (waits, "待发"),
        (later, "待发"),
    ]
    assert desk.state(other) == "已发布"
    with desk.seated("zhao"):
        rows = hold_the_three_formats_together(["post", "board"], BOARD_TITLES, desk.home)
    assert list(rows[0])[: len(BOARD_TITLES)] == list(BOARD_TITLES)
    assert rows[0]["next_step"] == "查看账号主页后核实:weibo-ops post settle"
    assert rows[3]["reason"] == "等另一条核实结果"
    assert (rows[2]["state"], rows[2]["by_hand"]) == ("发布中", True)
    short = desk("zhao", "post", "board", "--limit", "1")
    assert "结果待核实" in short.out
    assert "待登记回执" not in short.out
    assert groups(desk, "--mine", login="wu") == []


def test_every_attempt_is_listed_with_what_was_seen(desk: Counter) -> None:
    refused(desk("zhao", "post", "attempts", 9), "9")
    post = uncertain(desk)
    with desk.seated("zhao"):
        (row,) = hold_the_three_formats_together(["post", "attempts", str(post)], ATTEMPT_TITLES, desk.home)
    assert (row["number"], row["channel"], row["outcome"], row["looks"]) == (1, "接口", "结果不明", 0)
    desk.tick(minutes=3)
    (row,) = desk("zhao", "post", "attempts", post, "--format", "json").json
    assert (row["looks"], row["look"], row["decided_by"]) == (1, "未发布", "")
    assert row["looked_at"]


def test_a_person_settles_that_it_is_not_there(desk: Counter) -> None:
    post = uncertain(desk)
    refused(desk("zhao", "post", "settle", post, "--absent", "--reason", SEEN), "没有“核实发布结果”权限")
    refused(desk("fu", "post", "settle", post, "--absent"), "核实情况", code=2)
    refused(desk("fu", "post", "settle", post, "--reason", SEEN), "请写明", code=2)
    refused(desk("fu", "post", "settle", post, "--absent", "--link", "https://weibo.com/1/1", "--reason", SEEN), code=2)
    refused(desk("han", "post", "settle", post, "--absent", "--reason", SEEN), "核实发布结果")
    refused(desk("fu", "post", "settle", post, "--absent", "--reason", SEEN, "--version", "1"), "刚被他人修改")
    refused(desk("fu", "post", "settle", 99, "--absent", "--reason", SEEN), "99")
    done = desk("fu", "post", "settle", post, "--absent", "--reason", SEEN)
    assert done.code == 0, done.err
    assert f"weibo-ops post schedule {post}" in done.err
    assert desk.state(post) == "失败"
    desk.rounds(10)
    assert desk.ledger() == [], "nothing is sent again by itself"
    refused(desk("fu", "post", "settle", post, "--absent", "--reason", SEEN), "“失败”")
    (row,) = desk("zhao", "post", "attempts", post, "--format", "json").json
    assert (row["outcome"], row["decision"], row["decided_by"]) == ("核实未发布", f"未发布:{SEEN}", "fu")


def test_a_person_settles_that_it_is_there(desk: Counter) -> None:
    post = uncertain(desk, "lost_after_commit")
    there = f"https://weibo.com/{UIDS[ACCOUNT]}/{desk.ledger()[0]['idstr']}"
    refused(desk("fu", "post", "settle", post, "--absent", "--reason", SEEN), "不能登记为未发布")
    refused(desk("fu", "post", "settle", post, "--link", "http://t.cn/A6", "--reason", SEEN), "不是微博的链接", code=2)
    done = desk("fu", "post", "settle", post, "--link", there, "--reason", SEEN)
    assert done.code == 0, done.err
    assert desk.state(post) == "已发布"
    assert desk.posted(TEXT + LINK) == 1
    assert desk("zhao", "post", "board").out == "无数据\n"


def test_who_is_there_confirms_it(desk: Counter) -> None:
    desk.clock.forward(hours=13)
    post = desk.due(TEXT, **NOTICE)
    desk.tick()
    (row,) = desk("zhao", "post", "board", "--format", "json").json
    assert (row["group"], row["reason"]) == ("待发", "等值班人员到岗")
    assert row["next_step"] == "值班人员确认到岗:weibo-ops post present"
    refused(desk("sun", "post", "present"), "没有“排期与登记回执”权限")
    done = desk("zhao", "post", "present", "--note", "夜班")
    assert done.err == "已确认到岗,有效至 2026-10-13 00:30。\n"
    desk.tick(seconds=5)
    assert desk.state(post) == "已发布"
