"""Which pause stops a post, as one running transaction sees it: asked at scheduling and at the moment of sending."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.repository.units import unit_tree
from accounts.scope import UnitTree
from publishing.models import Pause, Post, PostRevision
from publishing.pause_rules import PausedPost, PauseTerms, Scope, holds, in_scope, is_cleared
from publishing.repository.pauses import PauseRepository
from weibo_ops.kernel.clock import format_beijing

HELD = "post.held"
"""Kind of the to-do that a post is held and somebody must decide; its subject is ``post/pause``."""


def terms_of(pause: Pause) -> PauseTerms:
    """Return a stored pause as a rule."""
    return PauseTerms(
        scope=Scope(
            areas=tuple(pause.areas),
            unit_ids=tuple(pause.unit_ids),
            account_ids=tuple(pause.account_ids),
            classes=tuple(pause.classes),
        ),
        from_at=pause.from_at,
        until_at=pause.until_at,
        ended_at=pause.ended_at,
        allowed=tuple(pause.allowed),
    )


def reason_of(pause: Pause) -> str:
    """Return why a post is held, as it stands on the post."""
    until = f"至{format_beijing(pause.until_at)}" if pause.until_at is not None else ",恢复时间未定"
    return f"暂停发布“{pause.title}”({format_beijing(pause.from_at)}起{until})"


class Pausing:
    """The pauses that nobody has ended, and which posts they stop."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._pauses = PauseRepository(session)
        self._session = session
        self.now = now

    @cached_property
    def open(self) -> list[Pause]:
        """The pauses that nobody has ended, by beginning; also those to come and those whose time is over."""
        return self._pauses.open()

    @cached_property
    def tree(self) -> UnitTree:
        """The units as they stand now."""
        return unit_tree(self._session)

    @cached_property
    def _regions(self) -> dict[int, str]:
        return self._pauses.regions()

    def subject(self, post: Post, revision: PostRevision) -> PausedPost:
        """Return what of a post decides: by the unit that its account belongs to now."""
        line = [node.unit_id for node in self.tree.line(self._pauses.unit_of(post.account_id))]
        return PausedPost(
            area_line=tuple(self._regions[unit_id] for unit_id in line if self._regions[unit_id]),
            unit_line=tuple(line),
            account_id=post.account_id,
            content_class=revision.content_class,
        )

    def holding(self, post: Post, revision: PostRevision, at: datetime, fingerprint: str) -> Pause | None:
        """Return the pause that stops a post at a time.

        Args:
            post: the post.
            revision: its present text.
            at: when it would go out.
            fingerprint: of the text that would go out; a clearance holds for it alone.

        Returns:
            The first pause, by beginning, that stops it; None if none does, or each was cleared for this very text.
        """
        return next((pause for pause in self.all_holding(post, revision, at, fingerprint)), None)

    def all_holding(self, post: Post, revision: PostRevision, at: datetime, fingerprint: str) -> list[Pause]:
        """Return every pause that stops a post at a time, by beginning; see `holding`."""
        if not self.open:
            return []
        subject = self.subject(post, revision)
        return [
            pause
            for pause in self.open
            if holds(terms_of(pause), subject, at)
            and not is_cleared(fingerprint, self._pauses.cleared(pause.id, post.id))
        ]

    def names(self, pause: Pause, post: Post, revision: PostRevision) -> bool:
        """Say whether the scope of a pause names a post, whatever the time."""
        return in_scope(terms_of(pause).scope, self.subject(post, revision))
