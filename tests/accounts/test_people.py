"""Units and people: entered singly or in bulk by the same rules; refusals leave everything as it was."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.levels import LEVELS, level_word
from accounts.models import AccountAdministrator
from accounts.repository.units import UnitRepository
from accounts.schemas.people import StaffEntry, UnitEntry
from accounts.service import StaffService, UnitService
from tests import exports
from tests.office import BOSS, CITY, OFFICE, PEOPLE, PLANT, PRESS, UNITS, WATER, MovingClock, populate
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, PermissionRefusedError, RefusedError, UsageError

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 8)


@pytest.fixture
def units(database: Database) -> UnitService:
    return UnitService(database, MovingClock(NOW))


@pytest.fixture
def staff(sqlite: Database) -> StaffService:
    service = StaffService(sqlite, MovingClock(NOW))
    units = UnitService(sqlite, MovingClock(NOW))
    for entry in UNITS:
        units.add(BOSS, entry)
    for person in PEOPLE:
        service.add(BOSS, person)
    return service


# --- units ------------------------------------------------------------------------------------------------------


def test_the_list_follows_the_tree_and_counts_what_hangs_on_it(app: Any, tmp_path: Any) -> None:
    populate(app)
    app.intake.import_folder(BOSS, exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00")], []))
    rows = app.units.list_units()
    names = [row.name for row in rows]
    assert [row.depth for row in rows if row.name in (CITY, WATER, PLANT)] == [0, 1, 2]
    assert names.index(CITY) < names.index(WATER) < names.index(PLANT)
    press = app.units.show(PRESS)
    assert (press.accounts, press.parent, press.oversight) == (1, CITY, OFFICE)
    assert app.units.show(WATER).staff == 3


@pytest.mark.parametrize("line", ["parent", "sector", "territory"])
def test_no_line_of_belonging_closes_a_circle(units: UnitService, line: str) -> None:
    for name in ("甲局", "乙局", "丙局"):
        units.add(BOSS, UnitEntry(name))
    units.change(BOSS, "乙局", UnitEntry("", **{line: "甲局"}))
    units.change(BOSS, "丙局", UnitEntry("", **{line: "乙局"}))
    for above in ("丙局", "乙局", "甲局"):
        with pytest.raises(RefusedError, match="本身或其下级"):
            units.change(BOSS, "甲局", UnitEntry("", **{line: above}))
    assert getattr(units.show("甲局"), line) == ""


def test_what_is_unknown_or_doubled_is_refused_and_named(units: UnitService) -> None:
    units.add(BOSS, UnitEntry("云麓市教育局", short_name="市教育局"))
    with pytest.raises(RefusedError, match="已有名为“云麓市教育局”"):
        units.add(BOSS, UnitEntry("云麓市教育局"))
    with pytest.raises(NotFoundError, match="是否为“云麓市教育局”"):
        units.add(BOSS, UnitEntry("云麓市第一中学", parent="云麓市教育司"))
    with pytest.raises(NotFoundError):
        units.show("云麓市第一中学")
    with pytest.raises(UsageError, match="层级“科级”"):
        units.add(BOSS, UnitEntry("云麓市第二中学", level="科级"))
    with pytest.raises(UsageError, match="不能为空"):
        units.add(BOSS, UnitEntry("  "))
    assert units.show("市教育局").name == "云麓市教育局", "a short name that only one has"
    assert [row.name for row in units.list_units()] == ["云麓市教育局"]


def test_a_change_fills_what_it_states_empties_what_it_says_and_knows_its_version(units: UnitService) -> None:
    units.add(BOSS, UnitEntry("甲局", level="市", area="云麓市", oversight="乙办"))
    seen = units.show("甲局")
    assert seen.level == "地市级"
    units.change(BOSS, "甲局", UnitEntry("", short_name="甲", oversight="-"), seen.version)
    row = units.show("甲局")
    assert (row.short_name, row.area, row.oversight) == ("甲", "云麓市", "")
    with pytest.raises(ConflictError, match="刚被他人修改"):
        units.change(BOSS, "甲局", UnitEntry("", short_name="子"), seen.version)
    units.change(BOSS, "甲局", UnitEntry("甲委"))
    assert units.show("甲委").unit_id == row.unit_id


def test_a_unit_with_people_accounts_or_units_below_is_not_dissolved(staff: StaffService, sqlite: Database) -> None:
    units = UnitService(sqlite, MovingClock(NOW))
    with pytest.raises(RefusedError, match="人员3人、下级单位1个"):
        units.deactivate(BOSS, WATER, "撤并")
    with pytest.raises(UsageError, match="依据"):
        units.deactivate(BOSS, PRESS, "  ")
    units.deactivate(BOSS, PRESS, "云麓市机构改革方案")
    assert not units.show(PRESS).active


def test_rows_of_a_file_may_stand_in_any_order_and_pass_the_same_rules(units: UnitService) -> None:
    rows = [
        (2, UnitEntry("丙所", parent="乙局")),
        (3, UnitEntry("乙局", parent="甲府")),
        (4, UnitEntry("甲府", level="地市级")),
        (5, UnitEntry("丁局", parent="没有的单位")),
        (6, UnitEntry("丙所")),
        (7, UnitEntry("戊局", level="科级")),
    ]
    dry = units.enter_all(BOSS, rows, dry_run=True)
    assert [fault.line for fault in dry.faults] == [5, 6, 7]
    assert not dry.stored
    assert units.list_units() == []
    refused = units.enter_all(BOSS, rows)
    assert not refused.stored
    assert units.list_units() == []
    done = units.enter_all(BOSS, rows, skip_faulty=True)
    assert done.stored
    assert (done.added, len(done.faults)) == (dry.added, len(dry.faults)) == (3, 3)
    assert units.show("丙所").parent == "乙局"
    again = units.enter_all(BOSS, rows[:3])
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)


def test_a_row_without_a_name_spoils_no_other(units: UnitService) -> None:
    rows = [(2, UnitEntry("甲府")), (3, UnitEntry("")), (4, UnitEntry("乙局", parent="甲府"))]
    report = units.enter_all(BOSS, rows, skip_faulty=True)
    assert ([fault.line for fault in report.faults], report.added) == ([3], 2)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=2, max_size=6), order=st.randoms())
def test_bulk_and_single_entry_end_in_the_same_tree(sqlite: Database, links: list[int | None], order: Any) -> None:
    units = UnitService(sqlite, MovingClock(NOW))
    tag = f"{abs(hash(tuple(links))) % 10**6}{order.random():.6f}"
    names = [f"单位{tag}{index}" for index in range(len(links))]
    entries = [
        UnitEntry(name, parent=names[link] if link is not None and link < index else "")
        for index, (name, link) in enumerate(zip(names, links, strict=True))
    ]
    shuffled = list(enumerate(entries, start=2))
    order.shuffle(shuffled)
    assert units.enter_all(BOSS, shuffled).faults == ()
    for entry in entries:
        assert units.show(entry.name).parent == entry.parent


def test_every_way_to_write_a_level_is_one_of_the_words() -> None:
    assert [level_word(word) for word in ("国家", "省", "市", "县", "乡", "开发区", "垂管")] == list(LEVELS)
    assert all(level_word(level) == level for level in LEVELS)
    assert level_word("县（市、区）级") == "县(市、区)级"
    assert level_word("奇怪的层级") == "奇怪的层级", "what is not known is shown as it was written"


def test_a_level_is_kept_as_people_say_it(units: UnitService, database: Database) -> None:
    units.add(BOSS, UnitEntry("甲局", level="市"))
    with database.reading() as session:
        kept = UnitRepository(session).by_name("甲局")
        assert kept is not None
        assert kept.level == "地市级"


# --- people -----------------------------------------------------------------------------------------------------


def test_the_last_administrator_cannot_be_lost(staff: StaffService) -> None:
    for changes in ({"active": False}, {"roles": ("编辑",)}):
        with pytest.raises(RefusedError, match="唯一的系统管理员"):
            staff.change(BOSS, "admin", changes)
    staff.grant_role(BOSS, "sun", "系统管理员")
    staff.change(BOSS, "admin", {"active": False})
    assert staff.show("sun").roles == ("系统管理员", "监管人员")


@pytest.mark.parametrize(
    ("entry", "error", "words"),
    [
        (StaffEntry("sun", "重名"), RefusedError, "已有人使用"),
        (StaffEntry("x1", "某", "没有的单位"), NotFoundError, "没有登记名为"),
        (StaffEntry("x1", "某", roles=("科长",)), UsageError, "没有“科长”这个角色"),
        (StaffEntry("x1", "某", roles=("服务账号",)), UsageError, "不能授予人员"),
        (StaffEntry("x1", ""), UsageError, "姓名不能为空"),
        (StaffEntry("X1", "某"), UsageError, "登录名"),
        (StaffEntry("x1", "某", outsourced=True), UsageError, "合同到期日"),
        (StaffEntry("x1", "某", roles=("系统管理员",), outsourced=True, contract_ends_on=DAY), RefusedError, "代运维"),
    ],
    ids=lambda value: getattr(value, "login", None) or str(value)[:12],
)
def test_a_person_that_does_not_conform_is_refused(
    staff: StaffService, entry: StaffEntry, error: type[Exception], words: str
) -> None:
    before = staff.list_staff()
    with pytest.raises(error, match=words):
        staff.add(BOSS, entry)
    report = staff.enter_all(BOSS, [(2, entry)])
    if entry.login != "sun":
        assert words in report.faults[0].message
        assert staff.list_staff() == before


def test_training_that_is_a_year_old_is_due_again(staff: StaffService) -> None:
    assert staff.show("li").training_due
    staff.change(BOSS, "li", {"trained_on": date(2025, 10, 8)})
    assert not staff.show("li").training_due
    staff.change(BOSS, "li", {"trained_on": date(2025, 10, 7)})
    assert staff.show("li").training_due


def test_who_leaves_leaves_accounts_to_be_secured_the_same_day(app: Any, tmp_path: Any) -> None:
    populate(app)
    app.intake.import_folder(BOSS, exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00")], []))
    with app.db.writing() as session:
        session.add(
            AccountAdministrator(
                account_id=app.accounts.account_id(exports.NAME),
                staff_id=app.staff.show("li").staff_id,
                position="主管理员",
                from_day=DAY,
            )
        )
    app.staff.change(BOSS, "li", {"active": False})
    from weibo_ops.kernel.todos import open_todos

    with app.db.reading() as session:
        (todo,) = [todo for todo in open_todos(session) if todo.kind == "account.safety.leaver"]
    assert "李编辑已离岗" in todo.title
    assert exports.NAME in todo.title


@pytest.mark.parametrize(
    ("giver", "taker", "words"),
    [
        ("sun", "sun", "不能委托本人"),
        ("sun", "wai", "代运维人员"),
        ("qian", "sun", "不能互相委托"),
        ("sun", "qian", "已受"),
        ("sun", "off", "请假"),
    ],
)
def test_deputies_who_cannot_stand_in_are_refused(staff: StaffService, giver: str, taker: str, words: str) -> None:
    staff.add(BOSS, StaffEntry("wai", "外包", WATER, ("编辑",), outsourced=True, contract_ends_on=date(2027, 1, 1)))
    staff.add(BOSS, StaffEntry("off", "休假", OFFICE, ("监管人员",)))
    staff.record_leave(BOSS, "off", DAY, DAY)
    staff.deputise(BOSS, "sun", "qian", DAY, DAY)
    with pytest.raises(RefusedError, match=words):
        staff.deputise(BOSS, giver, taker, DAY, date(2026, 10, 9))
    assert len(staff.deputations()) == 1


def test_one_s_own_deputy_and_leave_need_no_permission_and_others_do(staff: StaffService) -> None:
    sun = Actor("sun", "孙监管")
    row = staff.deputise(sun, "sun", "qian", DAY, DAY)
    leave = staff.record_leave(sun, "sun", DAY, DAY)
    with pytest.raises(PermissionRefusedError):
        staff.deputise(sun, "qian", "sun", date(2026, 11, 1), date(2026, 11, 1))
    with pytest.raises(PermissionRefusedError):
        staff.record_leave(sun, "qian", DAY, DAY)
    with pytest.raises(PermissionRefusedError):
        staff.revoke_deputation(Actor("qian", "钱监管"), row.deputation_id)
    with pytest.raises(PermissionRefusedError):
        staff.cancel_leave(Actor("li", "李", on_behalf_of="sun"), leave.leave_id)
    with pytest.raises(RefusedError, match="已登记"):
        staff.record_leave(sun, "sun", date(2026, 10, 1), DAY)
    assert staff.show("sun").away
    staff.cancel_leave(sun, leave.leave_id)
    staff.revoke_deputation(sun, row.deputation_id)
    with pytest.raises(ConflictError):
        staff.revoke_deputation(sun, row.deputation_id)
    assert not staff.show("sun").away
    assert staff.deputations() == []


def test_two_that_register_one_login_at_once(database: Database) -> None:
    outcomes: list[str] = []

    def add(name: str) -> None:
        try:
            StaffService(database, MovingClock(NOW)).add(BOSS, StaffEntry("li", name))
            outcomes.append("made")
        except RefusedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=add, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
