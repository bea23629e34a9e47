"""Every query on observed posts as outgoing texts and on what the content checks found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from accounts.models import Account, ObservedPost
from accounts.schemas import PostRow
from publishing.models import ContentHit
from publishing.schemas import ContentHitView
from weibo_ops.kernel.repository import Repository


class PublishingRepository(Repository):
    """Queries of the publishing package."""

    def texts_after(self, post_id: int, limit: int, since: datetime | None = None) -> list[tuple[int, str]]:
        """Return ``(post id, text)`` of the next posts in the order of their ids, of those that went out since then."""
        statement = (
            select(ObservedPost.id, ObservedPost.text)
            .where(ObservedPost.id > post_id)
            .order_by(ObservedPost.id)
            .limit(limit)
        )
        if since is not None:
            statement = statement.where(ObservedPost.published_at >= since)
        return [(row[0], row[1]) for row in self.session.execute(statement)]

    def replace_hits(self, post_ids: Sequence[int], hits: Sequence[Mapping[str, Any]]) -> None:
        """Put new hits in the place of the posts' old ones."""
        self.remove_where_in(ContentHit, ContentHit.post_id, post_ids)
        self.add_all(ContentHit, hits)

    def post_page(
        self,
        account_id: int | None,
        since: datetime | None,
        until: datetime | None,
        hits_only: bool,
        search: str | None,
        limit: int,
        after: tuple[datetime, int] | None,
    ) -> list[PostRow]:
        """Return up to ``limit`` posts, the newest first, after the given ``(published_at, id)``."""
        hits = (
            select(func.count()).where(ContentHit.post_id == ObservedPost.id).correlate(ObservedPost).scalar_subquery()
        )
        statement = (
            select(ObservedPost, Account.screen_name, hits)
            .join(Account, Account.id == ObservedPost.account_id)
            .order_by(ObservedPost.published_at.desc(), ObservedPost.id.desc())
            .limit(limit)
        )
        if account_id is not None:
            statement = statement.where(ObservedPost.account_id == account_id)
        if since is not None:
            statement = statement.where(ObservedPost.published_at >= since)
        if until is not None:
            statement = statement.where(ObservedPost.published_at < until)
        if search:
            statement = statement.where(ObservedPost.text.contains(search, autoescape=True))
        if hits_only:
            statement = statement.where(select(ContentHit.id).where(ContentHit.post_id == ObservedPost.id).exists())
        if after is not None:
            at, row_id = after
            statement = statement.where(
                or_(ObservedPost.published_at < at, and_(ObservedPost.published_at == at, ObservedPost.id < row_id))
            )
        return [
            PostRow(
                post_id=post.id,
                platform_id=post.platform_id,
                account_id=post.account_id,
                screen_name=name,
                published_at=post.published_at,
                text=post.text,
                reposts_count=post.reposts_count,
                comments_count=post.comments_count,
                likes_count=post.likes_count,
                original=post.original,
                hits=count,
            )
            for post, name, count in self.session.execute(statement)
        ]

    def hit_views(self, account_id: int | None, platform_id: str | None) -> list[ContentHitView]:
        """List hits by post and place."""
        statement = (
            select(ContentHit, ObservedPost.platform_id, Account.screen_name)
            .join(ObservedPost, ObservedPost.id == ContentHit.post_id)
            .join(Account, Account.id == ObservedPost.account_id)
            .order_by(ObservedPost.published_at.desc(), ContentHit.post_id, ContentHit.start, ContentHit.rule_id)
        )
        if account_id is not None:
            statement = statement.where(ObservedPost.account_id == account_id)
        if platform_id is not None:
            statement = statement.where(ObservedPost.platform_id == platform_id)
        return [
            ContentHitView(
                post_id=hit.post_id,
                platform_id=post,
                screen_name=name,
                rule_id=hit.rule_id,
                severity=hit.severity,
                title=hit.title,
                message=hit.message,
                clause=hit.clause,
                source=hit.source,
                trust=hit.trust,
                start=hit.start,
                end=hit.end,
                suggestion=hit.suggestion,
            )
            for hit, post, name in self.session.execute(statement)
        ]
