"""Values of duty, hand-over, checklists and the account safety ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ShiftRow:
    """A turn of duty, ``[from_at, until_at)``; ``away`` when the person has leave on the day it begins."""

    shift_id: int
    unit: str
    post: str
    login: str
    name: str
    from_at: datetime
    until_at: datetime
    note: str
    away: bool


@dataclass(frozen=True)
class OnDuty:
    """Who is on duty at a post; ``stands_in_for`` is whoever is away and deputised for; empty if nobody."""

    unit: str
    post: str
    login: str
    name: str
    phone: str
    until_at: datetime
    stands_in_for: str


@dataclass(frozen=True)
class GapRow:
    """A stretch at which a post that must be filled is not."""

    unit: str
    post: str
    from_at: datetime
    until_at: datetime
    reason: str


@dataclass(frozen=True)
class ShiftEntry:
    """A turn as it is entered."""

    unit: str
    post: str
    login: str
    from_at: datetime
    until_at: datetime
    note: str = ""


@dataclass(frozen=True)
class ChecklistItem:
    """One step: when and by whom it was done, None and empty while it is open."""

    text: str
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    note: str
    evidence: str


@dataclass(frozen=True)
class ChecklistView:
    """A list of steps; a hand-over names both sides and when each signed."""

    checklist_id: int
    kind: str
    title: str
    account: str
    unit: str
    note: str
    opened_by: str
    opened_at: datetime
    due_at: datetime | None
    items: tuple[ChecklistItem, ...]
    from_login: str
    from_name: str
    from_signed_at: datetime | None
    to_login: str
    to_name: str
    to_signed_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    version: int

    @property
    def open_items(self) -> int:
        """How many steps are not done."""
        return sum(item.done_at is None for item in self.items)


@dataclass(frozen=True)
class AdministratorRow:
    """Who keeps an account, by days, both included."""

    account: str
    login: str
    name: str
    position: str
    from_day: date
    last_day: date | None


@dataclass(frozen=True)
class SafetyRow:
    """An account in the safety ledger (账号安全台账); ``password_days`` is the age of the password."""

    account_id: int
    account: str
    unit: str
    administrators: tuple[str, ...]
    bound_phone: str
    phone_holder: str
    password_changed_on: date | None
    password_days: int | None
    remarks: tuple[str, ...]
