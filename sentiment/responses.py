"""How the public was answered: the clock of every comment that is due or answered, as of an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.enums import ObservationKind
from accounts.repository import AccountRepository
from accounts.service import AccountService
from accounts.standards import StandardService
from sentiment.clocks import Outcome, explain, on_time_rate
from sentiment.models import Comment, ResponseClock
from sentiment.repository import SentimentRepository
from sentiment.response_rules import outcome_of
from sentiment.schemas import ResponseDetail, ResponseRow, ResponseStats, SegmentView
from weibo_ops.kernel.clock import Period, beijing_instant
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import NotFoundError, UsageError
from weibo_ops.kernel.workdays import UnknownYearError, WorkCalendar

ALL = "合计"


@dataclass(frozen=True)
class _Timed:
    """A due comment reduced to what statistics need; durations in minutes, censored where no reply came by then.

    ``first_working`` is censored too where the reply came in or after a year without a calendar.
    """

    outcome: Outcome
    undetermined: bool
    first_wall: float
    answered: bool
    first_working: float
    answered_in_known_time: bool
    substantive_wall: float
    substantively_answered: bool


class ResponseService:
    """Use cases on response times."""

    def __init__(self, db: Database, accounts: AccountService, standards: StandardService) -> None:
        self._db = db
        self._accounts = accounts
        self._standards = standards

    def list_responses(
        self,
        as_of: datetime | None = None,
        account: str | None = None,
        period: Period | None = None,
        outcome: str | None = None,
    ) -> list[ResponseRow]:
        """List every comment that is due or was answered by ``as_of``, in order of arrival.

        Raises:
            NotFoundError: the account is not registered.
            UsageError: the outcome is none of ours.
        """
        if outcome is not None and outcome not in set(Outcome):
            raise UsageError(f"时效筛选“{outcome}”无法识别。", next_step=f"可选:{'、'.join(Outcome)}。")
        instant = as_of or self._accounts.default_as_of()
        rows = [
            _row(clock, comment, name, first, replier, substantive, instant)
            for clock, comment, name, first, replier, substantive in self._clocks(account, period, instant)
            if clock.due or _by(clock.first_reply_at, instant)
        ]
        return [row for row in rows if outcome is None or row.outcome == outcome]

    def show(self, platform_id: str, as_of: datetime | None = None) -> ResponseDetail:
        """Explain one comment's clock down to every minute of its span.

        Raises:
            NotFoundError: no such comment, or it is neither due nor answered.
        """
        instant = as_of or self._accounts.default_as_of()
        with self._db.reading() as session:
            repository = SentimentRepository(session)
            found = repository.clock_of(platform_id)
            if found is None or found[0].created_at >= instant:
                raise NotFoundError(f"没有编号为 {platform_id[:32]} 的评论。", next_step="请核对评论编号。")
            comment, clock, name = found
            if clock is None:
                raise NotFoundError(
                    f"评论 {platform_id} 不属于应答复范围,也没有官方答复。",
                    next_step="可用 comment list 查看其诉求性质。",
                )
            replies = [(reply, role) for reply, role in repository.replies_to(comment.id) if reply.created_at < instant]
        first = next((reply for reply, _ in replies if reply.id == clock.first_reply_id), None)
        substantive = next((reply for reply, _ in replies if reply.id == clock.substantive_reply_id), None)
        row = _row(
            clock,
            comment,
            name,
            first,
            first.author_name if first else None,
            substantive.platform_id if substantive else None,
            instant,
        )
        loaded = self._standards.by_digest(clock.standard_digest)
        target = next((target for target in loaded.book.targets if target.id == clock.target_id), None)
        until = row.first_reply_at or instant
        return ResponseDetail(
            row=row,
            author_name=comment.author_name,
            text=comment.text,
            replies=tuple((reply.created_at, reply.author_name, reply.text) for reply, _ in replies),
            due_reason=clock.due_reason,
            target_id=clock.target_id,
            target_clock=clock.target_clock,
            target_citation=target.citation if target else "",
            segments=_segments(clock, loaded.book.calendar.work_calendar(), until),
            standard_digest=clock.standard_digest,
            calendar_digest=clock.calendar_digest,
        )

    def stats(
        self, as_of: datetime | None = None, period: Period | None = None, account: str | None = None
    ) -> list[ResponseStats]:
        """Measure every account, then all together (合计), over the comments that arrived in the period.

        Raises:
            NotFoundError: the account is not registered.
        """
        instant = as_of or self._accounts.default_as_of()
        timed: dict[int, list[_Timed]] = defaultdict(list)
        calendars: dict[str, WorkCalendar] = {}
        for clock, *_ in self._clocks(account, period, instant):
            if clock.due:
                if clock.standard_digest not in calendars:
                    book = self._standards.by_digest(clock.standard_digest).book
                    calendars[clock.standard_digest] = book.calendar.work_calendar()
                timed[clock.account_id].append(_timed(clock, calendars[clock.standard_digest], instant))
        until = min(instant, period.end) if period else instant
        since = period.start if period else None
        with self._db.reading() as session:
            public = SentimentRepository(session).public_counts(since, until)
            coverage = AccountRepository(session).coverage(ObservationKind.COMMENTS)
        observed = {
            account_id
            for account_id, spans in coverage.items()
            if any(max(begin, since or begin) < min(end, until) for begin, end in spans)
        }
        chosen = self._accounts.account_id(account) if account else None
        rows = [
            _stats(
                row.screen_name,
                public.get(row.account_id, 0),
                timed.get(row.account_id, []),
                row.account_id in observed,
            )
            for row in self._accounts.list_accounts(instant)
            if chosen is None or row.account_id == chosen
        ]
        if account is None:
            everything = [item for items in timed.values() for item in items]
            rows.append(_stats(ALL, sum(public.values()), everything, bool(observed)))
        return rows

    def _clocks(
        self, account: str | None, period: Period | None, instant: datetime
    ) -> list[tuple[ResponseClock, Comment, str, Comment | None, str | None, str | None]]:
        account_id = self._accounts.account_id(account) if account else None
        until = min(instant, period.end) if period else instant
        with self._db.reading() as session:
            return SentimentRepository(session).clocks(account_id, period.start if period else None, until)


def _by(instant: datetime | None, as_of: datetime) -> bool:
    return instant is not None and instant < as_of


def _row(
    clock: ResponseClock,
    comment: Comment,
    name: str,
    first: Comment | None,
    replier: str | None,
    substantive: str | None,
    as_of: datetime,
) -> ResponseRow:
    answered = _by(clock.first_reply_at, as_of)
    settled = _by(clock.substantive_at, as_of)
    return ResponseRow(
        comment_id=comment.platform_id,
        reply_id=first.platform_id if first is not None and answered else None,
        account=name,
        replier=replier if answered else None,
        wall_seconds=clock.wall_seconds if answered else None,
        working_minutes=clock.working_minutes if answered else None,
        target_minutes=clock.target_minutes,
        outcome=outcome_of(clock, as_of).value,
        nature=comment.nature or "",
        started_at=clock.started_at,
        deadline_at=clock.deadline_at,
        first_reply_at=clock.first_reply_at if answered else None,
        substantive_reply_id=substantive if settled else None,
        substantive_wall_seconds=clock.substantive_wall_seconds if settled else None,
        substantive_working_minutes=clock.substantive_working_minutes if settled else None,
    )


def _segments(clock: ResponseClock, calendar: WorkCalendar, end: datetime) -> tuple[SegmentView, ...]:
    try:
        segments = explain(clock.started_at, max(clock.started_at, end), clock.target_clock or "working", calendar)
    except UnknownYearError:
        return ()
    return tuple(
        SegmentView(segment.start, segment.end, segment.counted, segment.minutes, segment.reason)
        for segment in segments
    )


def _timed(clock: ResponseClock, calendar: WorkCalendar, as_of: datetime) -> _Timed:
    answered = _by(clock.first_reply_at, as_of)
    settled = _by(clock.substantive_at, as_of)
    waited = max(0.0, (as_of - clock.started_at).total_seconds() / 60)
    judged = outcome_of(clock, as_of)
    known = answered and clock.working_minutes is not None
    return _Timed(
        outcome=judged,
        undetermined=judged is Outcome.OPEN and clock.deadline_at is None,
        first_wall=clock.wall_seconds / 60 if answered and clock.wall_seconds is not None else waited,
        answered=answered,
        first_working=(
            clock.working_minutes
            if answered and clock.working_minutes is not None
            else _worked_at_least(calendar, clock.started_at, as_of)
        ),
        answered_in_known_time=known,
        substantive_wall=(
            clock.substantive_wall_seconds / 60 if settled and clock.substantive_wall_seconds is not None else waited
        ),
        substantively_answered=settled,
    )


def _worked_at_least(calendar: WorkCalendar, start: datetime, end: datetime) -> float:
    """Return the working minutes of a wait up to ``end``, or to where the first year without a calendar begins."""
    try:
        return calendar.working_minutes(start, max(start, end))
    except UnknownYearError as error:
        known_until = beijing_instant(date(error.year, 1, 1))
        return calendar.working_minutes(start, known_until) if start < known_until else 0.0


def _stats(name: str, comments: int, timed: Sequence[_Timed], observed: bool) -> ResponseStats:
    rate = on_time_rate(item.outcome for item in timed)
    undetermined = sum(1 for item in timed if item.undetermined)
    answered = sum(1 for item in timed if item.answered)
    return ResponseStats(
        account=name,
        comments=comments,
        due=len(timed),
        answered=answered,
        on_time=rate.on_time,
        late=rate.late,
        overdue=rate.overdue,
        open=rate.open - undetermined,
        undetermined=undetermined,
        on_time_rate=rate.value,
        rate_denominator=rate.denominator,
        median_first_wall_minutes=_median((item.first_wall, item.answered) for item in timed),
        median_first_working_minutes=_median((item.first_working, item.answered_in_known_time) for item in timed),
        median_substantive_wall_minutes=_median((item.substantive_wall, item.substantively_answered) for item in timed),
        sentence=rate.sentence,
        observed=observed,
    )


def _median(pairs: Iterable[tuple[float, bool]]) -> float | None:
    listed = list(pairs)
    if not listed:
        return None
    from sentiment.survival import kaplan_meier

    return kaplan_meier([duration for duration, _ in listed], [observed for _, observed in listed]).median()
