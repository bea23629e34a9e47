"""Terminal and page layout in cells: width, cutting, and line breaking by Chinese rules (禁则)."""

from __future__ import annotations

import re
from itertools import accumulate

from weibo_ops.kernel.text.length import clusters

NOT_AT_LINE_START = frozenset("，。、；：？！）》〉」』】〕〗｝］”’…—～·％‰℃,.;:?!)]}>%々ー")
NOT_AT_LINE_END = frozenset("（《〈「『【〔〖｛［“‘([{<￥＄$")
_LINE_END = re.compile(r"\r\n|\r|\n")
_FREE, _INSIDE_WORD, _FORBIDDEN = 0, 1, 2


def cell_width(text: str) -> int:
    """Return the number of terminal cells a text takes (Chinese 2, Latin 1, combining marks and controls 0)."""
    from rich.cells import cell_len

    return cell_len(text)


def fit(text: str, cells: int, *, ellipsis: str = "…") -> str:
    """Return the text cut to at most ``cells`` cells, ending in ``ellipsis`` if cut; no visible character is split.

    Where not even the ellipsis fits, the result is empty.
    """
    if cell_width(text) <= cells:
        return text
    room = cells - cell_width(ellipsis)
    if room < 0:
        return ""
    kept = ""
    for cluster in clusters(text):
        if cell_width(kept + cluster) > room:
            break
        kept += cluster
    return kept.rstrip() + ellipsis


def wrap_zh(text: str, cells: int) -> list[str]:
    """Break a text into lines of at most ``cells`` cells.

    No line begins with a closing mark or ends with an opening one, and words and numbers of Latin script stay
    whole, unless that leaves no place to break at all. Line ends of the text are kept as breaks; the spaces at a
    new break disappear with it; nothing else is lost. Defuse foreign text first.

    Args:
        text: any text, also one long line.
        cells: width in terminal cells, at least 2.

    Returns:
        The lines; ``[""]`` for an empty text.

    Raises:
        ValueError: ``cells`` is less than 2, so that a Chinese character does not fit.
    """
    if cells < 2:
        raise ValueError("cells must be at least 2")
    return [line for paragraph in _LINE_END.split(text) for line in _wrap_paragraph(paragraph, cells)]


def _wrap_paragraph(paragraph: str, cells: int) -> list[str]:
    if cell_width(paragraph) <= cells:
        return [paragraph]
    pieces = [part for cluster in clusters(paragraph) for part in _narrow(cluster, cells)]
    ends = [0, *accumulate(cell_width(piece) for piece in pieces)]
    costs = _break_costs(pieces)
    lines: list[str] = []
    start = 0
    while start < len(pieces):
        stop = start
        while stop < len(pieces) and ends[stop + 1] - ends[start] <= cells:
            stop += 1
        if stop < len(pieces):
            stop = _best_break(costs, start, stop)
        line = "".join(pieces[start:stop])
        lines.append(line.rstrip() if stop < len(pieces) else line)
        start = stop
        while 0 < start < len(pieces) and pieces[start].isspace():
            start += 1
    return lines


def _narrow(cluster: str, cells: int) -> list[str]:
    """Take a cluster apart where it alone is wider than a line."""
    return [cluster] if cell_width(cluster) <= cells else list(cluster)


def _best_break(costs: list[int], start: int, limit: int) -> int:
    """Return the last cheapest break in ``(start, limit]``."""
    best = limit
    for place in range(limit, start, -1):
        if costs[place] == _FREE:
            return place
        if costs[place] < costs[best]:
            best = place
    return best


def _break_costs(pieces: list[str]) -> list[int]:
    """Return for each place (before piece i) what a line break there costs; a space looks to the next visible piece."""
    following = ""
    starts_line: list[str] = []
    for piece in reversed(pieces):
        following = following if piece.isspace() else piece
        starts_line.append(following)
    starts_line.reverse()
    costs = [_FORBIDDEN] * len(pieces)
    last = ""
    for place, piece in enumerate(pieces):
        if place:
            spaced = piece.isspace() or pieces[place - 1].isspace()
            costs[place] = _cost(last, starts_line[place], spaced=spaced)
        last = last if piece.isspace() else piece
    return costs


def _cost(before: str, after: str, *, spaced: bool) -> int:
    if after[:1] in NOT_AT_LINE_START or before[:1] in NOT_AT_LINE_END:
        return _FORBIDDEN
    return _INSIDE_WORD if not spaced and _is_word(before) and _is_word(after) else _FREE


def _is_word(piece: str) -> bool:
    return bool(piece) and piece[0] < "\u0250" and not piece.isspace()
