"""The words book: its lines, its faults without the words, and a lower layer that takes no word away."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.differences import differences
from config.layers import loosenings
from config.loader import LoadedBook, StandardInvalidError, load_named, shipped
from config.rulebook.base import Severity
from config.rulebook.words import MOST_CHARACTERS, SECRET_KINDS, WordKind, WordsBook
from publishing.checks import WordIndex

HEAD = 'book = "words"\ntitle = "词表"\nversion = "1"\neffective_from = 2026-01-01\nlayer = "{layer}"\n'
LIST = """
[[lists]]
id = "words.{number}"
title = "词表{number}"
clause = "不使用所列词"
source = "本单位"
trust = "D"
severity = "{severity}"
kind = "{kind}"
{until}entries = '''
{entries}
'''
exceptions = '''
{exceptions}
'''
"""


def book(*lists: dict[str, Any], layer: str = "国家") -> LoadedBook[WordsBook]:
    text = HEAD.format(layer=layer)
    for number, given_ in enumerate(lists, 1):
        plain = {"number": number, "severity": "deduct", "kind": "禁用词", "until": "", "entries": "", "exceptions": ""}
        text += LIST.format(**plain | given_)
    return load_named("words", text, origin="ours.toml")


def test_a_line_has_word_replacement_last_day_and_note_of_which_three_may_be_left_out() -> None:
    lines = "# 说明\n甲乙\n丙丁 | 戊己\n庚辛 | | 2026-12-31\n 壬癸 |子丑| 2026-06-30 | 已改称 \n\n"
    (rule,) = book({"entries": lines}).book.lists
    assert [(e.word, e.instead, e.valid_until, e.note) for e in rule.parsed] == [
        ("甲乙", "", None, ""),
        ("丙丁", "戊己", None, ""),
        ("庚辛", "", date(2026, 12, 31), ""),
        ("壬癸", "子丑", date(2026, 6, 30), "已改称"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("甲", "至少两个字"),
        ("、、、", "只有标点"),
        ("甲乙 | 丙 | 2026-02-30", "日期"),
        ("甲乙 | 丙 | 2026/12/31", "日期"),
        ("甲乙 | 丙 | 2026-12-31 | 丁 | 戊", "四栏"),
        ("甲" * (MOST_CHARACTERS + 1), "最多"),
    ],
)
def test_a_faulty_line_is_told_with_its_line_and_without_its_word(line: str, why: str) -> None:
    with pytest.raises(StandardInvalidError) as refused:
        book({"entries": f"子丑寅卯\n{line}"})
    (problem,) = refused.value.problems
    assert why in problem.message
    text = HEAD.format(layer="国家") + LIST
    assert problem.line == text[: text.index("{entries}")].count("\n") + 2
    assert line not in str(problem)


@pytest.mark.parametrize(
    ("kind", "entries", "why"),
    [
        ("错别字", "甲乙", "正确写法"),
        ("错别字", "甲乙 | 甲乙", "相同"),
        ("规范表述", "甲乙", "规范表述"),
        ("领导人姓名职务", "甲某某", "职务"),
        ("禁用词", "甲乙\n甲乙", "重复"),
    ],
)
def test_what_a_kind_asks_for_is_told(kind: str, entries: str, why: str) -> None:
    with pytest.raises(StandardInvalidError, match=why):
        book({"kind": kind, "entries": entries})


def test_one_person_may_have_two_titles() -> None:
    (rule,) = book({"kind": "领导人姓名职务", "entries": "甲某某 | 县长\n甲某某 | 县委副书记"}).book.lists
    assert [entry.instead for entry in rule.parsed] == ["县长", "县委副书记"]


@pytest.mark.parametrize("whole", [False, True])
def test_an_entry_and_a_list_hold_to_the_end_of_their_last_day(whole: bool) -> None:
    until = {"until": "valid_until = 2026-06-30\n"} if whole else {}
    lines = "赭石违禁样词" if whole else "赭石违禁样词 | | 2026-06-30"
    index = WordIndex.of(book({"entries": lines, **until}).book)
    found = [bool(index.find("赭石违禁样词", day)) for day in (date(2026, 6, 30), date(2026, 7, 1), None)]
    assert found == [True, False, True]
    assert index.holds(WordKind.FORBIDDEN, date(2026, 6, 30))
    assert not index.holds(WordKind.FORBIDDEN, date(2026, 7, 1))


WORD = st.text(st.sampled_from("甲乙丙丁戊"), min_size=2, max_size=3)
LISTED = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["禁用词", "敏感词", "油滑"]),
        "severity": st.sampled_from([severity.value for severity in Severity]),
        "until": st.sampled_from(["", "valid_until = 2026-06-30\n", "valid_until = 2026-12-31\n"]),
        "words": st.lists(WORD, unique=True, max_size=4),
        "exceptions": st.lists(st.text(st.sampled_from("甲乙丙"), min_size=3, max_size=4), unique=True, max_size=2),
    }
)
DAYS = (date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1))


def written(listed: dict[str, Any]) -> dict[str, Any]:
    return {**listed, "entries": "\n".join(listed["words"]), "exceptions": "\n".join(listed["exceptions"])}


@settings(max_examples=300, deadline=None)
@given(st.lists(LISTED, min_size=1, max_size=2), st.lists(LISTED, max_size=3), st.data())
def test_a_lower_book_that_the_check_lets_pass_takes_no_word_away(
    above: list[dict[str, Any]], more: list[dict[str, Any]], data: st.DataObject
) -> None:
    below = [dict(listed) for listed in above]
    for listed in below:
        change = data.draw(st.sampled_from(["", "", "kind", "severity", "until", "words", "exceptions"]))
        if change:
            listed[change] = data.draw(LISTED)[change]
    upper = book(*map(written, above))
    lower = book(*map(written, [*below, *more]), layer="单位")
    if loosenings(upper, lower):
        return
    for rule, same in zip(upper.book.lists, lower.book.lists, strict=False):
        severities = [severity.value for severity in (Severity.ADVICE, Severity.DEDUCT, Severity.VETO)]
        assert severities.index(same.severity) >= severities.index(rule.severity)
        assert same.kind is rule.kind
        for word in rule.words:
            for day in DAYS:
                if rule.kind in SECRET_KINDS and WordIndex.of(upper.book).find(word, day):
                    assert WordIndex.of(lower.book).find(word, day)


def test_a_word_with_a_last_day_of_its_own_is_no_loosening_only_where_it_had_one() -> None:
    upper = book({"entries": "甲乙丙"})
    for line in ("甲乙丙 | | 2026-06-30", "甲乙丙 | 改写 | 2026-06-30"):
        (found,) = loosenings(upper, book({"entries": line}, layer="市"))
        assert "2026-06-30" in found.message
        assert "甲乙丙" not in found.message
    dated = book({"entries": "甲乙丙 | | 2026-06-30"})
    assert loosenings(dated, book({"entries": "甲乙丙 | | 2026-07-31"}, layer="市")) == ()
    assert loosenings(dated, book({"entries": "甲乙丙"}, layer="市")) == ()


@pytest.mark.parametrize("kind", WordKind)
def test_words_of_secret_lists_are_counted_where_texts_are_compared(kind: WordKind) -> None:
    entries = "赭石样词 | 改写"
    upper = book({"kind": kind, "entries": entries})
    lower = book({"kind": kind, "entries": "紫蓟样词 | 改写"}, layer="市")
    said = [str(item) for item in loosenings(upper, lower)] + [str(vars(item)) for item in differences(upper, lower)]
    assert any("赭石" in each for each in said) is (kind not in SECRET_KINDS)
    assert any("紫蓟" in each for each in said) is (kind not in SECRET_KINDS)


def test_the_shipped_lists_hold_no_leader_and_only_made_up_sensitive_words() -> None:
    for rule in shipped("words").book.lists:
        if rule.kind is WordKind.LEADER:
            assert rule.words == ()
        elif rule.secret:
            assert all("样" in word for word in rule.words)
