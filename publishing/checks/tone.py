"""Tone: marks in a row, and scolding or arguing manners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from config.rulebook.content import ContentBook
from publishing.checks.folding import folded
from publishing.checks.hits import Hit, hit
from publishing.checks.wording import pattern_hits


def check_tone(text: str, book: ContentBook) -> Iterator[Hit]:
    """Point at marks said again and again, and at manners of speaking that the standard lists as patterns."""
    section = book.tone
    if section is None:
        return
    repeated = section.repeated
    for match in _runs(repeated.marks, repeated.max_run).finditer(text):
        yield from hit(
            repeated,
            f"第{match.start() + 1}字起“{match[0][:6]}”标点连用,语气过重。",
            *match.span(),
            f"改为“{match[0][0]}”" if match[0][0] not in "~～" else "删去",
        )
    for rule in section.manners:
        yield from pattern_hits(rule, text, folded(text))


@lru_cache(maxsize=16)
def _runs(marks: tuple[str, ...], most: int) -> re.Pattern[str]:
    """Return what finds one mark more than ``most`` times on end, half and full width being one; or any three mixed."""
    wide = {"!": "！", "?": "？", "~": "～"}
    same = {frozenset(pair) for pair in ({mark, wide.get(mark, mark)} for mark in marks)}
    each = "|".join(f"[{re.escape(''.join(sorted(pair)))}]{{{most + 1},}}" for pair in sorted(same, key=sorted))
    every = re.escape("".join(marks))
    return re.compile(f"[{every}]{{{most + 2},}}|{each}")
