"""Duty: what is covered against a walk of the minutes, fair rotations, hand-over that loses nothing, safe accounts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.duty_rules import Turn, gaps, required_stretches, rotation
from accounts.schemas.duty import ShiftEntry
from accounts.schemas.people import StaffEntry
from accounts.service.safety import mask_phone
from config.loader import shipped
from config.rulebook.duty import DutySection
from tests import exports
from tests.office import BOSS, CITY, OFFICE, PRESS, WATER, MovingClock, people
from weibo_ops.kernel import todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_instant
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 8)
SECTION: DutySection = shipped("accounts").book.duty
turns = st.lists(
    st.builds(
        lambda post, start, length: Turn(
            post, "x", NOW + timedelta(hours=start), NOW + timedelta(hours=start + length)
        ),
        st.sampled_from(["主班", "副班"]),
        st.integers(-30, 60),
        st.integers(1, 30),
    ),
    max_size=8,
)


@given(turns, st.integers(-20, 40), st.integers(1, 40))
def test_gaps_against_a_walk_hour_by_hour(roster: list[Turn], start: int, length: int) -> None:
    begin, end = NOW + timedelta(hours=start), NOW + timedelta(hours=start + length)
    found = gaps([("主班", (begin, end), "每日")], roster)
    open_hours = {
        hour
        for hour in range(start, start + length)
        if not any(
            turn.post == "主班" and turn.from_at <= NOW + timedelta(hours=hour) < turn.until_at for turn in roster
        )
    }
    told: set[int] = set()
    for gap in found:
        first = int((gap.from_at - NOW).total_seconds() // 3600)
        told |= set(range(first, first + int((gap.until_at - gap.from_at).total_seconds() // 3600)))
    assert told == open_hours
    assert all(one.until_at < other.from_at for one, other in pairwise(found)), "joined"


@settings(max_examples=60)
@given(
    st.integers(1, 5),
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 39)), max_size=25),
)
def test_a_rotation_is_fair_and_nobody_serves_when_away(
    people: int, days: int, absences: list[tuple[int, int]]
) -> None:
    logins = [f"p{n}" for n in range(people)]
    dates = [DAY + timedelta(days=n) for n in range(days)]
    away = {f"p{who}": [DAY + timedelta(days=day) for w, day in absences if w == who] for who, _ in absences}
    proposed = rotation(dates, logins, away, post="主班", starts=time(9), hours=24)
    for turn in proposed:
        assert turn.from_at.astimezone(UTC) == turn.from_at
        day = next(day for day in dates if beijing_instant(day, time(9)) == turn.from_at)
        assert day not in away.get(turn.login, [])
    served = {turn.from_at for turn in proposed}
    for day in dates:
        present = [login for login in logins if day not in away.get(login, [])]
        assert (beijing_instant(day, time(9)) in served) == bool(present)
    if not absences:
        counts = Counter(turn.login for turn in proposed)
        assert max(counts.values()) - min(counts.get(login, 0) for login in logins) <= 1


def test_sensitive_days_ask_for_every_post_around_the_clock() -> None:
    sensitive = [{"name": "某节", "first": DAY, "last": DAY}]
    section = DutySection.model_validate({**SECTION.model_dump(), "sensitive": sensitive})
    found = required_stretches(section, DAY, DAY, lambda _day: True)
    assert {post for post, _, reason in found if reason == "某节"} == {"主班", "副班", "带班领导"}


@pytest.fixture
def office(office_app: Any, tmp_path: Path) -> Any:
    """The application with people, and one account of the press office."""
    app = office_app
    app.people = people(app)
    app.staff.add(BOSS, StaffEntry("wai", "外包", WATER, ("编辑",), outsourced=True, contract_ends_on=date(2027, 1, 1)))
    app.intake.import_folder(BOSS, exports.export(tmp_path / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    return app


def shift(login: str, start: int, hours: int = 12, post: str = "主班", unit: str = WATER) -> ShiftEntry:
    begin = NOW + timedelta(hours=start)
    return ShiftEntry(unit, post, login, begin, begin + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("entry", "error", "words"),
    [
        (shift("li", 5), RefusedError, "已由赵编辑值班"),
        (shift("wai", 30, post="带班领导"), RefusedError, "代运维人员,不能带班"),
        (shift("feng", 30), RefusedError, "不是该单位及其上下级单位的人员"),
        (shift("nobody", 30), NotFoundError, "没有登录名为"),
        (shift("li", 30, hours=0), UsageError, "不晚于开始时间"),
        (shift("li", 30, hours=48), UsageError, "超过36小时"),
        (shift("li", 30, post="值守"), UsageError, "没有“值守”这个岗位"),
        (shift("zhou", 30), RefusedError, "请假,不能排班"),
    ],
    ids=lambda value: getattr(value, "login", None) or str(value)[:12],
)
def test_a_turn_that_cannot_be_is_refused(office: Any, entry: ShiftEntry, error: type[Exception], words: str) -> None:
    office.duty.assign(BOSS, shift("zhao", 0))
    office.staff.record_leave(BOSS, "zhou", date(2026, 10, 9), date(2026, 10, 10))
    with pytest.raises(error, match=words):
        office.duty.assign(BOSS, entry)
    report = office.duty.enter_all(BOSS, [(2, shift("zhao", 0)), (3, entry)])
    assert (report.unchanged, report.added, report.stored) == (1, 0, False)
    assert words in report.faults[0].message
    assert len(office.duty.roster(None, DAY, date(2026, 10, 12))) == 1


def test_who_is_on_duty_is_of_the_unit_else_of_the_one_above_and_deputies_stand_in(office: Any) -> None:
    office.duty.assign(BOSS, shift("city", 0, unit=CITY))
    assert [(row.unit, row.login) for row in office.duty.on_duty(WATER, NOW)] == [(CITY, "city")]
    office.duty.assign(BOSS, shift("zhao", 0))
    assert [row.login for row in office.duty.on_duty(WATER, NOW)] == ["zhao"]
    assert office.duty.on_duty(WATER, NOW + timedelta(hours=12)) == [], "the end is not part of the turn"
    office.staff.record_leave(BOSS, "zhao", DAY, DAY)
    assert [row.login for row in office.duty.on_duty(WATER, NOW)] == ["city"], "away, and nobody stands in"
    office.staff.deputise(BOSS, "zhao", "li", DAY, DAY)
    (row,) = office.duty.on_duty(WATER, NOW)
    assert (row.login, row.stands_in_for) == ("li", "赵编辑")


def test_a_hand_over_is_signed_by_both_and_loses_no_to_do(office: Any) -> None:
    with office.db.writing() as session:
        for number in range(3):
            todos.propose(session, "k", str(number), f"事项{number}", NOW, recipient="zhao")
    view = office.duty.open_handover(BOSS, WATER, "zhao", "li", items=["一件口头事项"])
    assert len(view.items) == 4
    with pytest.raises(RefusedError, match="已有未签完的交接"):
        office.duty.open_handover(BOSS, WATER, "zhao", "li")
    with pytest.raises(RefusedError, match="请先由赵编辑签字"):
        office.checklists.sign(office.people["li"], view.checklist_id)
    with pytest.raises(RefusedError, match="由赵编辑、李编辑签字"):
        office.checklists.sign(office.people["sun"], view.checklist_id)
    office.checklists.sign(office.people["zhao"], view.checklist_id)
    zhao_for_li = Actor("zhao", "赵(受李委托)", office.people["li"].permissions, None, on_behalf_of="li")
    with pytest.raises((RefusedError, ConflictError)):
        office.checklists.sign(zhao_for_li, view.checklist_id)
    done = office.checklists.sign(office.people["li"], view.checklist_id)
    assert done.closed_at == NOW
    with office.db.reading() as session:
        assert Counter(todo.recipient for todo in todos.open_todos(session) if todo.kind == "k") == {"li": 3}
    with pytest.raises(ConflictError, match="已办结"):
        office.checklists.sign(office.people["li"], view.checklist_id)


def test_a_shift_that_ended_without_a_hand_over_is_reminded_of(office: Any) -> None:
    office.duty.assign(BOSS, shift("zhao", -14, hours=12))
    assert office.duty.remind(BOSS) == 1
    with office.db.reading() as session:
        (todo,) = [todo for todo in todos.open_todos(session) if todo.kind == "duty.handover"]
    assert todo.recipient == "zhao"
    view = office.duty.open_handover(BOSS, WATER, "zhao", "li")
    office.checklists.sign(office.people["zhao"], view.checklist_id)
    office.checklists.sign(office.people["li"], view.checklist_id)
    assert office.duty.remind(BOSS) == 0


def test_an_administrator_changes_when_every_step_is_done_and_both_have_signed(office: Any) -> None:
    safety, lists, people = office.safety, office.checklists, office.people
    safety.appoint(BOSS, exports.NAME, "zhao", "主管理员")
    with pytest.raises(RefusedError, match="主管理员是赵编辑"):
        safety.appoint(BOSS, exports.NAME, "li", "主管理员")
    with pytest.raises(RefusedError, match="不能任主管理员"):
        safety.appoint(BOSS, exports.NAME, "wai", "主管理员")
    view = safety.open_handover(BOSS, exports.NAME, "zhao", "li")
    with pytest.raises(RefusedError, match="还有5项未办"):
        lists.sign(people["zhao"], view.checklist_id)
    for number in range(1, len(view.items) + 1):
        lists.tick(people["zhao"], view.checklist_id, number, "已办")
    with pytest.raises(ConflictError, match="第1项已办"):
        lists.tick(people["zhao"], view.checklist_id, 1)
    lists.sign(people["zhao"], view.checklist_id)
    assert [row.login for row in safety.administrators(exports.NAME) if row.last_day is None] == ["zhao"]
    lists.sign(people["li"], view.checklist_id)
    rows = {row.login: row for row in safety.administrators(exports.NAME)}
    assert rows["li"].position == "主管理员"
    assert rows["zhao"].last_day == DAY


def test_the_ledger_masks_telephones_and_remarks_on_what_is_due(office: Any) -> None:
    office.safety.rebind_phone(BOSS, exports.NAME, "138 0013 8000", "赵")
    assert office.safety.ledger(office.people["feng"])[0].bound_phone == "138****8000"
    assert office.safety.ledger(office.people["sun"])[0].bound_phone == "13800138000"
    assert mask_phone("") == ""
    office.safety.record_password_change(BOSS, exports.NAME, date(2026, 7, 1))
    row = office.safety.ledger(BOSS, exports.NAME)[0]
    assert row.password_days == 99
    assert any("口令已99日未更换" in remark for remark in row.remarks)
    for day in (date(2026, 10, 9), date(2026, 6, 30)):
        with pytest.raises(UsageError, match="换口令的日期不对"):
            office.safety.record_password_change(BOSS, exports.NAME, day)
    for number in ("abc", "123", ""):
        with pytest.raises(UsageError, match="号码不对"):
            office.safety.rebind_phone(BOSS, exports.NAME, number, "赵")
    office.safety.appoint(BOSS, exports.NAME, "zhao")
    office.accounts.check(BOSS, NOW)
    found = {view.rule_id for view in office.accounts.findings()}
    assert {"safety.administrators", "safety.password_age"} <= found


def test_a_stolen_account_has_one_card_with_urgent_to_dos_for_who_is_on_duty(office: Any, tmp_path: Path) -> None:
    office.duty.assign(BOSS, shift("city", 0, unit=CITY))
    with pytest.raises(UsageError, match="请写明发现的异常"):
        office.safety.report_stolen(BOSS, exports.NAME, " ")
    card = office.safety.report_stolen(BOSS, exports.NAME, "凌晨出现异常微博")
    with pytest.raises(RefusedError, match="已有未办结的处置卡"):
        office.safety.report_stolen(BOSS, exports.NAME, "又一次")
    with office.db.reading() as session:
        urgent = [todo for todo in todos.open_todos(session) if todo.kind.startswith("checklist.")]
    assert len(urgent) == len(card.items)
    assert {todo.recipient for todo in urgent} == {"city"}, "the press office lies under the city"
    assert urgent[0].due_at == NOW + timedelta(minutes=5)
    with pytest.raises(RefusedError, match="还有7项未办"):
        office.checklists.close(BOSS, card.checklist_id)
    shot = tmp_path / "截图.png"
    shot.write_bytes(b"png")
    for number in range(1, len(card.items) + 1):
        office.checklists.tick(BOSS, card.checklist_id, number, evidence=shot if number == 3 else None)
    closed = office.checklists.close(BOSS, card.checklist_id)
    assert closed.closed_at is not None
    assert office.vault.path(closed.items[2].evidence).read_bytes() == b"png"
    with office.db.reading() as session:
        assert not [todo for todo in todos.open_todos(session) if todo.kind.startswith("checklist.")]


def test_the_units_of_the_story_lie_as_told(office: Any) -> None:
    assert office.units.show(PRESS).parent == CITY
    assert office.units.show(OFFICE).parent == CITY
    assert isinstance(MovingClock(NOW).now(), datetime)
