"""Plain language: how long the sentences are, and which short forms a citizen may not know. Advice only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from config.rulebook.content import AbbreviationRule, ContentBook, JargonRule
from publishing.checks.hits import Hit, hit

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

_NOT_PROSE = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+|#[^#\n]{1,60}#|@[^\s@:：，,。]{1,30}")
_SENTENCE = re.compile(r"[^。！？!?；;\n…]+")
_COMMA = re.compile("[，,：:]")
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")


class Sentence(NamedTuple):
    """A sentence at ``[start, end)``: its letters, digits and Chinese characters, and its clauses between commas."""

    start: int
    end: int
    characters: int
    clauses: int


@dataclass(frozen=True)
class Measure:
    """How a text reads.

    Attributes:
        sentences: in order of place; line ends, semicolons and ellipses end one, too.
        mean: characters a sentence (句均字数); None where there is no sentence.
        longest: the longest sentence (最长句); None where there is none.
    """

    sentences: tuple[Sentence, ...]
    mean: float | None
    longest: Sentence | None

    @property
    def label(self) -> str:
        """The figures in words."""
        if self.mean is None or self.longest is None:
            return "无数据"
        return f"句均{self.mean:.0f}字,最长句{self.longest.characters}字"


def plain_language(text: str) -> Measure:
    """Measure a text; links, topics and names after @ do not count."""
    prose = _prose(text)
    found = []
    for match in _SENTENCE.finditer(prose):
        raw = match[0]
        words = raw.strip()
        characters = sum(map(len, _LETTERS_AND_DIGITS.findall(words)))
        if characters:
            start = match.start() + len(raw) - len(raw.lstrip())
            clauses = len(_COMMA.findall(words.strip("，,：:"))) + 1
            found.append(Sentence(start, start + len(words), characters, clauses))
    if not found:
        return Measure((), None, None)
    mean = sum(each.characters for each in found) / len(found)
    return Measure(tuple(found), mean, max(found, key=lambda each: each.characters))


def _prose(text: str) -> str:
    """Return a text with links, topics and names after @ as blanks."""
    if not any(sign in text for sign in ("http", "#", "@")):
        return text
    return _NOT_PROSE.sub(lambda match: " " * len(match[0]), text)


def check_plain_language(text: str, book: ContentBook) -> Iterator[Hit]:
    """Point at sentences too long, with too many clauses, with 的 after 的, and at short forms left unexplained."""
    section = book.plain
    if section is None:
        return
    measure = plain_language(text)
    for each in measure.sentences:
        if each.characters > section.long_sentence.most:
            message = (
                f"第{each.start + 1}字起一句{each.characters}字({measure.label}),超过{section.long_sentence.most}字。"
            )
            yield from hit(section.long_sentence, message, each.start, each.end, "拆成几句")
        if each.clauses > section.stacked.most:
            message = f"第{each.start + 1}字起一句有{each.clauses}个分句,超过{section.stacked.most}个。"
            yield from hit(section.stacked, message, each.start, each.end, "拆成几句,或分条写")
        if text.count("的", each.start, each.end) <= section.attributive.most:
            continue
        start = each.start
        for clause in re.split("([，,、：:])", text[each.start : each.end]):
            if clause.count("的") > section.attributive.most:
                message = f"第{start + 1}字起连用{clause.count('的')}个“的”,不易读懂。"
                yield from hit(section.attributive, message, start, start + len(clause), "拆开修饰语")
            start += len(clause)
    yield from _abbreviations(text, section.abbreviation)
    yield from _jargon(text, section.jargon)


# What may not stand before is asked after the first letter: so the engine leaps from letter to letter.
_LETTERS = re.compile(r"[A-Z](?<![A-Za-z0-9_.\-/@][A-Z])[A-Z]{1,11}(?![A-Za-z0-9_\-/@])")


def _abbreviations(text: str, rule: AbbreviationRule) -> Iterator[Hit]:
    seen: set[str] = set()
    for match in _LETTERS.finditer(_prose(text)):
        term = match[0]
        if len(term) < rule.min_letters or term in rule.known or term in seen:
            continue
        seen.add(term)
        if not _explained(text, *match.span()):
            yield from hit(rule, f"缩写“{term}”未作解释。", *match.span(), f"首次出现时写明中文,如“…({term})”")
    meanings, search = _terms(rule.terms)
    for _, start, end in search.find_matches_as_indexes(text):
        term = text[start:end]
        meaning = meanings[term]
        if term in seen:
            continue
        seen.add(term)
        if (meaning and meaning in text) or _explained(text, start, end):
            continue
        yield from hit(
            rule,
            f"“{term}”未作解释。",
            start,
            end,
            f"首次出现时写明“{meaning}”" if meaning else "首次出现时作解释",
        )


def _jargon(text: str, rule: JargonRule) -> Iterator[Hit]:
    _, search = _terms(rule.terms)
    found = [(start, end) for _, start, end in search.find_matches_as_indexes(text)]
    said = {text[start:end] for start, end in found}
    if len(said) < rule.min_terms:
        return
    for start, end in found:
        if not _explained(text, start, end):
            message = f"“{text[start:end]}”为行话,全文有{len(said)}种。"
            yield from hit(rule, message, start, end, "换成群众日常的说法,或说明意思")


_AFTER_TERM = re.compile(r"^[”\"》\s]*(?:付费|改革|制度|机制|模式|项目|政策|系统|平台|服务)?[”\"》\s]*")


def _explained(text: str, start: int, end: int) -> bool:
    """Whether brackets, a dash or 即 beside a short form say what it means."""
    after, before = _AFTER_TERM.sub("", text[end : end + 8]), text[max(0, start - 2) : start]
    return after.startswith(("（", "(", "——", "即", "是指", "指的是")) or before.endswith(
        ("（", "(", "称“", "即", "称")
    )


@lru_cache(maxsize=8)
def _terms(lines: tuple[str, ...]) -> tuple[dict[str, str], AhoCorasick]:
    """Return what each term means, and a search for them: of those that begin at one place the longest."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    meanings = {term.strip(): meaning.strip() for term, _, meaning in (line.partition("=") for line in lines)}
    return meanings, AhoCorasick(list(filter(None, meanings)), matchkind=MatchKind.LeftmostLongest)
