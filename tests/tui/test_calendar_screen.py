"""The calendar worked by keys: four looks, days and slots, times given, moved, taken off, refused with every reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.publishing import pausing
from tests.publishing.newsroom import ACCOUNT, OTHER, Newsroom
from tests.tui.driver import Screens
from tests.tui.test_publishing_looks import HOSTILE
from tests.tui.writing import Desk
from tui.screens.calendar import CalendarScreen
from tui.screens.form import FormScreen
from tui.widgets.day_grid import DayGrid
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.text import cell_width

WATCH = "供水热线24小时受理报修,电话0781-2000123。"
REASON = "抢修通知须赶在停水前"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "newsroom.db")
    made = Newsroom(tmp_path / "home")
    yield made
    made.app.close()


@pytest.fixture
def desk(room: Newsroom) -> Desk:
    return Desk(room)


def at(clock: str, day: int = 12) -> datetime:
    return parse_beijing(f"2026-10-{day:02d} {clock}")


def schedule(room: Newsroom, post: int, when: datetime, accepted: str = "") -> int:
    version = room.show(post).row.version
    room.app.calendar.schedule(room.who("zhao"), post, version, at=when, accepted=accepted)
    return post


def furnish(room: Newsroom) -> None:
    """Two posts in one slot, one at night, one held, one on a day off, a plan, a pause."""
    schedule(room, room.signed(), at("10:30"))
    schedule(room, room.signed(text=WATCH), at("10:30"), REASON)
    held = schedule(room, room.signed(text="今日水质检测合格,各项指标见水务局网站。"), at("14:30", 13))
    room.app.calendar.hold(room.who("zhao"), held, room.show(held).row.version, "数字待核实")
    schedule(room, room.signed(text="本周六上午在桂园广场设供水服务点。"), at("09:30", 17))
    room.draft(text="第3号泵站检修完成,恢复供水。", earliest_at=at("16:00", 14))
    pausing.start(room, from_at=at("00:00", 20), until_at=at("00:00", 22))


def grid(on: Screens) -> DayGrid:
    return on.app.screen.query_one(DayGrid)


def shown(on: Screens) -> CalendarScreen:
    assert isinstance(on.app.screen, CalendarScreen)
    return on.app.screen


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)], ids=["80", "120"])
async def test_the_calendar_looks_as_agreed(
    desk: Desk, golden: Callable[[str, str], None], columns: int, rows: int
) -> None:
    furnish(desk.room)
    async with desk.open("zhao", columns, rows) as on:

        def compare(name: str) -> None:
            assert all(cell_width(line) <= columns for line in on.lines)
            golden(f"calendar-{name}-{columns}", on.text)

        await on.press("!")
        compare("week")
        await on.press("m")
        compare("month")
        await on.press("l")
        compare("agenda")
        await on.press("d", "a", "enter", "down")
        compare("day")
        await on.press("b")
        compare("schedule")
        await on.press("ctrl+s")
        compare("refused")


async def test_every_day_of_the_month_is_reached_and_the_months_follow(desk: Desk) -> None:
    furnish(desk.room)
    async with desk.open("zhao") as on:
        await on.press("!", "m")
        assert (grid(on).cursor, len(grid(on).rows)) == (11, 31)
        assert "2026-10-12 周一  工作日  今天  2件" in on.detail
        await on.press("right")
        assert "2026-10-13 周二" in on.detail
        assert "! 暂停待处置  稿件3" in on.detail
        await on.press("down")
        assert "暂停发布:全市哀悼日" in on.detail
        assert "周终审逐条放行" in on.detail
        await on.press("down", "down")
        assert shown(on).day == date(2026, 11, 3)
        assert "月:2026年11月" in on.lines[2]
        await on.press("up")
        assert shown(on).day == date(2026, 10, 27)
        await on.press("home")
        assert "2026-10-01" in on.detail
        await on.press("left")
        assert "2026-09-30" in on.detail
        await on.press("n", "n")
        assert "月:2026年11月" in on.lines[2]
        assert shown(on).day == date(2026, 11, 30)
        await on.press("g")
        assert "2026-10-12" in on.detail
        await on.press("pagedown")
        assert "月:2026年11月" in on.lines[2]
        await on.press("p", "enter")
        assert "日:2026-10-12 周一" in on.lines[2]


async def test_lines_go_by_weeks_and_days(desk: Desk) -> None:
    furnish(desk.room)
    async with desk.open("zhao") as on:
        await on.press("!")
        assert on.column("日期")[:3] == ["10-12 周一今", "", "10-13 周二"]
        assert on.column("冲突、提示")[:2] == ["! 同一时刻", "✓ 已说明冲突"]
        assert on.column("状态")[-2:] == ["◔ 已排期", "没有稿件"]
        await on.press("right")
        assert "周:10-19至10-25" in on.lines[2]
        assert on.column("日期")[1] == "10-20 周二停"
        await on.press("left", "left")
        assert "周:10-05至10-11" in on.lines[2]
        assert on.column("日期")[5] == "10-10 周六班"
        await on.press("g", "d", "n")
        assert "日:2026-10-13 周二" in on.lines[2]
        await on.press("l")
        assert "日程:10-13至10-26" in on.lines[2]


async def test_a_post_that_waits_is_put_into_a_free_slot(desk: Desk) -> None:
    schedule(desk.room, desk.room.signed(), at("10:30"))
    post = desk.room.signed(text=WATCH)
    async with desk.open("zhao") as on:
        await on.press("!", "d", "a")
        await on.paste(ACCOUNT)
        await on.press("enter")
        assert on.column("状态") == ["- 已过", "◔ 已排期", "✓ 空闲", "✓ 空闲", "✓ 空闲"]
        await on.press("down", "down", "b")
        form = on.app.screen
        assert isinstance(form, FormScreen)
        assert form.raw() == {"post": f"{post}/6", "at": "2026-10-12 14:30", "accepted": ""}
        await on.press("ctrl+s")
        assert f"稿件{post}已排期:2026-10-12 14:30 人工发布" in on.lines[-2]
        assert on.column("状态") == ["- 已过", "◔ 已排期", "◔ 已排期", "✓ 空闲", "✓ 空闲"]
        await on.press("c")
        assert "账号:全部" in on.lines[2]


async def test_a_collision_is_told_whole_and_taken_with_a_reason(desk: Desk) -> None:
    first = schedule(desk.room, desk.room.signed(), at("10:30"))
    second = schedule(desk.room, desk.room.signed(text=WATCH), at("14:30"))
    async with desk.open("zhao") as on:
        await on.press("!", "d", "down", "b")
        await desk.submit(at="2026-10-12 10:34")
        told = "".join(on.text.split())
        assert f"与稿件{first}(2026-10-1210:30)相隔4分钟,不足10分钟" in told
        assert "依据:" in told
        await desk.submit(accepted=REASON)
        assert on.column("时间") == ["10:30", "10:34"]
        assert on.column("冲突、提示") == ["! 间隔不足", "✓ 已说明冲突"]
        await on.press("down")
        assert f"稿件{second}" in on.detail
        assert REASON in on.detail
        await on.press("x", "ctrl+s")
        assert on.column("时间") == ["10:30", "14:30"]
        assert on.column("冲突、提示") == ["", ""]


async def test_a_post_is_held_and_taken_off(desk: Desk) -> None:
    post = schedule(desk.room, desk.room.signed(), at("10:30"))
    async with desk.open("zhao") as on:
        await on.press("!", "s")
        await desk.submit(reason="数字待核实")
        assert on.row[2] == "! 暂停待处置"
        assert "数字待核实" in on.detail
        await on.press("u")
        assert "不能取消排期" in on.lines[-2]
        await on.press("b")
        await desk.submit(at="2026-10-12 16:30")
        assert on.row[:3] == ["10-12 周一今", "16:30", "◔ 已排期"]
        await on.press("u")
        await desk.submit(reason="改由发布会发布")
        assert desk.shown(post).row.state == "已签发"
        assert on.row[2] == "没有稿件"
        await on.press("s")
        assert "光标不在稿件上" in on.lines[-2]


async def test_nothing_waits_and_who_may_not(desk: Desk) -> None:
    async with desk.open("zhao") as on:
        await on.press("!", "b")
        assert "没有已签发而待排期的稿件" in on.lines[-2]
        await on.press("l")
        assert "十四日内没有稿件" in on.text
    async with desk.open("zheng") as on:
        await on.press("!")
        assert "b 排期" not in on.lines[-1]
        await on.press("b")
        assert "需要“排期与登记回执”权限" in on.text


async def test_a_week_is_a_grid_where_there_is_room(desk: Desk) -> None:
    furnish(desk.room)
    async with desk.open("zhao", 120, 40) as on:
        await on.press("!")
        assert grid(on).has_focus
        assert len(grid(on).rows) == 7
        await on.press("down")
        assert "周:10-19至10-25" in on.lines[2]
        await on.pilot.resize_terminal(80, 24)
        await on.settle()
        assert not grid(on).display
        assert on.column("日期")[0] == "10-19 周一"


async def test_a_click_goes_to_a_day_and_a_second_opens_it(desk: Desk) -> None:
    furnish(desk.room)
    async with desk.open("zhao") as on:
        await on.press("!", "m")
        await on.pilot.click(DayGrid, offset=(70, 5))
        await on.settle()
        assert shown(on).day == date(2026, 10, 18)
        await on.pilot.click(DayGrid, offset=(70, 5), times=2)
        await on.settle()
        assert "日:2026-10-18 周日" in on.lines[2]


async def test_whatever_is_written_in_a_post_stays_text(desk: Desk) -> None:
    for day in (13, 13, 13, 14):
        desk.room.draft(text=HOSTILE * 3, earliest_at=at("10:30", day))
    desk.room.app.posts.new(desk.room.who("wu"), desk.room.entry(HOSTILE, account=OTHER, earliest_at=at("10:31", 13)))
    for columns, rows in ((80, 24), (120, 40)):
        async with desk.open("zhao", columns, rows) as on:
            await on.press("!")
            for key in ("w", "m", "right", "a", "enter", "m", "d", "l"):
                await on.press(key)
                assert all(cell_width(line) <= columns for line in on.lines), key
                assert not any(sign in on.text for sign in "\x1b\u202e\u200b")
