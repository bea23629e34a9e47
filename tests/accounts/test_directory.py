"""The register as a directory: certification on file, platforms, the national list, a stranger's question."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accounts.lookalikes import Candidate
from accounts.reporting_list import Entry
from accounts.schemas.lifecycle import StockEntry
from accounts.schemas.people import StaffEntry
from tests import exports
from tests.conftest import NOW
from tests.office import BOSS, CITY, PLANT, PRESS, WATER, MovingClock, actor_of, people, populate
from weibo_ops.kernel import todos
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.errors import RefusedError, UsageError


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(NOW)


@pytest.fixture
def office(office_app: Any, tmp_path: Path) -> Any:
    app = office_app
    app.people = people(app)
    app.intake.import_folder(BOSS, exports.export(tmp_path / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    return app


def waiting(office: Any) -> set[str]:
    """The titles of the to-dos that are open."""
    with office.db.reading() as session:
        return {todo.title for todo in todos.open_todos(session)}


def rules_of(office: Any, name: str) -> dict[str, Any]:
    """Check everything and return the present findings of an account, by rule."""
    office.accounts.check(BOSS, office.clock.now())
    return {view.rule_id: view for view in office.accounts.findings() if view.screen_name == name}


def see(office: Any, folder: Path, row: list[str]) -> None:
    """Import what the platform shows of an account."""
    folder.mkdir()
    exports.write(folder / "users.csv", exports.USERS, [row])
    office.intake.import_folder(BOSS, folder)


def test_a_certification_is_reviewed_by_another_and_a_changed_one_is_found(office: Any, tmp_path: Path) -> None:
    form = tmp_path / "盖章表格.pdf"
    form.write_bytes(b"pdf")
    sun, qian = office.people["sun"], office.people["qian"]
    row = office.directory.file_certification(
        sun, exports.NAME, f"{PRESS}官方微博", expires_on=date(2026, 10, 20), documents=[form]
    )
    assert (row.drift, row.entered_by, row.entered_on) == (False, "sun", date(2026, 10, 8))
    assert row.documents[0].startswith("盖章表格.pdf")
    assert office.vault.path(hashlib.sha256(b"pdf").hexdigest()).read_bytes() == b"pdf"
    review = f"“{exports.NAME}”的认证登记待另一人核对"
    assert review in waiting(office)
    with pytest.raises(RefusedError, match="须由另一人办理"):
        office.directory.review_certification(sun, exports.NAME)
    assert office.directory.review_certification(qian, exports.NAME).reviewed_by == "qian"
    assert review not in waiting(office)
    assert "certification.expiring" in rules_of(office, exports.NAME)
    office.directory.file_certification(sun, exports.NAME, f"{PRESS}官方账号", documents=[form])
    (row,) = office.directory.certifications(drift_only=True)
    assert (row.account, row.reviewed_by, len(row.documents)) == (exports.NAME, "", 1)
    assert row.differences == (f"认证说明:{PRESS}官方账号 / {PRESS}官方微博",)
    with pytest.raises(RefusedError, match="不能通过核对"):
        office.directory.review_certification(qian, exports.NAME)
    drift = rules_of(office, exports.NAME)["certification.drift"]
    assert drift.evidence == {"filed_text": f"{PRESS}官方账号", "shown_text": f"{PRESS}官方微博"}
    acts = [(act.act, act.person) for act in office.lifecycle.history(exports.NAME) if "认证" in act.act]
    assert acts == [("登记认证", "sun"), ("核对认证", "qian"), ("登记认证", "sun")]


def test_whoever_entered_it_stays_out_of_the_review_by_whatever_way(office: Any) -> None:
    """Not by a deputy, not by a rename, and not behind another account of the same name."""
    sun, qian, directory = office.people["sun"], office.people["qian"], office.directory
    office.lifecycle.register(sun, StockEntry(PRESS, "wechat", "gh_1", exports.NAME))
    directory.file_certification(replace(sun, on_behalf_of="qian"), exports.UID, f"{PRESS}官方微博")
    directory.file_certification(qian, "gh_1", PRESS)
    for actor in (sun, qian, replace(office.people["city"], on_behalf_of="sun")):
        with pytest.raises(RefusedError, match="须由另一人办理"):
            directory.review_certification(actor, exports.UID)
    office.lifecycle.act(
        replace(office.people["zhou"], unit_id=_unit(office, PRESS)),
        exports.UID,
        "更名",
        "统一名称",
        new_name="云麓市新闻办",
    )
    with pytest.raises(RefusedError, match="须由另一人办理"):
        directory.review_certification(sun, "云麓市新闻办")


def _unit(office: Any, name: str) -> Any:
    return next(row.unit_id for row in office.units.list_units() if row.name == name)


@pytest.mark.parametrize(
    ("shown", "differences"),
    [
        ({}, ()),
        ({6: "False", 7: "-1", 8: ""}, (f"认证:{PRESS}官方微博 / 未认证",)),
        ({7: "2"}, ("认证类型:政府 / 企业",)),
        ({7: "5"}, ("认证类型:政府 / 类型5",)),
        ({8: "云麓网络公司"}, (f"认证说明:{PRESS}官方微博 / 云麓网络公司",)),
        ({1: "云麓快讯"}, ("名称:云麓发布 / 云麓快讯",)),
        ({8: f" {PRESS} 官方微博"}, ()),
        ({8: ""}, ()),
    ],
    ids=["as filed", "lost", "type", "unknown type", "text", "name", "blanks", "not told"],
)
def test_whatever_the_platform_shows_otherwise_is_a_drift(
    office: Any, tmp_path: Path, shown: dict[int, str], differences: tuple[str, ...]
) -> None:
    row = [exports.UID, exports.NAME, "10", "100", "5", "云麓市官方发布", "True", "1", f"{PRESS}官方微博"]
    office.clock.instant += timedelta(days=1)
    see(office, tmp_path / "later", [shown.get(at, cell) for at, cell in enumerate(row)])
    assert "certification.drift" not in rules_of(office, exports.NAME), "nothing is on file"
    filed = office.directory.file_certification(office.people["sun"], exports.NAME, f"{PRESS}官方微博")
    assert filed.differences == differences
    assert ("certification.drift" in rules_of(office, exports.NAME)) == bool(differences)


def test_a_profile_seen_before_a_rename_does_not_drift(office: Any) -> None:
    office.directory.file_certification(office.people["sun"], exports.NAME, f"{PRESS}官方微博")
    office.clock.instant += timedelta(days=1)
    press = replace(office.people["zhou"], unit_id=_unit(office, PRESS))
    office.lifecycle.act(press, exports.NAME, "更名", "统一名称", new_name="云麓市新闻办")
    assert office.directory.certifications(drift_only=True) == []
    assert "certification.drift" not in rules_of(office, "云麓市新闻办")


def test_what_nobody_reviewed_for_long_is_advice(office: Any) -> None:
    office.directory.file_certification(office.people["sun"], exports.NAME, f"{PRESS}官方微博")
    office.clock.instant += timedelta(days=366)
    assert "certification.unreviewed" not in rules_of(office, exports.NAME)
    office.clock.instant += timedelta(days=1)
    assert "登记后未核对" in rules_of(office, exports.NAME)["certification.unreviewed"].message
    office.directory.review_certification(office.people["qian"], exports.NAME)
    assert "certification.unreviewed" not in rules_of(office, exports.NAME)


def test_certifications_are_kept_by_those_who_stand_over_the_unit(office: Any) -> None:
    office.staff.add(BOSS, StaffEntry("han", "韩监管", WATER, ("监管人员",)))
    han = next(actor_of(row) for row in office.staff.list_staff() if row.login == "han")
    with pytest.raises(RefusedError, match="不归韩监管所在单位管理"):
        office.directory.file_certification(han, exports.NAME, PRESS)
    with pytest.raises(UsageError, match="认证类型“官方”不对"):
        office.directory.file_certification(office.people["sun"], exports.NAME, PRESS, kind="官方")
    with pytest.raises(UsageError, match="到期日早于认证日"):
        office.directory.file_certification(
            office.people["sun"], exports.NAME, PRESS, certified_on=date(2026, 2, 1), expires_on=date(2026, 1, 1)
        )
    with pytest.raises(RefusedError, match="没有登记认证"):
        office.directory.review_certification(office.people["qian"], exports.NAME)
    assert office.directory.certifications() == []


def test_two_who_file_at_once_both_stand_in_the_record(any_app: Any, tmp_path: Path) -> None:
    app = any_app
    people = populate(app)
    app.intake.import_folder(BOSS, exports.export(tmp_path / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    with ThreadPoolExecutor(2) as pool:
        filed = pool.map(
            lambda login: app.directory.file_certification(people[login], exports.NAME, f"{PRESS}官方微博"),
            ["sun", "qian"],
        )
        assert sorted(row.version for row in filed) == [1, 2]
    acts = [act.person for act in app.lifecycle.history(exports.NAME) if act.act == "登记认证"]
    assert sorted(acts) == ["qian", "sun"]


def test_other_platforms_stand_in_the_matrix_and_are_judged_by_their_names_alone(office: Any) -> None:
    sun = office.people["sun"]
    office.lifecycle.register(sun, StockEntry(PRESS, "wechat", "gh_1", "云麓之声"))
    office.lifecycle.register(sun, StockEntry(WATER, "douyin", "dy_1", "早餐!时光·QQ群98760000"))
    same = rules_of(office, exports.NAME)["naming.same_everywhere"]
    assert "微信公众号“云麓之声”" in same.message
    assert same.platform == "weibo"
    assert "naming.same_everywhere" not in rules_of(office, "云麓之声"), "one fault is told once"
    elsewhere = rules_of(office, "早餐!时光·QQ群98760000")
    assert set(elsewhere) == {"naming.contact", "naming.unrelated"}, "what was not observed is not judged"
    assert {view.platform for view in elsewhere.values()} == {"douyin"}
    assert WATER in elsewhere["naming.unrelated"].proposed_fix
    rows = {row.unit: (row.depth, dict(row.cells)) for row in office.directory.matrix()}
    depth, cells = rows[PRESS]
    assert (depth, {key: [cell.name for cell in found] for key, found in cells.items() if found}) == (
        1,
        {"weibo": [exports.NAME], "wechat": ["云麓之声"]},
    )
    assert rows[CITY][0] == 0
    assert not any(rows[CITY][1].values())
    assert [row.unit for row in office.directory.matrix(WATER)] == [WATER, PLANT]


def test_the_same_name_elsewhere_is_no_remark(office: Any) -> None:
    office.lifecycle.register(office.people["sun"], StockEntry(PRESS, "wechat", "gh_1", exports.NAME))
    assert "naming.same_everywhere" not in rules_of(office, exports.NAME)


def test_an_official_in_person_stands_beside_the_unit_s_account_and_is_judged_as_a_person(office: Any) -> None:
    entry = StockEntry(
        PRESS, "weibo", "9900000005", "新闻老李", kind="个人", person_name="李某", person_title="云麓市新闻办主任"
    )
    office.lifecycle.register(office.people["sun"], entry)
    assert set(rules_of(office, "新闻老李")) == {"personal.name", "freshness.unobserved"}
    assert "profile.duplicate" not in rules_of(office, exports.NAME)
    assert "naming.same_everywhere" not in rules_of(office, exports.NAME)


def test_a_stranger_s_question_is_answered_without_telling_of_people(office: Any) -> None:
    verify = office.directory.verify
    assert verify(exports.NAME).verdict == "已登记"
    assert verify(f"https://weibo.com/u/{exports.UID}").certification == f"{PRESS}官方微博"
    assert verify("云麓发佈").verdict == "疑似仿冒"
    assert verify("云麓早餐").verdict == "未登记"
    assert verify("").verdict == "无法识别"
    office.safety.rebind_phone(office.people["sun"], exports.NAME, "13800138000", "孙监管")
    office.safety.appoint(office.people["sun"], exports.NAME, "qian", "主管理员")
    told = repr(verify(exports.NAME))
    assert not any(word in told for word in ("13800138000", "孙监管", "钱监管", "qian"))


def test_a_comparison_stores_nothing_but_the_record_of_it(office: Any) -> None:
    theirs = [
        Entry("weibo", exports.UID, exports.NAME, PRESS, "正常", 2),
        Entry("wechat", "gh_1", "云麓之声", PRESS, "正常", 3),
    ]
    before = office.lifecycle.sheets()
    rows = office.directory.compare(office.people["sun"], theirs, "0" * 64)
    assert [(row.outcome, row.line) for row in rows] == [("一致", 2), ("仅对方有", 3)]
    assert office.lifecycle.sheets() == before
    with office.db.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject, entry.details) == ("account.compare", "0" * 64, {"一致": 1, "仅对方有": 1})


def test_comments_under_a_name_given_up_by_a_roster_are_not_the_public_s(open_app: Any, tmp_path: Path) -> None:
    """A roster alone renames the account; what it wrote under its old name stays official."""
    app = open_app("renamed")
    first = exports.export(tmp_path / "a", [exports.post(1, "2026-07-01 09:00:00", comments="1")], [])
    (first / "users.csv").unlink()
    app.intake.import_folder(BOSS, first)
    second = tmp_path / "b"
    second.mkdir()
    exports.write(
        second / "roster.csv", exports.ROSTER, [["云麓市发布", exports.UID, PRESS, "新闻发布", "市", "云麓市"]]
    )
    app.intake.import_folder(BOSS, second)
    third = tmp_path / "c"
    third.mkdir()
    exports.write(
        third / f"{exports.NAME}_comments.csv",
        exports.COMMENTS,
        [exports.comment(1, 1, "2026-07-01 10:00:00", exports.NAME, "服务时间见公告")],
    )
    app.intake.import_folder(BOSS, third)
    from sentiment.schemas import CommentFilter

    rows = app.comments.comments(CommentFilter(), limit=10).items
    assert [row.text for row in rows] == [], "the office's own comment is no public voice"
    assert app.lifecycle.sheet("云麓市发布").former_names == (exports.NAME,)
    assert app.directory.verify(exports.NAME).verdict == "曾用名"


def test_suspects_are_followed_up_and_dismissed_ones_stay_so_until_something_changes(office: Any) -> None:
    service, sun = office.impostors, office.people["sun"]
    candidate = Candidate("云麓发佈", "7700000000", verified=False)
    assert service.record(sun, [candidate, Candidate("云麓早餐", "7700000001")]).added == 1
    (row,) = service.list_suspects()
    with pytest.raises(RefusedError, match="不能投诉"):
        service.take_step(sun, row.suspect_id, "投诉", "受理号1")
    with pytest.raises(UsageError, match="须写明核实情况"):
        service.take_step(sun, row.suspect_id, "核实", " ")
    service.take_step(sun, row.suspect_id, "排除", "该号为本单位测试号")
    assert service.record(sun, [candidate]).dismissed == 1
    assert service.list_suspects()[0].state == "排除"
    changed = Candidate("云麓发佈", "7700000000", True, 2, "某网络公司")
    assert service.record(sun, [changed]).seen_again == 1
    for step in ("核实", "投诉", "移送", "办结"):
        service.take_step(sun, row.suspect_id, step, f"{step}情况")
    found, steps = service.show(row.suspect_id)
    assert found.state == "办结"
    assert [(step.step, step.state_before, step.state_after) for step in steps] == [
        ("排除", "疑似", "排除"),
        ("重新发现", "排除", "疑似"),
        ("核实", "疑似", "已核实"),
        ("投诉", "已核实", "已投诉"),
        ("移送", "已投诉", "已移送"),
        ("办结", "已移送", "办结"),
    ]
