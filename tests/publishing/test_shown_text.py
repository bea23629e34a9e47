"""What the platform shows of a text counts as that text, and no other text does."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from publishing.shown_text import LEAST_OF_A_CUT, first_difference, normal, same_text
from weibo_ops.sandbox import texts

NOTICE = (
    "【停水通知】因管网检修,10月14日9:00至17:00,梧桐路沿线暂停供水,请提前储水,恢复供水后请先排放片刻再使用。"
    "施工期间设临时取水点,由工作人员值守。"
)
LINK = "https://www.yunlu.example.gov.cn/notice?id=1&from=weibo"
SHORT = "http://t.cn/A6abcDEF"
WORDS = st.text(
    st.sampled_from(
        list("停水通知云麓市123abcXYZ ,,。:：()（）【】&<>\"';#@[]\n\u3000\u200b\ufe0fＡ１…é\u0301😀👨\u200d👩")
    ),
    min_size=1,
    max_size=60,
)
LINKS = st.sampled_from(["", LINK, f" {LINK} ", "http://a.cn/x#y", "https://b.cn/?a=1&lt=2", SHORT])
SENT = st.builds(lambda a, b, c: f"{a}{b}{c}", WORDS, LINKS, WORDS)


def platform(text: str) -> str:
    """What the platform stores and answers: trimmed, addresses shortened, as HTML."""
    return html.escape(texts.shortened(text.strip())[0])


@given(st.text(max_size=80))
def test_normal_is_done_once_and_for_all(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(SENT)
def test_what_the_platform_makes_of_a_text_is_that_text(sent: str) -> None:
    assume(normal(sent).replace("#", ""))
    assert same_text(sent, platform(sent))
    assert same_text(sent, platform(sent).replace("\n", "<br />"))


@given(SENT)
def test_topics_that_the_share_interface_drops_are_no_difference(sent: str) -> None:
    stored = texts.without_topics(sent)
    assume(normal(stored).replace("#", ""))
    assert same_text(sent, platform(stored))


@given(SENT, st.integers(0, 200))
def test_a_long_text_is_known_by_its_beginning(sent: str, place: int) -> None:
    whole = texts.shortened(NOTICE[: LEAST_OF_A_CUT + 8] + sent)[0]
    cut = whole[: LEAST_OF_A_CUT + 8 + place % (len(sent) + 1)]
    assert same_text(NOTICE[: LEAST_OF_A_CUT + 8] + sent, html.escape(cut), truncated=True)
    assert same_text(NOTICE[: LEAST_OF_A_CUT + 8] + sent, f"{html.escape(cut)}...全文：http://m.weibo.cn/status/4811")


@given(WORDS, WORDS)
def test_another_text_is_another_text(one: str, other: str) -> None:
    plain = [re.sub(r"[#\s]", "", normal(each)) for each in (one, other)]
    assume(plain[0] != plain[1])
    assert not same_text(one, other, topics_go=False)


@pytest.mark.parametrize(
    "shown",
    [
        f"{NOTICE} {SHORT}",
        f"{NOTICE}<a href='{SHORT}' data-hide=''><span class='url-icon'></span><span>网页链接</span></a>",
        f"{NOTICE}O网页链接",
        f"{NOTICE}网页链接 ",
        f"{NOTICE}\u200b{SHORT}",
        NOTICE.replace(",", "，").replace(":", "："),
        NOTICE.replace(",", " , "),
        f"{NOTICE[:60]}…<a href='/status/48'>全文</a>",
        f"{NOTICE[:60]}…展开全文",
    ],
)
def test_ways_in_which_a_notice_is_shown(shown: str) -> None:
    assert same_text(f"{NOTICE} {LINK}", shown)


def test_emoticons_stay_and_pictures_of_them_are_read() -> None:
    sent = "温馨提示[微笑]请注意用水"
    assert same_text(sent, "温馨提示<span class=\"url-icon\"><img alt='[微笑]' src='a.png' /></span>请注意用水")
    assert not same_text(sent, "温馨提示[怒]请注意用水")
    assert same_text("#云麓供水#明日停水", '<a href="//s.weibo.com/x">#云麓供水#</a>明日停水')
    assert same_text("@云麓水厂 明日停水", "<a href='/n/x'>@云麓水厂</a> 明日停水")


def test_a_text_that_is_nothing_but_a_link_is_never_found_by_its_text() -> None:
    assert not same_text(LINK, SHORT)
    assert not same_text(f" {LINK}\n", "http://t.cn/A6other")
    assert not same_text(LINK, LINK)
    assert not same_text("#话题#" + LINK, SHORT)
    assert not same_text("", "")


def test_few_words_say_nothing_about_the_rest() -> None:
    assert not same_text(NOTICE, f"{NOTICE[:20]}...全文", truncated=True)
    assert not same_text(NOTICE, NOTICE[:60])
    assert not same_text("另一条" + NOTICE, f"{NOTICE[:60]}...全文")


def test_where_a_person_posts_the_topics_must_be_there() -> None:
    sent = f"#云麓供水#{NOTICE}"
    assert same_text(sent, NOTICE)
    assert not same_text(sent, NOTICE, topics_go=False)
    assert same_text(sent, sent, topics_go=False)


def test_a_figure_that_differs_is_named() -> None:
    assert not same_text(NOTICE, NOTICE.replace("10月14日", "10月15日"))
    told = first_difference(NOTICE, NOTICE.replace("10月14日", "10月15日"))
    assert told == "第16字起签发稿为“14”,所示为“15”"
    assert first_difference(NOTICE, NOTICE[:-3]).startswith("第")
    assert "缺少" in first_difference(NOTICE, NOTICE[:-3])
    assert "多出“请转发”" in first_difference(NOTICE, NOTICE + "请转发")
    assert first_difference(f"{NOTICE}{LINK}", NOTICE) == ""


def test_a_wall_of_nested_marks_is_read_in_no_time() -> None:
    for hostile in ("&amp;" * 20_000 + "lt;", "<a" * 20_000, "<a>" * 20_000, "<img alt='" * 5_000, "http" * 20_000):
        assert isinstance(normal(hostile), str)
