"""The checks of an outgoing text: pure functions of text, rule books and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import get_args

from config.rulebook.content import CONTENT_CLASSES, ContentBook, Gateway
from publishing.checks.contradictions import check_contradictions
from publishing.checks.drafts import Draft, Medium, Neighbour
from publishing.checks.duplicates import check_duplicates
from publishing.checks.hits import Hit, hit_key
from publishing.checks.leaders import check_leader_titles
from publishing.checks.length import check_empty, check_length, check_links
from publishing.checks.media import check_media
from publishing.checks.personal_data import check_personal_data
from publishing.checks.phrases import check_empty_phrases
from publishing.checks.plain import Measure, check_plain_language, plain_language
from publishing.checks.readable import Reading, read
from publishing.checks.required import check_required_lists
from publishing.checks.sources import check_sources
from publishing.checks.tone import check_tone
from publishing.checks.wording import check_wording
from publishing.checks.words import WordIndex, word_hits
from weibo_ops.kernel.errors import UsageError

__all__ = [
    "CONTENT_CLASSES",
    "GATEWAYS",
    "Draft",
    "Hit",
    "Measure",
    "Medium",
    "Neighbour",
    "WordIndex",
    "check_post",
    "check_text",
    "hit_key",
    "plain_language",
]

GATEWAYS: tuple[str, ...] = get_args(Gateway)


def check_text(
    text: str,
    book: ContentBook,
    *,
    gateway: str = "manual",
    words: WordIndex | None = None,
    on: date | None = None,
) -> tuple[Hit, ...]:
    """Judge a text by what needs the text alone, for the way it is to be sent.

    Args:
        text: the text as it would go out.
        book: the content rule book in force.
        gateway: manual (官方客户端), commercial (商业接口), share (分享接口) or comment (评论).
        words: the word lists in force; None leaves them out.
        on: the Beijing day by which the lists' expiry is judged; None takes nothing as expired.

    Returns:
        Hits in order of place. Positions are characters of ``text``. Linear in the length of the text.

    Raises:
        UsageError: the gateway is none of these.
    """
    return _in_order(_text_hits(read(text), book, gateway, words, on))


def check_post(draft: Draft, book: ContentBook, words: WordIndex) -> tuple[Hit, ...]:
    """Judge a post by everything: its text, its class, its media, and what stands beside it.

    Returns:
        Hits in order of place; those about no single place come first.

    Raises:
        UsageError: the gateway or the content class is not known.
    """
    if draft.content_class not in CONTENT_CLASSES:
        raise UsageError(
            f"内容类别“{draft.content_class[:40]}”无法识别。", next_step=f"请从{'、'.join(CONTENT_CLASSES)}中选一种。"
        )
    reading = read(draft.text)
    seen = replace(draft, text=reading.plain)
    beside = (
        *check_plain_language(seen.text, book),
        *check_sources(seen, book),
        *check_duplicates(seen, book),
        *check_contradictions(seen, book),
    )
    return _in_order(
        (
            *_text_hits(reading, book, draft.gateway, words, draft.on),
            *check_required_lists(draft, book, words),
            *check_media(draft, book),
            *reading.put_back(beside),
        )
    )


def _text_hits(
    reading: Reading, book: ContentBook, gateway: str, words: WordIndex | None, on: date | None
) -> Iterable[Hit]:
    if gateway not in GATEWAYS:
        raise UsageError(f"发布通道“{gateway[:40]}”无法识别。", next_step=f"请从{'、'.join(GATEWAYS)}中选一种。")
    yield from check_length(reading.text, book, gateway)
    yield from reading.put_back(_plain_hits(reading.plain, book, gateway, words, on))


def _plain_hits(text: str, book: ContentBook, gateway: str, words: WordIndex | None, on: date | None) -> Iterable[Hit]:
    yield from check_empty(text, book)
    yield from check_links(text, book, gateway)
    yield from check_personal_data(text, book)
    yield from check_wording(text, book)
    yield from check_tone(text, book)
    if words is not None:
        matches = words.matches(text, on)
        yield from word_hits(text, matches)
        yield from check_leader_titles(text, book, words, matches, on)
        yield from check_empty_phrases(text, book, matches)


def _in_order(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the hits by place; of one rule at one place about one thing there is one."""
    single = {(each.start, each.end, each.rule_id, each.about): each for each in hits}
    return tuple(single[key] for key in sorted(single))
