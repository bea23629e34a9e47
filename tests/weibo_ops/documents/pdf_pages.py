"""What stands on the pages of a PDF that this program wrote: every glyph with its place, and every line drawn.

It reads the few forms that typst writes and no others: one font, flat objects, glyphs in ``TJ`` arrays.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

Matrix = tuple[float, float, float, float, float, float]
Token = bytes | str | float

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_UNITS = {"q", "Q", "cm", "BT", "ET", "Tf", "Tm", "TJ", "Tj", "re", "m", "l"}


@dataclass(frozen=True)
class Glyph:
    """A character on a page: from where to where it goes, its base line (points from the lower left), and its size."""

    text: str
    left: float
    right: float
    base: float
    size: float


@dataclass
class Page:
    """A page: glyphs in the order of writing, and the points that lines and boxes go through."""

    glyphs: list[Glyph] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All characters, one after the other."""
        return "".join(glyph.text for glyph in self.glyphs)


def pages(content: bytes) -> list[Page]:
    """Read the pages."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    fonts = [body for body in objects.values() if b"/Subtype/Type0" in body]
    assert len(fonts) == 1
    characters = _characters(_stream(objects[_reference(fonts[0], b"ToUnicode")]))
    widths = _widths(next(body for body in objects.values() if b"/Subtype/CIDFontType" in body))
    order = next(body for body in objects.values() if b"/Type/Pages" in body and b"/Parent" not in body)
    return [
        _page(_stream(objects[_reference(objects[leaf], b"Contents")]), characters, widths)
        for leaf in _leaves(order, objects)
    ]


def _leaves(node: bytes, objects: dict[int, bytes]) -> Iterator[int]:
    kids = re.search(rb"/Kids\[([^\]]*)\]", node)
    assert kids is not None
    for number in map(int, re.findall(rb"(\d+) 0 R", kids[1])):
        if b"/Kids" in objects[number]:
            yield from _leaves(objects[number], objects)
        else:
            yield number


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found is not None
    return int(found[1])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    length = re.search(rb"/Length (\d+)", head)
    assert length is not None
    data = rest[: int(length[1])]
    return zlib.decompress(data) if b"FlateDecode" in head else data


def _characters(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in pairs}


def _widths(font: bytes) -> dict[int, float]:
    array = re.search(rb"/W\[([^\]]*)\]", font)
    assert array is not None
    numbers = [float(each) for each in array[1].split()]
    return {
        glyph: width
        for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        for glyph in range(int(first), int(last) + 1)
    }


def _page(content: bytes, characters: dict[int, str], widths: dict[int, float]) -> Page:
    page = Page()
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    kept: list[Matrix] = []
    size = 0.0
    operands: list[Token] = []
    text: Matrix = matrix
    for token in _tokens(content):
        if token not in _UNITS:
            operands.append(token)
            continue
        numbers = [each for each in operands if isinstance(each, float)]
        if token == "q":
            kept.append(matrix)
        elif token == "Q":
            matrix = kept.pop()
        elif token == "cm":
            matrix = _times(_matrix(numbers), matrix)
        elif token == "Tf":
            size = numbers[-1]
        elif token == "Tm":
            text = _times(_matrix(numbers), matrix)
        elif token in ("TJ", "Tj"):
            _show(page, operands, text, size, characters, widths)
        elif token == "re":
            x, y, width, height = numbers[-4:]
            page.points += [_at(matrix, x, y), _at(matrix, x + width, y + height)]
        elif token in ("m", "l"):
            page.points.append(_at(matrix, *numbers[-2:]))
        operands = []
    return page


def _show(
    page: Page, operands: list[Token], text: Matrix, size: float, characters: dict[int, str], widths: dict[int, float]
) -> None:
    at = 0.0
    for piece in operands:
        if isinstance(piece, float):
            at -= piece / 1000 * size
        elif isinstance(piece, bytes):
            for low in range(0, len(piece), 2):
                glyph = int.from_bytes(piece[low : low + 2], "big")
                begin, end = at, at + widths.get(glyph, 0.0) / 1000 * size
                (left, base), (right, _) = _at(text, begin, 0), _at(text, end, 0)
                page.glyphs.append(Glyph(characters[glyph], left, right, base, size))
                at = end


def _matrix(numbers: list[float]) -> Matrix:
    a, b, c, d, e, f = numbers[-6:]
    return a, b, c, d, e, f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _tokens(content: bytes) -> Iterator[Token]:
    place = 0
    while place < len(content):
        first = content[place : place + 1]
        if first == b"(":
            shown, place = _literal(content, place + 1)
            yield shown
        elif content[place : place + 2] == b"<<":
            place += 2
        elif first == b"<":
            end = content.index(b">", place)
            yield bytes.fromhex(content[place + 1 : end].decode())
            place = end + 1
        elif found := re.compile(rb"[-+]?\d*\.?\d+").match(content, place):
            yield float(found[0])
            place = found.end()
        elif found := re.compile(rb"/[^\s/<>\[\]()]*|[A-Za-z*]+").match(content, place):
            yield found[0].decode()
            place = found.end()
        else:
            place += 1


def _literal(content: bytes, place: int) -> tuple[bytes, int]:
    shown, depth = bytearray(), 1
    while True:
        each = content[place : place + 1]
        if each == b"\\":
            if octal := re.compile(rb"[0-7]{1,3}").match(content, place + 1):
                shown.append(int(octal[0], 8))
                place = octal.end()
                continue
            after = content[place + 1 : place + 2]
            shown += _ESCAPES.get(after, after)
            place += 2
            continue
        depth += (each == b"(") - (each == b")")
        if not depth:
            return bytes(shown), place + 1
        shown += each
        place += 1
