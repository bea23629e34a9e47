"""Named sources: of casualty figures, and of what is taken from others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.rulebook.content import CasualtyRule, ContentBook
from publishing.checks.drafts import Draft
from publishing.checks.folding import folded
from publishing.checks.hits import Hit, hit
from weibo_ops.kernel.text import any_pattern_matches, pattern_spans

_BREAKS = re.compile(r"[。；;！!？?\n]")


def check_sources(draft: Draft, book: ContentBook) -> Iterator[Hit]:
    """Point at casualty figures and reposts without a named source, in the classes that need one."""
    plain = folded(draft.text)
    for rule in book.casualties:
        if draft.content_class in rule.classes and not _named(rule, draft, plain):
            for start, end in _figures(rule, plain):
                yield from hit(
                    rule,
                    f"第{start + 1}字起有伤亡数字,正文和来源与依据均未写明发布单位。",
                    start,
                    end,
                    "写明“据…指挥部(或主管部门)通报”,无权威来源的删去数字",
                )
    for source in book.sources:
        named = draft.source_basis.strip() or any_pattern_matches(source.sources, draft.text)
        if draft.content_class in source.classes and not named:
            message = f"内容类别为“{draft.content_class}”,正文和来源与依据均未写明来源。"
            yield from hit(source, message, 0, 0, "写明“来源:…”,或填写来源与依据")


def _named(rule: CasualtyRule, draft: Draft, plain: str) -> bool:
    return any_pattern_matches(rule.sources, plain) or any_pattern_matches(rule.authorities, draft.source_basis)


def _figures(rule: CasualtyRule, plain: str) -> Iterator[tuple[int, int]]:
    """Yield the figures that are not denied in their own sentence before them; overlapping ones are one."""
    last = -1
    for start, end in sorted(span for pattern in rule.patterns for span in pattern_spans(pattern, plain)):
        sentence = _BREAKS.split(plain[:start])[-1] + plain[start:end]
        if start >= last and not any(word in sentence for word in rule.denials):
            yield start, end
            last = end
