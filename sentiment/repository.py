"""Every query on comments, reply links and response clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true, update
from sqlalchemy.orm import aliased

from accounts.models import Account
from sentiment.clocks import Outcome
from sentiment.models import ASSESSED, Comment, ReplyLink, ResponseClock
from sentiment.schemas import CommentFilter
from weibo_ops.kernel.repository import SQL_LIST_LIMIT, Repository, chunks


class ThreadComment(NamedTuple):
    """What threads and clocks need of a stored comment; the fields are those of `Comment`."""

    id: int
    platform_id: str
    post_id: int
    account_id: int
    author_name: str
    author_uid: str | None
    official: bool
    created_at: datetime
    text: str
    reply_to: str | None
    nature: str | None


class SentimentRepository(Repository):
    """Queries of the sentiment package."""

    # --- intake ---------------------------------------------------------------------------------------------

    def likes(self, platform_ids: Iterable[str]) -> dict[str, int | None]:
        """Return ``{platform id: likes}`` of the comments that are stored already."""
        return self.mapping(Comment.platform_id, Comment.likes_count, platform_ids)

    def store_comments(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store comments; a known one gets the newer like count and keeps everything else."""
        self.upsert(Comment, rows, key=("platform", "platform_id"), update=("likes_count",))

    def recent_replies(
        self, account_ids: Iterable[int], since: datetime, limit: int
    ) -> list[tuple[str, str, datetime, str]]:
        """List ``(platform id, screen name, time, text)`` of the replies of some accounts, the newest first."""
        statement = (
            select(Comment.platform_id, Comment.author_name, Comment.created_at, Comment.text)
            .where(Comment.account_id.in_(list(account_ids)), Comment.official, Comment.created_at >= since)
            .order_by(Comment.created_at.desc(), Comment.id.desc())
            .limit(limit)
        )
        return [(row[0], row[1], row[2], row[3]) for row in self.session.execute(statement)]

    def make_official(self, names: Iterable[str], uids: Iterable[str]) -> set[int]:
        """Turn stored public comments of accounts registered only now into official ones; return their posts' ids.

        The uid decides where it is known, else the screen name.
        """
        by_name = ((Comment.author_name, part, Comment.author_uid.is_(None)) for part in chunks(names, SQL_LIST_LIMIT))
        by_uid = ((Comment.author_uid, part, true()) for part in chunks(uids, SQL_LIST_LIMIT))
        posts: set[int] = set()
        for column, part, condition in (*by_name, *by_uid):
            statement = (
                update(Comment)
                .where(Comment.official.is_(False), column.in_(part), condition)
                .values(official=True, **dict.fromkeys(ASSESSED))
                .returning(Comment.post_id)
            )
            posts.update(self.session.scalars(statement))
        return posts

    def threads(self, post_ids: Sequence[int]) -> dict[int, list[ThreadComment]]:
        """Return ``{post id: its comments}`` in order of time and platform id."""
        found: dict[int, list[ThreadComment]] = {post_id: [] for post_id in post_ids}
        columns = [getattr(Comment, name) for name in ThreadComment._fields]
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            for row in self.session.execute(select(*columns).where(Comment.post_id.in_(part))):
                comment = ThreadComment._make(row)
                found[comment.post_id].append(comment)
        for comments in found.values():
            comments.sort(key=lambda row: (row.created_at, len(row.platform_id), row.platform_id))
        return found

    def replace_threads(
        self, post_ids: Sequence[int], links: Sequence[Mapping[str, Any]], clocks: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put new links and clocks in the place of the posts' old ones."""
        self.remove_where_in(ReplyLink, ReplyLink.post_id, post_ids)
        self.remove_where_in(ResponseClock, ResponseClock.post_id, post_ids)
        self.add_all(ReplyLink, links)
        self.add_all(ResponseClock, clocks)

    def accounts_with_comments(self, account_ids: Iterable[int]) -> set[int]:
        """Return those of the accounts under whose posts a comment was observed."""
        statement = select(Comment.account_id).where(Comment.account_id.in_(list(account_ids))).distinct()
        return set(self.session.scalars(statement))

    # --- reading --------------------------------------------------------------------------------------------

    def comment_page(
        self, wanted: CommentFilter, account_id: int | None, as_of: datetime, limit: int, after: tuple[Any, ...] | None
    ) -> list[tuple[Comment, ResponseClock | None, str]]:
        """Return up to ``limit`` public comments with clock and screen name, the newest first.

        Args:
            wanted: the filter.
            account_id: the account of ``wanted.account``.
            as_of: comments after it are not listed; outcomes are judged at it.
            limit: rows at most.
            after: ``(created_at, id)`` of the last row of the page before.
        """
        statement = (
            select(Comment, ResponseClock, Account.screen_name)
            .join(Account, Account.id == Comment.account_id)
            .outerjoin(ResponseClock, ResponseClock.comment_id == Comment.id)
            .where(Comment.official.is_(False), Comment.created_at < as_of)
            .order_by(Comment.created_at.desc(), Comment.id.desc())
            .limit(limit)
        )
        for condition in _conditions(wanted, account_id, as_of):
            statement = statement.where(condition)
        if after is not None:
            at, row_id = after
            statement = statement.where(
                or_(Comment.created_at < at, and_(Comment.created_at == at, Comment.id < row_id))
            )
        return [(comment, clock, name) for comment, clock, name in self.session.execute(statement)]

    def clocks(
        self, account_id: int | None, since: datetime | None, until: datetime
    ) -> list[tuple[ResponseClock, Comment, str, Comment | None, str | None, str | None]]:
        """Return clocks started in ``[since, until)`` with comment, account, first reply, replier, substantive id."""
        first, substantive = aliased(Comment), aliased(Comment)
        statement = (
            select(ResponseClock, Comment, Account.screen_name, first, first.author_name, substantive.platform_id)
            .join(Comment, Comment.id == ResponseClock.comment_id)
            .join(Account, Account.id == ResponseClock.account_id)
            .outerjoin(first, first.id == ResponseClock.first_reply_id)
            .outerjoin(substantive, substantive.id == ResponseClock.substantive_reply_id)
            .where(ResponseClock.started_at < until)
            .order_by(ResponseClock.started_at, ResponseClock.comment_id)
        )
        if account_id is not None:
            statement = statement.where(ResponseClock.account_id == account_id)
        if since is not None:
            statement = statement.where(ResponseClock.started_at >= since)
        return list(self.session.execute(statement))

    def clock_of(self, platform_id: str) -> tuple[Comment, ResponseClock | None, str] | None:
        """Return a comment with its clock and its account's screen name."""
        row = self.session.execute(
            select(Comment, ResponseClock, Account.screen_name)
            .join(Account, Account.id == Comment.account_id)
            .outerjoin(ResponseClock, ResponseClock.comment_id == Comment.id)
            .where(Comment.platform_id == platform_id)
        ).first()
        return (row[0], row[1], row[2]) if row else None

    def replies_to(self, comment_id: int) -> list[tuple[Comment, str]]:
        """Return the linked official replies of a comment with the link's role, earliest first."""
        statement = (
            select(Comment, ReplyLink.role)
            .join(ReplyLink, ReplyLink.reply_id == Comment.id)
            .where(ReplyLink.comment_id == comment_id)
            .order_by(Comment.created_at, Comment.id)
        )
        return list(self.session.execute(statement))

    def public_counts(self, since: datetime | None, until: datetime) -> dict[int, int]:
        """Return ``{account id: public comments}`` created in ``[since, until)``."""
        statement = select(Comment.account_id, func.count()).where(*_public(since, until)).group_by(Comment.account_id)
        return dict(self.session.execute(statement).all())

    def label_counts(
        self, account_id: int | None, since: datetime | None, until: datetime
    ) -> list[tuple[str | None, bool | None, int]]:
        """Return ``(label, uncertain, count)`` of public comments created in ``[since, until)``."""
        statement = select(Comment.sentiment, Comment.uncertain, func.count()).where(*_public(since, until))
        if account_id is not None:
            statement = statement.where(Comment.account_id == account_id)
        return list(self.session.execute(statement.group_by(Comment.sentiment, Comment.uncertain)))


def _public(since: datetime | None, until: datetime) -> list[ColumnElement[bool]]:
    """The public's comments created in ``[since, until)``."""
    conditions = [Comment.official.is_(False), Comment.created_at < until]
    return conditions if since is None else [*conditions, Comment.created_at >= since]


def _conditions(wanted: CommentFilter, account_id: int | None, as_of: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if account_id is not None:
        conditions.append(Comment.account_id == account_id)
    if wanted.sentiment == "uncertain":
        conditions.append(Comment.uncertain.is_(True))
    elif wanted.sentiment is not None:
        conditions += [Comment.sentiment == wanted.sentiment, Comment.uncertain.is_(False)]
    for column, value in (
        (Comment.nature, wanted.nature),
        (Comment.subject, wanted.subject),
        (Comment.district, wanted.district),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.since is not None:
        conditions.append(Comment.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Comment.created_at < wanted.until)
    if wanted.search:
        conditions.append(Comment.text.contains(wanted.search, autoescape=True))
    due = func.coalesce(ResponseClock.due, False)
    if wanted.due is not None:
        conditions.append(due if wanted.due else not_(due))
    if wanted.outcome is not None:
        conditions.append(_outcome_is(wanted.outcome, as_of))
    return conditions


def _outcome_is(name: str, as_of: datetime) -> ColumnElement[bool]:
    """The same judgement as ``sentiment.clocks.outcome``, for filtering in the database."""
    answered = and_(ResponseClock.first_reply_at.is_not(None), ResponseClock.first_reply_at < as_of)
    known = ResponseClock.deadline_at.is_not(None)
    in_time = and_(known, ResponseClock.first_reply_at <= ResponseClock.deadline_at)
    proven = and_(not_(known), ResponseClock.working_minutes.is_not(None))
    due = ResponseClock.due.is_(True)
    return {
        Outcome.ON_TIME: and_(due, answered, or_(in_time, proven)),
        Outcome.LATE: and_(due, answered, known, ResponseClock.first_reply_at > ResponseClock.deadline_at),
        Outcome.OVERDUE: and_(due, known, not_(answered), ResponseClock.deadline_at < as_of),
        Outcome.OPEN: and_(
            due,
            or_(
                and_(known, not_(answered), ResponseClock.deadline_at >= as_of),
                and_(not_(known), not_(and_(answered, proven))),
            ),
        ),
        Outcome.NOT_DUE: and_(not_(func.coalesce(ResponseClock.due, False))),
    }[Outcome(name)]
