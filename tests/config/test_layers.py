"""A lower layer may only tighten: a partial order of texts, in which a loosened field is always found and named."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.differences import INCOMPARABLE, LOOSER, TIGHTER, differences, text_diff
from config.headers import next_version, with_header
from config.layers import Loosening, loosenings, rank, tightens
from config.loader import LoadedBook, StandardInvalidError, load_named, shipped, shipped_names
from config.members import rules_at, sections
from config.rulebook.base import LAYERS, Tighter

Edit = tuple[str, str]


def changed(name: str, *edits: Edit) -> LoadedBook[Any]:
    """The shipped text of a book with pieces of it replaced, the first place of each."""
    text = shipped(name).text
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return load_named(name, text, origin="ours.toml")


def rule(name: str, rule_id: str, **values: str) -> LoadedBook[Any]:
    """The shipped text of a book with keys of one rule set."""
    return load_named(name, with_rule(shipped(name).text, rule_id, **values), origin="ours.toml")


def with_rule(text: str, rule_id: str, **values: str) -> str:
    start = text.index(f'id = "{rule_id}"')
    end = text.find("\n[", start)
    block = text[start:] if end < 0 else text[start:end]
    written = block
    for key, value in values.items():
        line = re.compile(rf"^{key} = .*$", re.M)
        if line.search(written):
            escaped = value.replace("\\", "\\\\")
            written = line.sub(f"{key} = {escaped}", written, count=1)
        else:
            written = written.rstrip() + f"\n{key} = {value}\n"
    return text.replace(block, written, 1)


def found(name: str, lower: LoadedBook[Any]) -> list[Loosening]:
    return list(loosenings(shipped(name), lower))


LOOSENED = [
    ("accounts", "freshness.silent", {"days": "15"}, "14 → 15"),
    ("accounts", "freshness.silent", {"severity": '"deduct"'}, "单项否决 → 扣分"),
    ("accounts", "freshness.silent", {"enabled": "false"}, "true → false"),
    ("accounts", "freshness.long_silent", {"months": "4"}, "3 → 4"),
    ("accounts", "naming.length", {"min_units": "3"}, "4 → 3"),
    ("accounts", "naming.length", {"max_units": "31"}, "30 → 31"),
    ("accounts", "naming.characters", {"allowed": "'a-z\\x{4E00}-\\x{9FFF}☆'"}, "☆"),
    ("accounts", "naming.commercial", {"patterns": "['旗舰店']"}, "缺少"),
    ("accounts", "interaction.closed", {"minimum": "21"}, "20 → 21"),
    ("content", "length.post", {"max_length": "2001"}, "2000 → 2001"),
    ("response", "target.acknowledge_3h", {"minutes": "181"}, "180 → 181"),
    ("response", "nature.report", {"due": "false"}, "true → false"),
    ("response", "nature.report", {"strong": '["举报"]'}, "缺少检举"),
]  # fmt: skip


@pytest.mark.parametrize(("book", "rule_id", "values", "words"), LOOSENED, ids=lambda value: str(value)[:30])
def test_what_is_loosened_is_named_with_file_line_key_values_and_clause(
    book: str, rule_id: str, values: dict[str, str], words: str
) -> None:
    if not re.search(rf'^id = "{re.escape(rule_id)}"', shipped(book).text, re.M):
        pytest.fail(f"{book} has no rule {rule_id}")
    lower = rule(book, rule_id, **values)
    (only,) = found(book, lower)
    (key,) = values
    assert only.rule_id == rule_id
    assert only.key.endswith(f".{key}")
    assert lower.text.split("\n")[only.line - 1].startswith(f"{key} = ")
    assert words in only.message
    upper = next(upper for upper, _ in rules_at(shipped(book).book) if upper.id == rule_id)
    assert upper.clause in str(only)
    assert str(only).startswith(f"ours.toml 第{only.line}行({only.key})")


TIGHTENED = [
    ("accounts", "freshness.silent", {"days": "13"}),
    ("accounts", "freshness.long_silent", {"months": "1", "severity": '"veto"'}),
    ("accounts", "naming.length", {"min_units": "6", "max_units": "24"}),
    ("accounts", "naming.characters", {"allowed": "'\\x{4E00}-\\x{9FFF}'"}),
    ("accounts", "naming.draft_media", {"enabled": "true"}),
    ("content", "length.post", {"max_length": "1000"}),
    ("response", "target.acknowledge_3h", {"minutes": "60", "clock": '"wall"'}),
    ("response", "nature.praise", {"due": "true"}),
]


@pytest.mark.parametrize(("book", "rule_id", "values"), TIGHTENED, ids=lambda value: str(value)[:30])
def test_what_is_tightened_passes_and_is_a_difference(book: str, rule_id: str, values: dict[str, str]) -> None:
    lower = rule(book, rule_id, **values)
    assert found(book, lower) == []
    effects = {item.effect for item in differences(shipped(book), lower)}
    assert effects == {TIGHTER}
    assert {item.effect for item in differences(lower, shipped(book))} == {LOOSER}


def test_what_calls_for_no_answer_may_not_take_in_more() -> None:
    lower = load_named("response", shipped("response").text.replace('strong = ["举报", ', "strong = ["), origin="x")
    assert [item.lower for item in found("response", lower)] == ["缺少举报"]
    text = shipped("response").text
    praise = text.index('id = "nature.praise"')
    widened = text[:praise] + text[praise:].replace("strong = [", 'strong = ["怎么办", ', 1)
    (more,) = found("response", load_named("response", widened, origin="x"))
    assert (more.rule_id, more.lower) == ("nature.praise", "多出怎么办")


def test_a_rule_that_binds_may_not_vanish_and_one_switched_off_may() -> None:
    renamed = changed("accounts", ('id = "naming.address"', 'id = "naming.elsewhere"'))
    (gone,) = found("accounts", renamed)
    assert (gone.key, gone.lower) == ("naming.address", "没有这一项")
    quiet = changed("accounts", ('id = "naming.draft_media"', 'id = "naming.ours"'))
    assert found("accounts", quiet) == []


def test_what_is_local_is_shown_and_never_refused() -> None:
    lower = changed(
        "accounts", ("brand_names = []", 'brand_names = [{name = "云麓小灵通", unit = "云麓市", basis = "1号"}]')
    )
    assert found("accounts", lower) == []
    assert {item.effect for item in differences(shipped("accounts"), lower)} == {INCOMPARABLE}
    hours = changed("response", ('"09:00-12:00"', '"08:30-12:00"'))
    assert found("response", hours) == []


def test_a_target_put_in_front_may_not_make_a_promise_longer() -> None:
    more = (
        '[[targets]]\nid = "target.ours"\ntitle = "本地"\nclause = "四小时"\nsource = "本市"\ntrust = "D"\n'
        'when = "off_hours"\nminutes = {}\nclock = "{}"\n\n[threads]'
    )
    for minutes, clock, looser in ((240, "wall", True), (180, "wall", False), (180, "working", False)):
        lower = changed("response", ("[threads]", more.format(minutes, clock)))
        keys = [item.key for item in found("response", lower)]
        assert keys == (["targets[4].minutes"] if looser else [])


def test_a_veto_that_needs_a_person_keeps_needing_one() -> None:
    lower = changed("evaluation", ("confirmed_only = true", "confirmed_only = false"))
    assert [item.key for item in found("evaluation", lower)] == ["schemes[1].vetoes[2].confirmed_only"]


@pytest.mark.parametrize("text", ['confirmed_severity = "deduct"', ""])
def test_what_weighs_as_a_veto_once_confirmed_keeps_weighing_so(text: str) -> None:
    lower = changed("accounts", ('confirmed_severity = "veto"', text))
    assert [item.key for item in found("accounts", lower)] == ["interaction.closed.confirmed_severity"]
    raised = rule("accounts", "interaction.unanswered", confirmed_severity='"veto"')
    assert found("accounts", raised) == []


def test_silence_is_not_claimed_of_days_that_nobody_looked_at() -> None:
    with pytest.raises(StandardInvalidError, match="不能大于 48"):
        changed("accounts", ("tolerance_hours = 24", "tolerance_hours = 240"))


def test_a_scheme_that_grades_may_not_vanish() -> None:
    text = shipped("evaluation").text
    (first, *_) = [scheme for scheme in shipped("evaluation").book.schemes if scheme.kind == "graded"]
    renamed = text.replace(f'id = "{first.id}"', 'id = "ours"')
    renamed = renamed.replace(f'default_scheme = "{first.id}"', 'default_scheme = "ours"')
    lower = load_named("evaluation", renamed, origin="x")
    assert any(item.title == first.title and item.lower == "没有这一项" for item in found("evaluation", lower))


# --- a partial order --------------------------------------------------------------------------------------------

days = st.integers(3, 20)
words = st.lists(st.sampled_from(["甲", "乙", "丙"]), min_size=1, unique=True)
SEVERITIES = ("advice", "deduct", "veto")


@st.composite
def texts(draw: Callable[..., Any]) -> LoadedBook[Any]:
    """An accounts text with some of what people are judged by set at will."""
    silent = draw(days)
    values = {
        "freshness.silent": {"days": str(silent), "severity": f'"{draw(st.sampled_from(SEVERITIES))}"'},
        "freshness.remind_clerk": {"days": str(silent - 2)},
        "freshness.remind_leader": {"days": str(silent - 1), "enabled": draw(st.sampled_from(["true", "false"]))},
        "freshness.local_gansu": {"days": str(draw(days)), "enabled": draw(st.sampled_from(["true", "false"]))},
        "naming.length": {"max_units": str(draw(st.integers(10, 30)))},
        "naming.characters": {"allowed": draw(st.sampled_from(["'a-c'", "'abc'", "'a-z'", "'a-z0-9'", "'b'"]))},
        "naming.commercial": {"patterns": str(draw(words))},
    }  # fmt: skip
    text = shipped("accounts").text
    for rule_id, keys in values.items():
        text = with_rule(text, rule_id, **keys)
    return load_named("accounts", text, origin="generated")


def tighter(upper: LoadedBook[Any], lower: LoadedBook[Any]) -> bool:
    return not loosenings(upper, lower)


@settings(max_examples=15)
@given(texts())
def test_every_text_is_as_tight_as_itself(text: LoadedBook[Any]) -> None:
    assert tighter(text, text)
    assert differences(text, text) == ()


@settings(max_examples=25)
@given(texts(), texts(), texts())
def test_tightening_twice_is_tightening(a: LoadedBook[Any], b: LoadedBook[Any], c: LoadedBook[Any]) -> None:
    if tighter(a, b) and tighter(b, c):
        assert tighter(a, c)


@settings(max_examples=25)
@given(texts(), texts())
def test_two_that_tighten_each_other_differ_in_nothing_that_binds(a: LoadedBook[Any], b: LoadedBook[Any]) -> None:
    if tighter(a, b) and tighter(b, a):
        binding = {rule.id for rule, _ in rules_at(a.book) if rule.binds}
        changed_keys = [item for item in differences(a, b) if item.rule_id in binding]
        assert all(item.key == "naming.characters.allowed" for item in changed_keys), "only the way of writing a class"


def _marked() -> list[tuple[str, str, str, Any]]:
    """Every comparable number and truth value of the shipped books that binds: book, rule id, key, a looser value."""
    marked = []
    for name in shipped_names():
        for rule_, _ in rules_at(shipped(name).book):
            for key, direction in rule_.directions(rule_).items() if rule_.binds else ():
                value = getattr(rule_, key)
                if direction is Tighter.LOWER:
                    marked.append((name, rule_.id, key, str(value + 1)))
                elif direction is Tighter.HIGHER and value:
                    marked.append((name, rule_.id, key, str(value - 1)))
                elif direction is Tighter.TRUE and value:
                    marked.append((name, rule_.id, key, "false"))
    return marked


@pytest.mark.parametrize(("book", "rule_id", "key", "value"), _marked(), ids=lambda value: str(value)[:40])
def test_no_loosened_number_or_switch_is_missed(book: str, rule_id: str, key: str, value: str) -> None:
    try:
        lower = rule(book, rule_id, **{key: value})
    except StandardInvalidError:
        return  # the model itself refuses it
    assert any(item.rule_id == rule_id and item.key.endswith(key) for item in found(book, lower))
    assert found(book, shipped(book)) == []


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_the_directions_are_orders(a: set[int], b: set[int], c: set[int]) -> None:
    for direction in (Tighter.SUPERSET, Tighter.SUBSET):
        assert tightens(direction, a, a)
        if tightens(direction, a, b) and tightens(direction, b, c):
            assert tightens(direction, a, c)


def test_layers_go_from_the_state_down_to_the_unit() -> None:
    assert [rank(layer) for layer in LAYERS] == [0, 1, 2, 3]
    names = [name for name, _, _ in sections(shipped("accounts").book)]
    assert len(names) == len(set(names)), "every member has a name of its own"


# --- headers ----------------------------------------------------------------------------------------------------


def test_a_header_is_rewritten_where_it_stands() -> None:
    text = shipped("accounts").text
    new = with_header(text, {"layer": "单位", "applies_to": '云麓市"甲"局', "version": "9"})
    book = load_named("accounts", new, origin="x").book
    assert (book.layer, book.applies_to, book.version) == ("单位", '云麓市"甲"局', "9")
    assert with_header(new, {"layer": "国家", "applies_to": None, "version": "2026.1"}) == text
    assert text_diff(shipped("accounts"), text, "x") == ""
    assert '+layer = "单位"' in text_diff(shipped("accounts"), new, "x")


@pytest.mark.parametrize(
    ("version", "taken", "following"),
    [("2026.1", set(), "2026.2"), ("2026.1", {"2026.2"}, "2026.3"), ("试行", set(), "试行.1"), ("9", set(), "10")],
)
def test_versions_count_on(version: str, taken: set[str], following: str) -> None:
    assert next_version(version, taken) == following


@pytest.mark.parametrize(
    ("book", "edit", "words"),
    [
        ("accounts", ('layer = "国家"', 'layer = "县"'), "可选:国家、省、市、单位"),
        ("accounts", ('layer = "国家"', 'layer = "市"\napplies_to = "甲局"'), "只有层级为“单位”"),
        ("content", ('layer = "国家"', 'layer = "单位"\napplies_to = "甲局"'), "目前只用于账号标准"),
    ],
)
def test_a_header_that_cannot_hold_is_refused_in_one_sentence(book: str, edit: Edit, words: str) -> None:
    with pytest.raises(StandardInvalidError) as refused:
        changed(book, edit)
    assert any(words in problem.message for problem in refused.value.problems)
