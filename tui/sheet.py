"""A sheet: what a detail pane shows, as values, and its layout into lines of a given width. Pure; knows no widget.

Every text is made harmless here, so a sheet is harmless whatever it was made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tui.format import harmless, one_line, pad
from weibo_ops.kernel.text import cell_width, defuse, wrap_zh

LABEL_CELLS = 12
MIN_TEXT_CELLS = 10

Piece = tuple[str, str]
"""A stretch of a line and its tone (empty: plain)."""
Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Head:
    """A heading, with an empty line before it unless it is the first."""

    text: str
    tone: str = "head"


@dataclass(frozen=True)
class Field:
    """A labelled value; long values wrap under themselves."""

    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Body:
    """A text of its own, with places that are pointed at: half-open spans of code points."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A small aligned table; ``right`` names the columns that are aligned to the right."""

    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Run:
    """A text made of stretches that each have their own tone."""

    pieces: tuple[Piece, ...]


Block = Head | Field | Body | Table | Run


@dataclass(frozen=True)
class Sheet:
    """A title and blocks under it."""

    title: str
    blocks: tuple[Block, ...] = ()
    marks: tuple[str, str] = field(default=("«", "»"))


def lay_out(sheet: Sheet, cells: int) -> list[Line]:
    """Return the lines of a sheet's blocks, each at most ``cells`` wide (at least ``MIN_TEXT_CELLS`` are assumed)."""
    width = max(cells, MIN_TEXT_CELLS + LABEL_CELLS)
    lines: list[Line] = []
    for block in sheet.blocks:
        if isinstance(block, Head):
            if lines:
                lines.append(())
            lines += [((line, block.tone),) for line in wrap_zh(harmless(block.text), width)]
        elif isinstance(block, Field):
            lines += _field(block, width)
        elif isinstance(block, Body):
            lines += _body(block, width, sheet.marks)
        elif isinstance(block, Run):
            lines += _run(block, width)
        else:
            lines += _table(block, width)
    return lines


def _field(block: Field, width: int) -> list[Line]:
    shown = one_line(block.label, width // 2)
    label = shown if cell_width(shown) > LABEL_CELLS - 2 else pad(shown, LABEL_CELLS - 2)
    indent = cell_width(label) + 2
    lines = wrap_zh(harmless(block.text), width - indent)
    first: Line = ((f"{label}  ", "dim"), (lines[0], block.tone))
    return [first, *(((" " * indent, ""), (line, block.tone)) for line in lines[1:])]


def _body(block: Body, width: int, marks: tuple[str, str]) -> list[Line]:
    text, spans = _marked(block.text, _joined(block.spans, len(block.text)), marks)
    lines: list[Line] = []
    at = 0
    for line in wrap_zh(text, width):
        while not text.startswith(line, at):
            at += 1
        lines.append(tuple(_cut(line, at, spans, block.tone)))
        at += len(line)
    return lines


def _run(block: Run, width: int) -> list[Line]:
    shown = [(harmless(text), tone) for text, tone in block.pieces]
    text = "".join(piece for piece, _ in shown)
    ends: list[tuple[int, str]] = []
    for piece, tone in shown:
        ends.append(((ends[-1][0] if ends else 0) + len(piece), tone))
    lines: list[Line] = []
    at = 0
    for line in wrap_zh(text, width):
        while not text.startswith(line, at):
            at += 1
        lines.append(tuple(_toned(line, at, ends)))
        at += len(line)
    return lines


def _toned(line: str, at: int, ends: Sequence[tuple[int, str]]) -> Iterable[Piece]:
    done = 0
    for end, tone in ends:
        last = min(end - at, len(line))
        if last > done:
            yield line[done:last], tone
            done = last
    if not line:
        yield "", ""


def _joined(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return the spans within the text in order, overlapping ones as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(length, end)) for start, end in spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _marked(text: str, spans: Sequence[tuple[int, int]], marks: tuple[str, str]) -> tuple[str, list[tuple[int, int]]]:
    """Defuse the text and put marks around its spans; return it with the places of the marked stretches."""
    if not spans:
        return harmless(text), []
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = length = 0
    for start, end in spans:
        before, inside = harmless(text[at:start]), f"{marks[0]}{harmless(text[start:end])}{marks[1]}"
        places.append((length + len(before), length + len(before) + len(inside)))
        parts += [before, inside]
        length += len(before) + len(inside)
        at = end
    return "".join([*parts, harmless(text[at:])]), places


def _cut(line: str, at: int, spans: Sequence[tuple[int, int]], tone: str) -> Iterable[Piece]:
    done = 0
    for start, end in spans:
        first, last = max(start - at, 0), min(end - at, len(line))
        if first >= last:
            continue
        if first > done:
            yield line[done:first], tone
        yield line[first:last], "marked"
        done = last
    if done < len(line) or not line:
        yield line[done:], tone


def _table(block: Table, width: int) -> list[Line]:
    if not block.rows:
        return []
    rows = [[defuse(cell, newline=" ", tab=" ") for cell in row] for row in block.rows]
    widths = [max(cell_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines: list[Line] = []
    for place, row in enumerate(rows):
        cells = [pad(cell, widths[i], right=i in block.right) for i, cell in enumerate(row)]
        text = "  ".join(cells).rstrip()
        lines += [((piece, "" if place else "dim"),) for piece in wrap_zh(text, width)]
    return lines
