"""What the public said: lists of comments and the shares of their labels."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.service import AccountService
from publishing.checks import Neighbour
from sentiment.clocks import Outcome
from sentiment.models import Comment, ResponseClock
from sentiment.repository import SentimentRepository
from sentiment.response_rules import outcome_of
from sentiment.schemas import CommentFilter, CommentRow, SentimentShare
from sentiment.triage import PREFIX
from weibo_ops.kernel.clock import Period
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.paging import Page, decode_time_cursor, encode_cursor

SENTIMENTS = {"negative": "负面", "neutral": "中性", "positive": "正面", "uncertain": "存疑"}
"""What a filter may ask for, with the words that people read."""
MOST_REPLIES = 200


class CommentService:
    """Use cases on comments."""

    def __init__(self, db: Database, accounts: AccountService) -> None:
        self._db = db
        self._accounts = accounts

    def recent_replies(self, account_ids: Collection[int], since: datetime) -> list[Neighbour]:
        """List what some accounts answered since an instant, the newest first; names of citizens are taken off."""
        with self._db.reading() as session:
            found = SentimentRepository(session).recent_replies(account_ids, since, MOST_REPLIES)
        return [
            Neighbour(f"回复{platform_id}", name, True, at, PREFIX.sub("", text), reply=True)
            for platform_id, name, at, text in found
        ]

    def comments(
        self, wanted: CommentFilter, as_of: datetime | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[CommentRow]:
        """List public comments, the newest first, a page at a time, judged as of an instant.

        Raises:
            UsageError: a filter names an unknown sentiment or outcome, or the cursor is not one of ours.
            NotFoundError: the account is not registered.
        """
        _check(wanted)
        instant = as_of or self._accounts.default_as_of()
        account_id = self._accounts.account_id(wanted.account) if wanted.account else None
        after = decode_time_cursor(cursor)
        with self._db.reading() as session:
            rows = SentimentRepository(session).comment_page(wanted, account_id, instant, limit + 1, after)
            page = tuple(_row(comment, clock, name, instant) for comment, clock, name in rows[:limit])
        more = encode_cursor(page[-1].created_at.isoformat(), page[-1].comment_id) if len(rows) > limit else None
        return Page(page, more)

    def shares(
        self, account: str | None = None, period: Period | None = None, as_of: datetime | None = None
    ) -> SentimentShare:
        """Count public comments by label; weak labels count as uncertain and as nothing else.

        Raises:
            NotFoundError: the account is not registered.
        """
        instant = as_of or self._accounts.default_as_of()
        account_id = self._accounts.account_id(account) if account else None
        until = min(instant, period.end) if period else instant
        with self._db.reading() as session:
            counts = SentimentRepository(session).label_counts(account_id, period.start if period else None, until)
        totals = dict.fromkeys(SENTIMENTS, 0)
        for label, uncertain, count in counts:
            totals["uncertain" if uncertain or label is None else label] += count
        return SentimentShare(**totals)


def _check(wanted: CommentFilter) -> None:
    if wanted.sentiment is not None and wanted.sentiment not in SENTIMENTS:
        raise UsageError(f"情感筛选“{wanted.sentiment}”无法识别。", next_step=f"可选:{'、'.join(SENTIMENTS)}。")
    if wanted.outcome is not None and wanted.outcome not in set(Outcome):
        raise UsageError(f"时效筛选“{wanted.outcome}”无法识别。", next_step=f"可选:{'、'.join(Outcome)}。")


def _row(comment: Comment, clock: ResponseClock | None, name: str, as_of: datetime) -> CommentRow:
    return CommentRow(
        comment_id=comment.id,
        platform_id=comment.platform_id,
        account_id=comment.account_id,
        screen_name=name,
        author_name=comment.author_name,
        created_at=comment.created_at,
        text=comment.text,
        likes_count=comment.likes_count,
        sentiment=comment.sentiment or "",
        uncertain=bool(comment.uncertain),
        nature=comment.nature or "",
        subject=comment.subject,
        district=comment.district,
        urgency=comment.urgency or 0,
        due=bool(clock and clock.due),
        outcome=outcome_of(clock, as_of).value,
        deadline_at=clock.deadline_at if clock else None,
        first_reply_at=clock.first_reply_at
        if clock and clock.first_reply_at and clock.first_reply_at < as_of
        else None,
    )
