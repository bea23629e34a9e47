"""Which pause stops a post, as one running transaction sees it: asked at scheduling and at the moment of sending."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.repository.units import unit_tree
from accounts.scope import UnitTree
from publishing.enums import PostState
from publishing.models import Pause, Post, PostRevision
from publishing.pause_rules import PausedPost, PauseTerms, Scope, goes_out_at, holds, in_scope, is_cleared
from publishing.repository import PostRepository
from publishing.repository.pauses import PauseRepository
from publishing.transitions import HOLD
from weibo_ops.kernel import todos
from weibo_ops.kernel.clock import format_beijing

Listed = tuple[Post, PostRevision, str, str]
"""A post with its present text and the names of account and unit."""
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


def hold(session: Session, post: Post, pause: Pause, now: datetime) -> bool:
    """Hold a post for a pause and tell whoever scheduled it; say whether it still stood where it was seen.

    Its time stays on it, so that whoever decides sees when it was to go out.
    """
    post_id, asked = post.id, post.scheduled_by or post.created_by
    title = f"稿件{post_id}因暂停发布“{pause.title}”暂停,恢复后请逐条处置"
    subject = f"{post_id}/{pause.id}"
    values = {"pause_id": pause.id, "reason": reason_of(pause), "changed_at": now}
    if not PostRepository(session).move(post_id, post.version, HOLD.sources, HOLD.target, values):
        return False
    todos.propose(session, HELD, subject, title, now, recipient=asked)
    return True


class Pausing:
    """The pauses that nobody has ended, and which posts they stop."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._pauses = PauseRepository(session)
        self._session = session
        self._unit_of: dict[int, int] = {}
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
        account = post.account_id
        if account not in self._unit_of:
            self._unit_of[account] = self._pauses.unit_of(account)
        line = [node.unit_id for node in self.tree.line(self._unit_of[account])]
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
        return next(iter(self.all_holding(post, revision, at, fingerprint)), None)

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

    def taken(self) -> list[tuple[Listed, list[Pause]]]:
        """List the scheduled posts that would go out during a pause, each with the pauses that stop it, by time."""
        if not self.open:
            return []
        found = []
        for each in self._pauses.in_states([PostState.SCHEDULED, PostState.SIGNED]):
            post, revision = each[0], each[1]
            if post.scheduled_at is not None:
                at = goes_out_at(post.scheduled_at, self.now)
                if stopping := self.all_holding(post, revision, at, post.signed_fingerprint):
                    found.append((each, stopping))
        return found


def take(session: Session, now: datetime) -> list[int]:
    """Hold every scheduled post that a pause stops; return their numbers.

    Where somebody moves one at this very moment it is looked at again: what is going out by then cannot be held.
    """
    held: list[int] = []
    for _ in range(3):
        seen = [(found[0], found[0].id, stopping[0]) for found, stopping in Pausing(session, now).taken()]
        stood = [post_id for post, post_id, pause in seen if hold(session, post, pause, now)]
        held += stood
        if len(stood) == len(seen):
            break
    return held
