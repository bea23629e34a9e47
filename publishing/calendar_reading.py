"""The calendar as people look at it: days with their posts, and what is the matter with each time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from publishing.calendar_rules import Collision, Entry, latest_moment, slots_on
from publishing.enums import PostState
from publishing.judging import names_of
from publishing.models import Post, PostRevision
from publishing.pausing import Pausing
from publishing.reading import Reader
from publishing.receipts import BY_HAND
from publishing.repository.calendar import CalendarRepository, Found
from publishing.scheduling import OfficeDays, entry_of
from publishing.schemas import CalendarDay, CalendarEntry, DeskRow, PauseSpan, TimeOf
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, beijing_instant
from weibo_ops.kernel.errors import UsageError

DAY = timedelta(days=1)
MOST_DAYS = 62
MOST_POSTS = 2_000
ASIDE = frozenset({PostState.HELD, PostState.MISSED, PostState.FAILED})
"""States in which a post does not go out at its time: it collides with nothing."""
GONE = frozenset({PostState.PUBLISHED, PostState.DELETED})


class Neighbours:
    """Entries by account and Beijing day: only the day of a post and those beside it can collide with it."""

    def __init__(self) -> None:
        self._by_day: dict[tuple[int, date], list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        """Put an entry where it is found again."""
        self._by_day.setdefault((entry.account_id, beijing_date(entry.at)), []).append(entry)

    def of(self, entry: Entry) -> list[Entry]:
        """Return the entries of the same account on the day of an entry and on the days beside it."""
        day = beijing_date(entry.at)
        return [each for step in (-1, 0, 1) for each in self._by_day.get((entry.account_id, day + step * DAY), ())]


class CalendarReader:
    """Makes the days of the calendar inside a running transaction."""

    def __init__(self, session: Session, reader: Reader, days: OfficeDays) -> None:
        self._session = session
        self._reader = reader
        self._days = days
        self._calendar = CalendarRepository(session)

    def days(
        self, actor: Actor | None, first: date, last: date, account_ids: Collection[int] | None
    ) -> tuple[CalendarDay, ...]:
        """Return the Beijing days ``[first, last]`` with their posts.

        Args:
            actor: who looks.
            first, last: both included.
            account_ids: only of these accounts; None: of all.

        Raises:
            UsageError: the days are reversed or too many, or hold more posts than can be shown.
        """
        if last < first or (last - first).days >= MOST_DAYS:
            raise UsageError(f"日历一次看1至{MOST_DAYS}日,止日不早于起日。", next_step="请核对起止日期。")
        since, until = beijing_instant(first), beijing_instant(last + DAY)
        found = self._calendar.between(since - DAY, until + DAY, account_ids, MOST_POSTS + 1)
        if len(found) > MOST_POSTS:
            raise UsageError(f"这些日期内的稿件超过{MOST_POSTS}件。", next_step="请选定账号或单位,或缩短日期。")
        near = Neighbours()
        for post, revision, _, _ in found:
            if PostState(post.state) not in ASIDE:
                near.add(entry_of(post, revision, time_of(post, revision)))
        shown = [each for each in found if since <= time_of(each[0], each[1]) < until]
        rows = {row.post_id: row for row in self._reader.rows(shown, actor)}
        titles = self._calendar.titles({post.series_id for post, _, _, _ in shown if post.series_id is not None})
        by_day: dict[date, list[CalendarEntry]] = {}
        for each in shown:
            entry = self._entry(each, rows[each[0].id], near, titles)
            by_day.setdefault(beijing_date(entry.at), []).append(entry)
        pauses = self._pauses()
        return tuple(
            CalendarDay(
                day,
                self._days.is_workday(day),
                self._days.sensitive(day),
                tuple(by_day.get(day, ())),
                tuple(each for each in pauses if _touches(each, beijing_instant(day), beijing_instant(day + DAY))),
                slots_on(day, self._days.book(day), self._days.is_workday),
            )
            for day in (first + step * DAY for step in range((last - first).days + 1))
        )

    def _entry(self, found: Found, row: DeskRow, near: Neighbours, titles: dict[int, str]) -> CalendarEntry:
        post, revision, _, _ = found
        at = time_of(post, revision)
        due = post.published_at is None and post.scheduled_at is not None
        return CalendarEntry(
            row=row,
            at=at,
            time_of=TimeOf.PUBLISHED if post.published_at else TimeOf.SCHEDULED if due else TimeOf.PLANNED,
            until=latest_moment(at, revision.latest_at, revision.content_class, self._days.book(beijing_date(at)))
            if due
            else None,
            by_hand=revision.gateway in BY_HAND,
            collisions=self._collisions(post, revision, at, near),
            accepted=post.accepted,
            reason=post.reason,
            series=titles.get(post.series_id or 0, ""),
            link=post.link,
        )

    def _collisions(self, post: Post, revision: PostRevision, at: datetime, near: Neighbours) -> tuple[Collision, ...]:
        if PostState(post.state) in ASIDE | GONE:
            return ()
        wanted = entry_of(post, revision, at)
        return self._days.collisions(wanted, near.of(wanted))

    def _pauses(self) -> list[PauseSpan]:
        pauses = Pausing(self._session, self._reader.now).open
        names = names_of(self._session, (pause.clearer for pause in pauses))
        return [
            PauseSpan(pause.id, pause.title, pause.from_at, pause.until_at, names.get(pause.clearer, pause.clearer))
            for pause in pauses
        ]


def time_of(post: Post, revision: PostRevision) -> datetime:
    """Return where a post stands on the calendar: when it went out, else when it is to, else its earliest time."""
    at = post.published_at or post.scheduled_at or revision.earliest_at
    assert at is not None
    return at


def _touches(pause: PauseSpan, since: datetime, until: datetime) -> bool:
    return pause.from_at < until and (pause.until_at is None or pause.until_at > since)
