"""Texts that an administrator may bring, cut in half or with a catastrophic pattern: sentences, never a traceback."""

from __future__ import annotations

from typing import Any

import pytest

from config.loader import LoadedBook, StandardInvalidError, load_named, load_text, shipped
from weibo_ops.kernel.text import pattern_spans

STEP = 97
"""Every how many bytes the fast suite cuts the shipped accounts book."""


def _as_it_says(text: str, origin: str) -> LoadedBook[Any]:
    return load_text(text, origin=origin)


def _as_accounts(text: str, origin: str) -> LoadedBook[Any]:
    return load_named("accounts", text, origin=origin)


def cut(at: int) -> None:
    """Read the shipped accounts book as it is when only its first bytes arrived."""
    data = shipped("accounts").text.encode("utf-8")[:at]
    text = data.decode("utf-8", "ignore")
    for load in (_as_it_says, _as_accounts):
        try:
            loaded = load(text, "half.toml")
        except StandardInvalidError as refused:
            lines = text.count("\n") + 1
            for problem in refused.problems:
                assert 1 <= problem.line <= lines
                assert problem.message
                assert "half.toml 第" in str(problem)
        else:
            assert loaded.text == text, "what is left happens to be a whole text"


@pytest.mark.parametrize("part", range(2))
def test_a_text_cut_anywhere_is_told_in_sentences_with_lines(part: int) -> None:
    size = len(shipped("accounts").text.encode("utf-8"))
    for at in range(part * STEP // 2, size, STEP):
        cut(at)


@pytest.mark.slow
def test_a_text_cut_at_every_tenth_byte_is_told_in_sentences_with_lines() -> None:
    """Ten shares no factor with the three bytes of most characters: each of them is cut through as well."""
    for at in range(0, len(shipped("accounts").text.encode("utf-8")), 10):
        cut(at)


def with_pattern(pattern: str) -> str:
    text = shipped("accounts").text
    start = text.index('id = "naming.commercial"')
    return text[:start] + text[start:].replace("patterns = ['", f"patterns = ['{pattern}', '", 1)


def line_of(text: str) -> int:
    start = text.index('id = "naming.commercial"')
    return text.count("\n", 0, text.index("patterns = ", start)) + 1


@pytest.mark.parametrize("pattern", [r"(a)\1", r"(?=a)b", r"(?<!a)b", r"(?P<x>a)(?P=x)", "(", "[a", "a{2000}", "x*"])
def test_a_pattern_that_the_linear_engine_does_not_know_is_refused_with_its_line(pattern: str) -> None:
    text = with_pattern(pattern)
    with pytest.raises(StandardInvalidError) as refused:
        load_named("accounts", text, origin="ours.toml")
    (problem,) = refused.value.problems
    assert problem.line == line_of(text)
    assert problem.key.startswith("naming.forbidden[3].patterns")
    assert "正则表达式" in problem.message


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a|a?)+b", "([a-z]+)*[0-9]"])
def test_a_pattern_that_ruins_other_engines_is_harmless(pattern: str) -> None:
    text = with_pattern(pattern)
    load_named("accounts", text, origin="ours.toml")
    assert pattern_spans(pattern, "a" * 50_000 + "!") is not None, "another engine would not come back"


def test_ten_thousand_alternatives_are_harmless() -> None:
    text = with_pattern("|".join(f"禁用词{number}" for number in range(10_000)))
    book = load_named("accounts", text, origin="ours.toml").book
    assert pattern_spans(book.naming.forbidden[2].patterns[0], "云麓禁用词9999发布")


def test_a_pattern_beyond_the_engine_is_refused_with_its_line() -> None:
    text = with_pattern("(甲{500}乙{500}){2}" * 400)
    with pytest.raises(StandardInvalidError) as refused:
        load_named("accounts", text, origin="ours.toml")
    assert [problem.line for problem in refused.value.problems] == [line_of(text)]
