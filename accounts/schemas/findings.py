"""Values of findings on their way: steps, waivers, the board, proposals to close an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Attachment:
    """A file of the evidence store."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class FindingStepView:
    """One step: in which round, who, from which state to which, by when it was due, with what evidence."""

    round: int
    step: str
    state_before: str
    state_after: str
    person: str
    on_behalf_of: str
    unit: str
    at: datetime
    due_at: datetime | None
    late: bool
    note: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True)
class WaiverView:
    """A waiver of a rule for an account, first and last day included; in force only when signed."""

    waiver_id: int
    account: str
    rule_id: str
    from_day: date
    last_day: date
    reason: str
    proposed_by: str
    signed_by: str
    signed_at: datetime | None
    ended_at: datetime | None
    in_force: bool


@dataclass(frozen=True)
class BoardRow:
    """How many findings stand at a state, how many of them are overdue, and how many are waived."""

    state: str
    findings: int
    overdue: int
    waived: int


@dataclass(frozen=True)
class ClosingProposal:
    """An account silent for long: a proposal to close or merge it, for a person to decide."""

    account: str
    unit: str
    finding_id: int
    state: str
    last_seen: datetime
    message: str
    procedure: str
