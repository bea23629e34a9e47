"""What a pause of publication (暂停发布) holds, and when it lets go. Pure.

Source: design, calendar: scope (region, unit, account, class) × time, an allow-list with a named clearer; ending opens
a decision queue and never flushes. So nothing here says that something is to be sent: only whether it must not be.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PauseState(StrEnum):
    """How far a pause is; one whose time is over is 到时 until the program has noted it."""

    COMING = "未开始"
    RUNNING = "暂停中"
    OVER = "到时"
    ENDED = "已结束"


@dataclass(frozen=True)
class Scope:
    """What a pause is about; what is empty narrows nothing, so that an empty scope means everything.

    Attributes:
        areas: regions, as the units of the register name them.
        unit_ids: units, each with those below it.
        account_ids: accounts.
        classes: content classes.
    """

    areas: tuple[str, ...] = ()
    unit_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PausedPost:
    """What of a post decides whether a pause holds it.

    Attributes:
        area_line: regions of the account's unit and of those above it, the nearest first; without empty ones.
        unit_line: ids of the same units.
        account_id: the account it goes out from.
        content_class: its class.
    """

    area_line: tuple[str, ...]
    unit_line: tuple[int, ...]
    account_id: int
    content_class: str


@dataclass(frozen=True)
class PauseTerms:
    """A pause as a rule: what, from when, until when (None: until somebody ends it), and when somebody did."""

    scope: Scope
    from_at: datetime
    until_at: datetime | None = None
    ended_at: datetime | None = None
    allowed: tuple[str, ...] = ()


def in_scope(scope: Scope, post: PausedPost) -> bool:
    """Say whether a scope names a post, at whatever time.

    A region holds the regions whose name begins with its own: ``云麓市`` holds ``云麓市青石区``.
    """
    return (
        (not scope.areas or any(area.startswith(wanted) for wanted in scope.areas for area in post.area_line))
        and (not scope.unit_ids or not set(scope.unit_ids).isdisjoint(post.unit_line))
        and (not scope.account_ids or post.account_id in scope.account_ids)
        and (not scope.classes or post.content_class in scope.classes)
    )


def runs(pause: PauseTerms, at: datetime) -> bool:
    """Say whether a pause runs at an instant of ``[from_at, until_at)`` and nobody has ended it."""
    return pause.ended_at is None and pause.from_at <= at and (pause.until_at is None or at < pause.until_at)


def holds(pause: PauseTerms, post: PausedPost, at: datetime) -> bool:
    """Say whether a pause stops a post that would go out at an instant, clearances aside."""
    return runs(pause, at) and in_scope(pause.scope, post)


def may_be_cleared(pause: PauseTerms, content_class: str) -> bool:
    """Say whether posts of a class may go out during a pause, each cleared for itself."""
    return content_class in pause.allowed


def is_cleared(fingerprint: str, clearances: Collection[str]) -> bool:
    """Say whether a text was cleared: a clearance holds for the very fingerprint it was given to and nothing else."""
    return bool(fingerprint) and fingerprint in clearances


def goes_out_at(scheduled_at: datetime, now: datetime) -> datetime:
    """Return when a scheduled post would go out: at its time, or at once where that is over."""
    return max(scheduled_at, now)


def state_of(pause: PauseTerms, now: datetime) -> PauseState:
    """Return how far a pause is at an instant."""
    if pause.ended_at is not None:
        return PauseState.ENDED
    if now < pause.from_at:
        return PauseState.COMING
    return PauseState.RUNNING if runs(pause, now) else PauseState.OVER
