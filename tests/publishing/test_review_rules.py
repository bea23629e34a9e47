"""The rules of persons against a plain walk over every assignment; codes; grades of replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import shipped
from config.rulebook.approval import REVIEW_ROLES, ApprovalBook
from publishing.checks import Medium
from publishing.fingerprint import Manuscript, code_of, fingerprint, same_code
from publishing.models import PostRevision
from publishing.reply_grades import HOLDING, IMPORTANT, ORDINARY, grade_of
from publishing.review_rules import (
    Signature,
    StepRule,
    chain_complete,
    may_sign_role,
    missing_signer,
    next_role,
    open_stage,
    step_done,
)

PEOPLE = ["a", "b", "c", "d"]
BOOK = shipped("approval").book
assert isinstance(BOOK, ApprovalBook)


@st.composite
def chains(draw: st.DrawFn) -> list[StepRule]:
    count = draw(st.integers(1, 3))
    steps, stage = [], 1
    for position in range(count):
        mode = draw(st.sampled_from(["any", "some", "all"]))
        named = tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True)))
        steps.append(StepRule(position, stage, f"第{position}", "初审", mode, 2, named if mode == "all" else ()))
        stage += draw(st.integers(0, 1))
    return steps


signatures = st.lists(
    st.builds(
        Signature,
        st.integers(0, 2),
        st.sampled_from(PEOPLE),
        st.sampled_from(["now", "before"]),
        st.none() | st.sampled_from(PEOPLE),
    ),
    max_size=6,
)


@given(chains(), signatures, st.sets(st.sampled_from(PEOPLE), max_size=2))
def test_a_complete_chain_is_what_a_plain_reading_says(
    steps: list[StepRule], given_: list[Signature], editors: set[str]
) -> None:
    valid = [each for each in given_ if each.fingerprint == "now"]
    hands = [login for each in valid for login in {each.person, each.on_behalf_of} - {None}]
    plain = len(hands) == len(set(hands)) and not set(hands) & editors
    for step in steps:
        own = [each for each in valid if each.position == step.position]
        if step.mode == "all":
            plain = plain and all(any(login == (e.on_behalf_of or e.person) for e in own) for login in step.named)
        else:
            plain = plain and len({each.person for each in own}) >= (1 if step.mode == "any" else 2)
    assert chain_complete(steps, given_, "now", editors) == plain


@given(chains(), signatures)
def test_nothing_opens_behind_what_is_not_done(steps: list[StepRule], given_: list[Signature]) -> None:
    stage = open_stage(steps, given_)
    for step in steps:
        if stage is None or step.stage < stage:
            assert step_done(step, given_)


@given(
    st.lists(st.sets(st.sampled_from(PEOPLE)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(PEOPLE)), max_size=1),
)
def test_a_chain_can_be_staffed_exactly_when_some_assignment_works(
    able: list[set[str]], signed: list[tuple[int, str]]
) -> None:
    steps = [StepRule(place, place + 1, f"第{place}", "初审") for place in range(len(able))]
    done = [Signature(place, login, "now") for place, login in signed if place < len(able)]
    open_places = [place for place in range(len(able)) if place not in {each.position for each in done}]
    free = [login for login in PEOPLE if login not in {each.person for each in done}]
    works = any(
        all(login in able[place] for place, login in zip(open_places, chosen, strict=True))
        for chosen in permutations(free, len(open_places))
    )
    assert (missing_signer(steps, dict(enumerate(able)), done) is None) == works


def test_an_empty_chain_signs_nothing() -> None:
    assert not chain_complete([], [], "now", ())


@given(st.lists(st.sampled_from([*REVIEW_ROLES, "编辑", "监管人员"])), st.sampled_from(REVIEW_ROLES))
def test_the_same_role_or_a_higher_one_signs(roles: list[str], role: str) -> None:
    higher = REVIEW_ROLES[REVIEW_ROLES.index(role) :]
    assert may_sign_role(roles, role) == bool(set(roles) & set(higher))


def test_an_overdue_step_goes_up() -> None:
    assert [next_role(role) for role in REVIEW_ROLES] == ["复审", "终审", "终审"]


# --- fingerprint --------------------------------------------------------------------------------------------

WHOLE = Manuscript(1, "manual", "日常", "正文")
BOOKS = {"content": "a", "words": "b", "approval": "c"}


NOT_SIGNED_FOR = {"id", "post_id", "number", "author", "on_behalf_of", "at", "note", "holding_template"}
CHANGES: list[dict[str, Any]] = [
    {"account_id": 2},
    {"gateway": "share"},
    {"content_class": "政策"},
    {"text": "正文 "},
    {"reply_to": "1"},
    {"urgent": True},
    {"urgent_reason": "x"},
    {"disclosure": "主动公开"},
    {"source_basis": "x"},
    {"secrecy_review": "x"},
    {"originator": "x"},
    {"media": (Medium("a.png", "d" * 64, 1, "图片"),)},
    {"earliest_at": datetime(2026, 10, 12, tzinfo=UTC)},
    {"latest_at": datetime(2026, 10, 12, tzinfo=UTC)},
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_part_is_in_the_fingerprint(change: dict[str, Any]) -> None:
    assert fingerprint(replace(WHOLE, **change), BOOKS) != fingerprint(WHOLE, BOOKS)


def test_whatever_a_revision_holds_is_signed_for() -> None:
    columns = {column.name for column in PostRevision.__table__.columns}
    assert columns - NOT_SIGNED_FOR == set(vars(WHOLE)) == {name for change in CHANGES for name in change}


def test_the_standards_are_in_the_fingerprint() -> None:
    assert fingerprint(WHOLE, {**BOOKS, "words": "x"}) != fingerprint(WHOLE, BOOKS)
    assert fingerprint(WHOLE, dict(reversed(BOOKS.items()))) == fingerprint(WHOLE, BOOKS)


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64))
def test_a_code_is_known_again_and_holds_nothing_that_is_misread(full: str) -> None:
    code = code_of(full)
    assert len(code) == 14
    assert not set(code) & set("ILOU")
    assert same_code(code, full)
    assert same_code(code.lower().replace("-", " ").replace("0", "O"), full)
    assert not same_code(code[:-1] + ("0" if code[-1] != "0" else "2"), full)


# --- grades of replies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "more", "grade"),
    [
        ("您好,您反映的问题已收悉,我们将尽快核实。", {"holding": True}, HOLDING),
        ("您好,请拨打12345或0781-2000123咨询。", {}, ORDINARY),
        ("办理时间为9:00至17:00。", {}, ORDINARY),
        ("施工将在10月14日完成。", {}, ORDINARY),
        ("补偿标准为每户3000元。", {}, IMPORTANT),
        ("目前有两人受伤。", {}, IMPORTANT),
        ("对上访人员的答复。", {}, IMPORTANT),
        ("您好。", {"sensitive": True}, IMPORTANT),
        ("您好。", {"hits": True, "holding": True}, IMPORTANT),
    ],
)
def test_replies_are_graded(text: str, more: dict[str, bool], grade: str) -> None:
    assert grade_of(text, BOOK.replies, **more)[0] == grade
