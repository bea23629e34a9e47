"""Relay tasks (必转、联动): what is late, whom to remind when, and how far the accounts are. Pure.

Source: design, calendar: who must post by when, a receipt per account, progress — never a count of likes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from publishing.enums import RelayState

REMIND_BEFORE = timedelta(hours=2)
"""So long before a task is due its accounts are reminded; a task given for less than twice that, at half its time."""
OVER = frozenset({RelayState.DONE.value, RelayState.EXCUSED.value})
"""States in which nothing more is asked of an account."""


@dataclass(frozen=True)
class Tally:
    """How far the accounts of a task are.

    Attributes:
        total: accounts of the task.
        done: with a receipt, late ones included.
        late: of these, after the time.
        excused: need not.
        overdue: neither done nor excused, and the time is over.
    """

    total: int
    done: int
    late: int
    excused: int
    overdue: int

    @property
    def wanted(self) -> int:
        """Accounts that must post: all but the excused ones."""
        return self.total - self.excused


def is_late(done_at: datetime | None, due_at: datetime) -> bool:
    """Say whether a receipt is late: posted after the time; at the very time is in time."""
    return done_at is not None and done_at > due_at


def is_overdue(state: str, due_at: datetime, now: datetime) -> bool:
    """Say whether an account still owes a receipt although the time is over."""
    return state not in OVER and now > due_at


def reminder(state: str, issued_at: datetime, due_at: datetime, now: datetime) -> str:
    """Return which reminder an account gets now: 提醒 before the time, 催办 after it, empty for none."""
    if state in OVER:
        return ""
    if now > due_at:
        return "催办"
    return "提醒" if now >= due_at - min(REMIND_BEFORE, (due_at - issued_at) / 2) else ""


def tally(targets: Iterable[tuple[str, datetime | None]], due_at: datetime, now: datetime) -> Tally:
    """Count the accounts of a task.

    Args:
        targets: state and time of the receipt of each account.
        due_at: by when.
        now: the instant.
    """
    listed = list(targets)
    return Tally(
        total=len(listed),
        done=sum(state == RelayState.DONE for state, _ in listed),
        late=sum(state == RelayState.DONE and is_late(done_at, due_at) for state, done_at in listed),
        excused=sum(state == RelayState.EXCUSED for state, _ in listed),
        overdue=sum(is_overdue(state, due_at, now) for state, _ in listed),
    )
