"""A text as people read it: what nobody sees is gone, spread-out words are whole, every hit is put back in place."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import shipped
from publishing.checks import WordIndex, check_text
from publishing.checks.readable import read

CONTENT = shipped("content").book
WORDS = WordIndex.of(shipped("words").book)
SIGNS = "\u200b\u200d\u2060\xad\ufe0f \u3000\n·😀★a1，。甲乙丙丁"


@given(st.text(st.sampled_from(SIGNS), max_size=40))
def test_what_is_read_stands_in_the_text_in_this_order(text: str) -> None:
    reading = read(text)
    places = reading.places if reading.places is not None else tuple(range(len(text)))
    assert "".join(text[place] for place in places) == reading.plain
    assert list(places) == sorted(set(places))
    assert read(reading.plain).plain == reading.plain or "\n" in text or " " in text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("限 时 秒 杀", "限时秒杀"),
        ("限\n时\n秒\n杀", "限时秒杀"),
        ("限😀时😀秒😀杀", "限时秒杀"),
        ("限\u200b时秒杀", "限时秒杀"),
        ("检查 处理 意见", "检查 处理 意见"),
        ("通 知", "通 知"),
        ("👨\u200d👩\u200d👧 一家三口", "👨👩👧 一家三口"),
    ],
)
def test_words_are_drawn_together_and_sentences_are_not(written: str, plain: str) -> None:
    assert read(written).plain == plain


@pytest.mark.parametrize(
    "written",
    [
        "赭石违禁样词",
        "赭 石 违 禁 样 词",
        "赭\u200b石违禁\u2060样词",
        "赭石違禁樣詞",
        "赭\n石\n违\n禁\n样\n词",
        "赭石\n违禁样词",
    ],
)
def test_a_hit_covers_the_word_as_it_was_written(written: str) -> None:
    before = "\u200b今天，"
    (hit,) = (
        each
        for each in check_text(f"{before}{written}。", CONTENT, words=WORDS, on=date(2026, 5, 20))
        if each.rule_id == "words.forbidden_sample"
    )
    assert (hit.start, hit.end) == (len(before), len(before) + len(written))
    assert hit.message.startswith(f"第{len(before) + 1}字起")


@given(st.text(st.sampled_from("138 0000-4471.\u200b\n😀一幺三八零身份证手机卡号车牌川Ａa1２★机密"), max_size=60))
def test_every_hit_lies_in_the_text_and_no_number_is_told(text: str) -> None:
    for hit in check_text(text, CONTENT, words=WORDS):
        assert 0 <= hit.start <= hit.end <= len(text)
        if hit.rule_id.startswith("personal."):
            assert text[hit.start : hit.end] not in hit.message + hit.suggestion
