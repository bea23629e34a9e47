"""The same text again, or nearly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from config.rulebook.content import ContentBook, ContentClass
from publishing.checks.drafts import Draft, Neighbour
from publishing.checks.folding import plainly
from publishing.checks.hits import Hit, hit
from weibo_ops.kernel.text import likeness, shingles, shorten

_NUMBERS = re.compile(r"[0-9０-９]+")
_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


def check_duplicates(draft: Draft, book: ContentBook) -> Iterator[Hit]:
    """Compare a post with its neighbours; posts with posts, replies with replies.

    The account's last text may not come again to the letter. Answers to different people may be alike, and a repost
    like its source. A bulletin of which the figures changed is another one.
    """
    section = book.duplicate
    text = draft.text.strip()
    if section is None or not text:
        return
    reply = draft.content_class == ContentClass.REPLY or draft.gateway == "comment"
    neighbours = [each for each in draft.neighbours if each.reply is reply and each.text.strip()]
    sent = [each for each in neighbours if each.own and each.at is not None]
    last = max(sent, key=lambda each: each.at or _EARLIEST, default=None)
    for each in neighbours:
        if each is last and each.text.strip() == text:
            message = f"正文与本账号上一条{'答复' if reply else '微博'}({each.reference})完全相同,平台不予发布。"
            yield from hit(section.same, message, 0, len(draft.text), "改写正文,或不再发布", each.reference)
        elif reply or (draft.content_class == ContentClass.REPOST and not each.own):
            continue
        elif each.text.strip() == text:
            message = f"正文与{_named(each)}完全相同。"
            yield from hit(section.again, message, 0, len(draft.text), "确需重发的,说明原因", each.reference)
        elif len(text) >= section.like.min_characters:
            like = _likeness(text, each.text)
            if like >= section.like.min_likeness:
                message = f"正文与{_named(each)}相近({like:.0%})。"
                yield from hit(section.like, message, 0, len(draft.text), "核对是否重复发布", each.reference)


def _named(neighbour: Neighbour) -> str:
    what = "近期微博" if neighbour.at else "待发稿件"
    return f"“{shorten(neighbour.account, 20)}”的{what}({neighbour.reference})"


class _Prepared(NamedTuple):
    """A text as it is compared: in one form, its figures, how many they are, its pieces of two characters."""

    text: str
    figures: Counter[str]
    total: int
    pieces: frozenset[str]


@lru_cache(maxsize=4096)
def _prepared(text: str) -> _Prepared:
    """Prepare a text; the texts beside one are those beside the next, too."""
    plain = plainly(text).translate(_DIGITS)
    figures = Counter(_NUMBERS.findall(plain))
    return _Prepared(plain, figures, figures.total(), frozenset(shingles(plain, 2)))


def _likeness(text: str, other: str) -> float:
    """Return the likeness of two texts, 0 to 1: of order or of pieces; 0 where most of the figures differ."""
    ours, theirs = _prepared(text), _prepared(other)
    most = max(ours.total, theirs.total)
    if most and ours.figures.keys().isdisjoint(theirs.figures):
        return 0.0
    if most and sum(min(count, theirs.figures[each]) for each, count in ours.figures.items()) * 2 < most:
        return 0.0
    together = len(ours.pieces) + len(theirs.pieces)
    # Sentences put in another order keep their pieces but not their places.
    shared = 2 * len(ours.pieces & theirs.pieces) / together if together else 0.0
    return max(likeness(ours.text, theirs.text), shared)
