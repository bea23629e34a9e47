from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.evaluation import EvaluationBook, Scheme
from evaluation.schemes import Hit, Measured, PartScore, apply_formula, rank, score_account

COMPETITIVENESS = (
    "reposts_per_post",
    "comments_per_post",
    "likes_per_post",
    "on_time_rate",
    "answered_rate",
    "post_day_rate",
    "public_comments_per_day",
    "replies_given_per_day",
)
RATES = ("on_time_rate", "answered_rate", "post_day_rate")
shares = st.floats(0, 1, allow_nan=False)


@st.composite
def dossiers(draw: st.DrawFn) -> dict[str, Measured]:
    chosen = {}
    for name in COMPETITIVENESS:
        value = draw(st.none() | (shares if name in RATES else st.floats(0, 1e6, allow_nan=False)))
        chosen[name] = Measured(value, draw(shares))
    return chosen


def scheme(book: EvaluationBook, **changes: object) -> Scheme:
    return book.scheme("competitiveness").model_copy(update=changes)


def walk(parts: tuple[PartScore, ...]) -> Iterator[PartScore]:
    for part in parts:
        yield part
        yield from walk(part.parts)


@given(leaves=dossiers())
def test_scores_and_coverage_are_bounded(book: EvaluationBook, leaves: dict[str, Measured]) -> None:
    result = score_account(book, scheme(book, min_coverage=0.0), leaves)
    assert 0 <= result.coverage <= 1 + 1e-12
    if result.score is None:
        assert all(leaf.value is None for leaf in leaves.values())
    else:
        assert 0 <= result.score <= 100 + 1e-9


@given(leaves=dossiers())
def test_contributions_of_the_leaves_add_up_to_the_score(book: EvaluationBook, leaves: dict[str, Measured]) -> None:
    result = score_account(book, scheme(book, min_coverage=0.0), leaves)
    if result.score is not None:
        added = math.fsum(part.contribution or 0 for part in walk(result.parts) if not part.parts)
        assert added == pytest.approx(result.score, abs=1e-9)


@given(leaves=dossiers(), name=st.sampled_from(COMPETITIVENESS), more=st.floats(0, 1e6, allow_nan=False))
def test_more_of_a_leaf_never_lowers_the_score(
    book: EvaluationBook, leaves: dict[str, Measured], name: str, more: float
) -> None:
    before = leaves[name].value
    if before is None:
        return
    raised = before + (more / 1e6 * (1 - before) if name in RATES else more)
    first = score_account(book, scheme(book, min_coverage=0.0), leaves)
    second = score_account(book, scheme(book, min_coverage=0.0), {**leaves, name: Measured(raised)})
    assert first.score is not None
    assert second.score is not None
    assert second.score >= first.score - 1e-9


@given(leaves=dossiers(), order=st.permutations(COMPETITIVENESS))
def test_order_does_not_matter(book: EvaluationBook, leaves: dict[str, Measured], order: list[str]) -> None:
    def turned(part: object) -> object:
        return part.model_copy(update={"parts": tuple(turned(p) for p in reversed(part.parts))})  # type: ignore[attr-defined]

    plain = scheme(book, min_coverage=0.0)
    mirrored = plain.model_copy(update={"parts": tuple(turned(part) for part in reversed(plain.parts))})
    shuffled = {name: leaves[name] for name in order}
    assert score_account(book, plain, leaves).score == score_account(book, mirrored, shuffled).score


@given(leaves=dossiers(), name=st.sampled_from(COMPETITIVENESS))
def test_missing_is_not_zero(book: EvaluationBook, leaves: dict[str, Measured], name: str) -> None:
    """An absent leaf lowers coverage, and its siblings stand in for it: never worse than with a zero in its place."""
    absent = score_account(book, scheme(book, min_coverage=0.0), {**leaves, name: Measured(None)})
    zero = score_account(book, scheme(book, min_coverage=0.0), {**leaves, name: Measured(0.0)})
    assert zero.score is not None
    assert zero.coverage > absent.coverage
    if absent.score is None:
        return
    group = next(part for part in absent.parts if name in {child.id for child in part.parts})
    if group.normalised is not None:
        assert absent.score >= zero.score - 1e-9


def test_missing_parts_are_made_up_by_their_siblings(book: EvaluationBook) -> None:
    leaves = {"on_time_rate": Measured(0.8), "answered_rate": Measured(0.9), "post_day_rate": Measured(None)}
    result = score_account(book, scheme(book, min_coverage=0.0), leaves)
    assert result.score == pytest.approx((0.5 * 80 + 0.3 * 90) / 0.8)
    assert result.coverage == pytest.approx(0.35 * 0.8)
    missing = {part.id for part in walk(result.parts) if part.missing}
    assert {"传播力", "互动力", "post_day_rate"} <= missing


def test_too_little_coverage_gives_no_score(book: EvaluationBook) -> None:
    result = score_account(book, scheme(book), {"on_time_rate": Measured(1.0)})
    assert result.score is None
    assert "覆盖率" in result.notes[0]
    assert all(part.contribution is None for part in walk(result.parts))


def test_nothing_known_is_no_data(book: EvaluationBook) -> None:
    for name in ("basic", "competitiveness", "bci-7"):
        result = score_account(book, book.scheme(name), {})
        assert (result.score, result.grade, result.coverage) == (None, None, 0)


def test_sums_of_logarithms_are_withheld_when_one_is_missing(book: EvaluationBook) -> None:
    names = book.scheme("bci-7").inputs
    leaves = {name: Measured(10.0) for name in names}
    assert score_account(book, book.scheme("bci-7"), leaves).score is not None
    assert score_account(book, book.scheme("bci-7"), {**leaves, "likes": Measured(None)}).score is None


def observed(book: EvaluationBook) -> dict[str, Measured]:
    return {name: Measured(1.0) for name in book.scheme("basic").shown}


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        ([], "合格"),
        ([Hit("freshness.silent", "", "", confirmed=True)], "不合格"),
        ([Hit("freshness.silent", "", "")], "不合格(待核实)"),
        ([Hit("interaction.closed", "", "")], "合格"),
        ([Hit("interaction.closed", "", "", confirmed=True)], "不合格"),
        ([Hit("freshness.unobserved", "", "")], None),
        ([Hit("freshness.unobserved", "", ""), Hit("freshness.silent", "", "", confirmed=True)], "不合格"),
        ([Hit("naming.length", "", "", confirmed=True)], "合格"),
    ],
)
def test_the_default_judges_by_veto_items_alone(book: EvaluationBook, findings: list[Hit], grade: str | None) -> None:
    result = score_account(book, book.scheme("basic"), observed(book), findings)
    assert result.grade == grade
    assert result.score is None


def test_answering_is_shown_and_never_counted(book: EvaluationBook) -> None:
    good = score_account(book, book.scheme("basic"), observed(book))
    bad = score_account(book, book.scheme("basic"), {name: Measured(0.0) for name in observed(book)})
    assert good.grade == bad.grade == "合格"
    assert all(part.weight == 0 for part in bad.parts)
    assert bad.numbers()["on_time_rate"] == 0


def test_hints_stand_beside_the_result(book: EvaluationBook) -> None:
    hint = Hit("interaction.closed", "疑似未开放互动", "")
    assert score_account(book, book.scheme("basic"), observed(book), [hint]).hints == (hint,)


def test_a_veto_names_its_clause(book: EvaluationBook) -> None:
    hit = Hit("freshness.silent", "内容不更新", "")
    (veto,) = score_account(book, book.scheme("basic"), observed(book), [hit]).vetoes
    assert "国办秘函〔2019〕19号" in veto.citation
    assert not veto.confirmed


def test_equal_scores_share_a_place() -> None:
    assert rank({"a": 5.0, "b": 7.0, "c": 5.0, "d": None, "e": 1.0}) == {"a": 2, "b": 1, "c": 2, "d": None, "e": 4}
    assert rank({"a": 0.1 + 0.2, "b": 0.3}) == {"a": 1, "b": 1}, "binary noise does not part equals"


@given(st.dictionaries(st.integers(), st.none() | st.integers(0, 9).map(float), max_size=12))
def test_a_place_is_one_more_than_those_ahead(scores: dict[int, float | None]) -> None:
    for key, place in rank(scores).items():
        score = scores[key]
        expected = None if score is None else 1 + sum(1 for s in scores.values() if s is not None and s > score)
        assert place == expected


def test_formula_of_a_missing_input_is_missing(book: EvaluationBook) -> None:
    assert apply_formula(book, book.scheme("bci-zj"), {"posts": 1, "reposts": None, "comments": 0, "likes": 0}) is None
    assert apply_formula(book, book.scheme("ratio"), {"numerator": 1, "denominator": 0}) is None
    assert apply_formula(book, book.scheme("ratio"), {"numerator": 1, "denominator": 800}) == 0.125
