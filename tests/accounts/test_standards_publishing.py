"""Drafts become law: by a second person, as previewed, never looser than the text above, never into a closed period."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from accounts.permissions import Permission
from accounts.schemas.standards import DraftView, Published
from accounts.standards import PeriodService, StandardDraftService, StandardPublishService, StandardService
from config.loader import shipped
from config.rulebook.base import LAYERS
from tests.office import PLANT, PRESS, WATER, MovingClock, migrated_file, people
from weibo_ops.bootstrap import Application
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError
from weibo_ops.kernel.todos import open_todos

TODAY = date(2026, 10, 8)
TOMORROW = TODAY + timedelta(days=1)
MAY = frozenset({Permission.STANDARD_EDIT.value, Permission.STANDARD_PUBLISH.value, Permission.PERIOD_CLOSE.value})


def person(login: str, *, acting_for: str | None = None, unit_id: int | None = None) -> Actor:
    return Actor(login, f"{login}同志", MAY, unit_id, acting_for)


ZHENG, WANG, LIU = person("zheng"), person("wang"), person("liu")


def draft(app: Any, book: str = "accounts", layer: str = "市", by: Actor = ZHENG, **more: Any) -> DraftView:
    view: DraftView = app.standard_drafts.new(by, book, layer, **more)
    return view


def rewrite(app: Any, view: DraftView, *edits: tuple[str, str], by: Actor = ZHENG) -> DraftView:
    text = app.standard_drafts.show(view.draft_id).text
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    saved: DraftView = app.standard_drafts.edit(by, view.draft_id, text, view.version).draft
    return saved


SEVEN_DAYS = (("days = 14", "days = 7"), ("days = 10", "days = 5"), ("days = 12", "days = 6"))


def publish(app: Any, view: DraftView, by: Actor = WANG) -> Published:
    done: Published = app.standard_publishing.publish(by, view.draft_id, view.digest)
    return done


def acts(app: Any, action: str) -> list[dict[str, Any]]:
    with app.db.reading() as session:
        assert audit.verify(session).broken_at is None
        entries = select(audit.AuditEntry).where(audit.AuditEntry.action == action).order_by(audit.AuditEntry.id)
        return [entry.details for entry in session.scalars(entries)]


def looser_todos(app: Any) -> list[str]:
    with app.db.reading() as session:
        return [todo.title for todo in open_todos(session) if todo.kind == "accounts.standard.looser"]


# --- drafts -----------------------------------------------------------------------------------------------------


def test_a_draft_is_a_copy_with_a_header_of_its_own(any_app: Application) -> None:
    view = draft(any_app)
    report = any_app.standard_drafts.check(view.draft_id)
    assert report.ready
    assert report.upper == view.base_digest == shipped("accounts").digest
    header = {line.partition(" = ")[0]: line.partition(" = ")[2] for line in view.text.split("\n")[:15]}
    assert (header["layer"], header["effective_from"]) == ('"市"', TOMORROW.isoformat())
    assert header["version"] == '"2026.2"'
    assert view.editors == ("zheng",)
    diff = any_app.standard_drafts.diff(view.draft_id)
    assert [item.key for item in diff.differences or ()] == ["version", "effective_from", "layer"]
    assert '+layer = "市"' in diff.text


def test_a_broken_text_is_saved_and_listed_and_not_published(any_app: Application) -> None:
    view = draft(any_app)
    half = view.text[: len(view.text) // 2]
    report = any_app.standard_drafts.edit(ZHENG, view.draft_id, half, view.version)
    assert any_app.standard_drafts.show(view.draft_id).text == half
    assert report.problems
    assert all(problem.line >= 1 for problem in report.problems)
    assert any_app.standard_drafts.diff(view.draft_id).differences is None
    with pytest.raises(RefusedError, match="处问题") as refused:
        publish(any_app, report.draft)
    assert "第" in str(refused.value)
    with pytest.raises(RefusedError, match="处问题"):
        any_app.standard_publishing.preview(view.draft_id)


def test_two_who_edit_at_once_do_not_overwrite_each_other(any_app: Application) -> None:
    view = draft(any_app)
    rewrite(any_app, view, *SEVEN_DAYS)
    with pytest.raises(ConflictError, match="第2稿"):
        any_app.standard_drafts.edit(WANG, view.draft_id, "x", view.version)
    assert any_app.standard_drafts.show(view.draft_id).editors == ("zheng",)


def test_every_hand_in_the_text_is_kept_also_through_a_deputy(app: Application) -> None:
    view = draft(app)
    rewrite(app, view, *SEVEN_DAYS, by=person("liu", acting_for="sun"))
    assert app.standard_drafts.show(view.draft_id).editors == ("liu", "sun", "zheng")


def test_a_dropped_draft_stays_on_record_and_moves_no_more(any_app: Application) -> None:
    view = draft(any_app)
    assert any_app.standard_drafts.drop(ZHENG, view.draft_id).state == "已作废"
    assert any_app.standard_drafts.drafts() == []
    assert [row.draft_id for row in any_app.standard_drafts.drafts(everything=True)] == [view.draft_id]
    for act in (
        lambda: any_app.standard_drafts.drop(ZHENG, view.draft_id),
        lambda: any_app.standard_drafts.edit(ZHENG, view.draft_id, "x", 2),
        lambda: publish(any_app, view),
    ):
        with pytest.raises(ConflictError, match="已作废"):
            act()


@pytest.mark.parametrize(
    ("edit", "key", "words"),
    [
        (('layer = "市"', 'layer = "省"'), "layer", "不能改为"),
        (('version = "2026.2"', 'version = "2026.1"'), "version", "已有文本使用"),
        (('layer = "市"', 'layer = "单位"\napplies_to = "没有这个局"'), "applies_to", "没有登记"),
    ],
)
def test_the_header_is_examined(app: Application, edit: tuple[str, str], key: str, words: str) -> None:
    view = rewrite(app, draft(app), edit)
    problems = {problem.key: problem for problem in app.standard_drafts.check(view.draft_id).problems}
    assert words in problems[key].message
    assert view.text.split("\n")[problems[key].line - 1].startswith(f"{key} = ")
    with pytest.raises(RefusedError, match=words):
        publish(app, view)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"book": "nothing"}, NotFoundError),
        ({"layer": "县"}, UsageError),
        ({"layer": "市", "applies_to": WATER}, UsageError),
        ({"book": "content", "layer": "单位", "applies_to": WATER}, UsageError),
        ({"layer": "单位", "applies_to": "没有这个局"}, NotFoundError),
        ({"source": "abcdef123456"}, NotFoundError),
        ({"source": "ab"}, UsageError),
        ({"source": shipped("content").digest}, UsageError),
    ],
)
def test_a_draft_of_nothing_is_refused(app: Application, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        draft(app, **arguments)
    assert getattr(refused.value, "next_step", "")
    assert app.standard_drafts.drafts() == []


def test_a_number_that_changed_under_an_old_clause_is_pointed_out(app: Application) -> None:
    view = rewrite(app, draft(app), *SEVEN_DAYS)
    (note,) = app.standard_drafts.check(view.draft_id).notes
    assert "freshness.silent、freshness.remind_clerk、freshness.remind_leader的要求有改动" in note
    assert "local" not in note, "what is switched off is cited nowhere"
    view = rewrite(app, view, ('clause = "监测时间点前2周内无更新"', 'clause = "7日内无更新"'))
    (note,) = app.standard_drafts.check(view.draft_id).notes
    assert "freshness.silent" not in note


# --- publishing -------------------------------------------------------------------------------------------------


def test_a_published_text_holds_from_its_day_and_the_log_says_what_changed(any_app: Application) -> None:
    view = rewrite(any_app, draft(any_app), *SEVEN_DAYS)
    done = publish(any_app, view)
    assert (done.backdated, done.looser) == (False, ())
    assert any_app.standards.in_force("accounts", TODAY).digest == shipped("accounts").digest
    assert any_app.standards.in_force("accounts", TOMORROW).digest == done.digest == view.digest
    (details,) = acts(any_app, "standard.publish")
    assert details["digest"] == done.digest
    assert details["replaces"] == details["upper"] == shipped("accounts").digest
    assert ["修改", "freshness.silent.days", "14", "7"] in details["differences"]
    assert any_app.standard_drafts.show(view.draft_id).published_digest == done.digest
    row = next(row for row in any_app.standards.texts(TOMORROW) if row.digest == done.digest)
    assert (row.layer, row.state, row.published_by, row.in_force) == ("市", "已发布", "wang", True)
    assert next(row for row in any_app.standards.texts() if row.digest == done.digest).state == "待生效"


@pytest.mark.parametrize(
    "by",
    [ZHENG, LIU, person("wang", acting_for="zheng"), person("zheng", acting_for="wang"), person("sun")],
    ids=["the author", "an editor", "for the author", "the author for another", "who was edited for"],
)
def test_nobody_publishes_a_text_they_had_a_hand_in(app: Application, by: Actor) -> None:
    view = rewrite(app, draft(app), *SEVEN_DAYS, by=person("liu", acting_for="sun"))
    with pytest.raises(RefusedError, match="另一人") as refused:
        publish(app, view, by)
    assert "上级单位或分管领导" in str(refused.value), "an office of two is told the lawful way"
    assert acts(app, "standard.publish") == []
    publish(app, view, WANG)


def test_only_the_text_that_was_previewed_is_published(any_app: Application) -> None:
    view = draft(any_app)
    rewrite(any_app, view, *SEVEN_DAYS)
    with pytest.raises(ConflictError, match="与预览时不同"):
        publish(any_app, view)
    with pytest.raises(UsageError, match="太短"):
        any_app.standard_publishing.publish(WANG, view.draft_id, "ab")


def test_a_looser_text_is_refused_with_every_clause(app: Application) -> None:
    view = rewrite(app, draft(app), ("days = 14", "days = 21"), ('suffixes = ["', 'suffixes = ["热线", "'))
    report = app.standard_drafts.check(view.draft_id)
    assert [item.key for item in report.loosenings] == ["certification.suffixes", "freshness.silent.days"]
    with pytest.raises(RefusedError, match="2处比上层标准宽") as refused:
        publish(app, view)
    assert "14 → 21" in str(refused.value)
    assert "国办秘函〔2019〕19号" in str(refused.value)
    assert app.standards.in_force("accounts", TOMORROW).digest == shipped("accounts").digest


def test_the_highest_layer_has_nobody_above_it(app: Application) -> None:
    view = rewrite(app, draft(app, layer="国家"), ("days = 14", "days = 21"))
    publish(app, view)
    assert app.standards.in_force("accounts", TOMORROW).digest == view.digest


def test_the_unit_stands_below_the_city_and_the_city_below_the_province(app: Application) -> None:
    publish(app, rewrite(app, draft(app, layer="省"), ("days = 14", "days = 13")))
    view = rewrite(app, draft(app, layer="市", by=LIU), by=LIU)
    assert 'layer = "市"' in view.text
    assert "days = 13" in view.text, "the copy is of the text that governs by then"
    looser = rewrite(app, view, ("days = 13", "days = 14"), by=LIU)
    assert [item.upper for item in app.standard_drafts.check(looser.draft_id).loosenings] == ["13"]


@pytest.mark.parametrize("backdated", [True, False])
def test_the_first_day_may_lie_in_the_past_and_not_in_a_closed_period(any_app: Application, backdated: bool) -> None:
    any_app.periods.close(ZHENG, "2026Q2", "二季度通报已印发")
    day = date(2026, 7, 1) if backdated else date(2026, 6, 30)
    view = draft(any_app, effective_from=day)
    if backdated:
        assert any_app.standard_drafts.check(view.draft_id).notes
        assert publish(any_app, view).backdated
        assert acts(any_app, "standard.publish")[0]["backdated"] is True
        return
    with pytest.raises(RefusedError, match="2026Q2") as refused:
        publish(any_app, view)
    assert "已封账期间的数据不再变动" in str(refused.value)
    before = draft(any_app, effective_from=date(2026, 1, 2), version="9")
    with pytest.raises(RefusedError, match="2026Q2"):
        publish(any_app, before)


def test_two_administrators_publishing_at_once(any_app: Application) -> None:
    view = rewrite(any_app, draft(any_app), *SEVEN_DAYS)
    at_once = threading.Barrier(2)
    ends: list[object] = []

    def go(actor: Actor) -> None:
        standards = StandardService(any_app.db, any_app.clock)
        drafts = StandardDraftService(any_app.db, any_app.clock, standards)
        at_once.wait()
        try:
            ends.append(StandardPublishService(any_app.db, any_app.clock, standards, drafts).publish(
                actor, view.draft_id, view.digest))  # fmt: skip
        except Exception as error:
            ends.append(error)

    threads = [threading.Thread(target=go, args=(actor,)) for actor in (WANG, LIU)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [end for end in ends if isinstance(end, ConflictError)]
    assert len(refused) == 1, ends
    assert "已发布" in refused[0].message
    assert sum(isinstance(end, Published) for end in ends) == 1
    assert len(acts(any_app, "standard.publish")) == 1
    assert len(any_app.standards.timeline("accounts").texts) == 2


def test_two_drafts_of_one_version_cannot_both_be_law(any_app: Application) -> None:
    first, second = draft(any_app), draft(any_app, by=LIU)
    publish(any_app, first)
    with pytest.raises(RefusedError, match="已有文本使用"):
        publish(any_app, second)


# --- retiring, going back ---------------------------------------------------------------------------------------


def test_a_retired_text_gives_way_to_the_one_above(any_app: Application) -> None:
    done = publish(any_app, rewrite(any_app, draft(any_app), *SEVEN_DAYS))
    with pytest.raises(RefusedError, match="另一人"):
        any_app.standard_publishing.retire(WANG, done.digest, date(2026, 11, 1))
    with pytest.raises(RefusedError, match="不晚于生效日期"):
        any_app.standard_publishing.retire(LIU, done.digest, TOMORROW)
    any_app.standard_publishing.retire(LIU, done.digest[:12], date(2026, 11, 1))
    assert any_app.standards.in_force("accounts", date(2026, 10, 31)).digest == done.digest
    assert any_app.standards.in_force("accounts", date(2026, 11, 1)).digest == shipped("accounts").digest
    assert any_app.standards.by_digest(done.digest).text
    with pytest.raises(ConflictError, match="已停用"):
        any_app.standard_publishing.retire(LIU, done.digest, date(2026, 12, 1))


def test_the_last_text_of_the_first_layer_stays(any_app: Application) -> None:
    mine = publish(any_app, draft(any_app, layer="国家", effective_from=date(2026, 12, 1)))
    publish(any_app, draft(any_app, layer="市", version="9", effective_from=date(2026, 10, 1)))
    with pytest.raises(RefusedError, match="没有国家层级"):
        any_app.standard_publishing.retire(LIU, shipped("accounts").digest, date(2026, 11, 1))
    any_app.standard_publishing.retire(LIU, shipped("accounts").digest, date(2026, 12, 1))
    with pytest.raises(RefusedError, match="没有国家层级"):
        any_app.standard_publishing.retire(LIU, mine.digest, date(2027, 1, 1))


def test_nothing_ends_inside_a_closed_period(app: Application) -> None:
    done = publish(app, draft(app, effective_from=date(2026, 7, 1)))
    app.periods.close(ZHENG, "2026Q3", "三季度通报已印发")
    with pytest.raises(RefusedError, match="2026Q3"):
        app.standard_publishing.retire(LIU, done.digest, date(2026, 9, 30))
    app.standard_publishing.retire(LIU, done.digest, date(2026, 10, 1))


def test_an_old_text_comes_back_as_a_new_draft_with_a_new_day(app: Application) -> None:
    old = publish(app, rewrite(app, draft(app, effective_from=date(2026, 7, 1)), *SEVEN_DAYS))
    publish(app, draft(app, source=shipped("accounts").digest, effective_from=date(2026, 8, 1), by=LIU))
    view = draft(app, source=old.digest[:12])
    assert "days = 7" in view.text
    again = publish(app, view)
    assert app.standards.in_force("accounts", TOMORROW).digest == again.digest
    assert app.standards.in_force("accounts", date(2026, 8, 1)).digest not in (old.digest, again.digest)


# --- when the text above changes --------------------------------------------------------------------------------


def test_a_lower_text_that_became_looser_is_put_to_people(any_app: Application) -> None:
    city = publish(any_app, rewrite(any_app, draft(any_app), ("days = 14", "days = 13")))
    assert looser_todos(any_app) == []
    above = rewrite(any_app, draft(any_app, layer="省", effective_from=date(2026, 12, 1), source=city.digest), *[
        ("days = 13", "days = 9"), ("days = 10", "days = 7"), ("days = 12", "days = 8")])  # fmt: skip
    done = publish(any_app, above)
    ((digest, keys),) = done.looser
    assert digest == city.digest
    assert "freshness.silent.days" in keys
    (title,) = looser_todos(any_app)
    assert "freshness.silent.days" in title
    row = next(row for row in any_app.standards.texts() if row.digest == city.digest)
    assert row.looser == keys
    any_app.standard_publishing.retire(LIU, city.digest, date(2026, 12, 1))
    assert looser_todos(any_app) == [], "a text that no longer holds is looser than nothing"


# --- texts for one unit -----------------------------------------------------------------------------------------


def test_a_text_for_one_unit_holds_in_its_branch_alone(office_app: Application) -> None:
    app = office_app
    office = people(app)
    zheng, wang = office["zheng"], office["wang"]
    view = rewrite(app, draft(app, layer="单位", applies_to=WATER, by=zheng), *SEVEN_DAYS, by=zheng)
    assert f'applies_to = "{WATER}"' in view.text
    done = publish(app, view, wang)
    timeline = app.standards.timeline("accounts")
    assert timeline.on(TOMORROW).digest == shipped("accounts").digest
    assert timeline.governing(TOMORROW, (WATER, "云麓市人民政府")).digest == done.digest
    assert timeline.governing(TOMORROW, (PLANT, WATER, "云麓市人民政府")).digest == done.digest
    assert timeline.governing(TOMORROW, (PRESS, "云麓市人民政府")).digest == shipped("accounts").digest
    below = draft(app, layer="单位", applies_to=PLANT, by=zheng)
    assert "days = 7" in below.text
    report = app.standard_drafts.check(rewrite(app, below, ("days = 7", "days = 8"), by=zheng).draft_id)
    assert [item.key for item in report.loosenings] == ["freshness.silent.days"]


def test_a_stranger_lays_down_nothing_for_a_unit(office_app: Application) -> None:
    app = office_app
    office = people(app)
    stranger = person("wu", unit_id=office["wu"].unit_id)
    with pytest.raises(RefusedError, match="不属于"):
        draft(app, layer="单位", applies_to=WATER, by=stranger)
    view = draft(app, layer="单位", applies_to=WATER, by=office["zheng"])
    with pytest.raises(RefusedError, match="不属于"):
        publish(app, view, stranger)


# --- periods ----------------------------------------------------------------------------------------------------


def test_a_period_is_closed_once_and_not_before_it_is_over(any_app: Application) -> None:
    row = any_app.periods.close(ZHENG, "2026q3", " 三季度通报 ")
    assert (row.name, row.closed_by, row.reason) == ("2026Q3", "zheng", "三季度通报")
    assert [row.name for row in any_app.periods.closed()] == ["2026Q3"]
    with pytest.raises(ConflictError, match="已由zheng"):
        any_app.periods.close(WANG, "2026Q3", "再次")
    with pytest.raises(RefusedError, match="才结束"):
        any_app.periods.close(ZHENG, "2026Q4", "提前")
    for name, reason in (("2026Q9", "x"), ("2026Q2", "  ")):
        with pytest.raises(UsageError):
            any_app.periods.close(ZHENG, name, reason)
    assert len(acts(any_app, "period.close")) == 1


# --- a machine over all of it -----------------------------------------------------------------------------------


class Lawmaking(RuleBasedStateMachine):
    """People draft, edit, publish, retire and close in any order; a simple list says what must hold."""

    people = st.sampled_from(["a", "b", "c", "d"])
    principals = st.sampled_from([None, None, None, "a", "b"])
    days = st.integers(-60, 60).map(lambda number: TODAY + timedelta(days=number))

    @initialize()
    def open(self) -> None:
        import shutil
        import tempfile
        from pathlib import Path

        self.folder = tempfile.mkdtemp(prefix="weibo-ops-law-")
        file = Path(self.folder) / "law.db"
        shutil.copyfile(migrated_file(), file)
        self.db = Database(f"sqlite:///{file}")
        self.clock = MovingClock(datetime(2026, 10, 8, 2, 0, tzinfo=UTC))
        self.standards = StandardService(self.db, self.clock)
        self.standard_drafts = StandardDraftService(self.db, self.clock, self.standards)
        self.standard_publishing = StandardPublishService(self.db, self.clock, self.standards, self.standard_drafts)
        self.periods = PeriodService(self.db, self.clock)
        self.standards.install_shipped(Actor("p", "本程序", frozenset({"*"})))
        self.hands: dict[int, set[str]] = {}
        self.law: list[tuple[date, str, str]] = [(date(2020, 1, 1), "国家", shipped("subjects").digest)]
        self.ends: dict[str, date] = {}
        self.closed_until = date(2000, 1, 1)
        self.acts = 0

    def teardown(self) -> None:
        import shutil

        if hasattr(self, "db"):
            self.db.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    @rule(login=people, principal=principals, layer=st.sampled_from(LAYERS), day=days)
    def begin(self, login: str, principal: str | None, layer: str, day: date) -> None:
        actor = person(login, acting_for=principal)
        view = self.standard_drafts.new(actor, "subjects", layer, effective_from=day, version=f"v{len(self.hands)}")
        self.hands[view.draft_id] = set(actor.persons)

    @rule(login=people, principal=principals, data=st.data())
    def put_in(self, login: str, principal: str | None, data: st.DataObject) -> None:
        if not self.hands:
            return
        waiting = [view.draft_id for view in self.standard_drafts.drafts()] or sorted(self.hands)
        draft_id = data.draw(st.sampled_from(waiting))
        actor = person(login, acting_for=principal)
        view = self.standard_drafts.show(draft_id)
        try:
            self.standard_publishing.publish(actor, draft_id, view.digest)
        except RefusedError:
            assert (
                view.state != "草稿"
                or self.hands[draft_id] & actor.persons
                or self._first_day(view) < self.closed_until
            )
            return
        self.acts += 1
        assert not self.hands[draft_id] & actor.persons, "nobody publishes a text of their own"
        assert self._first_day(view) >= self.closed_until
        self.law.append((self._first_day(view), view.layer, view.digest))

    @rule(login=people, principal=principals, data=st.data())
    def change(self, login: str, principal: str | None, data: st.DataObject) -> None:
        if not self.hands:
            return
        view = self.standard_drafts.show(data.draw(st.sampled_from(sorted(self.hands))))
        actor = person(login, acting_for=principal)
        try:
            self.standard_drafts.edit(actor, view.draft_id, view.text + "# 改\n", view.version)
        except ConflictError:
            assert view.state != "草稿"
        else:
            self.hands[view.draft_id] |= actor.persons

    @rule(data=st.data(), later=st.integers(-3, 40))
    def end(self, data: st.DataObject, later: int) -> None:
        start, _, digest = data.draw(st.sampled_from(self.law[1:] or self.law))
        day = start + timedelta(days=later)
        try:
            self.standard_publishing.retire(person("nobody"), digest, day)
        except RefusedError:
            return
        self.acts += 1
        assert day >= self.closed_until
        assert digest not in self.ends
        self.ends[digest] = day

    @precondition(lambda self: len(self.law) > 2)
    @rule(month=st.sampled_from(["2026-08", "2026-09"]))
    def close(self, month: str) -> None:
        try:
            self.periods.close(person("a"), month, "通报")
        except ConflictError:
            return
        self.closed_until = max(self.closed_until, date(2026, int(month[-2:]) + 1, 1))

    @invariant()
    def the_text_in_force_is_the_one_that_a_walk_through_the_list_finds(self) -> None:
        if not hasattr(self, "law"):
            return
        timeline = self.standards.timeline("subjects")
        for number in range(-61, 62, 7):
            day = TODAY + timedelta(days=number)
            holding = [
                (LAYERS.index(layer), start, place, digest)
                for place, (start, layer, digest) in enumerate(self.law)
                if start <= day and not (digest in self.ends and self.ends[digest] <= day)
            ]
            assert timeline.on(day).digest == max(holding)[3]
            assert any(rank == 0 for rank, *_ in holding), "some text of the first layer always holds"

    @invariant()
    def every_act_is_in_the_chain(self) -> None:
        if hasattr(self, "law"):
            assert len(acts(self, "standard.publish")) + len(acts(self, "standard.retire")) == self.acts

    @staticmethod
    def _first_day(view: DraftView) -> date:
        line = next(line for line in view.text.split("\n") if line.startswith("effective_from"))
        return date.fromisoformat(line.partition(" = ")[2])


TestLawmaking = Lawmaking.TestCase
TestLawmaking.settings = settings(max_examples=6, stateful_step_count=25, phases=[Phase.generate])


@pytest.mark.slow
def test_many_orders_of_lawmaking() -> None:
    run_state_machine_as_test(Lawmaking, settings=settings(max_examples=10, stateful_step_count=30))
