"""What the life of an account leaves behind: names, filings, reminders, the history; and what a roster may not do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from accounts.models import AccountSnapshot
from accounts.repository import AccountRepository
from accounts.schemas.lifecycle import StockEntry
from accounts.schemas.people import StaffEntry
from tests import exports
from tests.accounts.test_lifecycle import NAME, NOW, Office
from tests.office import BOSS, OFFICE, PLANT, PRESS, WATER
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.todos import open_todos

RENAMED = "云麓供水发布"
UID = "9900000009"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def roster(office: Office, folder: Path, *rows: tuple[str, str, str]) -> Any:
    """Import a roster of (name, uid, unit)."""
    folder.mkdir()
    lines = [[name, uid, unit, "供水", "地市级", "云麓市"] for name, uid, unit in rows]
    exports.write(folder / "roster.csv", exports.ROSTER, lines)
    return office.app.intake.import_folder(BOSS, folder)


def todos(office: Office) -> dict[str, tuple[str, datetime | None]]:
    with office.app.db.reading() as session:
        return {row.title: (row.recipient, row.due_at) for row in open_todos(session)}


def known(office: Office) -> set[str]:
    with office.app.db.reading() as session:
        return set(AccountRepository(session).known_names())


def test_only_names_of_accounts_that_run_on_weibo_are_known(office: Office) -> None:
    """Whoever writes on Weibo under a name that is applied for, or borne on WeChat alone, is a stranger."""
    office.apply()
    office.app.lifecycle.register(office.people["sun"], StockEntry(PRESS, "wechat", "gh_1", "云麓发布"))
    assert known(office) == set()
    office.act("city", "审批通过")
    office.act("sun", "开设备案", filing_number="1")
    office.act("zhao", "启用", uid=UID)
    office.act("zhao", "更名", new_name=RENAMED)
    assert known(office) == {NAME, RENAMED}


def test_a_roster_does_not_open_what_is_being_opened(office: Office, tmp_path: Path) -> None:
    office.apply()
    report = roster(office, tmp_path / "a", (NAME, UID, WATER), ("云麓发布", "9900000001", PRESS))
    (reject,) = report.rejects
    assert (reject.line, reject.reason) == (2, "being_opened")
    assert {sheet.screen_name: sheet.status for sheet in office.app.lifecycle.sheets()} == {
        NAME: "审批中",
        "云麓发布": "正常运行",
    }
    office.act("city", "审批通过")
    office.act("sun", "开设备案", filing_number="1")
    assert office.act("zhao", "启用", uid=UID).status == "正常运行"
    again = roster(office, tmp_path / "b", (NAME, UID, WATER))
    assert again.kinds["roster"].unchanged == 1


def test_a_rename_that_a_roster_shows_is_in_the_history_and_counts_if_it_was_of_this_year(
    office: Office, tmp_path: Path
) -> None:
    office.app.lifecycle.register(office.people["sun"], StockEntry(WATER, "weibo", UID, NAME, filing_number="旧1号"))
    (first,) = office.app.lifecycle.history(NAME)
    assert (first.act, first.state_after, first.person, first.unit) == ("存量登记", "正常运行", "sun", OFFICE)
    office.clock.forward(days=1)
    roster(office, tmp_path / "a", ("云麓供水在线", UID, WATER))
    seen = office.app.lifecycle.history(UID)[-1]
    assert (seen.act, seen.details) == ("名录更名", {"from": NAME, "to": "云麓供水在线"})
    office.clock.forward(hours=1)
    office.act("zhao", "更名", UID, new_name=RENAMED)
    assert [act.act for act in office.app.lifecycle.history(UID)] == ["存量登记", "名录更名", "更名"]


def test_names_of_a_roster_count_against_the_year_only_if_the_old_one_was_seen_in_it(
    office: Office, tmp_path: Path
) -> None:
    office.app.lifecycle.register(office.people["sun"], StockEntry(WATER, "weibo", UID, NAME))
    with office.app.db.writing() as session:
        session.add(AccountSnapshot(platform="weibo", uid=UID, screen_name=NAME, observed_at=NOW))
    office.clock.forward(days=1)
    roster(office, tmp_path / "a", ("云麓供水在线", UID, WATER))
    with pytest.raises(RefusedError, match="2026年已更名1次"):
        office.act("zhao", "更名", UID, new_name=RENAMED)
    office.clock.instant = datetime(2027, 1, 4, tzinfo=UTC)
    assert office.act("zhao", "更名", UID, new_name=RENAMED).screen_name == RENAMED


def test_a_later_change_does_not_put_the_filing_of_the_first_off(office: Office) -> None:
    office.run()
    first = office.act("zhao", "更名", new_name=RENAMED)
    office.clock.forward(days=3)
    second = office.act("li", "变更", RENAMED, brand_name="小水滴")
    assert second.due_at == first.due_at
    assert todos(office)[f"“{RENAMED}”待变更备案"] == ("监管人员", first.due_at)
    office.clock.instant = first.due_at
    with pytest.raises(UsageError, match=r"早于所备案的事项\(2026-10-11\)"):
        office.act("sun", "变更备案", RENAMED, filing_number="2", filed_on=date(2026, 10, 9))
    office.act("sun", "变更备案", RENAMED, filing_number="2")
    assert office.app.lifecycle.history(RENAMED)[-1].late
    assert todos(office) == {}
    with pytest.raises(RefusedError, match="没有待备案的变更"):
        office.act("sun", "变更备案", RENAMED, filing_number="3")


def test_an_opening_is_filed_once(office: Office) -> None:
    office.apply()
    office.act("city", "审批通过")
    office.act("sun", "开设备案", filing_number="云政新备1号")
    with pytest.raises(RefusedError, match=r"已备案\(云政新备1号\)"):
        office.act("qian", "开设备案", filing_number="2")
    assert "“云麓供水”已备案,待启用" in todos(office)


def test_a_closing_that_is_taken_back_leaves_the_filing_that_was_awaited_before(office: Office) -> None:
    office.run()
    renamed = office.act("zhao", "更名", new_name=RENAMED)
    office.clock.forward(days=1)
    office.act("zhao", "关停公告", RENAMED, decision="党组会")
    sheet = office.act("zhao", "撤销关停", RENAMED)
    assert (sheet.awaits, sheet.due_at, sheet.status_until) == ("变更备案", renamed.due_at, None)


def test_the_sponsor_is_reminded_of_the_end_of_a_pause_and_of_a_notice(office: Office) -> None:
    office.run()
    office.act("zhao", "暂停更新", until=date(2026, 10, 20))
    assert todos(office) == {
        "“云麓供水”报备暂停至2026-10-20,请届时恢复更新": ("监管人员", datetime(2026, 10, 20, 16, tzinfo=UTC))
    }
    office.act("zhao", "恢复更新")
    assert todos(office) == {}
    office.act("zhao", "关停公告", decision="党组会")
    assert set(todos(office)) == {"“云麓供水”待变更备案", "“云麓供水”公告期满,2026-10-29起可注销"}
    office.act("sun", "变更备案", filing_number="2")
    assert todos(office) == {
        "“云麓供水”公告期满,2026-10-29起可注销": ("监管人员", datetime(2026, 10, 28, 16, tzinfo=UTC))
    }
    office.clock.instant = datetime(2026, 10, 29, 2, tzinfo=UTC)
    office.act("sun", "注销", archived=True)
    assert todos(office) == {}


def test_a_limit_that_enters_a_year_without_a_calendar_is_open_and_told(office: Office) -> None:
    office.clock.instant = datetime(2026, 12, 28, 2, tzinfo=UTC)
    sheet = office.apply()
    assert (sheet.awaits, sheet.due_at, sheet.overdue) == ("审批通过", None, False)
    assert todos(office)[f"“{NAME}”待审批通过"] == ("监管人员", None)
    (missing,) = [title for title, (recipient, _) in todos(office).items() if recipient == "标准管理员"]
    assert "期限待定" in missing
    office.act("city", "审批通过")
    office.act("sun", "开设备案", filing_number="1")
    assert not office.app.lifecycle.history(NAME)[-1].late, "an open limit is not missed"


def test_an_official_leaves_office_and_the_kind_of_an_account_changes(office: Office) -> None:
    office.run()
    with pytest.raises(RefusedError, match="只有个人账号登记离任"):
        office.act("zhao", "离任", ends_on=date(2026, 10, 30))
    with pytest.raises(UsageError, match="须写明姓名和职务"):
        office.act("zhao", "变更", kind="个人")
    with pytest.raises(UsageError, match="账号类别“公司”不对"):
        office.act("zhao", "变更", kind="公司")
    sheet = office.act("zhao", "变更", kind="个人", person_name="赵一", person_title="局长")
    assert (sheet.kind, sheet.person_name, sheet.person_title) == ("个人", "赵一", "局长")
    office.act("sun", "变更备案", filing_number="2")
    sheet = office.act("zhao", "离任", ends_on=date(2026, 10, 30))
    assert sheet.office_ends_on == date(2026, 10, 30)
    assert sheet.due_at == datetime(2026, 11, 13, 16, tzinfo=UTC), "ten working days after the day of leaving"
    assert f"“{NAME}”持有人2026-10-30离任,请变更名称、认证或停用" in todos(office)


def test_an_outsourced_writer_is_no_principal_administrator(office: Office) -> None:
    office.app.staff.add(
        BOSS,
        StaffEntry("chen", "陈外包", WATER, ("编辑",), outsourced=True, contract_ends_on=date(2027, 6, 30)),
    )
    with pytest.raises(UsageError, match="代运维人员,不能任主管理员"):
        office.apply(staffing=("chen", "zhao"))
    assert office.apply(staffing=("zhao", "chen")).status == "审批中"


def test_stock_is_entered_by_who_stands_over_the_unit_all_or_the_good_rows(office: Office) -> None:
    sun = office.people["sun"]
    rows = [
        (2, StockEntry(WATER, "weibo", "9900000011", NAME)),
        (3, StockEntry(WATER, "weibo", "9900000012", "云麓供水在线")),
        (4, StockEntry("没有的单位", "weibo", "9900000013", "云麓某某")),
        (5, StockEntry(PLANT, "weibo", "9900000011", "云麓第一水厂")),
        (6, StockEntry(PLANT, "weibo", "", "云麓第一水厂")),
    ]
    trial = office.app.lifecycle.enter_all(sun, rows, dry_run=True)
    assert (trial.added, [fault.line for fault in trial.faults], trial.stored) == (1, [3, 4, 5, 6], False)
    assert not office.app.lifecycle.enter_all(sun, rows).stored
    assert office.app.lifecycle.sheets() == []
    report = office.app.lifecycle.enter_all(sun, rows, skip_faulty=True)
    assert (report.added, len(report.faults), report.stored) == (1, 4, True)
    again = office.app.lifecycle.enter_all(sun, rows[:1])
    assert (again.added, again.unchanged) == (0, 1)
    with pytest.raises(RefusedError, match="由其上级单位或监管归口登记"):
        office.app.lifecycle.register(
            replace(sun, unit_id=office.people["zhao"].unit_id), StockEntry(WATER, "wechat", "gh_2", NAME)
        )


def test_a_name_means_who_bears_or_bore_it_before_an_application_that_was_withdrawn(office: Office) -> None:
    office.apply()
    office.act("zhao", "撤回申请")
    assert office.app.lifecycle.sheet(NAME).status == "注销"
    office.run()
    office.act("zhao", "更名", new_name=RENAMED)
    assert office.app.lifecycle.sheet(NAME).screen_name == RENAMED


UNSEEN = "\u200b"


def test_what_nobody_can_read_or_the_tables_cannot_hold_is_not_registered(office: Office) -> None:
    register, sun = office.app.lifecycle.register, office.people["sun"]
    entry = StockEntry(PRESS, "wechat", "gh_1", "云麓之声")
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"uid": "gh 1"}, "用户id中有空格"),
        ({"uid": f"gh_1{UNSEEN}"}, "用户id中有空格、控制字符或不可见字符"),
        ({"uid": "x" * 33}, "超过32个字符"),
        ({"platform": "weibo"}, "微博的用户id只能是数字"),
        ({"screen_name": " "}, "账号名称不能为空"),
        ({"screen_name": "云麓\n之声"}, "账号名称中有控制字符"),
        ({"screen_name": "云" * 300}, r"账号名称过长\(300字\)"),
        ({"brand_name": "\u202e品牌"}, "品牌名中有控制字符"),
        ({"filing_number": "号" * 101}, "备案号过长"),
        ({"person_name": "甲" * 51}, "姓名过长"),
        ({"person_title": f"局长{UNSEEN}"}, "职务中有控制字符"),
    ]
    for wrong, words in wrongs:
        with pytest.raises(UsageError, match=words):
            register(sun, replace(entry, **wrong))
    with pytest.raises(UsageError, match="账号名称中有控制字符"):
        office.apply(platform="wechat", name=f"云麓供水{UNSEEN}")
    with pytest.raises(UsageError, match="品牌名中有控制字符"):
        office.apply(brand_name="水\x1b娃")
    assert office.app.lifecycle.sheets() == []
    office.run()
    for given, words in (({"brand_name": f"水娃{UNSEEN}"}, "品牌名中有"), ({"person_name": "甲" * 51}, "姓名过长")):
        with pytest.raises(UsageError, match=words):
            office.act("zhao", "变更", **given)
    with pytest.raises(UsageError, match="止日不得早于今天"):
        office.act("zhao", "暂停更新", until=date(2026, 9, 1))
    assert [act.act for act in office.app.lifecycle.history(NAME)][-1] == "启用"
