"""Values of the register, of observations and of findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RosterEntry:
    """One row of a roster: an account and the unit that sponsors it.

    ``oversight`` is the office that supervises the unit's accounts (监管归口); empty where the roster does not say.
    """

    uid: str
    screen_name: str
    unit: str
    function: str
    level: str
    area: str
    oversight: str = ""


@dataclass(frozen=True)
class ProfileEntry:
    """One profile row; None where the source does not tell."""

    uid: str
    screen_name: str
    description: str
    verified: bool | None
    verified_type: int | None
    verified_reason: str
    posts_count: int | None
    followers_count: int | None
    following_count: int | None


@dataclass(frozen=True)
class PostEntry:
    """One observed post; counts are None where the source does not tell."""

    platform_id: str
    account_id: int
    bid: str
    published_at: datetime
    text: str
    reposts_count: int | None
    comments_count: int | None
    likes_count: int | None
    original: bool | None
    client: str


@dataclass(frozen=True)
class AccountRow:
    """An account as the register shows it, with its newest profile and its present findings.

    ``last_post_at``, the counts and ``covered_until`` are None where nothing was observed.
    """

    account_id: int
    uid: str
    screen_name: str
    unit: str
    function: str
    level: str
    area: str
    kind: str
    status: str
    verified: bool | None
    verified_reason: str
    followers_count: int | None
    posts_observed: int
    last_post_at: datetime | None
    covered_until: datetime | None
    vetoes: int
    deductions: int
    advices: int
    oversight: str


@dataclass(frozen=True)
class FindingView:
    """A finding with everything a person needs to verify it.

    ``round`` counts how often it came back; ``due_at`` is when the next step is due; ``complaint`` names what of 不及时
    不实用 不回应 不可用 it shows.
    """

    finding_id: int
    account_id: int
    screen_name: str
    unit: str
    rule_id: str
    severity: str
    state: str
    title: str
    message: str
    clause: str
    source: str
    trust: str
    evidence: Mapping[str, object]
    proposed_fix: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    present: bool
    round: int = 1
    due_at: datetime | None = None
    waived: bool = False
    platform: str = "weibo"
    complaint: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """What a check of the accounts did: as of when, how many accounts, findings by severity, what is new or gone."""

    as_of: datetime
    accounts: int
    vetoes: int
    deductions: int
    advices: int
    appeared: int
    vanished: int


@dataclass(frozen=True)
class PostRow:
    """An observed post with the number of places its text was pointed at by the content checks."""

    post_id: int
    platform_id: str
    account_id: int
    screen_name: str
    published_at: datetime
    text: str
    reposts_count: int | None
    comments_count: int | None
    likes_count: int | None
    original: bool | None
    hits: int


@dataclass(frozen=True)
class Watermark:
    """The newest observation of all, by kind; None where nothing was imported."""

    observed_from: datetime | None
    observed_until: datetime | None
