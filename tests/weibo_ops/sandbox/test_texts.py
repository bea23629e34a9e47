"""What the platform does to a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.sandbox import texts
from weibo_ops.sandbox.wire import stamp

DOMAINS = ("sandbox.example.gov.cn",)


def test_an_address_ends_before_the_first_character_that_no_address_holds() -> None:
    assert texts.links("见http://a.example.cn/x?p=1。另见 https://b.example.cn") == [
        "http://a.example.cn/x?p=1",
        "https://b.example.cn",
    ]


def test_a_safe_domain_covers_what_is_below_it_and_nothing_that_looks_like_it() -> None:
    assert texts.has_safe_link("http://sandbox.example.gov.cn", DOMAINS)
    assert texts.has_safe_link("https://www.Sandbox.example.gov.cn:8080/x", DOMAINS)
    assert not texts.has_safe_link("http://notsandbox.example.gov.cn/x", DOMAINS)
    assert not texts.has_safe_link("http://sandbox.example.gov.cn.evil.cn/x", DOMAINS)
    assert not texts.has_safe_link("http://sandbox.example.gov.cn@evil.cn/x", DOMAINS)
    assert not texts.has_safe_link("sandbox.example.gov.cn/x", DOMAINS)


def test_topics_go_and_fragments_of_addresses_stay() -> None:
    assert texts.without_topics("#防汛#今日 http://a.cn/x#top 二 #停水#") == "今日 http://a.cn/x#top 二 "
    assert texts.without_topics("第#3号") == "第#3号"


@given(st.text(max_size=80))
def test_shortening_twice_changes_nothing_more(text: str) -> None:
    once, pairs = texts.shortened(f"{text} http://a.example.cn/1")
    assert texts.shortened(once)[0] == once
    assert pairs[-1][1] == "http://a.example.cn/1"
    assert all(short in once for short, _ in pairs)


def test_140_characters_are_280_bytes_of_gbk() -> None:
    assert not texts.too_long("字" * 139 + "ab", 140)
    assert texts.too_long("字" * 140 + "a", 140)
    assert not texts.too_long("a" * 280, 140)


def test_time_is_written_in_english_whatever_the_locale() -> None:
    assert stamp(1306835215) == "Tue May 31 17:46:55 +0800 2011"
