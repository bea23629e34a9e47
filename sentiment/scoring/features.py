"""Texts to hashed character n-grams, a whole batch at a time.

The same functions serve training and scoring. A batch becomes one array of code points; each rule (width, links, names,
emoticons, repeated characters, negation) is a table lookup or a mask on that array, so no text is handled on its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

BITS = 19
"""An n-gram falls into one of ``2**BITS`` buckets."""
ORDERS = 2
"""Longest n-gram in characters."""

NEGATORS = "不没無无未别非莫勿甭毋"
"""Characters that turn what follows them."""
_OTHER_WORDS = """
特别 区别 差别 分别 告别 级别 性别 个别 辨别 识别 送别 道别 离别 别人 别墅 别样 别致 别具 非常 非洲 非典 除非 是非
无论 無論 无数 无锡 无限 未来 未必 不过 不但 不仅 不管 不论 不断 不愧 不久 不少 不禁 不由 不妨 不错 不如 不同 不一
莫名 莫非 没准
"""
NOT_NEGATING = tuple(_OTHER_WORDS.split())
"""Words in which such a character does not turn what follows (没 of 没准, 别 of 特别)."""

_START = 2  # leads each text; control characters become spaces, so no text holds one of its own
_DROPPED, _SPACE, _DIGIT = 0, ord(" "), ord("0")
_LINK, _NAME = 0xE000, 0xE001  # private-use characters, which no text keeps
_EMOTICON = 0x110000  # first code above Unicode: an emoticon such as [怒] counts as one character
NEGATED = 0x400000
"""Added to the code of a character under a negation."""
_LINK_WIDTH, _NAME_WIDTH, _EMOTICON_WIDTH = 120, 31, 10
_REACH = 4  # characters that a negation marks
_IS_NAME, _IS_LINK, _IS_WORD, _IS_NEGATOR = 1, 2, 4, 8


@dataclass(frozen=True)
class Batch:
    """The normalised characters of a batch of texts.

    Attributes:
        codes: code points of all texts, each text led by a start mark; a negated character is marked.
        starts: index in `codes` of each text's start mark.
        places: index in ``"\\0".join(["", *texts])`` of each code; what is left out falls to the code before it.
    """

    codes: Codes
    starts: Ints
    places: Ints

    def lengths(self) -> Ints:
        """Return the number of codes of each text, its start mark counted."""
        return np.diff(np.append(self.starts, len(self.codes)))

    def blank(self) -> Bools:
        """Tell which texts show nothing: what is left of them is a space at most, since runs of spaces become one."""
        lengths = self.lengths()
        second = self.codes[np.minimum(self.starts + 1, len(self.codes) - 1)]
        nothing: Bools = (lengths == 1) | ((lengths == 2) & (second == _SPACE))
        return nothing


@cache
def _tables() -> tuple[Codes, Bytes]:
    """Return the normal form of each code point and the classes of each normal code point."""
    normal = np.arange(0x110000, dtype=np.uint32)
    for first, last in ((0x21, 0x250), (0x2460, 0x2500), (0x3200, 0x3400), (0xFF00, 0xFFF0)):
        for code in range(first, last):
            form = unicodedata.normalize("NFKC", chr(code)).lower()
            if len(form) == 1:
                normal[code] = ord(form)
    normal[0xE000:0xF900] = _SPACE
    normal[0xD800:0xE000] = _SPACE
    normal[:0x20] = normal[0x7F:0xA1] = normal[0x2000:0x200B] = normal[0x2028:0x2030] = normal[0x3000] = _SPACE
    for code in (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF):
        normal[code] = _DROPPED
    normal[0x30:0x3A] = normal[0xFF10:0xFF1A] = _DIGIT
    classes = np.zeros(0x110000, dtype=np.uint8)
    classes[0x21:0x7F] |= _IS_LINK
    letters = np.array([chr(code).isalnum() for code in range(0x3400)], dtype=bool)
    classes[:0x3400][letters] |= _IS_WORD | _IS_NAME
    classes[0x3400:0xA000] |= _IS_WORD | _IS_NAME
    classes[0x20000:0x32000] |= _IS_WORD | _IS_NAME
    classes[[ord("-"), ord("_"), 0xB7]] |= _IS_NAME
    classes[[ord(character) for character in NEGATORS]] |= _IS_NEGATOR
    return normal, classes


@cache
def _not_negating() -> Ints:
    return np.sort(np.array([ord(word[0]) << 21 | ord(word[1]) for word in NOT_NEGATING], dtype=np.int64))


def normalise(texts: Sequence[str]) -> Batch:
    """Bring texts to their normal characters.

    Width and case are folded, digits become 0, a link and an @name one character each, an emoticon in brackets one
    character of its own, runs of a character are cut to two, and what stands under a negation is marked.
    """
    joined = "\0".join(["", *texts])
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    normal, classes = _tables()
    codes = normal[raw]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(lengths + 1) - lengths - 1
    codes[starts] = _START
    keep = codes != _DROPPED
    _cut_links(codes, keep, classes)
    _cut_names(codes, keep, classes)
    _fold_emoticons(codes, keep)
    places = np.flatnonzero(keep)
    codes = codes[places]
    again = np.ones(len(codes), dtype=bool)
    same = codes[1:] == codes[:-1]
    again[2:] = ~(same[1:] & same[:-1])
    again[1:] &= ~(same & (codes[1:] == _SPACE))
    again |= codes == _START
    codes, places = codes[again], places[again]
    _mark_negated(codes, classes)
    return Batch(codes, np.flatnonzero(codes == _START), places)


def _windows(codes: Codes, positions: Ints, width: int) -> Codes:
    """Return the `width` codes after each position, shape (positions, width); beyond the end stand start marks."""
    index = positions[:, None] + np.arange(1, width + 1)
    window: Codes = codes[np.minimum(index, len(codes) - 1)]
    window[index >= len(codes)] = _START
    return window


def _cut(keep: Bools, positions: Ints, lengths: Ints) -> None:
    """Strike out `lengths` codes after each position."""
    if len(positions):
        offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        keep[np.repeat(positions + 1, lengths) + offsets] = False


def _run_lengths(members: Bools) -> Ints:
    """Return how many leading members each row has."""
    lengths: Ints = np.where(members.all(axis=1), members.shape[1], np.argmin(members, axis=1)).astype(np.int64)
    return lengths


def _cut_links(codes: Codes, keep: Bools, classes: Bytes) -> None:
    at = np.flatnonzero(codes == ord("h"))
    at = at[at + 4 < len(codes)]
    for offset, letter in enumerate("ttp", start=1):
        at = at[codes[at + offset] == ord(letter)]
    if len(at):
        window = _windows(codes, at, _LINK_WIDTH)
        _cut(keep, at, _run_lengths(classes[window] & _IS_LINK != 0))
        codes[at] = _LINK


def _cut_names(codes: Codes, keep: Bools, classes: Bytes) -> None:
    at = np.flatnonzero(codes == ord("@"))
    if len(at):
        lengths = _run_lengths(classes[_windows(codes, at, _NAME_WIDTH)] & _IS_NAME != 0)
        at, lengths = at[lengths > 0], lengths[lengths > 0]
        _cut(keep, at, lengths)
        codes[at] = _NAME


def _fold_emoticons(codes: Codes, keep: Bools) -> None:
    at = np.flatnonzero(codes == ord("["))
    if not len(at):
        return
    window = _windows(codes, at, _EMOTICON_WIDTH)
    inside = _run_lengths((window != ord("]")) & (window != ord("[")) & (window != _START))
    closed = (inside > 0) & (inside < _EMOTICON_WIDTH)
    at, window, inside = at[closed], window[closed], inside[closed]
    closed = window[np.arange(len(at)), inside] == ord("]")
    at, window, inside = at[closed], window[closed], inside[closed]
    names = np.zeros(len(at), dtype=np.uint32)
    for column in range(_EMOTICON_WIDTH):
        names = np.where(column < inside, (names ^ window[:, column]) * np.uint32(0x01000193), names)
    _cut(keep, at, inside + 1)
    codes[at] = _EMOTICON + (names >> np.uint32(12))


def _mark_negated(codes: Codes, classes: Bytes) -> None:
    plain = np.minimum(codes, np.uint32(0x10FFFF))
    kinds = classes[plain]
    at = np.flatnonzero(kinds & _IS_NEGATOR)
    if not len(at):
        return
    padded = np.append(codes, np.full(_REACH + 1, _START, dtype=np.uint32))
    before, here, after = (padded[at + offset].astype(np.int64) for offset in (-1, 0, 1))
    known = _not_negating()
    excused = np.isin(before << 21 | here, known) | np.isin(here << 21 | after, known) | (before == after)
    at = at[~excused]
    word = np.append(kinds & _IS_WORD != 0, np.zeros(_REACH + 1, dtype=bool))
    for offset in range(1, _REACH + 1):
        at = at[word[at + offset]]
        codes[at + offset] |= np.uint32(NEGATED)


def buckets(codes: Codes) -> tuple[Ints, Ints]:
    """Return the hash buckets of the single characters and of the pairs of `normalise`'s codes.

    Entry i belongs to what begins at code i. The last pair of a text ends at the start mark that follows it, and a mark
    follows the batch too, so that no pair mixes two texts.
    """
    following = np.empty_like(codes)
    following[:-1] = codes[1:]
    following[-1:] = _START
    single = codes * np.uint32(0x9E3779B1)
    pair = (single ^ (single >> np.uint32(15))) * np.uint32(0x85EBCA6B) + following * np.uint32(0xC2B2AE35)
    return _bucket(single, 0x7FEB352D), _bucket(pair, 0x846CA68B)


def _bucket(grams: Codes, odd: int) -> Ints:
    mixed = (grams ^ (grams >> np.uint32(16))) * np.uint32(odd)
    return (mixed >> np.uint32(32 - BITS)).astype(np.int64)
