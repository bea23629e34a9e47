"""Two lists compared: the national reporting system's and ours, against a plain walk through the rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.reporting_list import Comparison, Entry, Outcome, compare, platform_of, state_of
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.text import normalise_name

PLATFORMS = st.sampled_from(["weibo", "wechat"])
UIDS = st.sampled_from(["", "9900000001", "9900000002", "gh_A", "GH_a"])
NAMES = st.sampled_from(["云麓发布", "云麓供水", "云麓交警", "Ａ云麓", "a云麓"])
OUR_STATES = st.sampled_from(["正常运行", "暂停更新(已报备)", "关停公告", "备案中", "注销"])
THEIR_STATES = st.sampled_from(["", "正常", "停止运行", "暂停", "已注销", "在册"])
OURS = st.lists(st.builds(Entry, PLATFORMS, UIDS, NAMES, st.sampled_from(["甲", "乙"]), OUR_STATES), max_size=6)
THEIRS = st.lists(
    st.builds(Entry, PLATFORMS, UIDS, NAMES, st.sampled_from(["甲", "乙", ""]), THEIR_STATES), max_size=6
).map(lambda rows: [replace(row, line=number) for number, row in enumerate(rows, 2)])


def same_uid(own: Entry, other: Entry) -> bool:
    return bool(own.uid) and normalise_name(own.uid) == normalise_name(other.uid)


def same_name(own: Entry, other: Entry) -> bool:
    return own.platform == other.platform and normalise_name(own.name) == normalise_name(other.name)


STAGES: tuple[Callable[[Entry, Entry], bool], ...] = (
    lambda own, other: own.platform == other.platform and same_uid(own, other),
    lambda own, other: same_name(own, other) and not (own.uid and other.uid),
    same_name,
    same_uid,
)


def walk(ours: list[Entry], theirs: list[Entry]) -> dict[int, int]:
    """Return which meets which: stage by stage, our living ones first, one of the same unit before the first other."""
    pairs: dict[int, int] = {}
    order = [at for gone in (False, True) for at, own in enumerate(ours) if (own.status == "注销") == gone]
    for stage in STAGES:
        for own in order:
            if own in pairs:
                continue
            fits = [at for at, other in enumerate(theirs) if at not in pairs.values() and stage(ours[own], other)]
            kin = [at for at in fits if theirs[at].unit == ours[own].unit]
            if fits:
                pairs[own] = (kin or fits)[0]
    return pairs


@given(OURS, THEIRS)
def test_entries_meet_as_the_rule_says_and_each_is_told_once(ours: list[Entry], theirs: list[Entry]) -> None:
    pairs = walk(ours, theirs)
    rows = compare(ours, theirs)
    told = [row for row in rows if row.outcome in (Outcome.SAME, Outcome.DIFFERS)]
    assert [row.line for row in told] == [theirs[pairs[own]].line for own in sorted(pairs)]
    alone = [own for own in range(len(ours)) if own not in pairs and ours[own].status != "注销"]
    assert [row.name for row in rows if row.outcome == Outcome.OURS] == [ours[own].name for own in alone]
    rest = {row.line for row in rows if row.outcome in (Outcome.THEIRS, Outcome.REPEATED)}
    assert rest == {other.line for at, other in enumerate(theirs) if at not in pairs.values()}
    assert all(bool(row.differences) == (row.outcome in (Outcome.DIFFERS, Outcome.REPEATED)) for row in rows)


@given(OURS)
def test_a_list_beside_itself_is_the_same(ours: list[Entry]) -> None:
    alive = [own for own in ours if own.status == "正常运行"]
    assert {row.outcome for row in compare(alive, alive)} <= {Outcome.SAME}


@given(OURS, THEIRS)
def test_the_order_of_the_outcomes_is_ours_then_theirs(ours: list[Entry], theirs: list[Entry]) -> None:
    theirs_alone = [row.outcome in (Outcome.THEIRS, Outcome.REPEATED) for row in compare(ours, theirs)]
    assert all(first <= second for first, second in pairwise(theirs_alone))


def only(own: Entry, other: Entry) -> Comparison:
    (row,) = compare([own], [other])
    return row


def test_every_field_that_differs_names_both_sides() -> None:
    own = Entry("weibo", "1234567", "云麓发布", "甲", "正常运行")
    assert only(own, Entry("weibo", "1234567", "云麓资讯", "乙", "停止运行", 7)) == Comparison(
        "不一致",
        "weibo",
        "云麓发布",
        "甲",
        "1234567",
        7,
        ("名称:云麓发布 / 云麓资讯", "主办单位:甲 / 乙", "状态:正常运行 / 停止运行"),
    )
    assert only(own, Entry("weibo", "7654321", "云麓发布", "", "", 3)).differences == ("用户id:1234567 / 7654321",)
    assert only(own, Entry("wechat", "1234567", "云麓发布", "甲", "", 3)).differences == ("平台:微博 / 微信公众号",)
    assert only(own, Entry("weibo", "", "云麓发布 ", "甲", "在册", 3)).outcome == Outcome.SAME, "says no state"


def test_a_cancelled_account_of_ours_is_told_only_where_the_other_list_still_has_it() -> None:
    gone = Entry("weibo", "1234567", "云麓发布", "甲", "注销")
    assert compare([gone], []) == []
    assert only(gone, Entry("weibo", "1234567", "云麓发布", "甲", "正常", 2)).differences == ("状态:注销 / 正常",)
    assert only(gone, Entry("weibo", "1234567", "云麓发布", "甲", "已关停", 2)).outcome == Outcome.SAME
    heir = Entry("weibo", "7654321", "云麓发布", "甲", "正常运行")
    assert [row.uid for row in compare([gone, heir], [Entry("weibo", "", "云麓发布", "甲", "正常", 2)])] == ["7654321"]


def test_what_the_other_list_says_twice_is_no_second_account() -> None:
    own = Entry("weibo", "1234567", "云麓发布", "甲", "正常运行")
    twice = [Entry("weibo", "1234567", "云麓发布", "甲", "正常", 2), Entry("weibo", "1234567", "云麓发布", "甲", "", 9)]
    assert [(row.outcome, row.line, row.differences) for row in compare([own], twice)] == [
        ("一致", 2, ()),
        ("对方重复", 9, ("与第2行重复",)),
    ]


@pytest.mark.parametrize(
    ("written", "platform"),
    [
        ("政务微博", "weibo"),
        ("新浪微博", "weibo"),
        ("ＷＥＩＢＯ", "weibo"),
        ("微信公众号", "wechat"),
        ("政务微信", "wechat"),
        ("服务号", "wechat"),
        ("微信小程序", "other"),
        ("微信视频号", "other"),
        ("移动客户端(APP)", "other"),
        ("抖音号", "douyin"),
        ("政务头条号", "toutiao"),
        (" 快手 ", "kuaishou"),
    ],
)
def test_platforms_by_the_words_of_lists(written: str, platform: str) -> None:
    assert platform_of(written) == platform


def test_an_unknown_platform_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="平台“饭否”无法识别"):
        platform_of("饭否")


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("正常", "运行"),
        ("正常运行", "运行"),
        ("停止运行", "关停"),
        ("未运行", "关停"),
        ("已注销", "关停"),
        ("暂停更新(已报备)", "暂停"),
        ("在册", ""),
        ("", ""),
    ],
)
def test_states_by_the_words_of_lists(written: str, state: str) -> None:
    assert state_of(written) == state
