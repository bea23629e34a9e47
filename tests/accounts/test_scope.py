"""Lines of belonging: who is above whom, who may judge whom, who speaks for whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.scope import UnitNode, UnitTree

CITY, OFFICE, BUREAU, BRANCH, COURT, LONER = range(1, 7)
TREE = UnitTree(
    [
        UnitNode(CITY, "砚渚市人民政府"),
        UnitNode(OFFICE, "砚渚市人民政府办公室", CITY),
        UnitNode(BUREAU, "砚渚市交通运输局", CITY, oversight="砚渚市人民政府办公室"),
        UnitNode(BRANCH, "砚渚市交通运输局城东分局", BUREAU),
        UnitNode(COURT, "砚渚市中级人民法院", oversight="上级人民法院"),
        UnitNode(LONER, "砚渚市图书馆"),
    ]
)

parents = st.lists(st.one_of(st.none(), st.integers(0, 7)), min_size=1, max_size=8)


def forest(links: list[int | None]) -> UnitTree:
    """Units 0…n-1; links that point outside or close a circle are left as they come: data may hold them."""
    return UnitTree(UnitNode(i, f"单位{i}", parent) for i, parent in enumerate(links))


def above(links: list[int | None], unit: int) -> set[int]:
    """Everything reached by walking up, by brute force."""
    found: set[int] = set()
    at: int | None = unit
    while at is not None and at < len(links) and at not in found:
        found.add(at)
        at = links[at]
    return found


@given(parents)
def test_line_and_branch_are_one_relation_seen_from_both_ends(links: list[int | None]) -> None:
    tree = forest(links)
    for unit in range(len(links)):
        assert {node.unit_id for node in tree.line(unit)} == above(links, unit)
        assert tree.branch(unit) == {other for other in range(len(links)) if unit in above(links, other)}


@given(parents, st.integers(0, 7), st.integers(0, 7))
def test_a_circle_is_foreseen_just_when_it_would_be_closed(links: list[int | None], unit: int, parent: int) -> None:
    if unit >= len(links) or parent >= len(links):
        return
    assert forest(links).would_cycle(unit, parent) == (unit in above(links, parent))


@pytest.mark.parametrize(
    ("judge", "unit", "may"),
    [
        (OFFICE, BUREAU, True),
        (CITY, BUREAU, False),
        (OFFICE, BRANCH, True),
        (BUREAU, BRANCH, False),
        (CITY, OFFICE, True),
        (BUREAU, OFFICE, False),
        (OFFICE, COURT, False),
        (CITY, COURT, False),
        (BUREAU, LONER, True),
        (None, LONER, True),
        (None, BUREAU, False),
        (99, BUREAU, False),
    ],
    ids=str,
)
def test_only_the_stated_office_judges_and_else_the_line_above(judge: int | None, unit: int, may: bool) -> None:
    assert TREE.may_judge(judge, unit) is may


def test_people_speak_for_their_own_unit_and_those_below_it() -> None:
    assert TREE.speaks_for(BUREAU, BRANCH)
    assert TREE.speaks_for(BRANCH, BRANCH)
    assert not TREE.speaks_for(BRANCH, BUREAU)
    assert not TREE.speaks_for(None, BRANCH)


def test_the_nearest_stated_office_holds_for_what_lies_below() -> None:
    assert TREE.oversight_of(BRANCH) == "砚渚市人民政府办公室"
    assert TREE.oversight_of(CITY) == ""
