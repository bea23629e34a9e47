"""Values of units, staff, deputies and leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class UnitEntry:
    """A unit as it is entered; ``parent``, ``sector`` and ``territory`` are names of registered units."""

    name: str
    short_name: str = ""
    level: str = ""
    area: str = ""
    function: str = ""
    parent: str = ""
    sector: str = ""
    territory: str = ""
    oversight: str = ""


@dataclass(frozen=True)
class UnitRow:
    """A unit with its three lines of belonging, its office of oversight, and how deep it lies in the tree."""

    unit_id: int
    name: str
    short_name: str
    level: str
    area: str
    function: str
    parent: str
    sector: str
    territory: str
    oversight: str
    active: bool
    depth: int
    accounts: int
    staff: int
    version: int


@dataclass(frozen=True)
class StaffEntry:
    """A person as entered; ``unit`` names a registered unit, ``roles`` are words of ``accounts.roles.Role``.

    ``outsourced`` None says nothing: as it is registered, of somebody new no.
    """

    login: str
    name: str
    unit: str = ""
    roles: tuple[str, ...] = ()
    phone: str = ""
    outsourced: bool | None = None
    contract_ends_on: date | None = None
    trained_on: date | None = None


@dataclass(frozen=True)
class StaffRow:
    """A person with unit and roles, whether away today, and for whom they act and who acts for them today."""

    staff_id: int
    login: str
    name: str
    unit: str
    unit_id: int | None
    roles: tuple[str, ...]
    phone: str
    outsourced: bool
    contract_ends_on: date | None
    trained_on: date | None
    training_due: bool
    active: bool
    service: bool
    has_password: bool
    must_change_password: bool
    locked_until: datetime | None
    away: bool
    acts_for: tuple[str, ...]
    deputies: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class DeputationRow:
    """One person acting for another, first and last day included."""

    deputation_id: int
    principal: str
    deputy: str
    from_day: date
    last_day: date
    reason: str
    granted_by: str


@dataclass(frozen=True)
class LeaveRow:
    """Days on which a person is away, first and last included."""

    leave_id: int
    login: str
    name: str
    from_day: date
    last_day: date
    reason: str


@dataclass(frozen=True)
class RowFault:
    """A row of a file that cannot be taken in: its line, the column meant, and why."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class BulkReport:
    """What a bulk entry did, or would do: how many were added, changed and left as they were; the faulty rows."""

    added: int
    changed: int
    unchanged: int
    faults: tuple[RowFault, ...]
    dry_run: bool
    stored: bool
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token (kept nowhere but in the session file) and until when it holds."""

    token: str
    login: str
    name: str
    expires_at: datetime
    must_change_password: bool
