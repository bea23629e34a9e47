"""The words rule book: lists of words with class, replacement and expiry, as an office loads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, model_validator

from config.rulebook.accounts import rules_in
from config.rulebook.base import Book, Direction, Frozen, LineProblemsError, Looser, Rule, Tighter

MOST_CHARACTERS = 40
"""Longest word of a list; the work of a search grows with it where words overlap."""
_FIELDS = 4


class WordKind(StrEnum):
    """What a list is for."""

    MISPRINT = "错别字"
    STANDARD_TERM = "规范表述"
    FORBIDDEN = "禁用词"
    SENSITIVE = "敏感词"
    LEADER = "领导人姓名职务"
    SET_PHRASE = "套话"
    SLICK = "油滑"
    EMOTIONAL = "情绪化"
    ARGUING = "争辩"


SECRET_KINDS = (WordKind.FORBIDDEN, WordKind.SENSITIVE, WordKind.LEADER)
"""Kinds whose words no message, log or report quotes."""
REPLACED = {WordKind.MISPRINT: "正确写法", WordKind.STANDARD_TERM: "规范表述", WordKind.LEADER: "职务"}
"""Kinds of which every entry has a second field, and what it is called."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list.

    Attributes:
        word: as listed; of 领导人姓名职务 the name.
        instead: the replacement; of 领导人姓名职务 the titles, split by 、; may be empty.
        valid_until: last day; None without end.
        note: for the writer; may be empty.
    """

    word: str
    instead: str
    valid_until: date | None
    note: str


def _entry_lines(value: object) -> object:
    """Return the lines of a list without comments, blanks and outer spaces; checks their form."""
    if not isinstance(value, str):
        return value
    lines: list[str] = []
    problems: list[tuple[int, str]] = []
    for number, line in enumerate(value.split("\n")):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        fields = [field.strip() for field in bare.split("|")]
        fault = entry_fault(fields)
        if fault:
            problems.append((number, fault))
        lines.append("|".join(fields).rstrip("|"))
    if problems:
        raise LineProblemsError(problems)
    return tuple(lines)


def entry_fault(fields: Sequence[str]) -> str:
    """Say what is wrong with the fields 词, 改为, 有效期至, 说明 of a line; empty if nothing is. No word is quoted."""
    if len(fields) > _FIELDS:
        return "至多四栏:词 | 改为 | 有效期至 | 说明"
    if len(fields[0]) < 2 or not any(character.isalnum() or character in "!！?？" for character in fields[0]):
        return "词至少两个字,且不能只有标点"
    if len(fields[0]) > MOST_CHARACTERS:
        return f"词最多{MOST_CHARACTERS}个字"
    if len(fields) > 2 and fields[2] and _day(fields[2]) is None:
        return "有效期至应为日期,如 2026-12-31"
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def _exception_lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    lines = [(number, line.strip()) for number, line in enumerate(value.split("\n"))]
    kept = [(number, line) for number, line in lines if line and not line.startswith("#")]
    problems = [(n, f"例外最多{MOST_CHARACTERS}个字") for n, line in kept if len(line) > MOST_CHARACTERS]
    if problems:
        raise LineProblemsError(problems)
    return tuple(line for _, line in kept)


class WordList(Rule):
    """One list of words.

    Attributes:
        kind: what it is for; decides how it is matched and shown.
        valid_until: last day of the whole list; None without end.
        entries: lines of ``词 | 改为 | 有效期至 | 说明`` (the last three may be left out), written as one string.
        exceptions: longer words inside which a listed word is right, a line each, written as one string.
        suggestion: what the writer should do where an entry gives no replacement.
    """

    kind: WordKind
    valid_until: date | None = None
    entries: Annotated[tuple[str, ...], BeforeValidator(_entry_lines)] = ()
    exceptions: Annotated[tuple[str, ...], BeforeValidator(_exception_lines)] = ()
    suggestion: str = ""

    @cached_property
    def parsed(self) -> tuple[Entry, ...]:
        """The entries, split."""
        return tuple(_entry(line) for line in self.entries)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The listed words; a text of a lower layer must hold all of them."""
        return tuple(entry.word for entry in self.parsed)

    @property
    def secret(self) -> bool:
        """Whether the words may not be quoted."""
        return self.kind in SECRET_KINDS

    @property
    def unquoted(self) -> frozenset[str]:
        """The words, where they may not be quoted."""
        return frozenset(("entries", "exceptions", "words")) if self.secret else frozenset()

    def directions(self, lower: Frozen) -> Mapping[str, Direction]:
        """Words may be added; of words that may not be quoted, exceptions may only go."""
        marks = {**super().directions(lower), "words": Tighter.SUPERSET, "kind": Tighter.FIXED}
        return {**marks, "exceptions": Tighter.SUBSET} if self.secret else marks

    @model_validator(mode="after")
    def _check_lines(self) -> WordList:
        wanted = REPLACED.get(self.kind)
        seen: dict[str, int] = {}
        for number, entry in enumerate(self.parsed, 1):
            if wanted and not entry.instead:
                raise ValueError(f"第{number}条缺少第二栏({wanted})")
            if self.kind is WordKind.MISPRINT and entry.instead == entry.word:
                raise ValueError(f"第{number}条的正确写法与词相同")
            if entry.word in seen and self.kind is not WordKind.LEADER:
                raise ValueError(f"第{number}条与第{seen[entry.word]}条重复")
            seen.setdefault(entry.word, number)
        return self


def _entry(line: str) -> Entry:
    word, instead, until, note = (*line.split("|"), "", "", "")[:_FIELDS]
    return Entry(word, instead, _day(until) if until else None, note)


class WordsBook(Book):
    """The words rule book. Severity here: veto 不得发出, deduct 修改或说明后发出, advice 提示."""

    book: Literal["words"]
    lists: tuple[WordList, ...]

    @model_validator(mode="after")
    def _check_ids(self) -> WordsBook:
        ids = [rule.id for rule in rules_in(self)]
        for rule_id in ids:
            if ids.count(rule_id) > 1:
                raise ValueError(f"规则编号“{rule_id}”重复")
        return self

    def looser_in(self, lower: Book) -> Iterator[Looser]:
        """Yield lists, and words of lists, that end earlier below than above; no word is quoted."""
        if not isinstance(lower, WordsBook):
            return
        above = {rule.id: rule for rule in self.lists}
        for index, rule in enumerate(lower.lists):
            upper = above.get(rule.id)
            if upper is None:
                continue
            if rule.valid_until is not None and _ends_earlier(rule.valid_until, upper.valid_until):
                until = upper.valid_until.isoformat() if upper.valid_until else "长期有效"
                yield Looser(("lists", index, "valid_until"), until, rule.valid_until.isoformat(), upper)
            days, longer = _last_days(rule), _last_days(upper)
            early = [day for word, day in days.items() if word in longer and _ends_earlier(day, longer[word])]
            if early:
                first = min(day for day in early if day is not None)
                told = f"{len(early)}条的有效期早于上层,最早{first.isoformat()}"
                yield Looser(("lists", index, "entries"), "至上层所写的有效期", told, upper)


def _last_days(rule: WordList) -> dict[str, date | None]:
    """Return the last day of every word of a list: of a person with several titles, of the one that ends last."""
    found: dict[str, date | None] = {}
    for entry in rule.parsed:
        known = found.get(entry.word, date.min)
        ends = entry.valid_until is None or (known is not None and entry.valid_until > known)
        found[entry.word] = entry.valid_until if known is not None and ends else known
    return found


def _ends_earlier(day: date | None, other: date | None) -> bool:
    return day is not None and (other is None or day < other)
