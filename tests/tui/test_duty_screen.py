"""Duty worked by keys: the week, its gaps, turns, swaps; a hand-over opened, worked off and signed by both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accounts.schemas.duty import ShiftEntry
from tests.accounts.test_lifecycle import NOW, Office
from tests.office import BOSS, PLANT, WATER
from tests.tui.driver import Screens
from tests.tui.test_register_screen import HOSTILE, act, at_work, choose, fill
from tui.office import clock_words
from tui.screens.confirm import Confirm
from tui.screens.form import FormScreen
from tui.screens.options import OptionPicker
from weibo_ops.kernel import audit
from weibo_ops.kernel.text import cell_width

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def turn(office: Office, login: str, start: int, hours: int = 24, post: str = "主班", unit: str = WATER) -> None:
    begin = NOW + timedelta(hours=start)
    office.app.duty.assign(BOSS, ShiftEntry(unit, post, login, begin, begin + timedelta(hours=hours)))


async def look(on: Screens) -> None:
    """Go to the duty of the waterworks."""
    await on.press("8")
    if WATER not in on.lines[2]:
        await on.press("u")
        await choose(on, WATER)


async def test_the_week_shows_who_serves_what_is_missing_and_who_is_on_duty_now(office: Office) -> None:
    turn(office, "zhao", -1)
    turn(office, "li", 23)
    turn(office, "zhou", -1, 8, "带班领导")
    office.app.staff.record_leave(BOSS, "li", date(2026, 10, 9), date(2026, 10, 9))
    on = at_work(office, "zhao")
    async with on.open():
        await look(on)
        assert f"单位:{WATER}  周:10-05至10-11" in on.lines[2]
        assert [row.split()[-1] for row in on.column("日期")] == [f"周{day}" for day in "一二三四五六日"]
        assert on.row[0].split() == ["›", "10-08", "周四"], "the cursor stands on today"
        assert (on.row[1], on.row[3]) == ("赵编辑", "周终审")
        assert "此刻值班" in on.detail
        assert "赵编辑(至 2026-10-09 09:00)" in on.detail
        gaps = office.app.duty.gaps(WATER, date(2026, 10, 5), date(2026, 10, 11))
        assert gaps
        await on.press("down")
        assert "李编辑(请假)" in on.row[1]
        assert "当日请假" in on.detail
        await on.press("home")
        assert "✗ 1处" in on.row[4]
        assert gaps[0].reason in on.detail
        await on.press("right")
        assert "周:10-12至10-18" in on.lines[2]
        await on.press("left", "f7")
        assert "周:09-28至10-04" in on.lines[2]
        await on.press("w")
        assert "周:10-05至10-11" in on.lines[2]


async def test_turns_are_assigned_swapped_and_taken_off_by_forms(office: Office) -> None:
    on = at_work(office, "qian")
    async with on.open():
        await look(on)
        await act(on, "排班", login="zhao", from_at="2026-10-08 20:00", until_at="2026-10-09 08:00")
        assert "已排班 #1:主班 赵编辑。" in on.lines[-2]
        await act(on, "排班", login="li", from_at="2026-10-08 22:00", until_at="2026-10-09 08:00")
        assert "已由赵编辑值班" in "".join(on.text.split())
        await on.press("escape", "y")
        await act(on, "换班", shift="1", login="li")
        assert on.row[1] == "李编辑"
        await act(on, "撤下", shift="1", reason="改由中心统一值守")
        assert isinstance(on.app.screen, Confirm)
        assert "主班 李编辑" in on.text
        await on.press("y")
        assert on.row[1] == "无人"
        await act(on, "轮值", first_login="zhao", second_login="li", first="2026-10-09", last="2026-10-11")
        assert "已排 3 班。" in on.lines[-2]
        assert on.column("主班")[4:] == ["赵编辑", "赵编辑、李编辑", "李编辑、赵编辑"]
        await act(on, "轮值", first_login="zhao", second_login="li", first="2026-10-12", last="2026-10-13", starts="早")
        assert "不是钟点" in on.text
    with office.app.db.reading() as session:
        assert audit.verify(session).broken_at is None


async def test_a_hand_over_is_worked_off_and_signed_by_both_sides(office: Office, tmp_path: Path) -> None:
    shot = tmp_path / "截图.png"
    shot.write_bytes(b"x")
    on = at_work(office, "zhao")
    async with on.open():
        await look(on)
        await act(on, "开始交接班", to_login="li", items="3号管线抢修仍在进行", note="夜班平稳")
        assert "已开始交接 #1,1项,待赵编辑签字。" in on.lines[-2]
        await on.press("v")
        assert on.column("状态") == ["◔ 待交出签字"]
        assert "3号管线抢修仍在进行" in on.detail
        await act(on, "办理一项", note="已修复", evidence=str(shot))
        assert "已办,还有 0 项。" in on.lines[-2]
        assert "已修复" in on.detail
        await act(on, "签字")
        assert "已签字,待李编辑签字。" in on.lines[-2]
        await act(on, "签字")
        assert "本方已签字" in "".join(on.text.split())
    on = at_work(office, "li")
    async with on.open():
        await on.press("8", "v")
        assert on.column("交出") == ["✓ 赵编辑"]
        await act(on, "签字")
        assert "已由双方签字办结" in on.lines[-2]
        assert "没有未办结的交接单" in on.text
        await on.press("h")
        assert on.column("状态") == ["✓ 办结"]
        await on.press("b")
        assert "已办结的清单不再办理" in on.text
        await on.press("enter")
        await on.press("escape", "v")
        assert "周:10-05至10-11" in on.lines[2]


async def test_a_hand_over_that_is_not_needed_is_withdrawn_with_a_reason(office: Office) -> None:
    office.app.duty.open_handover(office.people["zhao"], WATER, "zhao", "li")
    on = at_work(office, "zhao")
    async with on.open():
        await on.press("8", "v")
        await act(on, "办结")
        assert isinstance(on.app.screen, FormScreen)
        assert "请填写。" in on.text
        await fill(on, reason="改由周终审接班")
        assert "不能再办理" in on.text
        await on.press("y")
        assert on.rows == []


async def test_another_units_duty_is_found_by_pinyin_and_who_may_not_is_offered_nothing(office: Office) -> None:
    turn(office, "wu", 0, 12, unit=PLANT)
    on = at_work(office, "feng")
    async with on.open():
        await on.press("8", "u")
        assert isinstance(on.app.screen, OptionPicker)
        await on.type("diyishui")
        await on.press("enter")
        assert PLANT in on.lines[2]
        assert "吴编辑" in on.column("主班")
        assert "办理" not in on.lines[-1]
        await on.press("b")
        assert on.screen.id == "duty"
        assert "权限" in on.text


@pytest.mark.parametrize("services", ["empty"], indirect=True)
async def test_where_no_unit_is_registered_it_says_what_to_do(screens: Screens) -> None:
    async with screens.open():
        await screens.press("8")
        assert "weibo-ops unit add" in screens.text


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20), (41, 12)])
async def test_hostile_words_on_the_roster_are_harmless(office: Office, size: tuple[int, int]) -> None:
    from accounts.models import Staff

    turn(office, "zhao", -1)
    with office.app.db.writing() as session:
        session.query(Staff).filter(Staff.login == "zhao").update({"name": HOSTILE})
    office.app.duty.open_handover(office.people["li"], WATER, "zhao", "li", HOSTILE, [HOSTILE])
    on = at_work(office, "li")
    async with on.open(*size):
        for keys in (("8",), ("v",), ("b",), ("enter",), ("escape", "v"), ("b", "enter", "tab", "space")):
            await on.press(*keys)
            for strip in on.app.screen._compositor.render_strips():
                text = "".join(segment.text for segment in strip)
                assert cell_width(text) == size[0]
                assert not set(text) & set("\x1b\u202e")


@pytest.mark.parametrize("columns", [80, 130])
@pytest.mark.parametrize("name", ["duty-week", "duty-lists", "duty-assign"])
async def test_duty_looks_as_agreed(
    office: Office, golden: Callable[[str, str], None], name: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.base.database_words", lambda _url: "office.db")
    turn(office, "zhao", -1)
    turn(office, "zhou", -1, 8, "带班领导")
    office.app.duty.open_handover(office.people["zhao"], WATER, "zhao", "li", "夜班平稳", ["3号管线抢修仍在进行"])
    keys = {"duty-week": ("8",), "duty-lists": ("8", "v"), "duty-assign": ("8", "b", "enter")}
    on = at_work(office, "qian" if name == "duty-assign" else "zhao")
    async with on.open(columns, 24):
        await look(on)
        await on.press(*keys[name][1:])
        assert all(cell_width(line) <= columns for line in on.lines)
        golden(f"{name}-{columns}", on.text)


def test_a_turn_is_told_from_the_view_of_a_day() -> None:
    day = date(2026, 10, 8)

    def at(days: int, hour: int) -> datetime:
        return datetime(2026, 10, 8 + days, hour, tzinfo=BEIJING)

    assert clock_words(at(0, 9), at(0, 18), day) == "09:00-18:00"
    assert clock_words(at(0, 20), at(1, 8), day) == "20:00-次日08:00"
    assert clock_words(at(-1, 20), at(0, 8), day) == "昨日20:00-08:00"
    assert clock_words(at(-3, 0), at(2, 9), day) == "10-05 00:00-10-10 09:00"
