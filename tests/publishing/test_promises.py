"""Chains against promises: what cannot be kept is said, what fits is not talked about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import shipped
from config.rulebook.approval import ApprovalBook, Chain, ChainStep, When
from config.rulebook.response import ResponseBook, ResponseTarget
from publishing.promises import longest_minutes, notes, reply_chains
from tests.accounts.test_standards_publishing import WANG, ZHENG, draft, rewrite
from weibo_ops.bootstrap import Application

APPROVAL: ApprovalBook = shipped("approval").book
RESPONSE: ResponseBook = shipped("response").book
RULE = {"source": "试行", "trust": "D", "severity": "veto"}


def chain(*steps: tuple[int, int], clock: str = "working") -> Chain:
    """A chain for ordinary replies of (stage, minutes)."""
    made = [
        ChainStep(name=f"第{number}步", role="初审", stage=stage, minutes=minutes, clock=clock)
        for number, (stage, minutes) in enumerate(steps)
    ]
    when = When(grades=("一般答复",))
    return Chain(id="chain.try", title="试行", clause="试行", when=when, steps=tuple(made), **RULE)


def approval(first: Chain) -> ApprovalBook:
    return APPROVAL.model_copy(update={"chains": (first, *APPROVAL.chains)})


def response(minutes: int, clock: str = "working", when: str = "always", *, enabled: bool = True) -> ResponseBook:
    target = ResponseTarget(
        id="target.try",
        title="限时答复",
        clause="承诺",
        when=when,
        minutes=minutes,
        clock=clock,
        enabled=enabled,
        **RULE,
    )
    return RESPONSE.model_copy(update={"targets": (target,)})


def test_the_shipped_books_fit() -> None:
    assert notes(APPROVAL, RESPONSE) == ()
    assert [(grades, longest_minutes(found)) for grades, found in reply_chains(APPROVAL)] == [
        (("重要答复",), 140),
        (("过程性答复",), 15),
        (("一般答复",), 30),
    ]


def test_three_reviews_inside_a_one_hour_promise_are_called_nonsense() -> None:
    (said,) = notes(APPROVAL, response(60, "wall", "working_hours"))
    assert said.startswith("审批链“重要答复”(重要答复)各环节时限合计140分钟,超过“限时答复”的答复时限60分钟")
    assert "走完整审批链" in said
    assert "试行:承诺" in said


def test_a_promise_at_night_is_not_kept_by_a_chain_that_counts_working_time() -> None:
    said = notes(approval(chain((1, 20))), response(480, "wall", "off_hours"))
    assert any("非工作时间也计时" in each and "第0步只计工作时间" in each for each in said)
    awake = notes(approval(chain((1, 20), clock="wall")), response(480, "wall"))
    assert not any("“试行”(" in each for each in awake)


@pytest.mark.parametrize(
    ("clock", "when"), [("working", "always"), ("working", "off_hours"), ("wall", "working_hours")]
)
def test_where_the_promise_stands_still_too_nothing_is_said_of_nights(clock: str, when: str) -> None:
    assert notes(APPROVAL, response(480, clock, when)) == ()


def test_a_promise_that_is_switched_off_binds_no_chain() -> None:
    assert notes(APPROVAL, response(1, enabled=False)) == ()


def test_a_chain_that_no_reply_takes_is_not_measured() -> None:
    ids = {found.id for _, found in reply_chains(APPROVAL)}
    assert "chain.three_reviews" not in ids
    assert "chain.urgent" not in ids


STEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 300)), min_size=1, max_size=6)


@given(STEPS, st.integers(1, 900))
def test_stages_add_up_and_steps_side_by_side_do_not(found: list[tuple[int, int]], promised: int) -> None:
    stage, steps = 1, []
    for number, (onward, minutes) in enumerate(found):
        stage += onward if number else 0
        steps.append((stage, minutes))
    tried = chain(*steps)
    whole = sum(max(minutes for at, minutes in steps if at == each) for each in {at for at, _ in steps})
    assert longest_minutes(tried) == whole
    said = [note for note in notes(approval(tried), response(promised)) if "“试行”(" in note]
    assert bool(said) == (whole > promised)


def test_a_draft_of_either_book_is_told_of_the_other(any_app: Application) -> None:
    view = draft(any_app, "approval", "国家")
    assert any_app.standard_drafts.check(view.draft_id).notes == ()
    view = rewrite(any_app, view, ("minutes = 60, remind_minutes = 20", "minutes = 200, remind_minutes = 20"))
    found = any_app.standard_drafts.check(view.draft_id)
    assert found.ready
    assert any("合计280分钟,超过“3小时内首次响应”的答复时限180分钟" in note for note in found.notes)

    promise = draft(any_app, "response", "国家", effective_from=date(2026, 12, 1))
    promise = rewrite(any_app, promise, ("minutes = 180", "minutes = 120"))
    assert any("合计140分钟" in note for note in any_app.standard_drafts.check(promise.draft_id).notes)


def test_a_draft_is_read_beside_what_governs_on_its_first_day(any_app: Application) -> None:
    promise = draft(any_app, "response", "国家", effective_from=date(2026, 12, 1))
    promise = rewrite(any_app, promise, ("minutes = 180", "minutes = 120"))
    digest = any_app.standard_drafts.check(promise.draft_id).draft.digest
    any_app.standard_publishing.publish(WANG, promise.draft_id, digest)
    before = draft(any_app, "approval", "国家", by=ZHENG, effective_from=date(2026, 11, 30))
    after = draft(any_app, "approval", "国家", by=ZHENG, effective_from=date(2026, 11, 30) + timedelta(days=1))
    assert not any_app.standard_drafts.check(before.draft_id).notes
    assert any("合计140分钟" in note for note in any_app.standard_drafts.check(after.draft_id).notes)
