"""What stands in quotation marks: others' words are mentioned, not said."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"“[^“”\n]*”|「[^「」\n]*」|『[^『』\n]*』|\"[^\"\n]*\"")


def quoted_places(text: str) -> list[tuple[int, int]]:
    """Return what stands in quotation marks, as half-open places: others' words are mentioned, not said."""
    return [match.span() for match in _QUOTED.finditer(text)]


def is_inside(start: int, end: int, places: list[tuple[int, int]]) -> bool:
    """Say whether a place lies in one of some places."""
    return any(first <= start and end <= last for first, last in places)
