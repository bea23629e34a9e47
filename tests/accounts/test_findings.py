"""The way of a finding: nobody is named before it was verified and heard; what people decide, a check never undoes."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.enums import FindingState
from accounts.finding_rules import CONFIRMED, SETTLED, STEPS, comes_back, open_steps
from accounts.working_days import work_calendar
from config.settings import load_settings
from tests import exports
from tests.office import BOSS, OFFICE, PRESS, MovingClock, office_file, people, populate
from weibo_ops.bootstrap import Application
from weibo_ops.documents import render
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.errors import ConflictError, PermissionRefusedError, RefusedError, UsageError, WeiboOpsError
from weibo_ops.kernel.todos import open_todos

NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
PRESSMAN = "press"
NAME = "云麓小喇叭"
"""A nickname, not certified, without a description: three findings."""


class Office:
    """A home with one account of the press office, at fault in three ways, and people of every role."""

    def __init__(self, home: Path, db: str | None = None) -> None:
        self.clock = MovingClock(NOW)
        if db is None:
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(office_file(), home / "weibo-ops.db")
        self.app = Application.open(load_settings(home, db), self.clock, BOSS)
        self.people = people(self.app) if db is None else populate(self.app)
        from accounts.schemas.people import StaffEntry
        from tests.office import actor_of

        self.people[PRESSMAN] = actor_of(self.app.staff.add(BOSS, StaffEntry(PRESSMAN, "报编辑", PRESS, ("编辑",))))
        folder = exports.export(home / "in", [exports.post(1, "2026-07-01 09:00:00")], [])
        profile = [exports.UID, NAME, "10", "100", "5", "", "False", "-1", ""]
        exports.write(folder / "users.csv", exports.USERS, [profile])
        exports.write(folder / "roster.csv", exports.ROSTER, [[NAME, exports.UID, PRESS, "新闻发布", "市", "云麓市"]])
        self.app.intake.import_folder(BOSS, folder)
        self.as_of = datetime(2026, 7, 3, tzinfo=UTC)
        self.app.accounts.check(BOSS, self.as_of)

    def ids(self) -> list[int]:
        return [view.finding_id for view in self.app.accounts.findings(present=None)]

    def step(self, who: str, name: str, *ids: int, note: str = "情况说明", evidence: Any = ()) -> Any:
        return self.app.findings.take_step(self.people[who], ids, name, note, evidence)

    def set_present(self, finding_id: int, *, present: bool) -> None:
        """Say what a check of other data would have said."""
        from accounts.models import Finding

        with self.app.db.writing() as session:
            row = session.get(Finding, finding_id)
            assert row is not None
            row.present = present

    def state(self, finding_id: int) -> str:
        return str(self.app.findings.show(finding_id)[0].state)

    def walk(self, finding_id: int, until: str) -> None:
        """Take the plain way up to a state."""
        way = {
            "发现": [("sun", "核实")],
            "核实": [("sun", "告知")],
            "告知与申辩": [(PRESSMAN, "申辩"), ("qian", "确认")],
            "确认": [("sun", "交办")],
            "交办": [(PRESSMAN, "反馈")],
            "反馈": [("qian", "复核")],
            "复核": [("qian", "办结")],
        }
        while (state := self.state(finding_id)) != until:
            for who, name in way[state]:
                self.step(who, name, finding_id)


@pytest.fixture
def office(tmp_path: Path) -> Any:
    made = Office(tmp_path / "home")
    yield made
    made.app.close()


def test_the_table_reaches_every_state_and_leaves_no_way_round() -> None:
    reached = {FindingState.FOUND}
    for _ in STEPS:
        reached |= {step.target for step in STEPS.values() if step.sources & reached}
    assert reached == set(FindingState)
    for step in STEPS.values():
        if step.target in CONFIRMED and not step.sources & CONFIRMED:
            assert step.sources == {FindingState.HEARD}, "only what was heard is confirmed"
        if step.target == FindingState.HEARD and FindingState.HEARD not in step.sources:
            assert step.sources == {FindingState.VERIFIED}
    assert all(open_steps(state) for state in set(FindingState) - SETTLED)
    assert all(not open_steps(state, present=present) for state in SETTLED for present in (True, False))
    assert "自行消失" not in open_steps("发现")
    assert "自行消失" in open_steps("发现", present=False)


@given(
    st.sampled_from(FindingState),
    st.booleans(),
    st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)),
    st.one_of(st.none(), st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))),
)
def test_only_what_was_settled_comes_back_and_only_by_newer_observation(
    state: FindingState, was_present: bool, last_seen: datetime, settled_at: datetime | None
) -> None:
    back = comes_back(state, was_present=was_present, last_seen=last_seen, settled_at=settled_at, as_of=NOW)
    if back:
        assert state in SETTLED
        assert last_seen < NOW
    if state == "不成立":
        assert back == (not was_present and last_seen < NOW)
    if state == "办结" and last_seen < NOW:
        assert back == (not was_present or (settled_at is not None and settled_at < NOW))


def test_the_plain_way_with_every_limit_and_to_do(office: Office) -> None:
    (finding, *_) = office.ids()
    assert office.app.findings.circulated() == []
    office.walk(finding, "确认")
    assert [view.finding_id for view in office.app.findings.circulated()] == [finding]
    view, steps = office.app.findings.show(finding)
    assert [step.step for step in steps] == ["核实", "告知", "申辩", "确认"]
    assert [step.late for step in steps] == [False] * 4
    assert view.due_at == datetime(2026, 10, 12, 16, 0, tzinfo=UTC), "the Saturday after the 8th is worked"
    with office.app.db.reading() as session:
        (todo,) = [each for each in open_todos(session) if each.kind == "finding.step"]
        assert audit.verify(session).broken_at is None
    assert "待交办" in todo.title
    office.walk(finding, "办结")
    assert office.app.findings.circulated() == []
    assert [view.finding_id for view in office.app.findings.circulated(settled=True)] == [finding]
    with office.app.db.reading() as session:
        assert not [each for each in open_todos(session) if each.kind == "finding.step"]


@pytest.mark.parametrize(
    ("until", "who", "step", "words"),
    [
        ("发现", "sun", "确认", "现为“发现”,不能确认"),
        ("核实", "sun", "确认", "现为“核实”,不能确认"),
        ("告知与申辩", "sun", "确认", "须由另一人办理"),
        ("告知与申辩", "zhao", "申辩", "或其上级单位人员办理"),
        ("发现", "city", "核实", "不在市府办甲的监管范围内,监管归口为"),
        ("交办", "zhao", "反馈", "或其上级单位人员办理"),
        ("确认", "sun", "反馈", "没有“申辩与反馈”权限"),
        ("办结", "sun", "核实", "已办结"),
        ("发现", "feng", "核实", "没有“核实问题”权限"),
    ],
)
def test_a_step_out_of_turn_or_by_the_wrong_person_is_one_sentence(
    office: Office, until: str, who: str, step: str, words: str
) -> None:
    finding = office.ids()[0]
    office.walk(finding, until)
    before = office.app.findings.show(finding)
    with pytest.raises(RefusedError, match=words) as refused:
        office.step(who, step, finding)
    assert refused.value.next_step
    assert office.app.findings.show(finding) == before


def test_without_an_answer_the_time_to_plead_must_run_out(office: Office) -> None:
    finding = office.ids()[0]
    office.step("sun", "核实", finding)
    office.step("sun", "告知", finding)
    due = office.app.findings.show(finding)[0].due_at
    assert due is not None
    office.clock.instant = due - timedelta(microseconds=1)
    with pytest.raises(RefusedError, match="申辩期未满"):
        office.step("qian", "确认", finding)
    office.clock.instant = due
    office.step("qian", "确认", finding)
    assert office.state(finding) == "确认"


def test_a_deputy_is_no_second_person(office: Office) -> None:
    finding = office.ids()[0]
    office.walk(finding, "告知与申辩")
    office.step(PRESSMAN, "申辩", finding)
    qian, sun = office.people["qian"], office.people["sun"]
    for acting in (
        Actor("qian", "钱(受孙委托)", qian.permissions, qian.unit_id, on_behalf_of="sun"),
        Actor("sun", "孙(受钱委托)", sun.permissions, sun.unit_id, on_behalf_of="qian"),
    ):
        with pytest.raises(RefusedError, match="须由另一人办理"):
            office.app.findings.take_step(acting, [finding], "确认")


def test_several_are_taken_together_or_none(office: Office) -> None:
    first, second, *_ = office.ids()
    office.step("sun", "核实", first)
    with pytest.raises(RefusedError):
        office.step("sun", "核实", first, second)
    assert office.state(second) == "发现"
    office.step("sun", "告知", first)
    with pytest.raises(UsageError, match="须写明核实情况"):
        office.step("sun", "核实", second, note=" ")
    with pytest.raises(UsageError, match="没有“升级”这一步"):
        office.step("sun", "升级", second)


def test_evidence_is_kept_and_shown(office: Office, tmp_path: Path) -> None:
    shot = tmp_path / "截图.png"
    shot.write_bytes(b"png")
    finding = office.ids()[0]
    office.step("sun", "核实", finding, evidence=[shot])
    (step,) = office.app.findings.show(finding)[1]
    (file,) = step.attachments
    assert file.name == "截图.png"
    assert office.app.vault.path(file.digest).read_bytes() == b"png"


def test_a_check_moves_no_state_and_a_settled_fault_that_comes_back_opens_a_round(office: Office) -> None:
    finding = office.ids()[0]
    rule_id = office.app.findings.show(finding)[0].rule_id
    office.walk(finding, "交办")
    office.app.accounts.check(BOSS, office.as_of)
    assert office.state(finding) == "交办"
    office.walk(finding, "办结")
    for later in (timedelta(0), timedelta(days=9)):
        office.app.accounts.check(BOSS, office.as_of + later)
        assert office.state(finding) == "办结", "seen before it was settled, and nobody said that it had gone"
    office.set_present(finding, present=False)
    office.app.accounts.check(BOSS, office.as_of + timedelta(days=9))
    assert office.state(finding) == "办结", "the same observation is no return"
    office.set_present(finding, present=False)
    office.app.accounts.check(BOSS, office.as_of + timedelta(days=10))
    view, steps = office.app.findings.show(finding)
    assert (view.state, view.round, view.rule_id) == ("发现", 2, rule_id)
    assert steps[-1].step == "再次出现"
    assert [step.round for step in steps[:-1]] == [1] * 8
    assert office.app.findings.circulated() == []
    with office.app.db.reading() as session:
        (todo,) = [each for each in open_todos(session) if each.kind == "finding.step"]
    assert "第2次出现" in todo.title
    assert todo.due_at == view.due_at
    office.step("sun", "核实", finding)
    office.step("sun", "告知", finding)
    office.step(PRESSMAN, "申辩", finding)
    with pytest.raises(RefusedError, match="须由另一人"):
        office.step("sun", "确认", finding)
    office.step("qian", "确认", finding)


def test_a_fault_closed_as_put_right_and_seen_later_comes_back_an_unfounded_one_does_not(office: Office) -> None:
    closed, unfounded, *_ = office.ids()
    office.walk(closed, "办结")
    office.step("sun", "不成立", unfounded)
    office.app.accounts.check(BOSS, NOW + timedelta(days=1))
    assert office.state(closed) == "发现"
    assert office.app.findings.show(closed)[0].round == 2
    assert office.state(unfounded) == "不成立"


def test_what_went_before_anybody_verified_it_is_settled_by_a_person_with_a_reason(office: Office) -> None:
    finding = office.ids()[0]
    with pytest.raises(RefusedError, match="最近一次检查仍发现,不能自行消失"):
        office.step("sun", "自行消失", finding)
    office.clock.forward(days=2)
    office.app.findings.remind(BOSS)
    with office.app.db.writing() as session:
        from accounts.repository import FindingRepository
        from accounts.service.finding_keeper import FindingKeeper

        calendar = work_calendar(office.app.standards, date(2026, 10, 8))
        repository = FindingRepository(session)
        row = repository.finding(finding)
        assert row is not None
        FindingKeeper(repository, BOSS, calendar, office.clock).gone(row)
    with office.app.db.reading() as session:
        left = [each.subject for each in open_todos(session) if each.kind == "finding.reminder"]
    assert left
    assert not [subject for subject in left if f"/{finding}/" in subject], "nobody is reminded of what has gone"
    with pytest.raises(UsageError, match="须写明消失的原因"):
        office.step("sun", "自行消失", finding, note="")
    office.step("sun", "自行消失", finding, note="单位已自行改名")
    assert office.state(finding) == "不成立"
    assert office.app.findings.show(finding)[1][-1].step == "自行消失"
    assert office.app.findings.circulated(settled=True) == []
    office.app.accounts.check(BOSS, office.as_of + timedelta(days=1))
    assert (office.state(finding), office.app.findings.show(finding)[0].round) == ("发现", 2)


def test_a_year_without_calendar_leaves_the_limit_open_until_the_calendar_is_there(office: Office) -> None:
    office.clock.instant = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    finding = office.ids()[0]
    office.step("sun", "核实", finding)
    office.step("sun", "告知", finding)
    assert office.app.findings.show(finding)[0].due_at is None
    with office.app.db.reading() as session:
        asked = [each for each in open_todos(session) if each.kind == "calendar.missing"]
    assert len(asked) == 1
    assert "期限待定" in asked[0].title
    office.clock.instant = datetime(2027, 2, 1, tzinfo=UTC)
    with pytest.raises(RefusedError, match="申辩期未满"):
        office.step("qian", "确认", finding)
    known = replace(work_calendar(office.app.standards, date(2027, 2, 1)), known_years=frozenset({2027}))
    with mock.patch("accounts.service.findings.work_calendar", return_value=known):
        office.step("qian", "确认", finding)
    assert office.state(finding) == "确认"


def test_a_waiver_is_signed_by_another_dated_and_not_for_everything(office: Office) -> None:
    view = next(view for view in office.app.accounts.findings() if view.rule_id == "certification.missing")
    findings, people = office.app.findings, office.people
    day = date(2026, 10, 8)
    with pytest.raises(RefusedError, match="不得豁免"):
        findings.propose_waiver(people["sun"], NAME, "interaction.closed", day, day, "理由")
    with pytest.raises(RefusedError, match="不超过180日"):
        findings.propose_waiver(people["sun"], NAME, view.rule_id, day, date(2027, 10, 8), "理由")
    with pytest.raises(RefusedError, match="监管范围"):
        findings.propose_waiver(people["city"], NAME, view.rule_id, day, day, "理由")
    with pytest.raises(UsageError, match="不能追溯"):
        findings.propose_waiver(people["sun"], NAME, view.rule_id, day - timedelta(9), day - timedelta(1), "理由")
    waiver = findings.propose_waiver(people["sun"], NAME, view.rule_id, day, day, "机构改革过渡期")
    assert not findings.show(view.finding_id)[0].waived, "proposed is not signed"
    with pytest.raises(RefusedError, match="须由另一人办理"):
        findings.sign_waiver(people["sun"], waiver.waiver_id)
    before = sum(_counts(office))
    findings.sign_waiver(people["qian"], waiver.waiver_id)
    assert findings.show(view.finding_id)[0].waived
    assert sum(_counts(office)) < before
    with pytest.raises(ConflictError):
        findings.sign_waiver(people["qian"], waiver.waiver_id)
    office.clock.forward(days=1)
    assert not findings.show(view.finding_id)[0].waived, "the last day is over"
    assert sum(_counts(office)) == before


def _counts(office: Office) -> tuple[int, int, int]:
    (row,) = office.app.accounts.list_accounts()
    return row.vetoes, row.deductions, row.advices


def test_a_hint_that_people_confirm_becomes_the_veto_that_its_clause_says(office: Office) -> None:
    with office.app.db.writing() as session:
        from accounts.models import Finding

        row = session.get(Finding, office.ids()[0])
        assert row is not None
        row.rule_id, row.severity = "interaction.closed", "advice"
        finding = row.id
    office.walk(finding, "告知与申辩")
    office.step(PRESSMAN, "申辩", finding)
    assert office.app.findings.show(finding)[0].severity == "advice"
    office.step("qian", "确认", finding)
    assert office.app.findings.show(finding)[0].severity == "veto"


def test_the_notice_names_only_what_was_confirmed(office: Office) -> None:
    first, second, *_ = office.ids()
    with pytest.raises(RefusedError, match="没有已确认或已交办的问题"):
        office.app.findings.notice(PRESS)
    office.walk(first, "告知与申辩")
    hearing = render(office.app.findings.notice(PRESS, hearing=True), ".txt").decode("utf-8")
    assert "征求意见稿" in hearing
    assert "无异议" in hearing
    office.walk(first, "确认")
    text = render(office.app.findings.notice(PRESS), ".txt").decode("utf-8")
    assert PRESS in text
    assert office.app.findings.show(first)[0].title in text
    assert office.app.findings.show(second)[0].message[:8] not in text
    assert "〔" not in text.partition("问题清单")[0], "no document number is invented"
    assert "期限至" not in text
    office.walk(first, "交办")
    text = "".join(render(office.app.findings.notice(PRESS), ".txt").decode("utf-8").split())
    assert "期限至" in text, "what is assigned names its last day"


def test_reminders_before_and_after_the_limit_are_to_dos_once(office: Office) -> None:
    assert office.app.findings.remind(BOSS) == 0, "three working days are left"
    office.clock.forward(days=2)
    opened = office.app.findings.remind(BOSS)
    assert opened == len(office.app.accounts.findings())
    office.app.findings.remind(BOSS)
    with office.app.db.reading() as session:
        assert sum(each.kind == "finding.reminder" for each in open_todos(session)) == opened
    office.clock.forward(days=10)
    office.app.findings.remind(BOSS)
    with office.app.db.reading() as session:
        assert any(each.title.startswith("催办") for each in open_todos(session))
    board = {row.state: row for row in office.app.findings.board()}
    assert board["发现"].overdue == board["发现"].findings == opened


def test_two_supervisors_confirm_at_once(tmp_path: Path, database_url: str) -> None:
    office = Office(tmp_path / "home", database_url)
    finding = office.ids()[0]
    office.walk(finding, "告知与申辩")
    office.step(PRESSMAN, "申辩", finding)
    office.people["sun2"] = Actor("sun2", "孙二", office.people["qian"].permissions, office.people["qian"].unit_id)
    outcomes: list[str] = []

    def confirm(who: str) -> None:
        try:
            office.step(who, "确认", finding)
            outcomes.append("done")
        except (ConflictError, RefusedError):
            outcomes.append("refused")

    threads = [threading.Thread(target=confirm, args=(who,)) for who in ("qian", "sun2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert [step.step for step in office.app.findings.show(finding)[1]].count("确认") == 1
    office.app.close()


class Way(RuleBasedStateMachine):
    """However people, deputies, checks and time alternate, nothing unconfirmed is ever told."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.moves = 0

    @initialize()
    def open(self) -> None:
        self.office = Office(Path(self.folder.name) / "home")
        with self.office.app.db.reading() as session:
            self.entries = audit.verify(session).entries

    def teardown(self) -> None:
        self.office.app.close()
        self.folder.cleanup()

    @rule(
        who=st.sampled_from(["sun", "qian", "city", PRESSMAN, "zhao", "feng", "admin"]),
        behalf=st.sampled_from([None, None, "sun", "qian", PRESSMAN]),
        step=st.sampled_from(sorted(STEPS)),
        which=st.integers(0, 2),
    )
    def take(self, who: str, behalf: str | None, step: str, which: int) -> None:
        ids = self.office.ids()
        finding = ids[which % len(ids)]
        person = self.office.people[who]
        if behalf is not None and behalf != who:
            principal = self.office.people[behalf]
            person = Actor(who, who, principal.permissions, principal.unit_id, on_behalf_of=behalf)
        before = self.office.app.findings.show(finding)
        try:
            self.office.app.findings.take_step(person, [finding], step, "情况")
        except WeiboOpsError:
            assert self.office.app.findings.show(finding) == before
        else:
            self.moves += 1

    @rule(who=st.sampled_from(["sun", "qian", PRESSMAN]))
    def forward_on_the_way(self, who: str) -> None:
        """Somebody takes the first step that is open to them, so that long ways are walked too."""
        for finding in self.office.ids()[:2]:
            for step in open_steps(self.office.state(finding)):
                if step == "不成立":
                    continue
                try:
                    self.office.step(who, step, finding)
                except (RefusedError, PermissionRefusedError):
                    continue
                self.moves += 1
                return

    @rule(days=st.sampled_from([1, 4, 9]))
    def wait(self, days: int) -> None:
        self.office.clock.forward(days=days)

    @rule(who=st.sampled_from(["sun", "qian", "city", PRESSMAN]), signer=st.sampled_from(["sun", "qian", "admin"]))
    def waive(self, who: str, signer: str) -> None:
        view = self.office.app.findings.show(self.office.ids()[0])[0]
        day = beijing_date(self.office.clock.now())
        people, findings = self.office.people, self.office.app.findings
        try:
            waiver = findings.propose_waiver(people[who], NAME, view.rule_id, day, day + timedelta(3), "过渡期")
            self.moves += 1
            findings.sign_waiver(people[signer], waiver.waiver_id)
            self.moves += 1
        except WeiboOpsError:
            return
        assert who != signer

    @rule(days=st.integers(0, 120), gone=st.booleans())
    def check_again(self, days: int, *, gone: bool) -> None:
        if gone:
            self.office.set_present(self.office.ids()[0], present=False)
        states = {finding: self.office.state(finding) for finding in self.office.ids()}
        self.office.app.accounts.check(BOSS, self.office.as_of + timedelta(days=days))
        self.moves += 1
        for finding, state in states.items():
            assert self.office.state(finding) in (state, "发现" if state in ("办结", "不成立") else state)

    @invariant()
    def what_is_told_was_verified_heard_and_confirmed_by_two(self) -> None:
        in_force = {waiver.rule_id for waiver in self.office.app.findings.waivers() if waiver.in_force}
        for view in self.office.app.findings.circulated(settled=True):
            assert view.rule_id not in in_force
            steps = [step for step in self.office.app.findings.show(view.finding_id)[1] if step.round == view.round]
            by = {step.step: step for step in steps}
            assert {"核实", "告知", "确认"} <= set(by)
            persons = {name: {by[name].person, by[name].on_behalf_of} - {""} for name in ("核实", "确认")}
            assert not persons["核实"] & persons["确认"]
            assert "申辩" in by or (by["确认"].due_at is not None and by["确认"].at >= by["确认"].due_at)

    @invariant()
    def every_move_is_in_the_chain(self) -> None:
        with self.office.app.db.reading() as session:
            report = audit.verify(session)
        assert report.broken_at is None
        assert report.entries == self.entries + self.moves


TestWay = Way.TestCase
TestWay.settings = settings(max_examples=6, stateful_step_count=25, phases=[Phase.generate])


def test_the_office_of_oversight_is_the_one_that_may(office: Office) -> None:
    assert office.app.units.show(PRESS).oversight == OFFICE
