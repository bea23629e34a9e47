"""``post staffing``: what will not be signed in time, in the three formats, with the next step and the clause."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tests.office import BOSS
from tests.publishing.newsroom import WATER
from tests.weibo_ops.cli.desk import Desk, refused
from weibo_ops.cli.post.reviewing import GAP_TITLES

WEEK = ("--from", "2026-10-12", "--to", "2026-10-18")


def test_where_everybody_is_there_it_is_said(desk: Desk) -> None:
    desk.new("--latest", "2026-10-14 17:00")
    done = desk("zhao", "post", "staffing", *WEEK)
    assert (done.code, done.err) == (0, "各环节均有人可按时审签。\n")


def test_what_is_wanting_is_told_with_next_step_and_clause(desk: Desk) -> None:
    post = desk.new("--latest", "2026-10-14 17:00")
    for login in ("zhou", "shang"):
        desk.app.staff.record_leave(BOSS, login, date(2026, 10, 13), date(2026, 10, 16))
    table = desk("zhao", "post", "staffing", *WEEK)
    assert table.code == 0
    assert table.out.splitlines()[0].split() == ["稿件", "单位", "日期", "环节", "原因"]
    assert "周终审2026-10-13至2026-10-16请假,未委托" in table.err
    assert f"稿件{post}“终审”:2026-10-14 17:00前无人可签" in table.err
    assert "下一步:请为周终审安排2026-10-14前在岗的受委托人:weibo-ops staff deputy" in table.err
    assert "依据:本程序默认标准:本单位人手不足的,由上级单位或者分管领导审签" in table.err
    (row,) = json.loads(desk("zhao", "post", "staffing", *WEEK, "--format", "json").out)
    assert list(row) == list(GAP_TITLES)
    assert (row["post_id"], row["step"], row["until"]) == (post, "终审", "2026-10-14T17:00:00+08:00")
    header, line = desk("zhao", "post", "staffing", *WEEK, "--format", "csv").out.splitlines()
    assert header == ",".join(GAP_TITLES)
    assert "请为周终审安排" in line


def test_hours_of_duty_are_told_by_their_unit(desk: Desk) -> None:
    done = desk("zhao", "post", "staffing", *WEEK, "--unit", WATER)
    assert f"{WATER}值班“初审、复审、终审”:2026-10-12 12:00至13:00" in done.err
    assert "应急稿件无人可签:无人值班" in done.err
    assert "下一步:请安排初审、复审、终审及以上人员值班:weibo-ops duty assign。" in done.err


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("--from", "2026-10-18", "--to", "2026-10-12"), "测算须写明起止日期", 2),
        (("--from", "下周一", "--to", "2026-10-12"), "下周一", 2),
        (("--from", "2026-10-01", "--to", "2026-10-11"), "测算的日期已过", 2),
        (("--from", "2026-10-12", "--to", "2027-10-12"), "测算的起止日期不对", 2),
        ((*WEEK, "--unit", "没有的单位"), "没有的单位", 1),
        (("--from", "2026-12-20", "--to", "2027-01-10"), "2027年的节假日和调休安排尚未收录", 1),
    ],
)
def test_days_and_units_that_are_not_there_are_refused(
    desk: Desk, words: tuple[str, ...], said: str, code: int
) -> None:
    refused(desk("zhao", "post", "staffing", *words), said, code=code)
