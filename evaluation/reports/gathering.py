"""What a report on a period is made of: asked of the services once, cut at one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from accounts.enums import FindingState, ObservationKind
from accounts.repository import AccountRepository
from accounts.schemas import AccountRow, FindingView
from config.rulebook.content import ContentBook
from config.rulebook.response import ResponseTarget
from evaluation.coverage import INSTANT, Span, observed_spans, seconds_of
from evaluation.reports.repository import ReportRepository
from evaluation.schemas import RunView, ScoreRow
from publishing.schemas import ContentHitView
from sentiment.clocks import Outcome
from sentiment.schemas import CommentFilter, CommentRow, ResponseRow, ResponseStats, SentimentShare
from sentiment.scoring import load_scorer
from weibo_ops.kernel.clock import Period, beijing_date

if TYPE_CHECKING:
    from evaluation.reports.service import ReportService

HELP = "求助"
QUOTED = 8
"""Comments quoted at most."""
_PAGE = 1_000


@dataclass(frozen=True)
class AccountWindow:
    """An account in the window; None where nothing was observed.

    Attributes:
        row: the register's row.
        posts: posts published.
        posts_seen: share of the window in which posts were observed, 0 to 1.
        comments_seen: share of the window in which comments were observed.
        stats: response times; None where comments were not observed.
    """

    row: AccountRow
    posts: int | None
    posts_seen: float | None
    comments_seen: float | None
    stats: ResponseStats | None


@dataclass(frozen=True)
class TriageCount:
    """Public comments of a nature and a subject, and those of them that are due."""

    nature: str | None
    subject: str | None
    comments: int
    due: int


@dataclass(frozen=True)
class AppliedTarget:
    """A promised time and the number of due comments that it was chosen for; no rule where it cannot be known."""

    rule: ResponseTarget | None
    comments: int


@dataclass(frozen=True)
class MonthlyFacts:
    """Everything that the report on a period says.

    Attributes:
        period: the period.
        as_of: the instant at which everything is judged.
        observed_until: the newest observation; what came after it is not known.
        until: the window's end: the period's or ``as_of``, whichever comes first, not before its start.
        created: when the report is made.
        sources: who observed.
        accounts: the register, by uid.
        findings: present findings of the newest check.
        hits: places in the window's posts that the content checks point at.
        hit_posts: how many posts they are in.
        total: response times of all together; None where no comment was observed.
        responses: every comment that is due or answered.
        days: Beijing days of the window with (public comments, due ones); None where nothing was observed.
        triage: comments by nature and subject.
        shares: comments by sentiment.
        scorers: digests of the models that scored them.
        measured: accuracy and number of texts on labelled files that the model was not trained on, from its card;
            empty where another model scored the comments.
        targets: the promised times applied.
        waiting: the newest unanswered calls for help past their deadline.
        content_book: the book that tells personal data in quotations.
        run: the newest graded run of the period made no later than ``as_of``.
        scores: its results by uid.
        studies: runs of the period that are for study only.
    """

    period: Period
    as_of: datetime
    observed_until: datetime | None
    until: datetime
    created: datetime
    sources: tuple[str, ...]
    accounts: tuple[AccountWindow, ...]
    findings: tuple[FindingView, ...]
    hits: tuple[ContentHitView, ...]
    hit_posts: int
    total: ResponseStats | None
    responses: tuple[ResponseRow, ...]
    days: Mapping[date, tuple[int, int] | None]
    triage: tuple[TriageCount, ...]
    shares: SentimentShare | None
    scorers: tuple[str, ...]
    measured: tuple[tuple[float, int], ...]
    targets: tuple[AppliedTarget, ...]
    waiting: tuple[CommentRow, ...]
    content_book: ContentBook
    run: RunView | None
    scores: tuple[ScoreRow, ...]
    studies: int

    @property
    def posts(self) -> int | None:
        """Posts of all accounts in the window; None where none was observed."""
        seen = [account.posts for account in self.accounts if account.posts is not None]
        return sum(seen) if seen else None


def gather(services: ReportService, period: Period, as_of: datetime) -> MonthlyFacts:
    """Ask the services; the caller sees to it that they all see one state of the database."""
    until = max(period.start, min(period.end, as_of))
    with services.db.reading() as session:
        accounts, reports = AccountRepository(session), ReportRepository(session)
        posts = accounts.post_totals(until, period.start)
        spans = {
            kind: {
                account: observed_spans(known, period.start, until)
                for account, known in accounts.coverage(kind).items()
            }
            for kind in (ObservationKind.POSTS, ObservationKind.COMMENTS)
        }
        by_day = reports.comments_by_day(period.start, until)
        triage = [TriageCount(*row) for row in reports.comments_by_triage(period.start, until)]
        scorers = reports.scorers(period.start, until)
        sources = reports.sources(period.start, until)
        targets = reports.targets(period.start, until)
    stats = services.responses.stats(as_of, period)
    windows = [
        _window(
            row, posts[row.account_id].posts if row.account_id in posts else 0, spans, answers, until - period.start
        )
        for row, answers in zip(services.accounts.list_accounts(as_of), stats[:-1], strict=True)
    ]
    heard = any(window.stats is not None for window in windows)
    hit_ids = _hit_posts(services, period.start, until)
    run, scores, studies = _newest_run(services, period, as_of)
    return MonthlyFacts(
        period=period,
        as_of=as_of,
        observed_until=services.accounts.watermark().observed_until,
        until=until,
        created=services.clock.now(),
        sources=tuple(sources),
        accounts=tuple(windows),
        findings=tuple(
            view for view in services.accounts.findings() if not view.waived and view.state != FindingState.DISMISSED
        ),
        hits=tuple(hit for hit in services.publishing.hits() if hit.post_id in hit_ids),
        hit_posts=len(hit_ids),
        total=stats[-1] if heard else None,
        responses=tuple(services.responses.list_responses(as_of, period=period)),
        days=_days(period, until, by_day, spans[ObservationKind.COMMENTS]),
        triage=tuple(triage),
        shares=services.comments.shares(period=period, as_of=as_of) if heard else None,
        scorers=tuple(scorers),
        measured=_measured(scorers),
        targets=tuple(_target(services, *row) for row in targets),
        waiting=_waiting(services, period, until, as_of),
        content_book=services.standards.in_force("content", beijing_date(as_of - INSTANT)).book,
        run=run,
        scores=scores,
        studies=studies,
    )


def _window(
    row: AccountRow,
    posts: int,
    spans: Mapping[ObservationKind, Mapping[int, list[Span]]],
    stats: ResponseStats,
    length: timedelta,
) -> AccountWindow:
    seen = {
        kind: seconds_of(known.get(row.account_id, ())) / length.total_seconds() if length else 0.0
        for kind, known in spans.items()
    }
    posts_seen, comments_seen = seen[ObservationKind.POSTS], seen[ObservationKind.COMMENTS]
    return AccountWindow(
        row=row,
        posts=posts if posts_seen or posts else None,
        posts_seen=posts_seen or None,
        comments_seen=comments_seen or None,
        stats=stats if stats.observed or stats.comments else None,
    )


def _days(
    period: Period, until: datetime, counted: Mapping[date, tuple[int, int]], spans: Mapping[int, list[Span]]
) -> dict[date, tuple[int, int] | None]:
    if until <= period.start:
        return {}
    observed: set[date] = set()
    for begin, end in observed_spans([span for known in spans.values() for span in known], period.start, until):
        observed.update(_each_day(beijing_date(begin), beijing_date(end - INSTANT)))
    return {
        day: counted.get(day, (0, 0) if day in observed else None)
        for day in _each_day(period.first_day, beijing_date(until - INSTANT))
    }


def _each_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _hit_posts(services: ReportService, since: datetime, until: datetime) -> set[int]:
    """Return the ids of the window's posts that the content checks point at."""
    found: set[int] = set()
    cursor: str | None = None
    while True:
        page = services.publishing.posts(since=since, until=until, hits_only=True, limit=_PAGE, cursor=cursor)
        found.update(row.post_id for row in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found


def _measured(scorers: Sequence[str]) -> tuple[tuple[float, int], ...]:
    scorer = load_scorer()
    if list(scorers) != [scorer.digest]:
        return ()
    return tuple((float(figure["accuracy"]), int(figure["n"])) for figure in scorer.weights.about.get("figures", ()))


def _target(services: ReportService, digest: str, target_id: str, comments: int) -> AppliedTarget:
    targets: tuple[ResponseTarget, ...] = services.standards.by_digest(digest).book.targets
    return AppliedTarget(next((target for target in targets if target.id == target_id), None), comments)


def _waiting(services: ReportService, period: Period, until: datetime, as_of: datetime) -> tuple[CommentRow, ...]:
    wanted = CommentFilter(nature=HELP, outcome=Outcome.OVERDUE, since=period.start, until=until)
    return services.comments.comments(wanted, as_of, QUOTED).items


def _newest_run(
    services: ReportService, period: Period, as_of: datetime
) -> tuple[RunView | None, tuple[ScoreRow, ...], int]:
    """Return the newest run with grades, its results by uid, and how many runs without grades there are."""
    graded: tuple[RunView, list[ScoreRow]] | None = None
    studies = 0
    for run in services.evaluation.list_runs():
        if run.period != period.label or run.as_of > as_of:
            continue
        rows = services.evaluation.show(run.run_id)
        if not any(row.grade for row in rows):
            studies += 1
        elif graded is None:
            graded = run, rows
    if graded is None:
        return None, (), studies
    return graded[0], tuple(sorted(graded[1], key=lambda row: row.uid)), studies
