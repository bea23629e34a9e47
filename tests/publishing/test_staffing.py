"""The posts and duty of the days to come, walked in advance, and then by the very clock: what was said comes true."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.schemas.duty import ShiftEntry
from accounts.schemas.people import StaffEntry
from publishing.schemas import StaffingGap
from tests.office import BOSS
from tests.publishing.newsroom import CITY, NOW, PLANT, TEXT, WATER, Newsroom
from weibo_ops.kernel.clock import beijing_instant, parse_beijing
from weibo_ops.kernel.errors import NotFoundError, RefusedError, UsageError

MONDAY, SUNDAY = date(2026, 10, 12), date(2026, 10, 18)


def day(number: int) -> date:
    return date(2026, 10, number)


def leave(room: Newsroom, first: int, last: int, *logins: str) -> None:
    for login in logins:
        room.app.staff.record_leave(BOSS, login, day(first), day(last))


def week(room: Newsroom, unit: str | None = None) -> list[StaffingGap]:
    return room.app.staffing.simulate(MONDAY, SUNDAY, unit)


def of_posts(room: Newsroom, unit: str | None = None) -> list[StaffingGap]:
    return [gap for gap in week(room, unit) if gap.post_id is not None]


def duty(room: Newsroom, post: str, login: str, begin: str, end: str, unit: str = WATER) -> None:
    entry = ShiftEntry(unit, post, login, parse_beijing(f"2026-10-{begin}"), parse_beijing(f"2026-10-{end}"))
    room.app.duty.assign(room.who("sun"), entry)


def may_sign(room: Newsroom, post: int, until: str) -> set[str]:
    """Whoever has the post in their queue at some half hour from now on, on a day on which they are not away."""
    found: set[str] = set()
    staff = [row for row in room.app.staff.list_staff() if row.active]
    while room.clock.instant <= parse_beijing(f"2026-10-{until}"):
        today = (room.clock.instant + timedelta(hours=8)).date()
        away = {row.login for row in room.app.staff.leaves(first=today, last=today)}
        for row in staff:
            if row.login not in away and any(
                each.post_id == post for each in room.app.reviews.queue(room.who(row.login))
            ):
                found.add(row.login)
        room.clock.forward(hours=6)
    return found


# --- posts ------------------------------------------------------------------------------------------------------


def test_with_everybody_there_nothing_is_wanting(room: Newsroom) -> None:
    room.draft(latest_at=parse_beijing("2026-10-14 17:00"))
    room.submit(room.draft(text=f"{TEXT}请互相转告。").row.post_id)
    assert week(room) == []


def test_a_post_whose_last_signers_are_away_is_named_with_leave_deputies_and_next_step(room: Newsroom) -> None:
    post = room.draft(latest_at=parse_beijing("2026-10-14 17:00")).row.post_id
    leave(room, 13, 16, "zhou")
    assert week(room) == []
    leave(room, 13, 15, "shang")
    room.app.staff.deputise(BOSS, "shang", "han", day(12), day(12))
    (gap,) = week(room)
    assert (gap.post_id, gap.account, gap.unit, gap.chain, gap.step) == (post, "云麓供水", WATER, "三审三校", "终审")
    assert (gap.day, gap.until) == (day(14), parse_beijing("2026-10-14 17:00"))
    assert gap.reason == (
        "2026-10-14 17:00前无人可签:周终审2026-10-13至2026-10-16请假,未委托;"
        "尚市长办2026-10-13至2026-10-15请假,对韩厂长的委托2026-10-12止"
    )
    assert "请为周终审安排2026-10-14前在岗的受委托人:weibo-ops staff deputy" in gap.next_step
    assert "现有人员可以按时签完" in gap.next_step
    assert "人手不足" in gap.rule
    room.app.staff.deputise(BOSS, "zhou", "han", day(14), day(14))
    assert week(room) == []


def test_what_was_said_comes_true_hour_by_hour(room: Newsroom) -> None:
    post = room.draft(latest_at=parse_beijing("2026-10-14 17:00")).row.post_id
    room.submit(post)
    room.agree(post, "chu")
    room.agree(post, "fu")
    leave(room, 12, 14, "zhou", "shang")
    (gap,) = week(room)
    assert (gap.post_id, gap.step) == (post, "终审")
    assert "早于" not in gap.next_step
    assert may_sign(room, post, "14 17:00") == set()


def test_nobody_signs_two_steps_and_nobody_who_wrote_signs(room: Newsroom) -> None:
    leave(room, 12, 18, "wei", "chu", "shen", "shang")
    post = room.draft(latest_at=parse_beijing("2026-10-16 17:00")).row.post_id
    (gap,) = week(room)
    assert (gap.post_id, gap.step) == (post, "终审")
    assert "周终审须签其他环节(一人只签一个环节)" in gap.reason
    room.draft(who="fu", text=f"{TEXT}请互相转告。", latest_at=parse_beijing("2026-10-16 17:00"))
    told = [gap for gap in week(room) if gap.post_id == post + 1]
    assert [gap.step for gap in told] == ["复审", "终审"]
    assert "傅复审经手本稿" in told[0].reason


def test_an_originator_by_name_and_outsourced_people_are_no_signers(room: Newsroom) -> None:
    room.app.staff.add(
        BOSS, StaffEntry("dai", "代运维", WATER, ("终审",), outsourced=True, contract_ends_on=date(2027, 1, 1))
    )
    leave(room, 12, 18, "shang")
    room.draft(latest_at=parse_beijing("2026-10-16 17:00"), originator="周终审")
    (gap,) = week(room)
    assert gap.step == "终审"
    assert "周终审经手本稿" in gap.reason
    assert "代运维" not in gap.reason


def test_an_office_of_two_is_told_to_turn_to_the_unit_above(room: Newsroom) -> None:
    leave(room, 12, 18, "shang", "zhou")
    room.draft(who="wu", account="云麓水厂", latest_at=parse_beijing("2026-10-16 17:00"))
    assert of_posts(room, PLANT) == []
    leave(room, 12, 18, "chu", "wei", "fu", "shen")
    gaps = of_posts(room, PLANT)
    assert [gap.step for gap in gaps] == ["复审", "终审"]
    assert all("韩厂长" in gap.reason for gap in gaps)


def test_the_latest_time_is_before_people_come_to_work(room: Newsroom) -> None:
    room.submit(room.draft(latest_at=parse_beijing("2026-10-12 12:30")).row.post_id)
    assert week(room) == []
    room.clock.instant = parse_beijing("2026-10-12 19:00")
    post = room.draft(text=f"{TEXT}请互相转告。", latest_at=parse_beijing("2026-10-12 21:00")).row.post_id
    told = [gap for gap in week(room) if gap.post_id == post]
    assert [gap.step for gap in told] == ["初审", "复审", "终审"]
    assert "褚初审该时段不上班、未值班" in told[0].reason
    assert "请安排初审及以上人员在2026-10-12 21:00前值班:weibo-ops duty assign,或改发布时间" in told[0].next_step
    duty(room, "主班", "chu", "12 18:00", "13 08:00")
    duty(room, "副班", "shen", "12 18:00", "13 08:00")
    assert [gap for gap in week(room) if gap.post_id == post] == []
    # 终审 was given by telephone: somebody who did not write it is there to take the call.
    room.clock.instant = parse_beijing("2026-10-12 22:00")
    (over, *_) = [gap for gap in week(room) if gap.post_id == post]
    assert over.reason == "最晚发布时间2026-10-12 21:00已过"
    assert "请修改发布时间,或撤稿" in over.next_step


def test_countersigners_who_are_named_must_each_be_there(room: Newsroom) -> None:
    room.rule(
        "approval",
        ("enabled = false", "enabled = true"),
        ('when = { classes = ["政策", "解读", "领导活动"] }', 'when = { classes = ["解读"] }'),
        ('mode = "some", need = 2', 'mode = "all"'),
    )
    words = {"content_class": "解读", "source_basis": "文件", "secrecy_review": "不涉密"}
    post = room.draft(latest_at=parse_beijing("2026-10-15 17:00"), **words).row.post_id
    leave(room, 13, 16, "shen")
    (gap,) = week(room)
    assert (gap.post_id, gap.step) == (post, "会签")
    assert "还须2人会签,可签的1人:沈复审2026-10-13至2026-10-16请假,未委托" in gap.reason
    room.submit(post, named={"会签": ["fu", "shang"]})
    assert week(room) == []


def test_two_must_countersign_and_one_is_left(room: Newsroom) -> None:
    room.rule(
        "approval",
        ("enabled = false", "enabled = true"),
        ('when = { classes = ["政策", "解读", "领导活动"] }', 'when = { classes = ["解读"] }'),
    )
    words = {"content_class": "解读", "source_basis": "文件", "secrecy_review": "不涉密"}
    room.draft(latest_at=parse_beijing("2026-10-15 17:00"), **words)
    leave(room, 12, 18, "shen", "shang")
    gaps = week(room)
    assert [gap.step for gap in gaps] == ["终审"]
    leave(room, 12, 18, "zhou")
    assert [gap.step for gap in week(room)] == ["会签", "终审"]
    assert "还须2人会签,可签的1人" in week(room)[0].reason


def test_only_what_is_to_go_out_in_these_days_is_looked_at(room: Newsroom) -> None:
    leave(room, 12, 30, "zhou", "shang")
    inside = room.draft(latest_at=parse_beijing("2026-10-18 23:00")).row.post_id
    room.draft(text=f"{TEXT}甲。", earliest_at=parse_beijing("2026-10-19 00:00"))
    room.draft(text=f"{TEXT}乙。")
    waiting = room.draft(text=f"{TEXT}丙。").row.post_id
    room.submit(waiting)
    other = room.draft(who="wu", account="云麓水厂", text=f"{TEXT}丁。", earliest_at=parse_beijing("2026-10-15 09:00"))
    gone = room.draft(text=f"{TEXT}戊。", latest_at=parse_beijing("2026-10-15 09:00")).row
    room.app.reviews.withdraw(room.who("zhao"), gone.post_id, "不发了", gone.version)
    assert {gap.post_id for gap in week(room)} == {inside, waiting}
    assert {gap.post_id for gap in of_posts(room, PLANT)} == set()
    leave(room, 12, 30, "han")
    assert {gap.post_id for gap in of_posts(room, PLANT)} == {other.row.post_id}
    assert {gap.post_id for gap in room.app.staffing.simulate(day(19), day(25))} == {waiting - 2}


def test_the_days_are_checked(room: Newsroom) -> None:
    app = room.app
    for first, last in [(day(13), day(12)), (day(1), day(11)), (day(12), date(2027, 2, 1))]:
        with pytest.raises(UsageError):
            app.staffing.simulate(first, last)
    with pytest.raises(NotFoundError):
        app.staffing.simulate(MONDAY, SUNDAY, "没有的单位")
    with pytest.raises(RefusedError, match="2027年的节假日和调休安排尚未收录"):
        app.staffing.simulate(date(2026, 12, 20), date(2027, 1, 10))
    assert app.staffing.simulate(day(1), day(12)) == []


def test_a_limit_that_enters_a_year_without_a_calendar_is_called_unknown(room: Newsroom) -> None:
    room.clock.instant = parse_beijing("2026-12-31 15:00")
    room.submit(room.draft().row.post_id)
    (gap,) = room.app.staffing.simulate(date(2026, 12, 31), date(2026, 12, 31))
    assert gap.until is None
    assert "2027年的节假日和调休安排尚未收录,期限待定" in gap.reason


# --- duty -------------------------------------------------------------------------------------------------------


def test_hours_of_duty_at_which_nobody_may_sign_what_is_urgent_are_told(room: Newsroom) -> None:
    duty(room, "主班", "zhao", "12 18:00", "13 09:00")
    (told, *_) = [gap for gap in room.app.staffing.simulate(MONDAY, MONDAY, WATER) if "赵编辑" in gap.reason]
    assert (told.post_id, told.unit, told.chain, told.step) == (None, WATER, "应急发布", "初审")
    assert told.reason.startswith("2026-10-12 18:00至2026-10-13 00:00应急稿件无人可签:值班的是赵编辑")
    assert "请安排初审及以上人员值班:weibo-ops duty assign" in told.next_step
    assert "对外承诺非工作时间答复的,应安排值班" in told.rule
    duty(room, "副班", "wei", "12 18:00", "13 09:00")
    found = room.app.staffing.simulate(MONDAY, MONDAY, WATER)
    assert not [gap for gap in found if "18:00" in gap.reason]
    assert [gap.reason for gap in found] == ["2026-10-12 12:00至13:00应急稿件无人可签:无人值班"]
    leave(room, 12, 12, "zhou", "shang")
    (told,) = [gap for gap in room.app.staffing.simulate(MONDAY, MONDAY, WATER) if gap.step == "终审"]
    assert "周终审2026-10-12请假,未委托" in told.reason


def test_a_deputy_takes_the_turn_of_whoever_is_on_leave(room: Newsroom) -> None:
    duty(room, "主班", "wei", "13 18:00", "13 23:00")
    leave(room, 13, 13, "wei")
    tuesday = room.app.staffing.simulate(day(13), day(13), WATER)
    assert any("18:00" in gap.reason for gap in tuesday)
    room.app.staff.deputise(BOSS, "wei", "chu", day(13), day(13))
    tuesday = room.app.staffing.simulate(day(13), day(13), WATER)
    assert not any("2026-10-13 18:00至23:00" in gap.reason for gap in tuesday)


def test_units_without_a_roster_are_looked_at_where_they_are_asked_for(room: Newsroom) -> None:
    assert week(room) == []
    (gap,) = week(room, WATER)
    assert "等" in gap.reason
    assert gap.step == "初审、复审、终审"
    duty(room, "主班", "shang", "13 18:00", "14 09:00", unit=CITY)
    units = {gap.unit for gap in week(room)}
    assert units == {WATER, PLANT}


def test_what_lies_before_now_is_not_looked_at(room: Newsroom) -> None:
    assert beijing_instant(MONDAY) < NOW
    for gap in week(room, WATER):
        assert "2026-10-12 00:00" not in gap.reason
