"""What people call the numbers of an evaluation: parts, leaves, veto items, counts."""

from __future__ import annotations

from collections.abc import Mapping

from config.rulebook.evaluation import EvaluationBook, Scheme
from evaluation.explain import COVERAGE, RANK, SCORE

OBSERVATION_WORDS = {
    "period_seconds": "统计周期的秒数",
    "posts_covered_seconds": "微博有观测的秒数",
    "posts_covered_days": "微博有观测的天数",
    "comments_covered_seconds": "评论有观测的秒数",
    "comments_covered_days": "评论有观测的天数",
    SCORE: "得分",
    RANK: "位次",
    COVERAGE: "覆盖率",
}
"""Numbers that are no count of rows."""
VERSION_WORDS = {"facts_hash": "事实校验码", "standard_digest": "标准校验码", "formula_version": "算法版本"}
"""What a result was computed with."""


def fact_words() -> Mapping[str, str]:
    """Return what each fact is called; counts by the words in which the evaluation says what it counts."""
    from evaluation.facts import COUNTS

    return {**OBSERVATION_WORDS, **{fact.value: counted.words for fact, counted in COUNTS.items()}}


def scheme_words(book: EvaluationBook, scheme: Scheme) -> dict[str, str]:
    """Return the titles of a scheme's parts, leaves and veto items by name of number."""
    titles = {leaf.id: leaf.title for leaf in book.leaves}
    titles |= {part.key: part.title for part in scheme.walk() if part.title}
    titles |= {item.id: item.title for item in scheme.vetoes}
    return titles


def title_of(name: str, words: Mapping[str, str]) -> str:
    """Return what a number is called; one without words by its name."""
    part = name.removeprefix(f"{COVERAGE}.")
    return words.get(name, name) if part == name else f"{words.get(part, part)}的覆盖率"
