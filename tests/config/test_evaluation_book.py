"""What an evaluation standard may say, and the shipped one says."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config.rulebook.evaluation import BARRED, EvaluationBook, Fact

STANDARDS = Path(__file__).resolve().parents[2] / "config" / "standards"
SHIPPED = tomllib.loads((STANDARDS / "evaluation.toml").read_text(encoding="utf-8"))


def graded(leaf: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "local",
        "title": "地方考核",
        "clause": "条文",
        "source": "本地办法",
        "trust": "V",
        "kind": "graded",
        "formula": "weighted",
        "parts": [{"leaf": leaf, "weight": 0.4}, {"leaf": "on_time_rate", "weight": 0.6}],
        **more,
    }


def with_scheme(scheme: dict[str, Any]) -> EvaluationBook:
    text = copy.deepcopy(SHIPPED)
    text["schemes"].append(scheme)
    return EvaluationBook.model_validate(text)


def refusal(scheme: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        with_scheme(scheme)
    return str(caught.value)


@pytest.mark.parametrize(
    "leaf", ["followers", "likes", "likes_per_post", "reposts", "original_reposts", "posts", "originals"]
)
def test_a_grade_may_not_rest_on_reach(leaf: str) -> None:
    message = refusal(graded(leaf))
    assert "指尖上的形式主义" in message
    assert leaf in message


def test_a_grade_may_not_rest_on_negative_comments() -> None:
    assert "负面评论占比" in refusal(graded("negative_share"))


def test_the_bar_reaches_into_groups() -> None:
    group = {"id": "传播", "title": "传播", "weight": 1, "parts": [{"leaf": "likes", "weight": 1}]}
    assert "点赞数" in refusal(graded("likes", parts=[group]))


def test_every_barred_weight_is_named() -> None:
    parts = [{"leaf": "likes", "weight": 0.5}, {"leaf": "followers", "weight": 0.5}]
    message = refusal(graded("likes", parts=parts))
    assert "点赞数" in message
    assert "粉丝数" in message


def test_a_signed_local_clause_lifts_the_bar() -> None:
    clause = {"clause": "发博数量占四成", "source": "本地考核办法", "signed_by": "分管领导", "signed_on": "2026-03-01"}
    assert with_scheme(graded("posts", allowed_by=clause)).scheme("local").allowed_by is not None
    assert "signed_by" in refusal(graded("posts", allowed_by={"clause": "条文", "source": "出处"}))


def test_reach_may_be_shown_or_weigh_nothing_in_a_grade() -> None:
    assert with_scheme(graded("due", shown=["followers"])).scheme("local")
    weightless = [{"leaf": "likes", "weight": 0}, {"leaf": "on_time_rate", "weight": 1}]
    assert with_scheme(graded("due", parts=weightless)).scheme("local")


def test_reach_schemes_are_marked_and_cannot_grade() -> None:
    reach = graded("likes", kind="reach")
    assert "仅供研判参考,不用于考核评比" in with_scheme(reach).scheme("local").marks
    assert "不得设等级" in refusal({**reach, "grades": [{"title": "优秀", "at_least": 90}]})
    assert "measure" in refusal({**reach, "kind": "measure"})


def test_inferred_schemes_say_so() -> None:
    book = EvaluationBook.model_validate(SHIPPED)
    assert "参照公开数据反推,非官方发布" in book.scheme("competitiveness").marks
    assert "待核实" in book.scheme("bci-7").marks
    for scheme in book.schemes:
        if scheme.kind == "reach":
            assert scheme.marks[0] == "仅供研判参考,不用于考核评比"


@pytest.mark.parametrize("weights", [(0.4, 0.5), (0.4, 0.6 + 1e-6), (0, 0)])
def test_weights_add_up(weights: tuple[float, float]) -> None:
    parts = [{"leaf": "due", "weight": weights[0]}, {"leaf": "on_time_rate", "weight": weights[1]}]
    assert "权重之和" in refusal(graded("due", parts=parts))


def test_an_explicit_total_is_allowed() -> None:
    parts = [{"leaf": "due", "weight": 30}, {"leaf": "on_time_rate", "weight": 70}]
    assert with_scheme(graded("due", parts=parts, total=100)).scheme("local").total == 100
    assert "权重之和" in refusal(graded("due", parts=parts, total=90))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"parts": [{"leaf": "no_such", "weight": 1}]}, "no_such"),
        ({"shown": ["no_such"]}, "no_such"),
        ({"id": "basic"}, "basic"),
        ({"parts": [{"leaf": "due", "weight": 0.5}, {"leaf": "due", "weight": 0.5}]}, "重复"),
        ({"inputs": ["due", "elsewhere"]}, "inputs"),
        ({"parts": []}, "parts"),
        ({"grades": [{"title": "合格", "at_least": 60}, {"title": "优秀", "at_least": 90}]}, "从高到低"),
        ({"parts": [{"weight": 1}]}, "leaf"),
        ({"parts": [{"leaf": "due", "weight": float("nan")}]}, "finite"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], word: str) -> None:
    assert word in refusal(graded("due", **change))


def test_a_default_scheme_must_exist() -> None:
    with pytest.raises(ValidationError, match="默认方案"):
        EvaluationBook.model_validate({**SHIPPED, "default_scheme": "none"})


def test_vetoes_and_hints_point_to_rules_of_the_accounts_standard() -> None:
    accounts = (STANDARDS / "accounts.toml").read_text(encoding="utf-8")
    for scheme in EvaluationBook.model_validate(SHIPPED).schemes:
        named = [*scheme.hints, *scheme.withheld_by, *(rule for veto in scheme.vetoes for rule in veto.findings)]
        for rule in named:
            assert f'id = "{rule}"' in accounts, rule


def test_recalled_clauses_ship_switched_off() -> None:
    for scheme in EvaluationBook.model_validate(SHIPPED).schemes:
        for veto in scheme.vetoes:
            assert veto.enabled == (veto.trust != "R"), veto.id


def test_every_barred_fact_is_a_leaf_that_can_be_refused() -> None:
    measured = {leaf.numerator for leaf in EvaluationBook.model_validate(SHIPPED).leaves}
    assert set(BARRED) <= measured
    assert measured <= set(Fact)


def test_the_schemes_in_the_guide_load() -> None:
    guide = (STANDARDS.parents[1] / "docs" / "guide" / "evaluation.md").read_text(encoding="utf-8")
    clause, scheme = (part.partition("```")[0] for part in guide.split("```toml\n")[1:])
    text = tomllib.loads(f"{scheme}{clause}")
    assert with_scheme(text["schemes"][0]).scheme("service").allowed_by is not None
