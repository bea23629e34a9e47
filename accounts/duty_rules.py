"""Duty as arithmetic on half-open stretches of time: what is required, what is covered, who is next. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from config.rulebook.duty import DutySection
from weibo_ops.kernel.clock import beijing_instant

Stretch = tuple[datetime, datetime]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """A turn of duty of one person at one post, ``[from_at, until_at)``."""

    post: str
    login: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Gap:
    """A stretch at which nobody holds a post that must be filled, and why it must be."""

    post: str
    from_at: datetime
    until_at: datetime
    reason: str


def required_stretches(
    section: DutySection, first: date, last: date, is_workday: Callable[[date], bool]
) -> list[tuple[str, Stretch, str]]:
    """Return (post, stretch, reason) of everything that must be covered on the Beijing days ``[first, last]``.

    Args:
        section: what the standard asks for.
        first, last: Beijing days, both included.
        is_workday: the working calendar.
    """
    found: list[tuple[str, Stretch, str]] = []
    day = first
    while day <= last:
        for wanted in section.required:
            if wanted.days == "每日" or (wanted.days == "工作日") == is_workday(day):
                begin = beijing_instant(day, wanted.starts)
                end = beijing_instant(day if wanted.ends > wanted.starts else day + DAY, wanted.ends)
                found += [(post, (begin, end), wanted.days) for post in wanted.posts]
        for sensitive in section.sensitive:
            if sensitive.first <= day <= sensitive.last:
                whole = (beijing_instant(day), beijing_instant(day + DAY))
                found += [(post, whole, sensitive.name) for post in ("主班", "副班", "带班领导")]
        day += DAY
    return found


def gaps(required: Iterable[tuple[str, Stretch, str]], turns: Iterable[Turn]) -> list[Gap]:
    """Return what is required and not covered, joined where stretches of a post touch; a later reason is dropped."""
    by_post: dict[str, list[Stretch]] = {}
    for turn in turns:
        by_post.setdefault(turn.post, []).append((turn.from_at, turn.until_at))
    open_: list[Gap] = []
    for post, stretch, reason in required:
        for begin, end in _without(stretch, sorted(by_post.get(post, ()))):
            open_.append(Gap(post, begin, end, reason))
    open_.sort(key=lambda gap: (gap.post, gap.from_at, gap.until_at))
    joined: list[Gap] = []
    for gap in open_:
        last = joined[-1] if joined else None
        if last is not None and last.post == gap.post and gap.from_at <= last.until_at:
            joined[-1] = Gap(gap.post, last.from_at, max(last.until_at, gap.until_at), last.reason)
        else:
            joined.append(gap)
    return sorted(joined, key=lambda gap: (gap.from_at, gap.post))


def _without(stretch: Stretch, covered: Sequence[Stretch]) -> list[Stretch]:
    begin, end = stretch
    left: list[Stretch] = []
    for first, last in covered:
        if last <= begin or first >= end:
            continue
        if first > begin:
            left.append((begin, first))
        begin = max(begin, last)
    if begin < end:
        left.append((begin, end))
    return left


def rotation(
    days: Sequence[date],
    people: Sequence[str],
    away: Mapping[str, Iterable[date]],
    *,
    post: str,
    starts: time,
    hours: float,
    held: Mapping[str, int] | None = None,
) -> list[Turn]:
    """Propose one turn a day: to the person with the fewest turns so far, and of these who was on duty longest ago.

    Nobody is proposed for a day on which they are away; a day for which nobody is left has no turn.

    Args:
        days: Beijing days, in order.
        people: logins, in the order in which ties are broken.
        away: login → days away.
        post: of the turns.
        starts: Beijing wall time at which each turn begins.
        hours: length of a turn.
        held: turns that people had before.
    """
    counts: Counter[str] = Counter(dict(held or {}))
    absent = {login: set(dates) for login, dates in away.items()}
    last: dict[str, int] = {}
    turns: list[Turn] = []
    for number, day in enumerate(days):
        present = [login for login in people if day not in absent.get(login, ())]
        if not present:
            continue
        chosen = min(present, key=lambda login: (counts[login], last.get(login, -1), people.index(login)))
        counts[chosen] += 1
        last[chosen] = number
        begin = beijing_instant(day, starts)
        turns.append(Turn(post, chosen, begin, begin + timedelta(hours=hours)))
    return turns
