"""Looking again by changed standards: at what waits and no longer passes, and at what went out.

A signature rests on the standards it was given under. Where these change, it holds again only after the text was
checked by the new ones and nothing new was found; else the post goes back to 草稿 and its whole chain signs anew.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from publishing.enums import PostState, RoundOutcome
from publishing.fingerprint import books_digest
from publishing.judging import BOOKS, Judge, Standards, hit_rows
from publishing.reading import find_post
from publishing.rejudging import rejudge
from publishing.repository import PostRepository, PublishingRepository, ReviewRepository
from publishing.repository.posts import RECHECKED
from publishing.review_desk import REWORK, take_back
from publishing.schemas import RecheckReport
from publishing.service.observed import PublishingService
from publishing.transitions import RECHECK, WAITING
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database

SYSTEM = Actor("service:program", "本程序", frozenset({Permission.SCAN}), service=True)
"""The program itself, where nobody asked for the look."""


class RecheckService:
    """Use cases on standards that changed under waiting posts."""

    def __init__(self, db: Database, clock: Clock, judge: Judge, observed: PublishingService) -> None:
        self._db = db
        self._clock = clock
        self._judge = judge
        self._observed = observed

    def recheck(self, actor: Actor) -> RecheckReport:
        """Look again at everything that waits, and at what went out within the days that the standard says.

        Each post is a transaction of its own; run again after an interruption, it ends the same.

        Raises:
            PermissionRefusedError: the actor may not scan.
        """
        require(actor, Permission.SCAN, "复查")
        now = self._clock.now()
        standards = self._judge.standards(beijing_date(now))
        with self._db.reading() as session:
            waiting = PostRepository(session).waiting()
        reopened = tuple(post_id for post_id in waiting if self.recheck_one(post_id, actor))
        out = self._observed.rescan(actor, now - timedelta(days=standards.approval.book.recheck.days))
        report = RecheckReport(len(waiting), reopened, out.posts, out.hits)
        with self._db.writing() as session:
            details = {**vars(report), "books": standards.digests}
            audit.append(session, actor, RECHECKED, "waiting", details, now)
        return report

    def recheck_due(self, actor: Actor) -> RecheckReport | None:
        """Look again if other standards hold now than when everything was last looked at; None where there is no need.

        A text that was published for a later day is taken up here on that day.

        Raises:
            PermissionRefusedError: the actor may not scan.
        """
        require(actor, Permission.SCAN, "复查")
        now = self._clock.now()
        standards = self._judge.standards(beijing_date(now))
        since = now - timedelta(days=standards.approval.book.recheck.days)
        with self._db.reading() as session:
            repository = PostRepository(session)
            if repository.last_recheck() == standards.digests:
                return None
            if not repository.waiting() and not PublishingRepository(session).texts_after(0, 1, since):
                return None
        return self.recheck(actor)

    def recheck_one(self, post_id: int, actor: Actor = SYSTEM) -> bool:
        """Look again at one post if the standards changed since it was checked; return whether it was taken back."""
        now = self._clock.now()
        standards = self._judge.standards(beijing_date(now))
        with self._db.reading() as session:
            if not self._outdated(session, post_id, standards):
                return False
        with self._db.writing() as session:
            if not self._outdated(session, post_id, standards):
                return False
            repository = PostRepository(session)
            reviews = ReviewRepository(session)
            post = find_post(repository, post_id)
            round_ = reviews.current(post)
            assert round_ is not None
            found = rejudge(session, self._judge, post, standards, now)
            repository.replace_hits(post_id, hit_rows(post, found.hits))
            if found.stays:
                values = {"rechecked": books_digest(standards.digests, BOOKS)}
                state = PostState(post.state)
                repository.move(post_id, post.version, frozenset({state}), state, values)
                audit.append(session, actor, "post.rechecked", str(post_id), {"books": standards.digests}, now)
                return False
            take_back(session, post, post.version, RECHECK, RoundOutcome.RECHECKED, now)
            todos.propose(
                session,
                REWORK,
                f"{post_id}/{round_.number}/标准变动",
                f"标准变动后稿件{post_id}须重新送审({found.reason})",
                now,
                recipient=round_.submitted_by,
            )
            details = {"round": round_.number, "hits": [hit.rule_id for hit in found.stops], "chain": found.chain.id}
            audit.append(session, actor, "post.reopened", str(post_id), details, now)
        return True

    def _outdated(self, session: Session, post_id: int, standards: Standards) -> bool:
        post = find_post(PostRepository(session), post_id)
        if PostState(post.state) not in WAITING:
            return False
        round_ = ReviewRepository(session).current(post)
        return (
            round_ is not None
            and round_.books != standards.digests
            and post.rechecked != books_digest(standards.digests, BOOKS)
        )
