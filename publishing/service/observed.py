"""What went out, and what the content standard says to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.permissions import Permission
from accounts.schemas import PostRow
from accounts.service import AccountService
from accounts.standards import StandardService
from publishing.checks import Hit, check_text
from publishing.judging import Judge
from publishing.repository import PublishingRepository
from publishing.schemas import ContentHitView, ScanReport
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.paging import Page, decode_time_cursor, encode_cursor

POSTS_PER_TRANSACTION = 1_000
OBSERVED_GATEWAY = "manual"
"""Observed posts came through the official client, whose limits are the manual gateway's."""


class PublishingService:
    """Use cases on outgoing texts."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, accounts: AccountService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._accounts = accounts
        self._judge = Judge(standards)

    def check_text(self, text: str, gateway: str = OBSERVED_GATEWAY) -> tuple[Hit, ...]:
        """Check a text against the content book and the word lists in force today."""
        today = beijing_date(self._clock.now())
        found = self._judge.standards(today)
        return check_text(text, found.content.book, gateway=gateway, words=self._judge.words(found), on=today)

    def scan(self, actor: Actor, as_of: datetime | None = None) -> ScanReport:
        """Check every observed post by the content book in force; hits are pointers for a person to verify.

        Raises:
            PermissionRefusedError: the actor may not scan.
        """
        require(actor, Permission.SCAN)
        instant = as_of or self._accounts.default_as_of()
        return self._scan(actor, beijing_date(instant - timedelta(microseconds=1)))

    def rescan(self, actor: Actor, since: datetime) -> ScanReport:
        """Check what went out since an instant by the standards in force today, after these changed.

        Raises:
            PermissionRefusedError: the actor may not scan.
        """
        require(actor, Permission.SCAN)
        return self._scan(actor, beijing_date(self._clock.now()), since)

    def _scan(self, actor: Actor, day: date, since: datetime | None = None) -> ScanReport:
        standards = self._judge.standards(day)
        book, words = standards.content, self._judge.words(standards)
        posts = hits_found = posts_hit = last = 0
        while True:
            with self._db.writing() as session:
                repository = PublishingRepository(session)
                texts = repository.texts_after(last, POSTS_PER_TRANSACTION, since)
                found = {
                    post_id: check_text(text, book.book, gateway=OBSERVED_GATEWAY, words=words, on=day)
                    for post_id, text in texts
                }
                repository.replace_hits(
                    list(found), [_values(post_id, hit, book.digest) for post_id, hits in found.items() for hit in hits]
                )
                posts += len(texts)
                hits_found += sum(len(hits) for hits in found.values())
                posts_hit += sum(1 for hits in found.values() if hits)
                if len(texts) < POSTS_PER_TRANSACTION:
                    report = ScanReport(posts, hits_found, posts_hit)
                    details = {**vars(report), "standard": book.digest, "words": standards.words.digest}
                    audit.append(session, actor, "publishing.scan", "observed posts", details, self._clock.now())
                    return report
                last = texts[-1][0]

    def posts(
        self,
        account: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        hits_only: bool = False,
        search: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[PostRow]:
        """List observed posts, the newest first, a page at a time.

        Raises:
            NotFoundError: the account is not registered.
            UsageError: the cursor is not one of ours.
        """
        account_id = self._accounts.account_id(account) if account else None
        after = decode_time_cursor(cursor)
        with self._db.reading() as session:
            rows = PublishingRepository(session).post_page(
                account_id, since, until, hits_only, search, limit + 1, after
            )
        page = rows[:limit]
        more = encode_cursor(page[-1].published_at.isoformat(), page[-1].post_id) if len(rows) > limit else None
        return Page(tuple(page), more)

    def hits(self, account: str | None = None, platform_id: str | None = None) -> list[ContentHitView]:
        """List what the content checks found, the newest post first.

        Raises:
            NotFoundError: the account is not registered.
        """
        account_id = self._accounts.account_id(account) if account else None
        with self._db.reading() as session:
            return PublishingRepository(session).hit_views(account_id, platform_id)


def _values(post_id: int, hit: Hit, digest: str) -> dict[str, object]:
    return {
        "post_id": post_id,
        "rule_id": hit.rule_id,
        "start": hit.start,
        "end": hit.end,
        "severity": hit.severity.value,
        "title": hit.title,
        "message": hit.message,
        "clause": hit.clause,
        "source": hit.source,
        "trust": hit.trust.value,
        "suggestion": hit.suggestion,
        "standard_digest": digest,
    }
