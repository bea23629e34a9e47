"""What the services of this package take and give: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CommentFilter:
    """Which comments to list; None means any.

    Attributes:
        account: screen name or uid.
        sentiment: negative, neutral, positive or uncertain.
        due: only comments that call for an answer (True) or only others (False).
        outcome: on_time, late, open or overdue, judged as of the query's instant.
        nature: 咨询 求助 投诉 举报 建议 表扬 其他.
        subject: a subject of the subjects book.
        district: a district name.
        since: first instant, inclusive.
        until: first instant after, exclusive.
        search: text that the comment must contain.
    """

    account: str | None = None
    sentiment: str | None = None
    due: bool | None = None
    outcome: str | None = None
    nature: str | None = None
    subject: str | None = None
    district: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str | None = None


@dataclass(frozen=True)
class CommentRow:
    """A public comment with its score, triage and clock as of the query's instant."""

    comment_id: int
    platform_id: str
    account_id: int
    screen_name: str
    author_name: str
    created_at: datetime
    text: str
    likes_count: int | None
    sentiment: str
    uncertain: bool
    nature: str
    subject: str | None
    district: str | None
    urgency: int
    due: bool
    outcome: str
    deadline_at: datetime | None
    first_reply_at: datetime | None


@dataclass(frozen=True)
class ResponseRow:
    """One comment that is due or answered, as ``response list`` prints it."""

    comment_id: str
    reply_id: str | None
    account: str
    replier: str | None
    wall_seconds: int | None
    working_minutes: float | None
    target_minutes: int | None
    outcome: str
    nature: str
    started_at: datetime
    deadline_at: datetime | None
    first_reply_at: datetime | None
    substantive_reply_id: str | None
    substantive_wall_seconds: int | None
    substantive_working_minutes: float | None


@dataclass(frozen=True)
class SegmentView:
    """A half-open stretch of a clock: counted or not, and why."""

    start: datetime
    end: datetime
    counted: bool
    minutes: float
    reason: str


@dataclass(frozen=True)
class ResponseDetail:
    """One comment's clock explained: the row, the texts, the target's clause, every minute of the span."""

    row: ResponseRow
    author_name: str
    text: str
    replies: tuple[tuple[datetime, str, str], ...]
    due_reason: str
    target_id: str
    target_clock: str
    target_citation: str
    segments: tuple[SegmentView, ...]
    standard_digest: str
    calendar_digest: str


@dataclass(frozen=True)
class ResponseStats:
    """How an account (or all together: ``account`` 合计) answered in a period, as of an instant.

    ``due`` = ``on_time`` + ``late`` + ``overdue`` + ``open`` + ``undetermined``. ``on_time_rate`` has the
    denominator stated in ``sentiment.clocks.on_time_rate``. Medians are Kaplan–Meier medians over all due
    comments, the unanswered censored at ``as_of``; None where the curve never falls to one half. In working time a
    wait that enters a year without a calendar is censored as that year begins. ``observed``: comments of the account
    (合计: of any) were covered somewhere within the period up to ``as_of``; where not, zeros are not findings.
    """

    account: str
    comments: int
    due: int
    answered: int
    on_time: int
    late: int
    overdue: int
    open: int
    undetermined: int
    on_time_rate: float | None
    rate_denominator: int
    median_first_wall_minutes: float | None
    median_first_working_minutes: float | None
    median_substantive_wall_minutes: float | None
    sentence: str
    observed: bool


@dataclass(frozen=True)
class KindCount:
    """How the rows of one kind of file fared."""

    imported: int
    unchanged: int
    updated: int
    rejected: Mapping[str, int]


@dataclass(frozen=True)
class Reject:
    """A row that was not taken in."""

    file: str
    line: int
    reason: str
    detail: str


@dataclass(frozen=True)
class ImportReport:
    """The result of importing a folder; kinds are roster, posts, comments, users; ``ignored`` are unknown files."""

    source: str
    kinds: Mapping[str, KindCount]
    rejects: tuple[Reject, ...]
    ignored: tuple[str, ...]
    resumed: bool
    observed_from: datetime | None
    observed_until: datetime | None


@dataclass(frozen=True)
class SentimentShare:
    """Shares of the public's comments by label; ``uncertain`` counts comments whose label is weak."""

    negative: int
    neutral: int
    positive: int
    uncertain: int
