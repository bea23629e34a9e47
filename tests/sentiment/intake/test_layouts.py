"""Rows of every layout: what is taken in is exact, what is refused says why."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.intake.layouts import (
    MAX_TEXT,
    FileKind,
    Header,
    Reason,
    RowRejectedError,
    parse_comment,
    parse_post,
    parse_profile,
    parse_roster,
    recognise,
)

COMMENTS = ["id", "weibo_id", "created_at", "user_screen_name", "text", "pic_url", "like_count"]
POSTS = [
    "id",
    "bid",
    "正文",
    "头条文章url",
    "位置",
    "日期",
    "工具",
    "点赞数",
    "评论数",
    "转发数",
    "完整日期",
    "是否原创",
]
USERS = ["用户id", "昵称", "微博数", "粉丝数", "关注数", "简介", "是否认证", "认证类型", "认证信息"]
ROSTER = ["昵称", "用户id", "主办单位", "职能", "层级", "行政区"]


def header(cells: list[str]) -> Header:
    found = recognise(cells)
    assert found is not None
    return found


def test_files_are_recognised_by_header_in_any_order_of_columns() -> None:
    kinds = [header(cells).kind for cells in (COMMENTS, POSTS, USERS, ROSTER)]
    assert kinds == [FileKind.COMMENTS, FileKind.POSTS, FileKind.USERS, FileKind.ROSTER]
    assert header(["\ufeffid", *reversed(COMMENTS[1:])]).kind is FileKind.COMMENTS
    assert recognise(["comment_id", "reply_id", "asked_first", "linkable", "citizen", "account"]) is None
    assert recognise([]) is None


def test_a_post_is_read_with_its_trailing_tab_and_beijing_time() -> None:
    row = ["5170000000000001\t", "PtnX", "正文 ", "", "", "2026-08-04T22:55:08", "网页", "10", "4", "3", "", "True"]
    full = header([name for name in POSTS if name != "完整日期"])
    post = parse_post(full, [cell for index, cell in enumerate(row) if index != 10])
    assert post.platform_id == "5170000000000001"
    assert post.published_at == datetime(2026, 8, 4, 14, 55, 8, tzinfo=UTC)
    assert (post.likes_count, post.comments_count, post.reposts_count) == (10, 4, 3)
    assert post.original is True
    assert post.text == "正文 "


def test_a_count_that_is_not_told_is_not_zero() -> None:
    row = ["1", "", "x", "", "", "", "", "", "", "", "2026-08-04 22:55:08", ""]
    post = parse_post(header(POSTS), row)
    assert (post.likes_count, post.comments_count, post.reposts_count, post.original) == (None, None, None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["1", "2"], Reason.SHORT_ROW),
        (["", "2", "2026-07-01 10:00:00", "甲", "x", "", "0"], Reason.MISSING_ID),
        (["1e5", "2", "2026-07-01 10:00:00", "甲", "x", "", "0"], Reason.BAD_ID),
        (["１", "2", "2026-07-01 10:00:00", "甲", "x", "", "0"], Reason.BAD_ID),
        (["1", "", "2026-07-01 10:00:00", "甲", "x", "", "0"], Reason.MISSING_ID),
        (["1", "2", "yesterday", "甲", "x", "", "0"], Reason.BAD_TIME),
        (["1", "2", "", "甲", "x", "", "0"], Reason.BAD_TIME),
        (["1", "2", "2026-02-30 10:00:00", "甲", "x", "", "0"], Reason.BAD_TIME),
        (["1", "2", "0001-01-01 00:00:00", "甲", "x", "", "0"], Reason.BAD_TIME),
        (["1", "2", "2026-07-01 10:00:00", " ", "x", "", "0"], Reason.MISSING_FIELD),
        (["1", "2", "2026-07-01 10:00:00", "甲", "x", "", "-1"], Reason.BAD_NUMBER),
        (["1", "2", "2026-07-01 10:00:00", "甲", "x", "", "1.5"], Reason.BAD_NUMBER),
        (["1", "2", "2026-07-01 10:00:00", "甲", "x" * (MAX_TEXT + 1), "", "0"], Reason.TOO_LONG),
    ],
)
def test_a_bad_comment_is_refused_with_its_reason(row: list[str], reason: Reason) -> None:
    with pytest.raises(RowRejectedError) as refusal:
        parse_comment(header(COMMENTS), row)
    assert refusal.value.reason is reason
    assert reason.label


def test_the_longest_text_allowed_is_taken_in_whole() -> None:
    text = "长" * MAX_TEXT
    assert parse_comment(header(COMMENTS), ["1", "2", "2026-07-01 10:00:00", "甲", text, "", "0"]).text == text
    post = ["1", "", text, "", "", "", "", "", "", "", "2026-08-04 22:55:08", ""]
    assert parse_post(header(POSTS), post).text == text
    post[2] += "长"
    with pytest.raises(RowRejectedError) as refusal:
        parse_post(header(POSTS), post)
    assert refusal.value.reason is Reason.TOO_LONG


@given(st.lists(st.text(max_size=30), max_size=9))
def test_no_row_breaks_a_parser(row: list[str]) -> None:
    for cells, parse in (
        (COMMENTS, parse_comment),
        (POSTS, parse_post),
        (USERS, parse_profile),
        (ROSTER, parse_roster),
    ):
        with suppress(RowRejectedError):
            parse(header(cells), row)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_a_comment_text_is_kept_as_it_came(text: str) -> None:
    assert parse_comment(header(COMMENTS), ["1", "2", "2026-07-01 10:00:00", "甲", text, "", "0"]).text == text


def test_a_profile_tells_certified_uncertified_and_unknown_apart() -> None:
    certified = parse_profile(header(USERS), ["1", "甲", "1", "2", "3", "", "True", "1", "某局官方微博"])
    plain = parse_profile(header(USERS), ["1", "甲", "1", "2", "3", "", "False", "-1", ""])
    silent = parse_profile(header(USERS), ["1", "甲", "", "", "", "", "", "", ""])
    assert (certified.verified, plain.verified, silent.verified) == (True, False, None)
    assert (certified.verified_type, plain.verified_type, silent.verified_type) == (1, -1, None)
    assert silent.followers_count is None
