"""A text as people read it: without the characters that nobody sees, spaced-out words drawn together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from publishing.checks.hits import Hit

_HAN = "\u3400-\u9fff"
_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
_GAP = "(?:[ \t\u3000\xa0]{1,3}|[\n·•・\u2600-\u27bf\U0001f000-\U0001faff])"
_LIKELY = re.compile(f"[ \t\u3000\xa0\n·•・\u2600-\u27bf\U0001f000-\U0001faff][{_HAN}]{_GAP}[{_HAN}]")
_SPREAD = re.compile(f"(?<![{_HAN}])[{_HAN}](?:{_GAP}[{_HAN}]){{2,}}(?![{_HAN}])")
_GAPS = re.compile(f"[^{_HAN}]+")
_CITED_PLACE = re.compile("^第([0-9]+)字起")


@dataclass(frozen=True)
class Reading:
    """A text as people read it.

    Attributes:
        text: as it was given.
        plain: as it is read: no unseen characters, and 限 时 秒 杀 (three or more single characters) as one word.
        places: the place in ``text`` of every character of ``plain``; None where both are the same.
    """

    text: str
    plain: str
    places: tuple[int, ...] | None

    def put_back(self, hits: Iterable[Hit]) -> Iterator[Hit]:
        """Yield hits on ``plain`` as hits on ``text``; what is about the whole stays about the whole."""
        if self.places is None:
            yield from hits
            return
        for hit in hits:
            start = self.places[hit.start] if 0 < hit.start < len(self.places) else 0
            end = len(self.text) if 0 < len(self.plain) <= hit.end else self.places[hit.end - 1] + 1 if hit.end else 0
            if hit.start > 0 and hit.end == hit.start:
                end = start
            message = _CITED_PLACE.sub(f"第{start + 1}字起", hit.message)
            yield replace(hit, start=start, end=max(start, end), message=message)


def read(text: str) -> Reading:
    """Return a text as people read it; linear in its length."""
    unseen = [match.span() for match in _UNSEEN.finditer(text)]
    plain, places = _without(text, range(len(text)), unseen) if unseen else (text, range(len(text)))
    if _LIKELY.search(plain):
        gaps = [
            (spread.start() + gap.start(), spread.start() + gap.end())
            for spread in _SPREAD.finditer(plain)
            for gap in _GAPS.finditer(spread[0])
        ]
        plain, places = _without(plain, places, gaps)
    return Reading(text, plain, None if len(plain) == len(text) else tuple(places))


def _without(
    text: str, places: range | tuple[int, ...], spans: list[tuple[int, int]]
) -> tuple[str, range | tuple[int, ...]]:
    if not spans:
        return text, places
    kept: list[tuple[int, int]] = []
    last = 0
    for start, end in spans:
        kept.append((last, start))
        last = end
    kept.append((last, len(text)))
    return "".join(text[a:b] for a, b in kept), tuple(place for a, b in kept for place in places[a:b])
