"""What changed between two texts, character by character. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "不变", "删去", "增加"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came.

    Attributes:
        change: 不变, 删去 or 增加.
        text: what it says; never empty.
        old_start, new_start: where it stands in the old and in the new text, in characters; for what came or went,
            where the other text goes on.
    """

    change: str
    text: str
    old_start: int
    new_start: int


def text_changes(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces in order: what stayed and went make up ``old``, what stayed and came make up ``new``."""
    return tuple(_pieces(old, new))


def marked(pieces: Iterable[Piece]) -> str:
    """Return both texts as one: what went as ``[-…-]``, what came as ``{+…+}``."""
    marks = {SAME: ("", ""), REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
    return "".join(each.text.join(marks[each.change]) for each in pieces)


def _pieces(old: str, new: str) -> Iterator[Piece]:
    # What both begin and end with is set aside first: an edit of a long text is found at once.
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - head
    tail = next((i for i in range(room) if old[-1 - i] != new[-1 - i]), room)
    if head:
        yield Piece(SAME, old[:head], 0, 0)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    for _, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if before[i:j] == after[k:m]:
            yield Piece(SAME, before[i:j], head + i, head + k)
            continue
        if i < j:
            yield Piece(REMOVED, before[i:j], head + i, head + k)
        if k < m:
            yield Piece(ADDED, after[k:m], head + j, head + k)
    if tail:
        yield Piece(SAME, old[len(old) - tail :], len(old) - tail, len(new) - tail)
