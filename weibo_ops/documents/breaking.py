"""Where a line may end in a text that leaves no place for it, and about how much room a text takes. Pure.

A typesetter breaks lines between Chinese characters and after blanks; an address, a row of marks or a number of a
thousand digits would run off the page. Widths here are upper bounds in em, for the font that comes with the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil

from weibo_ops.kernel.text import clusters

_HAN = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_BREAK = re.compile(
    f"(?<= )(?! )|(?<=[{_HAN}，。；：！？、）】》〕])(?=[{_HAN}0-9A-Za-z（【《〔])|(?<=[0-9A-Za-z])(?=[{_HAN}（【《〔])"
)
"""After blanks, beside Chinese characters, after marks that close and before those that open (UAX 14)."""
_WIDTHS = {
    character: width
    for width, characters in (
        (0.23, " "),
        (0.36, "!'(),-.:;I[]fijl{|}"),
        (0.56, '"#$*+/0123456789<=>?FJLVXY\\^_acegkrstvxyz~'),
        (0.65, "&ABCEKPRSTZ`bdhnopqu"),
        (0.75, "DGHNOQU"),
        (0.95, "%@MWmw"),
    )
    for character in characters
}
"""Widths of ASCII in the font of the program, rounded up."""


def breakable(line: str, room: float) -> list[str]:
    """Cut a line where it must be allowed to break because no piece of it may be wider than the room.

    Args:
        line: a text without line ends.
        room: the width in em.

    Returns:
        Pieces that make up the line; one alone where it breaks well by itself.
    """
    pieces: list[str] = []
    smooth = ""
    for stretch in _stretches(line):
        if width(stretch) <= room:
            smooth += stretch
            continue
        if smooth:
            pieces.append(smooth)
            smooth = ""
        pieces += clusters(stretch)
    if smooth or not pieces:
        pieces.append(smooth)
    return pieces


def width(text: str) -> float:
    """Return the width of a text in em, rather too much than too little."""
    return sum(_WIDTHS.get(character, 1.0) for character in text)


def lines_taken(text: str, room: float) -> int:
    """Return how many lines of so many em a text takes, rather too many than too few."""
    usable = max(1.0, room - 1)
    return sum(max(1, ceil(width(line) / usable)) for line in text.split("\n"))


def _stretches(line: str) -> Iterator[str]:
    begin = 0
    for found in _BREAK.finditer(line):
        yield line[begin : found.start()]
        begin = found.start()
    yield line[begin:]
