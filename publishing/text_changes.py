"""What changed between two texts, character by character, figures as a whole. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, REMOVED, ADDED = "不变", "删去", "增加"
_UNITS = re.compile(r"[0-9]+|[A-Za-z]+|.", re.DOTALL)
"""What changes as a whole: a figure, a word of Latin letters, else a single character."""


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
    before, after = _UNITS.findall(old), _UNITS.findall(new)
    # What both begin and end with is set aside first: an edit of a long text is found at once.
    shorter = min(len(before), len(after))
    head = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), shorter)
    room = shorter - head
    tail = next((i for i in range(room) if before[-1 - i] != after[-1 - i]), room)
    i = j = 0
    for change, text in (
        (SAME, "".join(before[:head])),
        *_between(before[head : len(before) - tail], after[head : len(after) - tail]),
        (SAME, "".join(before[len(before) - tail :])),
    ):
        if text:
            yield Piece(change, text, i, j)
            i += len(text) if change != ADDED else 0
            j += len(text) if change != REMOVED else 0


def _between(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield SAME, "".join(before[i:j])
        else:
            yield REMOVED, "".join(before[i:j])
            yield ADDED, "".join(after[k:m])
