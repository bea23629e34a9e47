"""Posts that people send in the official client: whether a post on the platform is the one that was handed over.

One way for receipts that people enter and for posts that are found without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.repository.duty import SUPERVISORS
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import latest_moment
from publishing.delivery.claims import lock_account
from publishing.enums import AttemptOutcome, PostState, Sending
from publishing.judging import Judge
from publishing.models import DeliveryAttempt, Post, PostRevision
from publishing.pausing import Pausing
from publishing.reading import Reader
from publishing.receipts import COMMENT, Publication, Publications, fits
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.schemas.published import ReceiptView
from publishing.shown_text import first_difference
from publishing.transitions import PUBLISH, changed_meanwhile
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, format_beijing

ON_PLATFORM, IMPORTED, PASTED = "平台", "导入", "粘贴"
"""Where a text was seen; what is pasted is the word of who posted it."""
IN_PAUSE = "post.in_pause"
"""Kind of the to-do that something went out while publication was paused."""


@dataclass(frozen=True)
class Seen:
    """A post as somebody or something saw it.

    Attributes:
        platform_id: its number; empty for a reply to a comment.
        published_at: when.
        text: as shown; None where nobody has seen it.
        truncated: the platform cut it.
        source: where the text comes from, in words.
    """

    platform_id: str
    published_at: datetime
    text: str | None = None
    truncated: bool = False
    source: str = ""


class HandPosting:
    """What people were asked to post, inside a running transaction."""

    def __init__(self, session: Session, standards: StandardService, judge: Judge, now: datetime) -> None:
        self._session = session
        self._standards = standards
        self._judge = judge
        self._attempts = DeliveryRepository(session)
        self.now = now

    @cached_property
    def book(self) -> DeliveryBook:
        """The delivery standard in force."""
        book = self._standards.in_force("delivery", beijing_date(self.now)).book
        assert isinstance(book, DeliveryBook)
        return book

    @cached_property
    def reader(self) -> Reader:
        """Who makes views of posts."""
        return Reader(self._session, self._judge, self.now)

    def lock(self, account_id: int) -> None:
        """Let one transaction at a time decide about an account's posts; the sending holds the same lock."""
        lock_account(self._session, account_id)

    def attempts(self, post_id: int) -> list[DeliveryAttempt]:
        """List the attempts to send a post, the first first."""
        return self._attempts.attempts(post_id)

    def latest(self, post: Post, revision: PostRevision) -> datetime | None:
        """Return the last instant at which a post may still be sent; None where nothing says so."""
        if post.scheduled_at is None:
            return revision.latest_at
        return latest_moment(post.scheduled_at, revision.latest_at, revision.content_class, self.book)

    def not_before(self, post: Post, attempts: Sequence[DeliveryAttempt]) -> datetime:
        """Return from when on a post on the platform may be this one: its time, less what clocks may differ."""
        open_ = [each for each in attempts if each.outcome in ("", AttemptOutcome.UNKNOWN.value)] or attempts
        begun = [each.started_at for each in open_] + ([post.scheduled_at] if post.scheduled_at is not None else [])
        skew = timedelta(seconds=self.book.uncertain.skew_seconds)
        return (min(begun) if begun else self.now).replace(microsecond=0) - skew

    def publish(
        self, actor: Actor, post: Post, revision: PostRevision, seen: Seen, link: str, act: str = "post.receipt"
    ) -> ReceiptView:
        """Bind a post that was handed over, or of which nobody knew, to what was seen, and move it to 已发布.

        Args:
            actor: who brings it.
            post: the post; its account is locked.
            revision: its present text.
            seen: what stands on the platform.
            link: its address.
            act: what the audit log calls it.

        Raises:
            ConflictError: the number belongs to another post or account; somebody was faster.
        """
        post_id, version = post.id, post.version
        same = None if seen.text is None else fits(revision, seen.text, seen.truncated)
        difference = first_difference(revision.text, seen.text or "") if same is False else ""
        flags = self._flags(post, revision, seen.published_at)
        if same is False:
            flags = (f"与签发稿不一致{f':{difference}' if difference else ''}", *flags)
        publications = Publications(self._session, self.now)
        attempts = self.attempts(post_id)
        bound = "" if revision.gateway == COMMENT else seen.platform_id
        publications.record(
            Publication(
                post, revision, bound, seen.published_at, seen.text, link, seen.truncated, seen.source == PASTED
            )
        )
        moved = PostRepository(self._session).move(
            post_id,
            version,
            PUBLISH.sources,
            PUBLISH.target,
            {
                "platform_id": bound,
                "link": link,
                "published_at": seen.published_at,
                "receipt_checked": seen.text is not None,
                "reason": ";".join(flags),
                "send_after": None,
                "lease_until": None,
                "changed_at": self.now,
            },
        )
        if not moved:
            raise changed_meanwhile(post_id)
        self._settle(attempts, actor, bound)
        details = {
            "platform_id": seen.platform_id,
            "link": link,
            "published_at": seen.published_at,
            "checked": seen.source,
            "same": same,
            "flags": list(flags),
        }
        audit.append(self._session, actor, act, str(post_id), details, self.now)
        return ReceiptView(
            post_id, PostState.PUBLISHED.value, bound, link, seen.published_at, seen.text is not None, difference, flags
        )

    def _flags(self, post: Post, revision: PostRevision, published_at: datetime) -> tuple[str, ...]:
        flags = []
        latest = self.latest(post, revision)
        if latest is not None and published_at > latest:
            flags.append(f"晚于最晚发布时间{format_beijing(latest)}发布")
        pause = Pausing(self._session, self.now).holding(
            post, revision, published_at, self.reader.standing(post).fingerprint
        )
        if pause is not None:
            flags.append(f"在暂停发布“{pause.title}”期间发布")
            todos.propose(
                self._session,
                IN_PAUSE,
                f"{post.id}/{pause.id}",
                f"核查:稿件{post.id}在暂停发布“{pause.title}”期间由人工发布",
                self.now,
                recipient=pause.clearer or SUPERVISORS,
            )
        return tuple(flags)

    def _settle(self, attempts: Sequence[DeliveryAttempt], actor: Actor, platform_id: str) -> None:
        """Write down how the attempts ended: the last one put it there, none of those before did.

        A call that was never answered stays open: should its answer still come, it is looked at by itself.
        """
        for each in attempts:
            if each.outcome not in ("", AttemptOutcome.UNKNOWN.value):
                continue
            last = each is attempts[-1]
            self._attempts.change_attempt(
                each.id,
                {
                    "ended_at": each.ended_at or (self.now if each.channel == Sending.BY_HAND.value else None),
                    "outcome": (AttemptOutcome.PUBLISHED if last else AttemptOutcome.ABSENT).value,
                    "platform_id": platform_id if last else "",
                    "decided_by": actor.person,
                    "decided_at": self.now,
                },
            )


def sent_by_hand(post: Post) -> bool:
    """Say whether a post was given to a person to send."""
    return post.lease_owner == Sending.BY_HAND.value
