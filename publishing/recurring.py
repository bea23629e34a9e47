"""Recurring columns inside running transactions: one draft per occurrence, each signed and scheduled for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from publishing.calendar_rules import Occurrences, Repetition
from publishing.drafting import Drafting
from publishing.enums import Origin, PostState, RoundOutcome, SeriesDay
from publishing.models import PostSeries
from publishing.reading import Reader, find_post
from publishing.repository import PostRepository
from publishing.repository.calendar import CalendarRepository
from publishing.review_desk import take_back
from publishing.scheduling import OfficeDays
from publishing.schemas import Occurrence, PostEntry, SeriesRow
from publishing.transitions import WITHDRAW
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing
from weibo_ops.kernel.errors import ConflictError, NotFoundError, UsageError


def require_repeatable(entry: PostEntry, found: Occurrences, now: datetime) -> None:
    """Refuse to repeat what is said once, or from a time on that is over.

    Raises:
        UsageError: the post answers a comment or is an emergency publication; the first occurrence is over.
    """
    if entry.urgent or entry.reply_to:
        raise UsageError("应急发布的、答复评论的稿件不能作为栏目重复。", next_step="请另起草一件日常稿件。")
    if found.at[0] <= now:
        raise UsageError(f"第一期{format_beijing(found.at[0])}已过。", next_step="请把起日改到以后。")


def add_column(
    session: Session,
    drafting: Drafting,
    days: OfficeDays,
    actor: Actor,
    post_id: int,
    entry: PostEntry,
    title: str,
    rule: Repetition,
    span: tuple[date, date],
    at: Sequence[datetime],
    now: datetime,
) -> tuple[int, tuple[Occurrence, ...]]:
    """Add a recurring column and its drafts; return its number and them.

    Args:
        session: of the running transaction.
        drafting: who writes and checks posts.
        days: for how late each may go out.
        actor: who writes.
        post_id: the post that is repeated.
        entry: what it says.
        title: of the column.
        rule: how often.
        span: first and last Beijing day.
        at: the time of each occurrence.
        now: the instant.

    Raises:
        As `Drafting.add`.
    """
    series_id = CalendarRepository(session).add_series(
        {
            "account_id": find_post(PostRepository(session), post_id).account_id,
            "title": title,
            "rule": {
                "every": rule.every.value,
                "at": f"{rule.at:%H:%M}",
                "weekday": rule.weekday,
                "day": rule.day,
            },
            "first_day": span[0],
            "last_day": span[1],
            "created_by": actor.person,
            "created_at": now,
        }
    )
    made = [
        Occurrence(
            drafting.add(session, actor, _placed(entry, title, each, days), Origin.TEMPLATE, series_id=series_id), each
        )
        for each in at
    ]
    return series_id, tuple(made)


def _placed(entry: PostEntry, title: str, at: datetime, days: OfficeDays) -> PostEntry:
    late = max(days.book(beijing_date(at)).lateness.minutes_for(entry.content_class), 1)
    note = f"栏目“{title}”{format_beijing(at)}一期"
    return replace(entry, earliest_at=at, latest_at=at + timedelta(minutes=late), note=note)


def end_column(session: Session, reader: Reader, actor: Actor, series_id: int) -> list[int]:
    """End a recurring column and withdraw what did not go out; return the numbers of these posts.

    Raises:
        NotFoundError: there is no such column.
        RefusedError: the actor is none of the unit's.
        ConflictError: it was ended already, or somebody moved one of its posts at this moment.
    """
    calendar = CalendarRepository(session)
    if calendar.series(series_id) is None:
        raise NotFoundError(f"没有编号为{series_id}的栏目。", next_step="编号见 weibo-ops post series。")
    posts = calendar.posts_of(series_id)
    for post in posts:
        reader.require_sponsor(actor, post, reader.book.before_sending.citation, "结束栏目")
    if not calendar.end_series(series_id, {"ended_at": reader.now, "ended_by": actor.person}):
        raise ConflictError(f"栏目{series_id}已结束。", next_step="不必重复办理。")
    waiting = [post.id for post in posts if PostState(post.state) in WITHDRAW.sources]
    for post_id in waiting:
        post = find_post(PostRepository(session), post_id)
        take_back(session, post, post.version, WITHDRAW, RoundOutcome.WITHDRAWN, reader.now)
    return waiting


def columns(session: Session, account_id: int | None = None) -> list[SeriesRow]:
    """List the recurring columns, the newest first."""
    calendar = CalendarRepository(session)
    found = calendar.all_series(account_id)
    states = calendar.states_of(row.id for row, _ in found)
    return [_row(row, name, states.get(row.id, {})) for row, name in found]


def _row(row: PostSeries, account: str, states: dict[str, int]) -> SeriesRow:
    rule = Repetition(
        SeriesDay(row.rule["every"]), time.fromisoformat(row.rule["at"]), row.rule["weekday"], row.rule["day"]
    )
    published = sum(states.get(state, 0) for state in (PostState.PUBLISHED, PostState.DELETED))
    withdrawn = states.get(PostState.WITHDRAWN, 0)
    total = sum(states.values())
    return SeriesRow(
        series_id=row.id,
        account=account,
        title=row.title,
        rule=rule.in_words,
        first_day=row.first_day,
        last_day=row.last_day,
        posts=total,
        published=published,
        withdrawn=withdrawn,
        waiting=total - published - withdrawn,
        ended_at=row.ended_at,
    )
