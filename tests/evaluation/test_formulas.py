"""Formulas against the tables that were published, and against the text of the shipped standard."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.evaluation import EvaluationBook
from evaluation.formulas import (
    bci_seven,
    bci_zhejiang,
    competitiveness,
    entropy_weights,
    lianyungang_closing,
    lianyungang_data_quality,
    lianyungang_satisfaction,
    lianyungang_signing,
    lianyungang_total,
    ratio_percent,
    round_half_up,
)
from evaluation.schemes import apply_formula

counts = st.integers(0, 10**9)
WRONG_IN_THE_BULLETINS = {("126", "134"), ("48", "72")}


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "worked_examples" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_competitiveness_reproduces_every_published_city(shared: Path) -> None:
    table = rows(shared, "renmin_city_competitiveness_2023Q3.csv")
    assert len(table) == 15
    for row in table:
        value = competitiveness(*(float(row[name]) for name in ("chuanbo_传播力", "fuwu_服务力", "hudong_互动力")))
        assert abs(float(value) - float(row["index_竞争力指数_published"])) <= 0.01, row["city"]


def test_bci_reproduces_the_vectors_to_four_places(shared: Path) -> None:
    for row in rows(shared, "bci_vectors_COMPUTED_not_published.csv"):
        x = {name[:2]: float(value) for name, value in row.items() if name.startswith("x") and value}
        if row["formula"] == "zhejiang_4input":
            value = bci_zhejiang(x["x1"], x["x3"], x["x4"], x["x7"])
        else:
            value = bci_seven(*(x[f"x{n}"] for n in range(1, 8)))
        assert round_half_up(float(value), 4) == Decimal(row["bci"]).quantize(Decimal("0.0001"))


def test_ratio_prints_the_digits_of_the_bulletins(shared: Path) -> None:
    checked = 0
    for row in rows(shared, "percent_metrics_bulletins.csv"):
        if (row["numerator"], row["denominator"]) in WRONG_IN_THE_BULLETINS:
            continue
        printed = row["published_pct"]
        places = len(printed.partition(".")[2])
        assert str(ratio_percent(int(row["numerator"]), int(row["denominator"]), places)) == printed, row
        checked += 1
    assert checked == 28


def test_lianyungang_rates_give_the_published_points(shared: Path) -> None:
    formulas: dict[str, Callable[[float], float]] = {
        "及时签收率": lianyungang_signing,
        "按时办结率": lianyungang_closing,
        "省派工单满意率": lambda rate: lianyungang_satisfaction(rate, target=98),
    }
    for row in rows(shared, "lianyungang_12345_rate_to_points.csv"):
        points = formulas[row["metric"]](float(row["rate_pct"]))
        assert points == pytest.approx(float(row["points_published"] or row["points_by_inferred_rule"]), abs=0.011)


def test_lianyungang_totals_are_99_less_losses(shared: Path) -> None:
    def rate(text: str) -> float | None:
        return float(text) if text else None

    for row in rows(shared, "lianyungang_12345_unit_totals.csv"):
        total = lianyungang_total(
            signing=rate(row["及时签收率_pct"]),
            closing=rate(row["按时办结率_pct"]),
            satisfaction=rate(row["满意率_pct"]),
            satisfaction_target=98 if row["month"] == "2022-08" else 95,
            deduction=float(row["答复规范扣分"]),
        )
        assert total == pytest.approx(float(row["total_by_inferred_rule(99 minus losses)"]), abs=0.01)


def test_lianyungang_data_quality(shared: Path) -> None:
    parts = ("数据完整得分", "内容完整得分", "扣分项", "工单抽检得分", "数据及时得分", "接口稳定性得分")
    for row in rows(shared, "lianyungang_12345_data_quality_2020-09.csv"):
        total = lianyungang_data_quality(*(float(row[name]) for name in parts))
        assert total == pytest.approx(float(row["inferred_total"]), abs=0.0005)
        assert total == pytest.approx(float(row["total_published"]), abs=0.011)


def test_entropy_weights_of_the_tutorial(shared: Path) -> None:
    matrix = [[float(value) for value in row.values()] for row in rows(shared, "entropy_weight_tutorial_3x4.csv")]
    redundancy = []
    for column in zip(*matrix, strict=True):
        shares = [value / sum(column) for value in column]
        redundancy.append(1 + sum(p * np.log(p) for p in shares if p) / np.log(len(column)))
    assert entropy_weights(matrix) == pytest.approx([value / sum(redundancy) for value in redundancy])


def test_entropy_weights_give_nothing_to_what_does_not_differ() -> None:
    assert entropy_weights([[1, 5], [1, 7]]) == pytest.approx([0, 1])
    assert entropy_weights([[1, 5], [1, 5]]) == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1, -2], [1, 2]], [[0, 2], [0, 2]], [[1, float("inf")], [1, 2]]])
def test_entropy_weights_refuse_what_has_no_meaning(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError):
        entropy_weights(matrix)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(0, 4))
def test_ratio_rounds_the_exact_quotient_half_up(numerator: int, denominator: int, places: int) -> None:
    exact = Fraction(numerator * 100, denominator)
    unit = Fraction(1, 10**places)
    expected = (exact / unit + Fraction(1, 2)).__floor__() * unit
    assert Fraction(ratio_percent(numerator, denominator, places) or 0) == expected


def test_ratio_without_denominator_is_no_data() -> None:
    assert ratio_percent(0, 0) is None
    assert ratio_percent(3, 0.0) is None


def test_halves_go_up_as_people_round() -> None:
    assert round_half_up(0.125, 2) == Decimal("0.13")
    assert round_half_up(2.675, 2) == Decimal("2.68"), "the digits a person sees, not the binary neighbour"
    assert ratio_percent(1, 800, 2) == Decimal("0.13")


@given(st.lists(counts, min_size=7, max_size=7))
def test_formulas_and_the_standard_agree(book: EvaluationBook, x: list[int]) -> None:
    def places(value: object) -> float:
        return float(Decimal(repr(float(str(value)))).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))

    seven, four, three = book.scheme("bci-7"), book.scheme("bci-zj"), book.scheme("competitiveness")
    assert apply_formula(book, seven, dict(zip(seven.inputs, x, strict=True))) == pytest.approx(
        places(float(bci_seven(*x))), abs=1.1e-4
    )
    assert apply_formula(book, four, dict(zip(four.inputs, x, strict=False))) == pytest.approx(
        places(float(bci_zhejiang(*x[:4]))), abs=1.1e-4
    )
    points = [value / 10**7 for value in x[:3]]
    assert apply_formula(book, three, dict(zip(three.inputs, points, strict=True))) == pytest.approx(
        places(float(competitiveness(*points))), abs=1.1e-4
    )


@given(st.lists(counts, min_size=4, max_size=4), st.integers(0, 3), st.integers(1, 10**6))
def test_bci_grows_with_every_count_and_starts_at_zero(x: list[int], at: int, more: int) -> None:
    raised = [value + (more if place == at else 0) for place, value in enumerate(x)]
    assert float(bci_zhejiang(*raised)) >= float(bci_zhejiang(*x)) >= 0
    assert float(bci_zhejiang(0, 0, 0, 0)) == 0


def test_formulas_take_arrays() -> None:
    assert bci_zhejiang([0, 1], [0, 0], [0, 0], [0, 0]) == pytest.approx([0, 22.1807], abs=5e-5)


@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf")])
def test_bci_refuses_what_is_no_count(bad: float) -> None:
    with pytest.raises(ValueError):
        bci_zhejiang(bad, 0, 0, 0)
