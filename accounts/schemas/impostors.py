"""Values of suspected impostors and their following up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SuspectRow:
    """A suspected impostor beside the account it looks like."""

    suspect_id: int
    screen_name: str
    uid: str
    imitates: str
    unit: str
    score: float
    reasons: tuple[str, ...]
    verified: bool | None
    verified_reason: str
    state: str
    first_seen: datetime
    last_seen: datetime
    version: int


@dataclass(frozen=True)
class SuspectStep:
    """One step of following up: who, when, from which state to which, and why."""

    step: str
    state_before: str
    state_after: str
    person: str
    on_behalf_of: str
    at: datetime
    note: str
    attachments: tuple[str, ...]


@dataclass(frozen=True)
class ScanResult:
    """What a scan found: how many names were looked at, suspects new, seen again, and dismissed ones left alone."""

    looked_at: int
    added: int
    seen_again: int
    dismissed: int


@dataclass(frozen=True)
class Imitation:
    """A name judged: what it imitates (empty: nothing), how surely, and why."""

    name: str
    imitates: str
    score: float | None
    reasons: tuple[str, ...]
