"""Features: what is the same text, what is not, and that no text feels its neighbours."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring.features import BITS, NEGATED, NEGATORS, NOT_NEGATING, buckets, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
LIVELY = st.text(st.sampled_from("不没[]@h tp:/.怒好a1　\u200b\0\n《》😀啊ＡＢ１"), max_size=40)
TEXTS = st.one_of(ANY_TEXT, LIVELY)


def codes(text: str) -> list[int]:
    return [int(code) for code in normalise([text]).codes]


def negated(text: str) -> str:
    """Return the characters of a text without folded parts that stand under a negation."""
    return "".join(chr(code & ~NEGATED) for code in codes(text) if code & NEGATED)


@given(st.lists(TEXTS, max_size=6))
def test_each_text_becomes_the_same_codes_alone_as_in_any_batch(texts: list[str]) -> None:
    batch = normalise(texts)
    assert len(batch.starts) == len(texts)
    parts = np.split(batch.codes, batch.starts[1:]) if texts else []
    assert [part.tolist() for part in parts] == [codes(text) for text in texts]
    assert batch.blank().tolist() == [bool(normalise([text]).blank()[0]) for text in texts]
    assert batch.lengths().tolist() == [len(codes(text)) for text in texts]


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_each_text_falls_into_the_same_buckets_alone_as_in_any_batch(texts: list[str]) -> None:
    alone = [buckets(normalise([text]).codes) for text in texts]
    for order, row in enumerate(buckets(normalise(texts).codes)):
        assert row.tolist() == [bucket for parts in alone for bucket in parts[order].tolist()]
        assert ((row >= 0) & (row < 1 << BITS)).all()


@given(TEXTS)
def test_every_code_has_its_place_in_the_text(text: str) -> None:
    batch = normalise([text])
    assert batch.places[0] == 0
    assert (np.diff(batch.places) > 0).all()
    assert batch.places[-1] <= len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ！", "abc!"),
        ("Good", "GOOD"),
        ("好　的", "好 的"),
        ("好\u200b的", "好的"),
        ("好\ufe0f", "好"),
        ("2026年", "1999年"),
        ("２０２６", "2026"),
        ("哈哈哈哈哈", "哈哈"),
        ("看 http://a.example/x1 好", "看 https://b.example/zzz 好"),
        ("@张三 你好", "@李四五六 你好"),
        ("a\tb", "a b"),
        ("a\n\n \r b", "a b"),
        ("a\x00b", "a b"),
    ],
)
def test_what_is_the_same_to_a_reader_is_the_same(one: str, other: str) -> None:
    assert codes(one) == codes(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("[怒]", "[赞]"), ("[怒]", "怒"), ("[怒", "[怒]"), ("@ 张三", "@张三"), ("好", "坏"), ("哈", "哈哈")],
)
def test_what_differs_to_a_reader_differs(one: str, other: str) -> None:
    assert codes(one) != codes(other)


def test_an_emoticon_is_one_character() -> None:
    assert len(codes("[允悲]")) == 2
    assert len(codes("[一二三四五六七八九十百]")) > 2, "longer than any emoticon"


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\x00\x01", "　\t\n", "\ue000"])
def test_a_text_that_shows_nothing_is_blank(text: str) -> None:
    assert normalise([text]).blank().tolist() == [True]


@pytest.mark.parametrize("text", ["。", "a", "[怒]", "😀", "http", "@张三"])
def test_a_text_that_shows_something_is_not_blank(text: str) -> None:
    assert normalise([text]).blank().tolist() == [False]


@pytest.mark.parametrize("code", [*range(0x21, 0x7F), *range(0xFF01, 0xFF5F)])
def test_width_and_case_fold_as_nfkc_does(code: int) -> None:
    folded = unicodedata.normalize("NFKC", chr(code)).lower()
    expected = "0" if folded.isdigit() else folded
    assert codes(f"的{chr(code)} 的")[2] == ord(expected)


class TestNegation:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("不高兴", "高兴"),
            ("没有人来管", "有人来管"),
            ("不高兴,真的", "高兴"),
            ("高兴", ""),
            ("未办理完毕的事", "办理完毕"),
            ("不", ""),
        ],
    )
    def test_it_marks_the_four_characters_after_it_up_to_a_pause(self, text: str, marked: str) -> None:
        assert negated(text) == marked

    @pytest.mark.parametrize("word", NOT_NEGATING)
    def test_a_word_that_only_holds_such_a_character_turns_nothing(self, word: str) -> None:
        place = next(i for i, character in enumerate(word) if character in NEGATORS)
        if not any(character in NEGATORS for character in word[place + 1 :]):
            assert negated(f"的{word}好") == ""

    def test_a_question_of_yes_or_no_turns_nothing(self) -> None:
        assert negated("好不好看") == ""

    def test_it_ends_with_its_text(self) -> None:
        batch = normalise(["太不", "高兴"])
        assert not (batch.codes & np.uint32(NEGATED)).any()
