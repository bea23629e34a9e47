"""The register as a directory: references in every spelling, two lists compared, certification on file, one's name."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.lookalikes import Candidate
from accounts.reporting_list import Entry, Outcome, compare, platform_of
from accounts.schemas.lifecycle import StockEntry
from accounts.verify import Reference, read_reference
from tests import exports
from tests.office import BOSS, CITY, PRESS, WATER, populate
from weibo_ops.kernel.errors import RefusedError, UsageError

names = st.sampled_from(["云麓发布", "云麓供水", "云麓交警", "Ａ云麓"])
uids = st.sampled_from(["", "9900000001", "9900000002", "9900000003"])
platforms = st.sampled_from(["weibo", "wechat"])
entries = st.lists(
    st.builds(Entry, platforms, uids, names, st.sampled_from(["甲", "乙"]), st.just("正常运行")),
    max_size=6,
    unique_by=lambda entry: (entry.platform, entry.uid or entry.name),
)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("云麓发布", Reference(name="云麓发布")),
        ("@云麓发布 ", Reference(name="云麓发布")),
        ("９９００００００01", Reference(uid="9900000001")),
        ("https://weibo.com/u/9900000001?refer_flag=1", Reference(uid="9900000001")),
        ("weibo.com/9900000001/AbCd", Reference(uid="9900000001")),
        ("https://m.weibo.cn/u/9900000001", Reference(uid="9900000001")),
        ("https://weibo.com/n/%E4%BA%91%E9%BA%93%E5%8F%91%E5%B8%83", Reference(name="云麓发布")),
        ("https://m.weibo.cn/n/云麓发布", Reference(name="云麓发布")),
        ("https://weibo.com/yunlufabu", Reference(name="yunlufabu")),
        ("https://weibo.com.example.cn/u/9900000001", Reference()),
        ("https://weibo.com/", Reference()),
        ("  ", Reference()),
    ],
)
def test_a_name_an_address_or_a_number_is_read(asked: str, meant: Reference) -> None:
    assert read_reference(asked) == meant


@given(st.text(max_size=60))
def test_any_text_is_read_without_fault(asked: str) -> None:
    found = read_reference(asked)
    assert not (found.uid and found.name)


@given(entries, entries)
def test_every_entry_of_both_lists_is_told_once(ours: list[Entry], theirs: list[Entry]) -> None:
    rows = compare(ours, theirs)
    met = sum(row.outcome in (Outcome.SAME, Outcome.DIFFERS) for row in rows)
    assert sum(row.outcome == Outcome.OURS for row in rows) + met == len(ours)
    assert sum(row.outcome == Outcome.THEIRS for row in rows) + met == len(theirs)
    assert all(bool(row.differences) == (row.outcome == Outcome.DIFFERS) for row in rows)


@given(entries)
def test_a_list_beside_itself_is_the_same(ours: list[Entry]) -> None:
    assert {row.outcome for row in compare(ours, ours)} <= {Outcome.SAME}


def test_differences_name_both_sides_and_unknown_platforms_are_refused() -> None:
    (row,) = compare(
        [Entry("weibo", "1234567", "云麓发布", "甲", "正常运行")],
        [Entry("weibo", "1234567", "云麓资讯", "乙", "已注销", 7)],
    )
    assert row.differences == ("名称:云麓发布 / 云麓资讯", "主办单位:甲 / 乙", "状态:正常运行 / 已注销")
    assert row.line == 7
    assert platform_of("政务微博") == "weibo"
    with pytest.raises(UsageError, match="平台“饭否”无法识别"):
        platform_of("饭否")


@pytest.fixture
def office(app: Any, tmp_path: Path) -> Any:
    app.people = populate(app)
    app.intake.import_folder(BOSS, exports.export(tmp_path / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    return app


def test_a_certification_is_reviewed_by_another_and_a_changed_one_is_found(office: Any, tmp_path: Path) -> None:
    form = tmp_path / "盖章表格.pdf"
    form.write_bytes(b"pdf")
    sun, qian = office.people["sun"], office.people["qian"]
    row = office.directory.file_certification(
        sun, exports.NAME, f"{PRESS}官方微博", expires_on=date(2026, 10, 20), documents=[form]
    )
    assert not row.drift
    assert row.documents[0].startswith("盖章表格.pdf")
    with pytest.raises(RefusedError, match="须由另一人办理"):
        office.directory.review_certification(sun, exports.NAME)
    assert office.directory.review_certification(qian, exports.NAME).reviewed_by == "qian"
    office.accounts.check(BOSS, office.clock.now())
    assert "certification.expiring" in {view.rule_id for view in office.accounts.findings()}
    office.directory.file_certification(sun, exports.NAME, f"{PRESS}官方账号")
    assert [row.account for row in office.directory.certifications(drift_only=True)] == [exports.NAME]
    with pytest.raises(RefusedError, match="不一致,不能通过核对"):
        office.directory.review_certification(qian, exports.NAME)
    office.accounts.check(BOSS, office.clock.now())
    (drift,) = [view for view in office.accounts.findings() if view.rule_id == "certification.drift"]
    assert drift.evidence == {"filed": f"{PRESS}官方账号", "shown": f"{PRESS}官方微博"}


def test_other_platforms_stand_in_the_matrix_and_their_names_are_compared(office: Any) -> None:
    office.lifecycle.register(office.people["sun"], StockEntry(PRESS, "wechat", "gh_1", "云麓之声"))
    office.accounts.check(BOSS, office.clock.now())
    (finding,) = [view for view in office.accounts.findings() if view.rule_id == "naming.same_everywhere"]
    assert "微信公众号“云麓之声”" in finding.message
    rows = {row.unit: (row.depth, dict(row.cells)) for row in office.directory.matrix()}
    assert rows[PRESS] == (1, {**dict.fromkeys(dict(rows[PRESS][1]), ""), "weibo": exports.NAME, "wechat": "云麓之声"})
    assert rows[CITY][0] == 0
    assert not any(rows[WATER][1].values())


def test_an_official_in_person_bears_name_title_and_the_line_to_the_private(office: Any) -> None:
    office.lifecycle.register(
        office.people["sun"],
        StockEntry(
            WATER,
            "weibo",
            "9900000005",
            "水务老李",
            kind="个人",
            person_name="李某",
            person_title="云麓市供水管理局局长",
        ),
    )
    office.accounts.check(BOSS, office.clock.now())
    found = {view.rule_id for view in office.accounts.findings() if view.screen_name == "水务老李"}
    assert "personal.name" in found


def test_a_stranger_s_question_is_answered_without_telling_of_people(office: Any) -> None:
    verify = office.directory.verify
    assert verify(exports.NAME).verdict == "已登记"
    assert verify(f"https://weibo.com/u/{exports.UID}").verdict == "已登记"
    assert verify("云麓发佈").verdict == "疑似仿冒"
    assert verify("云麓早餐").verdict == "未登记"
    assert verify("").verdict == "未登记"
    assert "9900000099" not in repr(verify("9900000099").account)


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
