"""Counts that only reports ask for: the public's comments by day and by triage, the sources, the targets applied."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from accounts.models import Coverage
from sentiment.models import Comment, ResponseClock
from weibo_ops.kernel.repository import Repository


class ReportRepository(Repository):
    """Queries of the reports; all of them over ``[since, until)``."""

    def comments_by_day(self, since: datetime, until: datetime) -> dict[date, tuple[int, int]]:
        """Return ``{Beijing day: (public comments, those that are due)}``; days without comments are left out."""
        day = self._beijing_day(Comment.created_at)
        rows = self.session.execute(_counts(day, since=since, until=until))
        return {date.fromisoformat(name): (comments, due) for name, comments, due in rows}

    def comments_by_triage(self, since: datetime, until: datetime) -> list[tuple[str | None, str | None, int, int]]:
        """Return ``(nature, subject, public comments, those that are due)``."""
        return list(self.session.execute(_counts(Comment.nature, Comment.subject, since=since, until=until)))

    def scorers(self, since: datetime, until: datetime) -> list[str]:
        """Return the digests of the models that scored the public's comments."""
        statement = (
            select(Comment.scorer_digest)
            .where(*_public(since, until), Comment.scorer_digest.is_not(None))
            .distinct()
            .order_by(Comment.scorer_digest)
        )
        return [digest for digest in self.session.scalars(statement) if digest is not None]

    def sources(self, since: datetime, until: datetime) -> list[str]:
        """Return the names of the sources that observed anything."""
        statement = select(Coverage.source).where(Coverage.from_at < until, Coverage.until_at > since)
        return list(self.session.scalars(statement.distinct().order_by(Coverage.source)))

    def targets(self, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
        """Return ``(digest of the response book, target id, due comments that it was chosen for)``."""
        statement = (
            select(ResponseClock.standard_digest, ResponseClock.target_id, func.count())
            .where(ResponseClock.due, ResponseClock.started_at >= since, ResponseClock.started_at < until)
            .group_by(ResponseClock.standard_digest, ResponseClock.target_id)
            .order_by(ResponseClock.target_id, ResponseClock.standard_digest)
        )
        return [(digest, target, count) for digest, target, count in self.session.execute(statement)]

    def _beijing_day(self, instant: Any) -> Any:
        """The Beijing day as ``YYYY-MM-DD``; Beijing has kept UTC+8 for as long as there has been a Weibo."""
        if self.session.get_bind().dialect.name == "sqlite":
            return func.date(instant, "+8 hours")
        return func.to_char(func.timezone("Asia/Shanghai", instant), "YYYY-MM-DD")


def _public(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Comment.official.is_(False), Comment.created_at >= since, Comment.created_at < until)


def _counts(*groups: Any, since: datetime, until: datetime) -> Any:
    due = func.coalesce(func.sum(case((ResponseClock.due, 1), else_=0)), 0)
    return (
        select(*groups, func.count(), due)
        .select_from(Comment)
        .outerjoin(ResponseClock, ResponseClock.comment_id == Comment.id)
        .where(*_public(since, until))
        .group_by(*groups)
    )
