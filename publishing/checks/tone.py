"""Tone: marks in a row, and scolding or arguing manners."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

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
    for match in _runs(repeated.marks).finditer(text):
        if _is_repeated(match[0], repeated.max_run):
            yield from hit(
                repeated,
                f"第{match.start() + 1}字起“{match[0][:6]}”标点连用,语气过重。",
                *match.span(),
                f"改为“{match[0][0]}”" if match[0][0] not in "~～" else "删去",
            )
    plain = folded(text)
    for rule in section.manners:
        yield from pattern_hits(rule, text, plain)


@lru_cache(maxsize=16)
def _runs(marks: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(''.join(marks))}]{{2,}}")


def _is_repeated(run: str, most: int) -> bool:
    """Whether a mark stands more than ``most`` times on end, or mixed ones (？！？) once more; width does not count."""
    plain = run.translate(_HALF_WIDTH)
    return len(plain) > most + 1 or any(len(list(same)) > most for _, same in groupby(plain))


_HALF_WIDTH = str.maketrans("！？～", "!?~")
