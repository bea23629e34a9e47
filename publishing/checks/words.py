"""Word lists: every listed word that stands in a text, however it is written, in one pass over the text."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import Any

from config.rulebook.words import Entry, WordKind, WordList, WordsBook
from publishing.checks.folding import folded, kept_places, squeezed
from publishing.checks.hits import Hit, hit
from publishing.checks.quotes import is_inside, quoted_places

SEPARABLE = frozenset({WordKind.FORBIDDEN, WordKind.SENSITIVE})
"""Kinds whose words are also found with blanks or signs between their characters."""
POINTED_OUT = frozenset(WordKind) - {WordKind.LEADER, WordKind.SET_PHRASE}
"""Kinds of which each single word is a hit."""
SPOKEN = frozenset({WordKind.SLICK, WordKind.EMOTIONAL, WordKind.ARGUING})
"""Kinds that are no remark inside quotation marks: there, somebody else speaks."""
_BLANKS = " \t\u3000\xa0"
_LONG = 4
"""From so many characters on, a word broken over two lines is the word and no chance."""


@dataclass(frozen=True, slots=True)
class Match:
    """A listed word at ``[start, end)`` of a text, in characters of the text as it was given."""

    rule: WordList
    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a pattern of an automaton stands for: an entry, or an exception (``entry`` is None), of the given list."""

    list_index: int
    entry: Entry | None


class WordIndex:
    """The lists of a words book, ready to be searched; build one per book with `of`.

    A search is linear in the text. Of words of one kind that overlap, the longest counts, then the first.
    """

    def __init__(self, book: WordsBook) -> None:
        self._lists = tuple(rule for rule in book.lists if rule.enabled)
        whole: dict[str, list[_Pattern]] = defaultdict(list)
        parted: dict[str, list[_Pattern]] = defaultdict(list)
        for index, rule in enumerate(self._lists):
            separable = rule.kind in SEPARABLE
            patterns = parted if separable else whole
            for form, pattern in _patterns(index, rule):
                written = squeezed(form) if separable else form
                if written:
                    patterns[written].append(pattern)
        self._whole = _Automaton(whole)
        self._parted = _Automaton(parted)

    @classmethod
    def of(cls, book: WordsBook) -> WordIndex:
        """Return the index of a book; it is built once for equal books."""
        return _built(book)

    def holds(self, kind: WordKind, on: date | None) -> bool:
        """Say whether a list of a kind has a word that is valid on a day."""
        return next(self.entries(kind, on), None) is not None

    def entries(self, kind: WordKind, on: date | None) -> Iterator[Entry]:
        """Yield the valid entries of the lists of a kind."""
        for rule in self._lists:
            if rule.kind is kind and _valid(rule.valid_until, on):
                yield from (entry for entry in rule.parsed if _valid(entry.valid_until, on))

    def find(self, text: str, on: date | None = None) -> tuple[Hit, ...]:
        """Return the hits of the lists of which each word is one, in order of place.

        Args:
            text: any text.
            on: the Beijing day by which expiry is judged; None takes nothing as expired.
        """
        return word_hits(text, self.matches(text, on, POINTED_OUT))

    def matches(
        self, text: str, on: date | None, kinds: Collection[WordKind] = frozenset(WordKind)
    ) -> tuple[Match, ...]:
        """Return the valid words of some kinds in a text, in order of place; those of one kind do not overlap."""
        plain = folded(text)
        found = defaultdict[WordKind, list[Match]](list)
        if not SEPARABLE.issuperset(kinds):
            self._collect(found, self._whole.spans(plain), on, kinds)
        if not SEPARABLE.isdisjoint(kinds):
            together = squeezed(plain)
            spans = self._parted.spans(together)
            if spans:
                places = kept_places(plain) if len(together) < len(plain) else range(len(plain))
                back = [(pattern, places[start], places[end - 1] + 1) for pattern, start, end in spans]
                self._collect(found, [span for span in back if _written_apart(plain, span)], on, kinds)
        kept = [match for those in found.values() for match in _longest(text, plain, those)]
        return tuple(sorted(kept, key=lambda match: (match.start, match.end, match.rule.id)))

    def _collect(
        self,
        found: dict[WordKind, list[Match]],
        spans: Iterable[tuple[_Pattern, int, int]],
        on: date | None,
        kinds: Collection[WordKind],
    ) -> None:
        shields: dict[int, list[tuple[int, int]]] = defaultdict(list)
        words: list[tuple[int, Entry, int, int]] = []
        for pattern, start, end in spans:
            if pattern.entry is None:
                shields[pattern.list_index].append((start, end))
            else:
                words.append((pattern.list_index, pattern.entry, start, end))
        covers = {index: _Cover(those) for index, those in shields.items()}
        for index, entry, start, end in words:
            rule = self._lists[index]
            if rule.kind not in kinds or not _valid(rule.valid_until, on) or not _valid(entry.valid_until, on):
                continue
            if index not in covers or not covers[index].holds(start, end):
                found[rule.kind].append(Match(rule, entry, start, end))


def word_hits(text: str, matches: Sequence[Match]) -> tuple[Hit, ...]:
    """Return the hits of those words of which each single one is one."""
    single = [match for match in matches if match.rule.kind in POINTED_OUT]
    quoted = quoted_places(text) if any(match.rule.kind in SPOKEN for match in single) else []
    ours = [m for m in single if m.rule.kind not in SPOKEN or not is_inside(m.start, m.end, quoted)]
    return tuple(found for match in ours for found in _hit(text, match))


def _patterns(index: int, rule: WordList) -> Iterator[tuple[str, _Pattern]]:
    """Yield folded forms; folded together, for the call costs more than the characters."""
    words = [(entry.word, _Pattern(index, entry)) for entry in rule.parsed]
    shield = _Pattern(index, None)
    right = [entry.instead for entry in rule.parsed if rule.kind is not WordKind.LEADER and entry.word in entry.instead]
    named = [*words, *((word, shield) for word in dict.fromkeys((*rule.exceptions, *right)))]
    forms = folded("\n".join(word for word, _ in named)).split("\n") if named else []
    return zip(forms, (pattern for _, pattern in named), strict=True)


class _Automaton:
    def __init__(self, patterns: dict[str, list[_Pattern]]) -> None:
        self._patterns = list(patterns.values())
        self._search: Any = None
        if patterns:
            from ahocorasick_rs import AhoCorasick

            self._search = AhoCorasick(list(patterns))

    def spans(self, text: str) -> list[tuple[_Pattern, int, int]]:
        if self._search is None:
            return []
        return [
            (pattern, start, end)
            for number, start, end in self._search.find_matches_as_indexes(text, overlapping=True)
            for pattern in self._patterns[number]
        ]


class _Cover:
    """Spans, asked whether one of them holds another span."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        spans.sort()
        self._starts = [start for start, _ in spans]
        self._furthest = list(accumulate((end for _, end in spans), max))

    def holds(self, start: int, end: int) -> bool:
        place = bisect_right(self._starts, start)
        return place > 0 and self._furthest[place - 1] >= end


@lru_cache(maxsize=8)
def _built(book: WordsBook) -> WordIndex:
    return WordIndex(book)


def _valid(until: date | None, on: date | None) -> bool:
    return until is None or on is None or on <= until


def _longest(text: str, plain: str, matches: Sequence[Match]) -> Iterator[Match]:
    taken = bytearray(len(text))
    for match in sorted(matches, key=lambda each: (each.start - each.end, each.start)):
        start, end = match.start, match.end
        if any(taken[start:end]) or _inside_word(plain, start, end) or text[start:end] == match.entry.instead:
            continue
        taken[start:end] = b"\1" * (end - start)
        yield match


def _inside_word(plain: str, start: int, end: int) -> bool:
    """Whether a match is a part of a longer Latin word or number."""
    return _joined(plain[start - 1 : start], plain[start]) or _joined(plain[end - 1], plain[end : end + 1])


def _joined(left: str, right: str) -> bool:
    return (
        bool(left and right)
        and left.isascii()
        and right.isascii()
        and ((left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit()))
    )


def _written_apart(plain: str, span: tuple[_Pattern, int, int]) -> bool:
    """Whether blanks between the characters of a word are there to part it, and not to part two words.

    ``查 处`` inside ``检查 处理`` is two words: there, running text goes on at both sides and not every gap is filled.
    """
    _, start, end = span
    inside = plain[start:end]
    letters = squeezed(inside)
    if "\n" in inside and len(letters) < _LONG:
        return False
    signs = [character for character in inside if squeezed(character) == ""]
    if not signs or any(sign not in _BLANKS for sign in signs):
        return True
    gaps = len(inside.split())
    if gaps == len(letters) and gaps > 2:
        return True
    return not (plain[start - 1 : start].isalnum() and start > 0 and plain[end : end + 1].isalnum())


def _hit(text: str, match: Match) -> tuple[Hit, ...]:
    rule, entry, place = match.rule, match.entry, f"第{match.start + 1}字起"
    written = text[match.start : match.end]
    note = f"({entry.note})" if entry.note else ""
    replace = f"改为“{entry.instead}”" if entry.instead else rule.suggestion
    if rule.secret:
        secret = replace if entry.word not in replace and written not in replace else rule.suggestion
        return hit(rule, f"{place}有“{rule.title}”所列用语,请核实处理。", match.start, match.end, secret)
    if rule.kind is WordKind.MISPRINT:
        message = f"{place}“{written}”疑为错别字,宜为“{entry.instead}”{note}。"
    elif rule.kind is WordKind.STANDARD_TERM:
        message = f"{place}“{written}”的规范表述为“{entry.instead}”{note}。"
    else:
        message = f"{place}“{written}”{rule.kind.value}{note},请斟酌。"
    return hit(rule, message, match.start, match.end, replace)
