"""Names of the loaded list beside titles that are not theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from config.rulebook.content import ContentBook, LeaderTitleRule
from config.rulebook.words import WordKind
from publishing.checks.folding import folded
from publishing.checks.hits import Hit, hit
from publishing.checks.words import Match, WordIndex

_REACH = 40
_JOINED = "、和兼及与,，"


def check_leader_titles(
    text: str, book: ContentBook, words: WordIndex, matches: Sequence[Match], on: date | None
) -> Iterator[Hit]:
    """Point at every listed name with a title right before or after it that the list does not give it.

    Neither name nor title is quoted. A shortened title is right (市长 for 云麓市市长), another rank (副市长) is not.
    """
    rule = book.leader_title
    names = [match for match in matches if match.rule.kind is WordKind.LEADER]
    if rule is None or not rule.enabled or not names:
        return
    titles: dict[str, set[str]] = defaultdict(set)
    for entry in words.entries(WordKind.LEADER, on):
        titles[entry.word].update(re.split("[、,，]", folded(entry.instead)))
    plain = folded(text)
    before, after = _patterns(rule)
    for match in names:
        left = before.search(plain[max(0, match.start - _REACH) : match.start])
        right = after.match(plain[match.end : match.end + _REACH])
        beside = [part for found in (left, right) if found for part in re.split(f"[{_JOINED}]", found["title"]) if part]
        if not all(any(_is(title, known, rule) for known in titles[match.entry.word]) for title in beside):
            yield from hit(
                rule,
                f"第{match.start + 1}字起的姓名,其前后所写职务与姓名职务表不一致(内容不在此显示),请核对。",
                match.start,
                match.end,
                "对照现行姓名职务表核对姓名和职务",
                match.rule.id,
            )


def _patterns(rule: LeaderTitleRule) -> tuple[re.Pattern[str], re.Pattern[str]]:
    ends = "|".join(re.escape(folded(word)) for word in sorted(rule.title_words, key=len, reverse=True))
    part = rf"[^\s{_JOINED}。；;:：()（）《》“”]{{0,14}}?(?:{ends})"
    before = re.compile(rf"(?P<title>{part}(?:[{_JOINED}]{part})*)(?:同志|的)?[\s:：]*$")
    after = re.compile(rf"\s?[(（]?(?P<title>[^\s{_JOINED}。；;:：()（）《》“”]{{0,6}}?(?:{ends}))")
    return before, after


def _is(title: str, known: str, rule: LeaderTitleRule) -> bool:
    """Whether a title written in a text is the listed one, whole or shortened at its front or behind other words."""
    shorter, longer = sorted((title, known), key=len)
    if not longer.endswith(shorter):
        return _same_office(title, known, rule)
    rest = longer[: len(longer) - len(shorter)]
    return not rest.endswith(rule.deputy_marks)


def _same_office(title: str, known: str, rule: LeaderTitleRule) -> bool:
    """Whether both end with the same title word, at the same rank: 我市市长 and 云麓市市长."""
    common = ""
    while len(common) < min(len(title), len(known)) and title[-len(common) - 1 :] == known[-len(common) - 1 :]:
        common = title[-len(common) - 1 :]
    if not any(common.endswith(word) for word in rule.title_words):
        return False
    return not (
        title[: len(title) - len(common)].endswith(rule.deputy_marks)
        or known[: len(known) - len(common)].endswith(rule.deputy_marks)
    )
