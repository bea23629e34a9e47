"""The same subject with another number, day, time, place or telephone number than a recent post or reply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from config.rulebook.base import Rule
from config.rulebook.content import ContentBook, ContradictionSection
from publishing.checks.contradictions.facts import Fact, FactKind, Statement, statement
from publishing.checks.contradictions.subjects import about, other_moment, same_subject
from publishing.checks.drafts import Draft, Neighbour
from publishing.checks.hits import Hit, hit, masked
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.text import likeness, shorten

__all__ = ["Fact", "FactKind", "Statement", "check_contradictions", "statement"]

_SAME_PLACE = 0.6
_MODIFIER = 4
"""Characters of the longest word before a head that makes it another thing."""
_ROUNDING = 0.005
"""Two amounts of which one is written in 万 or 亿 are the same figure when they differ by no more than this share."""


def check_contradictions(draft: Draft, book: ContentBook) -> Iterator[Hit]:
    """Point at every value that a neighbour on the same subject states otherwise; both values are named.

    A text that says itself that something changed is not judged. Where a newer neighbour states the value as the draft
    does, an older one that did not is past. Ranges that overlap, rounded amounts and restated values are the same.
    """
    section = book.contradiction
    if section is None or not draft.neighbours or any(word in draft.text for word in section.change_words):
        return
    ours = statement(draft.text, draft.on)
    if not ours.facts:
        return
    settled: set[Fact] = set()
    for neighbour in sorted(draft.neighbours, key=_when, reverse=True):
        if neighbour.text.strip() == draft.text.strip():
            settled.update(ours.facts)
            continue
        theirs = statement(neighbour.text, beijing_date(neighbour.at) if neighbour.at else None)
        for fact in ours.facts:
            if fact in settled or (fact.as_of and fact.kind is not FactKind.NUMBER):
                continue
            other = _other_value(fact, ours, theirs, section)
            if other is None:
                continue
            settled.add(fact)
            if not agrees(fact, other):
                yield from _hit(_rule(section, fact.kind), draft.text, fact, neighbour, other)


def _when(neighbour: Neighbour) -> datetime:
    return neighbour.at or datetime.max.replace(tzinfo=UTC)


def _other_value(fact: Fact, ours: Statement, theirs: Statement, section: ContradictionSection) -> Fact | None:
    """Return the value in the same role: one that agrees, else the likeliest that no other value of ours states."""
    candidates = [
        other
        for other in theirs.facts
        if _same_role(fact, other, section.min_role)
        and same_subject(about(ours, fact), about(theirs, other), section.min_subject)
        and not (fact.kind is FactKind.NUMBER and other_moment(ours, fact, theirs, other))
    ]
    for other in candidates:
        if agrees(fact, other):
            return other
    rest = [mine for mine in ours.facts if mine is not fact]
    free = [
        other
        for other in candidates
        if not any(_same_role(mine, other, section.min_role) and agrees(mine, other) for mine in rest)
        and not _own_days(fact, other)
    ]
    return max(free, key=lambda other: role_likeness(fact, other), default=None)


def _own_days(one: Fact, other: Fact) -> bool:
    """Whether each text tells of its own day: 今天 on two days, or what was yesterday beside what is today."""
    if not one.relative or not other.relative:
        return False
    return one.relative == other.relative or bool(set(one.relative + other.relative) & {"昨", "前"})


def _same_role(one: Fact, other: Fact, min_role: float) -> bool:
    if not _comparable(one, other) or role_likeness(one, other) < min_role:
        return False
    return one.kind in (FactKind.PHONE, FactKind.PLACE) or same_head(one.head, other.head)


def same_head(one: str, other: str) -> bool:
    """Say whether what is said right before two values can be the same: 小麦收购价 and 油菜籽收购价 cannot."""
    if not one or not other:
        return True
    if not set(one[-3:]) & set(other[-3:]):
        return False
    common = 0
    while common < min(len(one), len(other)) and one[-common - 1] == other[-common - 1]:
        common += 1
    rest, others = one[: len(one) - common], other[: len(other) - common]
    short = common >= 2 and 2 <= len(rest) <= _MODIFIER and 2 <= len(others) <= _MODIFIER
    return not (short and set(rest).isdisjoint(others))


def _comparable(one: Fact, other: Fact) -> bool:
    if one.kind is not other.kind:
        return False
    if one.kind is FactKind.DAY:
        return "周" not in (one.unit, other.unit) or one.unit == other.unit
    return one.unit == other.unit


def role_likeness(one: Fact, other: Fact) -> float:
    """Return how like the words around two values are: common pairs over those of the shorter clause, 0 to 1."""
    fewest = min(len(one.role), len(other.role))
    return len(one.role & other.role) / fewest if fewest else 0.0


def agrees(one: Fact, other: Fact) -> bool:
    """Say whether two values of a kind can both be right."""
    if one.kind is FactKind.PHONE:
        return one.words.endswith(other.words) or other.words.endswith(one.words)
    if one.kind is FactKind.PLACE:
        return one.words in other.words or other.words in one.words or likeness(one.words, other.words) >= _SAME_PLACE
    if one.kind is FactKind.DAY and "日" in (one.unit, other.unit):
        return _overlap(one.low % 100, one.high % 100, other.low % 100, other.high % 100)
    if one.kind is FactKind.TIME:
        near = [(0, 0), (720, 0), (0, 720)] if one.rounded or other.rounded else [(0, 0)]
        return any(_same_span(one, other, a, b) for a, b in near)
    if one.kind is FactKind.DAY:
        return _same_span(one, other)
    if _overlap(one.low, one.high, other.low, other.high):
        return True
    least, most = sorted((one.low, other.low))
    return (one.rounded or other.rounded) and most - least <= _ROUNDING * most


def _same_span(one: Fact, other: Fact, later: float = 0, other_later: float = 0) -> bool:
    first, last = one.low + later, one.high + later
    other_first, other_last = other.low + other_later, other.high + other_later
    if one.spread and other.spread:
        return (first, last) == (other_first, other_last)
    return _overlap(first, last, other_first, other_last)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> bool:
    return low <= other_high + 1e-9 and other_low <= high + 1e-9


def _rule(section: ContradictionSection, kind: FactKind) -> Rule:
    rules = {
        FactKind.NUMBER: section.number,
        FactKind.DAY: section.day,
        FactKind.TIME: section.time,
        FactKind.PLACE: section.place,
        FactKind.PHONE: section.phone,
    }
    return rules[kind]


def _hit(rule: Rule, text: str, fact: Fact, neighbour: Neighbour, other: Fact) -> Iterator[Hit]:
    ours, theirs = _shown(text, fact), _shown(neighbour.text, other)
    what = "答复" if neighbour.reply else "微博" if neighbour.at else "待发稿件"
    where = f"“{shorten(neighbour.account, 20)}”的{what}({neighbour.reference})"
    yield from hit(
        rule,
        f"第{fact.start + 1}字起“{ours}”与{where}所载“{theirs}”不一致,请核对。",
        fact.start,
        fact.end,
        "核对后统一;确有变化的,写明“由…调整为…”",
        f"{neighbour.reference}:{theirs}",
    )


def _shown(text: str, fact: Fact) -> str:
    written = text[fact.start : fact.end]
    mobile = fact.kind is FactKind.PHONE and len(fact.words) == 11 and fact.words.startswith("1")
    return masked(fact.words, 3, 4) if mobile else shorten(written, 40)
