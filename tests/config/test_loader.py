"""Rule books from text: every problem at once, by file, line and key, with the nearest name offered."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import StandardInvalidError, StandardProblem, load_named, load_text, shipped, shipped_names
from config.toml_lines import LineIndex
from weibo_ops.kernel.errors import NotFoundError

RESPONSE = shipped("response").text


def problems(text: str, book: str = "response") -> list[StandardProblem]:
    with pytest.raises(StandardInvalidError) as refusal:
        load_named(book, text, origin="ours.toml")
    assert refusal.value.exit_code == 2
    for problem in refusal.value.problems:
        assert str(problem) in str(refusal.value)
        assert problem.file == "ours.toml"
        assert re.search("[\u4e00-\u9fff]", problem.message)
    return list(refusal.value.problems)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


@pytest.mark.parametrize("name", shipped_names())
def test_what_ships_is_valid_dated_and_cites_every_rule(name: str) -> None:
    loaded = shipped(name)
    assert loaded.book.book == name
    assert isinstance(loaded.book.effective_from, date)
    assert load_named(name, loaded.text, origin="copy").digest == loaded.digest
    for rule in _rules(tomllib.loads(loaded.text)):
        assert rule["clause"]
        assert rule["source"]
        assert rule["trust"] in "VSIRD"
        if rule["trust"] == "R":
            assert rule.get("enabled") is False or "待核实" in rule["clause"] + rule["title"] or name == "evaluation"


def _rules(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if {"id", "clause"} <= set(value) else []
        return own + [rule for item in value.values() for rule in _rules(item)]
    if isinstance(value, list):
        return [rule for item in value for rule in _rules(item)]
    return []


@pytest.mark.parametrize(
    ("right", "wrong", "key", "offered"),
    [
        ('title = "举报"', 'titel = "举报"', "natures[1].titel", "title"),
        ('version = "', 'verzion = "', "verzion", "version"),
        ("minutes = 180", "minuts = 180", "targets[1].minuts", "minutes"),
        ('spans = ["09:00', 'span = ["09:00', "calendar.span", "spans"),
        ("[threads.follow_up]", "[threads.folow_up]", "threads.folow_up", "follow_up"),
    ],
)
def test_an_unknown_key_is_refused_and_the_nearest_offered(right: str, wrong: str, key: str, offered: str) -> None:
    text = RESPONSE.replace(right, wrong, 1)
    unknown = next(problem for problem in problems(text) if problem.key == key)
    assert unknown.line == line_of(text, wrong)
    assert f"是否为“{offered}”" in unknown.message


def test_a_key_like_none_is_answered_with_what_can_be_written() -> None:
    text = RESPONSE.replace('book = "response"', 'book = "response"\nqqqq = 1', 1)
    (problem,) = problems(text)
    assert "此处可用" in problem.message
    assert "effective_from" in problem.message


def test_every_problem_is_listed_at_once_in_the_order_of_lines() -> None:
    text = RESPONSE
    for right, wrong in (
        ("minutes = 180", "minutes = 0"),
        ('when = "always"', 'when = "sometimes"'),
        ('trust = "V"', 'trust = "X"'),
        ("effective_from = 2020-01-01", 'effective_from = "去年"'),
        ("urgency = 5", "urgency = 9"),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    found = problems(text)
    assert [problem.key for problem in found] == [
        "effective_from",
        "natures[2].urgency",
        "targets[1].trust",
        "targets[1].when",
        "targets[1].minutes",
    ]
    assert [problem.line for problem in found] == [
        line_of(text, wrong) for wrong in ('"去年"', "urgency = 9", '"X"', '"sometimes"', "minutes = 0")
    ]


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("2026-01-01", True),
        ('"2026-01-01"', True),
        ("2026-02-30", False),
        ("2026-01-01T00:00:00", False),
        ("20260101", False),
        ("true", False),
        ('"明天"', False),
    ],
)
def test_dates(value: str, valid: bool) -> None:
    text = RESPONSE.replace("effective_from = 2020-01-01", f"effective_from = {value}")
    if valid:
        assert load_named("response", text, origin="x").book.effective_from == date(2026, 1, 1)
    else:
        assert problems(text)[0].line == line_of(text, "effective_from")


@pytest.mark.parametrize("pattern", [r"(?=x)", r"(?<!x)y", r"(a)\\1", "(", "[z-a]", "a{2000}"])
def test_a_pattern_that_the_linear_engine_does_not_take_is_refused(pattern: str) -> None:
    text = shipped("content").text
    first = re.search(r"patterns = \[\s*(['\"]).*?\1", text)
    assert first
    broken = text[: first.start()] + f'patterns = ["{pattern}"' + text[first.end() :]
    found = problems(broken, "content")
    assert any("patterns" in problem.key for problem in found)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('book = "response"\ntitle = 应答\n', 2),
        ('book = "response"\ntitle = "应答\n', 2),
        ('book = "response"\nbook = "response"\n', 2),
        ('book = "response"\n[calendar\n', 2),
        ('book = "response"\nx = [1, 2', 2),
        ('book = "response"\n' + "x = " + "[" * 5000, 2),
    ],
)
def test_a_text_that_is_no_toml_is_named_by_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.line == line or problem.line == 1


def test_a_rule_that_exists_twice_is_named_with_both_lines() -> None:
    text = RESPONSE.replace('id = "nature.help"', 'id = "nature.report"')
    found = next(problem for problem in problems(text) if "重复" in problem.message)
    lines = [n for n, line in enumerate(text.split("\n"), 1) if 'id = "nature.report"' in line]
    assert found.line == lines[1]
    assert f"第{lines[0]}行" in found.message


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ('name = "求助"', 'name = "举报"', "重复"),
        ('when = "always"', 'when = "working_hours"', "全部时段"),
        ('["09:00-12:00", "13:00-18:00"]', '["09:00-12:00", "11:00-18:00"]', "重叠"),
        ('["09:00-12:00", "13:00-18:00"]', '["九点到五点"]', "时段"),
        ("known_years = []", "known_years = [99999]", ""),
    ],
)
def test_what_contradicts_itself_is_refused(right: str, wrong: str, words: str) -> None:
    assert right in RESPONSE
    assert any(words in problem.message for problem in problems(RESPONSE.replace(right, wrong, 1)))


@pytest.mark.parametrize("name", shipped_names())
def test_a_list_is_not_called_short_for_the_faults_of_its_items(name: str) -> None:
    text = shipped(name).text.replace("= [", "= [1, ").replace("[1, ]", "[1]").replace('\ntitle = "', '\ntitel = "')
    found = problems(text, name)
    assert len(found) > 3
    assert not [problem for problem in found if "至少要有" in problem.message]


def test_an_empty_list_is_still_called_short() -> None:
    text = RESPONSE.replace('spans = ["09:00-12:00", "13:00-18:00"]', "spans = []")
    (short,) = (problem for problem in problems(text) if "至少要有 1 项" in problem.message)
    assert (short.key, short.line) == ("calendar.spans", line_of(text, "spans = []"))


def test_line_ends_and_a_mark_change_no_digest() -> None:
    same = {
        load_named("response", text, origin="x").digest
        for text in (RESPONSE, "\ufeff" + RESPONSE, RESPONSE.replace("\n", "\r\n"))
    }
    assert same == {shipped("response").digest}
    assert load_named("response", RESPONSE + "# x\n", origin="x").digest not in same


def test_a_book_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFoundError) as refusal:
        shipped("respons")
    assert "response" in str(refusal.value)
    with pytest.raises(StandardInvalidError, match="缺少这一项"):
        load_text("title = 'x'", origin="x")


@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text: str) -> None:
    with pytest.raises(StandardInvalidError):
        load_text('book = "response"\n' + text, origin="x")


@given(st.integers(0, len(RESPONSE)), st.text(max_size=5))
def test_a_slip_anywhere_is_refused_by_line_or_harmless(at: int, slip: str) -> None:
    text = RESPONSE[:at] + slip + RESPONSE[at:]
    try:
        load_named("response", text, origin="x")
    except StandardInvalidError as refusal:
        for problem in refusal.problems:
            assert 1 <= problem.line <= text.count("\n") + 1


def test_the_line_index_agrees_with_the_parser() -> None:
    for name in shipped_names():
        text = shipped(name).text
        index, lines = LineIndex(text), text.split("\n")
        for path, value in _leaves(tomllib.loads(text), ()):
            line = lines[index.line(path) - 1]
            keys = [part for part in path if isinstance(part, str)]
            assert any(key in line for key in keys), (name, path, value)
            if f"{keys[-1]} = " in text and "{" not in line and not line.rstrip().endswith("["):
                assert keys[-1] in line, (name, path, value)


def _leaves(value: Any, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, (*path, key))]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [leaf for n, item in enumerate(value) for leaf in _leaves(item, (*path, n))]
    return [(path, value)]
