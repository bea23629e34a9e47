"""The approval book: the first chain that takes a post is its chain; a lower layer never asks for less."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.layers import loosenings
from config.loader import StandardInvalidError, load_named, shipped
from config.rulebook.approval import (
    REPLY_GRADES,
    REVIEW_ROLES,
    ApprovalBook,
    Chain,
    ChainQuery,
    ChainStep,
    When,
    queries,
    severity_blocks,
)
from config.rulebook.base import Trust
from config.rulebook.content import CONTENT_CLASSES

SHIPPED: ApprovalBook = shipped("approval").book
LEVELS = ("", "国家级", "省级", "地市级", "县(市、区)级", "乡镇(街道)")
FLAGS = (False, True)
EVERY = [
    ChainQuery(level, name, urgent, hits, sensitive, grade)
    for level, name, urgent, hits, sensitive, grade in product(
        LEVELS, CONTENT_CLASSES, FLAGS, FLAGS, FLAGS, REPLY_GRADES
    )
]
"""Every kind of post there is, whatever a book tells apart."""


def oracle(book: ApprovalBook, query: ChainQuery) -> Chain:
    """The chain of a post, by the words of the standard: from above, the first that fits."""
    for chain in book.chains:
        when = chain.when
        asked = (
            (when.levels, query.level),
            (when.classes, query.content_class),
            (when.grades, query.grade),
            ([] if when.urgent is None else [when.urgent], query.urgent),
            ([] if when.hits is None else [when.hits], query.hits),
            ([] if when.sensitive is None else [when.sensitive], query.sensitive),
        )
        if chain.enabled and all(not wanted or value in wanted for wanted, value in asked):
            return chain
    raise AssertionError


def asks_no_less(below: Chain, above: Chain) -> bool:
    """Whether every signature above is asked for below, by as high a role, within limits that run out no later."""
    signers = sorted((s.role for s in above.steps for _ in range(_count(s))), key=REVIEW_ROLES.index, reverse=True)
    have = sorted((s.role for s in below.steps for _ in range(_count(s))), key=REVIEW_ROLES.index, reverse=True)
    if len(have) < len(signers):
        return False
    if any(REVIEW_ROLES.index(mine) < REVIEW_ROLES.index(wanted) for mine, wanted in zip(have, signers, strict=False)):
        return False
    for step in below.steps:
        peers = [each for each in above.steps if each.role == step.role] or above.steps
        allowed = [p.minutes for p in peers if step.clock == "wall" or p.clock == "working"]
        if not allowed or step.minutes > max(allowed):
            return False
    return True


def _count(step: ChainStep) -> int:
    return step.need if step.mode == "some" else 1


STEP = st.builds(
    lambda role, minutes, clock, mode: ChainStep(
        name="占位", role=role, stage=1, minutes=minutes, clock=clock, mode=mode, need=2 if mode == "some" else 1
    ),
    st.sampled_from(REVIEW_ROLES),
    st.sampled_from((5, 10, 15, 30, 40, 60, 240, 241)),
    st.sampled_from(("wall", "working")),
    st.sampled_from(("any", "some", "all")),
)
WHEN = st.builds(
    When,
    levels=st.lists(st.sampled_from(LEVELS[1:]), max_size=2).map(tuple),
    classes=st.lists(st.sampled_from(CONTENT_CLASSES), max_size=2).map(tuple),
    grades=st.lists(st.sampled_from(REPLY_GRADES), max_size=2).map(tuple),
    urgent=st.sampled_from((None, True, False)),
    hits=st.sampled_from((None, None, True, False)),
    sensitive=st.sampled_from((None, None, True, False)),
)


def chain(number: int, when: When, steps: list[ChainStep]) -> Chain:
    placed = tuple(s.model_copy(update={"name": f"第{at}步", "stage": at}) for at, s in enumerate(steps, 1))
    return Chain(
        id=f"ours.c{number}",
        title=f"本单位{number}",
        clause="x",
        source="x",
        trust=Trust.DEFINED,
        when=when,
        steps=placed,
    )


@st.composite
def lower_books(draw: st.DrawFn) -> dict[str, Any]:
    """The shipped book as a lower layer might write it: chains added, steps of its own chains changed."""
    chains = []
    for each in SHIPPED.chains:
        steps = list(each.steps)
        if draw(st.booleans()):
            at = draw(st.integers(0, len(steps) - 1))
            made = draw(STEP)
            steps[at] = steps[at].model_copy(
                update={
                    name: getattr(made, name) for name in draw(st.sets(st.sampled_from(("role", "minutes", "clock"))))
                }
            )
        chains.append(each.model_copy(update={"steps": tuple(steps)}))
    for number in range(draw(st.integers(0, 2))):
        made_chain = chain(number, draw(WHEN), draw(st.lists(STEP, min_size=1, max_size=4)))
        chains.insert(draw(st.integers(0, len(chains) - 1)), made_chain)
    return {**SHIPPED.model_dump(), "chains": [each.model_dump() for each in chains], "layer": "单位"}


@settings(max_examples=150, deadline=None)
@given(lower_books())
def test_a_lower_book_that_the_check_lets_pass_asks_no_less_of_any_post(raw: dict[str, Any]) -> None:
    try:
        lower = ApprovalBook.model_validate(raw)
    except ValueError:
        return
    passes = not list(SHIPPED.looser_in(lower))
    strict = all(asks_no_less(oracle(lower, query), oracle(SHIPPED, query)) for query in EVERY)
    assert passes == strict


@settings(max_examples=60, deadline=None)
@given(lower_books())
def test_the_first_chain_that_fits_is_the_chain(raw: dict[str, Any]) -> None:
    try:
        book = ApprovalBook.model_validate(raw)
    except ValueError:
        return
    assert all(book.chain_for(query) == oracle(book, query) for query in EVERY)
    assert {book.chain_for(query).id for query in queries(book)} >= {oracle(book, query).id for query in EVERY}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            (
                '{ name = "复审", role = "复审", stage = 1, minutes = 30',
                '{ name = "复审", role = "初审", stage = 1, minutes = 30',
            ),
            "复审",
        ),
        (
            (
                '{ name = "复审", role = "复审", stage = 1, minutes = 30',
                '{ name = "复审", role = "复审", stage = 1, minutes = 31',
            ),
            "31分钟",
        ),
        (('minutes = 10, clock = "wall", remind_minutes = 5 }', "minutes = 10, remind_minutes = 5 }"), "工作时间"),
    ],
)
def test_what_is_weaker_is_named_with_its_line_and_the_clause_above(edit: tuple[str, str], words: str) -> None:
    text = shipped("approval").text.replace('layer = "国家"', 'layer = "市"')
    assert edit[0] in text
    found = loosenings(shipped("approval"), load_named("approval", text.replace(*edit, 1), origin="ours.toml"))
    assert len(found) == 1
    assert words in found[0].message
    assert found[0].line > 1
    assert "上层条文" in found[0].message


def test_more_signers_within_the_same_limits_are_no_loosening() -> None:
    text = shipped("approval").text.replace(
        'trust = "R"\nseverity = "veto"\nenabled = false', 'trust = "R"\nseverity = "veto"'
    )
    lower = load_named("approval", text.replace('layer = "国家"', 'layer = "市"'), origin="ours.toml")
    assert loosenings(shipped("approval"), lower) == ()
    assert lower.book.chain_for(ChainQuery(content_class="政策")).signatures == 4


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("stage = 2, minutes = 15, clock", "stage = 3, minutes = 15, clock", "stage"),
        (
            'name = "复审", role = "复审", stage = 1, minutes = 10',
            'name = "初审", role = "复审", stage = 1, minutes = 10',
            "重复",
        ),
        ('mode = "some", need = 2', 'mode = "some", need = 1', "至少为2"),
        (
            '{ name = "终审", role = "终审", stage = 2, minutes = 15',
            '{ name = "终审", role = "复审", stage = 2, minutes = 15',
            "不可降低",
        ),
        ('when = { grades = ["一般答复"] }', "", "不带条件"),
        ("minutes = 15, remind_minutes = 5 }]", "minutes = 0, remind_minutes = 5 }]", "1"),
    ],
)
def test_a_book_that_makes_no_sense_is_refused_with_its_reason(old: str, new: str, words: str) -> None:
    text = shipped("approval").text
    assert old in text
    if words == "不带条件":
        text = text[: text.rindex("[[chains]]")]
        old, new = "book", "book"
    with pytest.raises(StandardInvalidError) as refused:
        load_named("approval", text.replace(old, new, 1), origin="ours.toml")
    assert words in str(refused.value.problems[0])


def test_advice_never_blocks_and_the_rest_does() -> None:
    assert [severity_blocks(severity) for severity in ("advice", "deduct", "veto")] == [False, True, True]
    assert SHIPPED.effective_from <= date(2026, 6, 1)
