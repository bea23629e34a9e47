"""Suspected impostors: proposed by a scan, settled by people step by step, seen again only when something changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import ImpostorState
from accounts.impostor_rules import STEPS, after, open_steps
from accounts.lookalikes import Candidate
from accounts.models import ImpostorSuspect
from accounts.repository.impostors import ImpostorRepository
from tests import exports
from tests.office import BOSS, PRESS, WATER, populate
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

DOUBLE = Candidate("云麓发佈", "7700000000", verified=False)
PEOPLE = tuple(name for name in STEPS if name != "重新发现")


@pytest.fixture
def office(any_app: Any, tmp_path: Path) -> Any:
    any_app.people = populate(any_app)
    any_app.intake.import_folder(BOSS, exports.export(tmp_path / "in", [exports.post(1, "2026-07-01 09:00:00")], []))
    return any_app


def only(office: Any) -> Any:
    (row,) = office.impostors.list_suspects()
    return row


def open_subjects(office: Any) -> list[str]:
    with office.db.reading() as session:
        return [todo.subject for todo in todos.open_todos(session) if todo.kind == "impostor.verify"]


@given(st.lists(st.sampled_from(PEOPLE), max_size=12))
def test_nothing_is_reported_or_settled_that_nobody_verified(steps: list[str]) -> None:
    state, verified = ImpostorState.SUSPECTED, False
    for step in steps:
        target = after(state, step)
        assert (target is not None) == (step in open_steps(state))
        if target is None:
            continue
        state, verified = target, verified or step == "核实"
        assert verified or state in (ImpostorState.SUSPECTED, ImpostorState.DISMISSED)


def test_every_state_is_reached_and_left_or_an_end() -> None:
    assert {step.target for step in STEPS.values()} == set(ImpostorState)
    assert {state for state in ImpostorState if not open_steps(state)} == {
        ImpostorState.CLOSED,
        ImpostorState.DISMISSED,
    }


def test_a_scan_proposes_and_a_person_settles(office: Any, tmp_path: Path) -> None:
    sun = office.people["sun"]
    shot = tmp_path / "截图.png"
    shot.write_bytes(b"png")
    assert office.impostors.record(sun, [DOUBLE, Candidate("云麓早餐", "77")]).added == 1
    row = only(office)
    assert (row.state, row.imitates, row.verified) == ("疑似", exports.NAME, False)
    assert "用繁体字" in row.reasons
    assert open_subjects(office) == [str(row.suspect_id)]
    with pytest.raises(RefusedError) as refused:
        office.impostors.take_step(sun, row.suspect_id, "投诉", "受理号1")
    assert "可办:核实、排除" in str(refused.value)
    office.impostors.take_step(sun, row.suspect_id, "核实", "头像和简介照搬", [shot])
    assert open_subjects(office) == []
    _, (step,) = office.impostors.show(row.suspect_id)
    assert step.person == "sun"
    assert office.vault.path(step.attachments[0]).read_bytes() == b"png"
    with office.db.reading() as session:
        assert audit.verify(session).broken_at is None


def test_one_dismissed_stays_so_until_its_certification_or_name_changes(office: Any) -> None:
    sun = office.people["sun"]
    office.impostors.record(sun, [DOUBLE])
    office.impostors.take_step(sun, only(office).suspect_id, "排除", "本单位测试号")
    again = office.impostors.record(sun, [DOUBLE])
    assert (again.added, again.seen_again, again.dismissed) == (0, 0, 1)
    assert open_subjects(office) == []
    renamed = office.impostors.record(sun, [Candidate("云麓发布网", DOUBLE.uid, verified=False)])
    assert renamed.added == 1
    changed = office.impostors.record(sun, [Candidate(DOUBLE.name, DOUBLE.uid, True, 2, "某网络公司")])
    assert changed.seen_again == 1
    assert {row.state for row in office.impostors.list_suspects()} == {"疑似"}
    assert len(open_subjects(office)) == 2


def test_a_second_scan_changes_nothing_of_what_people_did(office: Any) -> None:
    sun = office.people["sun"]
    office.impostors.record(sun, [DOUBLE])
    office.impostors.take_step(sun, only(office).suspect_id, "核实", "确系仿冒")
    assert office.impostors.record(sun, [DOUBLE]).seen_again == 1
    assert only(office).state == "已核实"
    assert open_subjects(office) == []


@pytest.mark.parametrize(
    ("step", "note", "error", "words"),
    [
        ("核实", " ", UsageError, "须写明核实情况"),
        ("封号", "x", UsageError, "没有“封号”这一步"),
        ("重新发现", "x", UsageError, "没有“重新发现”这一步"),
        ("办结", "x", RefusedError, "不能办结"),
        ("移送", "x", RefusedError, "不能移送"),
    ],
)
def test_a_wrong_step_ends_in_a_sentence_and_changes_nothing(
    office: Any, step: str, note: str, error: type[Exception], words: str
) -> None:
    sun = office.people["sun"]
    office.impostors.record(sun, [DOUBLE])
    with pytest.raises(error, match=words):
        office.impostors.take_step(sun, only(office).suspect_id, step, note)
    assert office.impostors.show(only(office).suspect_id)[1] == []


def test_what_is_not_there_is_said(office: Any) -> None:
    with pytest.raises(NotFoundError, match="没有编号为99"):
        office.impostors.take_step(office.people["sun"], 99, "核实", "x")
    with pytest.raises(NotFoundError, match="没有编号为99"):
        office.impostors.show(99)
    with pytest.raises(UsageError, match="没有“假冒”这一状态"):
        office.impostors.list_suspects("假冒")


def test_of_two_people_at_once_one_is_told(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sun, qian = office.people["sun"], office.people["qian"]
    office.impostors.record(sun, [DOUBLE])
    number = only(office).suspect_id
    original = ImpostorRepository.suspect

    def stale(repository: ImpostorRepository, suspect_id: int) -> ImpostorSuspect | None:
        row = original(repository, suspect_id)
        if row is not None:
            repository.session.expunge(row)
            row.version -= 1
        return row

    monkeypatch.setattr(ImpostorRepository, "suspect", stale)
    with pytest.raises(ConflictError, match="刚被他人办理"):
        office.impostors.take_step(qian, number, "排除", "看错")
    monkeypatch.undo()
    assert only(office).state == "疑似"
    assert office.impostors.show(number)[1] == []
    assert open_subjects(office) == [str(number)]


def test_judging_a_list_stores_nothing(office: Any) -> None:
    found = office.impostors.judge([DOUBLE, Candidate("云麓早餐")])
    assert [each.imitates for each in found] == [exports.NAME, ""]
    assert office.impostors.judge([Candidate("平安北亰")], of=["平安北京"])[0].imitates == "平安北京"
    assert office.impostors.list_suspects() == []


def test_a_name_is_judged_with_what_the_register_knows_of_the_unit(office: Any) -> None:
    judged = office.accounts.judge_name
    nickname = judged("云麓小灵通", PRESS)
    assert [finding.rule_id for finding in nickname.findings] == ["naming.nickname"]
    assert exports.NAME not in nickname.findings[0].proposed_fix, "it is borne already"
    speaker = replace(BOSS, unit_id=office.people["city"].unit_id)
    office.lifecycle.act(speaker, exports.NAME, "变更", "品牌名备案", brand_name="云麓小灵通")
    assert judged("云麓小灵通", PRESS).verdict == "pass"
    taken = judged(exports.NAME, WATER)
    assert "naming.unique" in {finding.rule_id for finding in taken.findings}
    assert "naming.unique" not in {finding.rule_id for finding in judged(exports.NAME, PRESS).findings}
    assert "naming.unique" not in {finding.rule_id for finding in judged(exports.NAME, "").findings}
