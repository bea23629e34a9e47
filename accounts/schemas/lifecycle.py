"""Values of the life of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Application:
    """What is stated when an account is to be opened.

    Attributes:
        unit: full name of the sponsoring unit.
        platform: one of ``accounts.enums.Platform``.
        screen_name: the name applied for.
        kind: 机构 or 个人; a person's name and title for the latter.
        need: why the account is needed (开设必要性).
        staffing: logins of at least two people who will keep it (人员配备).
        upkeep: how updates will be kept (更新保障).
    """

    unit: str
    platform: str
    screen_name: str
    need: str
    staffing: tuple[str, ...]
    upkeep: str
    kind: str = "机构"
    person_name: str = ""
    person_title: str = ""
    brand_name: str = ""


@dataclass(frozen=True)
class StockEntry:
    """An account that ran before: uid, name and unit, and what is known of its filing."""

    unit: str
    platform: str
    uid: str
    screen_name: str
    kind: str = "机构"
    brand_name: str = ""
    filing_number: str = ""
    filed_on: date | None = None
    person_name: str = ""
    person_title: str = ""


@dataclass(frozen=True)
class AccountSheet:
    """An account as a whole: the register's fields and which acts are open."""

    account_id: int
    platform: str
    uid: str
    screen_name: str
    unit: str
    kind: str
    status: str
    status_since: datetime | None
    status_until: date | None
    origin: str
    brand_name: str
    filing_number: str
    filed_on: date | None
    person_name: str
    person_title: str
    office_ends_on: date | None
    former_names: tuple[str, ...]
    due_at: datetime | None
    awaits: str
    overdue: bool
    open_acts: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class ActView:
    """One act in the life of an account; ``late`` when it came after its limit."""

    act: str
    state_before: str
    state_after: str
    person: str
    on_behalf_of: str
    unit: str
    at: datetime
    due_at: datetime | None
    late: bool
    note: str
    details: Mapping[str, object]
