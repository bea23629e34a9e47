"""Queries on the calendar: what stands at which time, refused texts, recurring columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update

from accounts.models import Account, Unit
from publishing.enums import PostState
from publishing.models import Post, PostRevision, PostSeries
from weibo_ops.kernel.repository import Repository

GOING_OUT = (PostState.SCHEDULED, PostState.SENDING, PostState.UNCERTAIN)
"""States in which a post takes its place at ``scheduled_at``."""
WENT_OUT = (PostState.PUBLISHED, PostState.DELETED)
"""States in which a post took its place at ``published_at``."""

Found = tuple[Post, PostRevision, str, str]
"""A post, its present revision, names of account and unit."""


class CalendarRepository(Repository):
    """Posts by time."""

    def between(
        self, since: datetime, until: datetime, account_ids: Collection[int] | None = None, limit: int | None = None
    ) -> list[Found]:
        """List what stands in ``[since, until)``: published, scheduled, or planned from its earliest time on.

        What was withdrawn goes out no more and is left out.
        """
        out, due, from_ = Post.published_at, Post.scheduled_at, PostRevision.earliest_at
        statement = (
            select(Post, PostRevision, Account.screen_name, Unit.name)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .join(Account, Account.id == Post.account_id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(
                Post.state != PostState.WITHDRAWN.value,
                or_(
                    and_(out >= since, out < until),
                    and_(out.is_(None), due >= since, due < until),
                    and_(out.is_(None), due.is_(None), from_ >= since, from_ < until),
                ),
            )
            .order_by(func.coalesce(out, due, from_), Post.id)
        )
        if account_ids is not None:
            statement = statement.where(Post.account_id.in_(list(account_ids)))
        if limit is not None:
            statement = statement.limit(limit)
        return [(post, revision, account, unit) for post, revision, account, unit in self.session.execute(statement)]

    def placed(self, account_id: int, since: datetime, until: datetime) -> list[tuple[Post, PostRevision]]:
        """List what takes a place of an account in ``[since, until)``: what goes out then, and what went out."""
        going = and_(
            Post.state.in_([state.value for state in GOING_OUT]), Post.scheduled_at >= since, Post.scheduled_at < until
        )
        gone = and_(
            Post.state.in_([state.value for state in WENT_OUT]), Post.published_at >= since, Post.published_at < until
        )
        rows = self.session.execute(
            select(Post, PostRevision)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .where(Post.account_id == account_id, or_(going, gone))
            .order_by(Post.id)
        )
        return [(post, revision) for post, revision in rows]

    def uncertain(self, account_id: int) -> int | None:
        """Return a post of an account of which nobody knows whether it went out."""
        return self.session.scalar(
            select(Post.id)
            .where(Post.account_id == account_id, Post.state == PostState.UNCERTAIN.value)
            .order_by(Post.id)
            .limit(1)
        )

    def accounts_of(self, unit_ids: Collection[int]) -> list[int]:
        """Return the ids of the accounts of some units."""
        return list(self.session.scalars(select(Account.id).where(Account.unit_id.in_(list(unit_ids)))))

    # --- recurring columns ----------------------------------------------------------------------------------

    def add_series(self, values: Mapping[str, object]) -> int:
        """Add a recurring column; return its id."""
        row = PostSeries(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def series(self, series_id: int) -> PostSeries | None:
        """Return a recurring column."""
        return self.session.get(PostSeries, series_id)

    def titles(self, series_ids: Iterable[int]) -> dict[int, str]:
        """Return ``{id: title}`` of recurring columns."""
        return self.mapping(PostSeries.id, PostSeries.title, series_ids)

    def all_series(self, account_id: int | None = None) -> list[tuple[PostSeries, str]]:
        """List recurring columns with their account's name, the newest first."""
        statement = (
            select(PostSeries, Account.screen_name)
            .join(Account, Account.id == PostSeries.account_id)
            .order_by(PostSeries.id.desc())
        )
        if account_id is not None:
            statement = statement.where(PostSeries.account_id == account_id)
        return [(row, name) for row, name in self.session.execute(statement)]

    def states_of(self, series_ids: Iterable[int]) -> dict[int, dict[str, int]]:
        """Return by recurring column how many of its posts stand in each state."""
        rows = self.session.execute(
            select(Post.series_id, Post.state, func.count())
            .where(Post.series_id.in_(list(series_ids)))
            .group_by(Post.series_id, Post.state)
        )
        found: dict[int, dict[str, int]] = {}
        for series_id, state, count in rows:
            if series_id is not None:
                found.setdefault(series_id, {})[state] = count
        return found

    def posts_of(self, series_id: int) -> list[Post]:
        """List the posts of a recurring column by number."""
        return list(self.session.scalars(select(Post).where(Post.series_id == series_id).order_by(Post.id)))

    def end_series(self, series_id: int, values: Mapping[str, object]) -> bool:
        """End a recurring column that nobody ended; say whether it was."""
        ended = self.session.execute(
            update(PostSeries)
            .where(PostSeries.id == series_id, PostSeries.ended_at.is_(None))
            .values(dict(values))
            .returning(PostSeries.id)
        ).first()
        self.session.expire_all()
        return ended is not None
