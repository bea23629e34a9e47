"""Set phrases in number (套话提示): pointed out in their places, never scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.rulebook.content import ContentBook
from config.rulebook.words import WordKind
from publishing.checks.hits import Hit, hit
from publishing.checks.words import Match


def check_empty_phrases(text: str, book: ContentBook, matches: Sequence[Match]) -> Iterator[Hit]:
    """Point at every set phrase of a text in which they stand closer together than the standard lets pass.

    Args:
        text: the text.
        book: the content rule book.
        matches: the listed words of the text.
    """
    rule = book.empty_phrases
    if rule is None or not rule.enabled:
        return
    phrases = [match for match in matches if match.rule.kind is WordKind.SET_PHRASE]
    if len(phrases) < rule.min_phrases:
        return
    taken = sum(match.end - match.start for match in phrases)
    share = rule.figured_share if any(map(str.isdigit, text)) else rule.min_share
    if taken < share * sum(map(str.isalnum, text)):
        return
    for match in phrases:
        yield from hit(
            rule,
            f"第{match.start + 1}字起“{text[match.start : match.end]}”:全文有{len(phrases)}处套话,宜写明具体做法。",
            match.start,
            match.end,
            f"改为“{match.entry.instead}”" if match.entry.instead else match.rule.suggestion,
        )
