"""``post schedule|unschedule|hold|resume|repeat|series|end-series|calendar|slots`` at the terminal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from publishing.calendar_rules import Look
from tests.publishing import pausing
from tests.publishing.newsroom import ACCOUNT, OTHER
from tests.weibo_ops.cli.desk import Desk, refused
from weibo_ops.cli.post.calendar import View
from weibo_ops.kernel.text import cell_width

WATCH = "供水热线24小时受理报修,电话0781-2000123。"
REASON = "抢修通知须赶在停水前"


def said(desk: Desk, *words: Any, login: str = "zhao") -> tuple[str, str]:
    done = desk(login, "post", *words)
    assert done.code == 0, done.err
    return done.out, done.err


def test_a_post_is_scheduled_moved_held_resumed_and_taken_off(desk: Desk) -> None:
    post = desk.signed()
    out, err = said(desk, "schedule", post, "--at", "next")
    assert out == ""
    assert err.splitlines() == [
        f"稿件{post}已排期:{ACCOUNT} 2026-10-12 10:30 人工发布,最晚2026-10-12 12:30。",
        "注意:本稿人工发布,到时请在官方客户端发布并登记回执。",
    ]
    out, _ = said(desk, "schedule", post, "--at", "2026-10-12 23:30", "--accept", REASON, "--format", "json")
    found = json.loads(out)
    assert (found["at"], found["collisions"][0]["kind"]) == ("2026-10-12T23:30:00+08:00", "夜间不发布")
    assert "现为“暂停待处置”" in said(desk, "hold", post, "--reason", "等通知")[1]
    assert "已排期" in said(desk, "resume", post, "--at", "now")[1]
    assert "现为“已签发”" in said(desk, "unschedule", post, "--reason", "改期")[1]
    assert "取消排期" not in said(desk, "show", post)[1]
    assert "排期(post schedule)" in said(desk, "show", post)[1]


def test_refusals_are_one_sentence_with_the_next_step(desk: Desk) -> None:
    first, second = desk.signed(), desk.signed(text=WATCH)
    said(desk, "schedule", first, "--at", "2026-10-12 10:30")
    at = ("post", "schedule", second, "--at")
    refused(desk("zhao", *at, "2026-10-12 10:30"), "1处冲突", f"与稿件{first}排在同一时刻", "依据:")
    refused(desk("zhao", *at, "10:30"), "无法识别", code=2)
    refused(desk("zhao", *at, "2026-10-01 10:30"), "已过", code=2)
    refused(desk("zhao", "post", "schedule", second), "没有写明发布时间", code=2)
    refused(desk("zhao", *at, "next", "--version", "1"), "他人")
    refused(desk("zhao", "post", "hold", first), "须写明理由", code=2)
    refused(desk("zhao", "post", "resume", first, "--at", "next"), "不是“暂停待处置”")
    refused(desk("zheng", *at, "next"), "没有“排期与登记回执”权限")
    refused(desk("zhao", "post", "schedule", 99, "--at", "next"), "没有编号为99的稿件")


def busy(desk: Desk) -> tuple[int, int]:
    """Two posts in one slot on the last working day of a month with a make-up day, and a pause."""
    first, second = desk.signed(), desk.signed(text=WATCH)
    said(desk, "schedule", first, "--at", "2026-10-12 10:30")
    said(desk, "schedule", second, "--at", "2026-10-12 10:30", "--accept", REASON)
    pausing.start(desk, from_at=desk.clock.now() + timedelta(days=3), until_at=desk.clock.now() + timedelta(days=4))
    return first, second


def test_the_month_is_a_grid_of_seven_columns_that_fits(desk: Desk) -> None:
    first, second = busy(desk)
    for number in range(3):
        desk.new("--earliest", "2026-10-12 16:00", text=f"第{number}号泵站检修完成,恢复供水。")
    out, err = said(desk, "calendar", "--view", "month")
    lines = out.splitlines()
    assert lines[0] == "2026年10月  全部账号"
    assert lines[1].split() == [f"周{day}" for day in "一二三四五六日"]
    assert all(cell_width(line) <= 80 for line in lines)
    monday = next(place for place, line in enumerate(lines) if line.startswith("12"))
    assert lines[monday].split() == ["12", "13", "14", "15", "停", "16", "停", "17", "休", "18", "休"]
    assert [line.strip() for line in lines[monday + 1 : monday + 5]] == [
        "10:30!云麓",
        "10:30!云麓",
        "16:00!云麓",
        "另2件",
    ]
    assert "10 班" in out
    assert err.splitlines()[:3] == [
        "2026-10-01至2026-10-31共5件,有冲突的5件:",
        *(line for line in err.splitlines() if line.startswith((f"稿件{first}:", f"稿件{second}:"))),
    ]
    assert f"(已说明:{REASON})" in err
    assert "暂停发布“全市哀悼日”:2026-10-15 09:30至2026-10-16 09:30" in err


def test_week_agenda_and_day(desk: Desk) -> None:
    first, second = busy(desk)
    week, _ = said(desk, "calendar")
    assert week.count("【2026-10-") == 7
    assert "【2026-10-17 周六  休息日】没有稿件" in week
    assert "【2026-10-15 周四  工作日  暂停发布:全市哀悼日】没有稿件" in week
    agenda, err = said(desk, "calendar", "--view", "agenda", "--date", "2026-10-12")
    assert agenda.count("【2026-10-") == 3, "only the days on which something is"
    assert "2026-10-12至2026-10-25共2件" in err
    day, _ = said(desk, "calendar", "--view", "day", "--account", OTHER)
    assert day == "【2026-10-12 周一  工作日】没有稿件\n"
    shown = json.loads(said(desk, "calendar", "--format", "json")[0])
    assert [(row["post_id"], row["day"], row["accepted"]) for row in shown] == [
        (first, "2026-10-12", ""),
        (second, "2026-10-12", REASON),
    ]
    table = said(desk, "calendar", "--format", "csv")[0].splitlines()
    assert len(table) == 3
    assert table[0].split(",") == list(shown[0])


def test_slots(desk: Desk) -> None:
    busy(desk)
    out, _ = said(desk, "slots", ACCOUNT)
    assert [line.split()[2] for line in out.splitlines()[2:]] == ["否", "否", "是", "是", "是"]
    assert "尚未收录" in said(desk, "slots", ACCOUNT, "--date", "2027-10-12")[1]


def test_a_column_is_laid_out_and_ended(desk: Desk) -> None:
    base = desk.new(text=WATCH)
    monthly = ("--title", "热线提示", "--every", "每月", "--day", 31, "--at", "9:00")
    out, err = said(desk, "repeat", base, *monthly, "--from", "2026-10-13", "--to", "2026-12-31")
    assert [line.split()[1:] for line in out.splitlines()[2:]] == [
        ["2026-10-31", "09:00:00"],
        ["2026-12-31", "09:00:00"],
    ]
    assert "栏目1“热线提示”(每月31日09:00):已生成2件草稿" in err
    assert "注意:2026年11月没有31日。" in err
    assert "热线提示" in said(desk, "series")[0]
    assert "撤稿2件:2、3" in said(desk, "end-series", 1, "--reason", "停办")[1]
    wrong = ("post", "repeat", base, "--title", "栏目", "--from", "2026-10-13", "--to", "2026-10-14")
    refused(desk("zhao", *wrong, "--every", "每旬", "--at", "9:00"), "“每旬”无法识别", code=2)
    refused(desk("zhao", *wrong, "--every", "每日", "--at", "早上"), "不是钟点", code=2)
    refused(desk("zhao", *wrong[:-1], "2026-10-40", "--every", "每日", "--at", "9:00"), "不是日期", code=2)


def test_the_views_are_those_of_the_rules() -> None:
    assert [view.value for view in View] == [look.value for look in Look]
