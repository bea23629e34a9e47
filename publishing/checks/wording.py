"""Secrecy marks, advertising and other wording that the standard lists as patterns."""

from __future__ import annotations

from collections.abc import Iterator

from config.rulebook.content import ContentBook, WordingRule
from publishing.checks.folding import plainly
from publishing.checks.hits import Hit, hit
from publishing.checks.quotes import is_inside, quoted_places
from weibo_ops.kernel.text import any_pattern_matches, pattern_spans


def check_wording(text: str, book: ContentBook) -> Iterator[Hit]:
    """Point at every place that a wording rule matches; overlapping matches of one rule are one hit."""
    searched = plainly(text)
    for rule in book.wording:
        yield from pattern_hits(rule, text, searched)


def pattern_hits(rule: WordingRule, text: str, searched: str) -> Iterator[Hit]:
    """Yield the hits of one rule; ``searched`` is the text in the form in which the patterns see it, as long."""
    if not rule.enabled or not any_pattern_matches(rule.patterns, searched):
        return
    spans = sorted(span for pattern in rule.patterns for span in pattern_spans(pattern, searched))
    if not spans or any(word in searched for word in rule.unless):
        return
    quoted = [] if rule.quoted else quoted_places(text)
    for start, end in _merged([span for span in spans if not is_inside(*span, quoted)]):
        yield from hit(rule, f"第{start + 1}字起{rule.title},请核实。", start, end, rule.suggestion)


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    pending: tuple[int, int] | None = None
    for start, end in spans:
        if pending and start < pending[1]:
            pending = (pending[0], max(pending[1], end))
            continue
        if pending:
            yield pending
        pending = (start, end)
    if pending:
        yield pending
