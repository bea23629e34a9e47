"""The post that stands on the platform is bound to the post that was signed: the one way by which it is.

Used in the transaction that moves a post to 已发布, by whoever learns of it: the sending itself, a receipt that a
person enters, a look at the account's timeline, a person's decision on an uncertain outcome.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.repository.duty import SUPERVISORS
from publishing.enums import ClaimState, RelayState
from publishing.models import Post, PostRevision
from publishing.repository.published import PublishedRepository
from publishing.shown_text import first_difference, normal, same_text
from weibo_ops.kernel import events, todos
from weibo_ops.kernel.errors import ConflictError
from weibo_ops.kernel.platform_ids import bid_of

__all__ = [
    "BREAK_IN",
    "BY_HAND",
    "COMMENT",
    "EDITED",
    "PUBLISHED",
    "RECEIPT",
    "UNCLAIMED",
    "VANISHED",
    "Publications",
    "alike",
    "fits",
    "normal",
    "same_text",
]

PUBLISHED = "post.published"
"""Kind of the event that a post went out."""
RECEIPT, EDITED, VANISHED = "post.receipt", "post.edited", "post.vanished"
"""Kinds of to-dos: a receipt is owed, a text differs on the platform, a post is not visible any more."""
UNCLAIMED, BREAK_IN = "post.unclaimed", "post.breakin"
"""Kinds of to-dos: nobody here sent a post; nobody claimed it either."""
_ON_ITS_WAY = ("post.missed", "post.failed", "post.uncertain", "post.held", "post.presence", RECEIPT)
COMMENT = "comment"
BY_HAND = ("manual", COMMENT)
"""Gateways by which a person posts in the official client."""


class Publications:
    """What is on the platform and what was signed, inside a running transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._rows = PublishedRepository(session)
        self._now = now

    def require_free(self, post: Post, platform_id: str) -> None:
        """Refuse a number of the platform that belongs to another post or to another account.

        Raises:
            ConflictError: naming whose it is.
        """
        bound = self._rows.post_of(platform_id)
        if bound is not None and bound.id != post.id:
            raise ConflictError(
                f"微博{platform_id}已登记为稿件{bound.id}的发布结果,不能再作稿件{post.id}的回执。",
                next_step=f"请核对链接;稿件{bound.id}登记有误的,见 weibo-ops post show {bound.id}。",
            )
        account = self._rows.account(post.account_id)
        seen = self._rows.observed(account.platform, platform_id)
        if seen is not None and seen.account_id != post.account_id:
            other = self._rows.account(seen.account_id)
            raise ConflictError(
                f"微博{platform_id}是账号“{other.screen_name}”所发,不是“{account.screen_name}”所发。",
                next_step="请核对链接。",
            )

    def record(
        self,
        post: Post,
        revision: PostRevision,
        platform_id: str,
        published_at: datetime,
        shown_text: str | None = None,
        link: str = "",
        *,
        truncated: bool = False,
        pasted: bool = False,
    ) -> bool | None:
        """Bind a post to what stands on the platform; the move to 已发布 is the caller's, before or after this.

        An observed post is linked, or stored where its text is known; the account's mark begins; to-dos about the way
        of the post are done; a relay task that waits for it gets its receipt; the event is recorded. Done twice with
        the same number, the second time changes nothing but what was seen.

        Args:
            post: the post.
            revision: what was signed.
            platform_id: the platform's number of the post, in digits; empty for a reply to a comment, which has none
                that people can see: then no post is stored or linked.
            published_at: when the platform took it, or the person posted it.
            shown_text: as the platform or a person gives it; None where nobody has seen it yet. An observed post that
                is stored already is looked at in its place.
            link: address of the post.
            truncated: the platform says that it cut the shown text.
            pasted: the text is what the person who posted it says: it is no observation, and compared once more when
                the post is seen.

        Returns:
            Whether what is shown is what was signed; None where it was not seen.

        Raises:
            ConflictError: the number belongs to another post, or to another account.
            ValueError: it is no number of the platform.
        """
        if not platform_id and revision.gateway != COMMENT:
            raise ValueError("a post has a number of the platform")
        bid = bid_of(platform_id) if platform_id else ""
        if platform_id:
            self.require_free(post, platform_id)
        known = self._rows.view(post.id)
        account = self._rows.account(post.account_id)
        post_id, account_id = post.id, post.account_id
        who = post.scheduled_by or post.created_by
        seen = self._rows.observed(account.platform, platform_id) if platform_id else None
        if platform_id and seen is None and shown_text is not None and not pasted:
            seen = self._rows.see(
                {
                    "account_id": account_id,
                    "platform": account.platform,
                    "platform_id": platform_id,
                    "bid": bid,
                    "published_at": published_at,
                    "text": shown_text,
                }
            )
        text = shown_text if shown_text is not None else seen.text if seen is not None else None
        same = None if text is None else fits(revision, text, truncated)
        self._rows.put_view(
            {
                "post_id": post_id,
                "platform_id": platform_id,
                "seen_at": None if text is None or pasted else self._now,
                "seen_text": text or "",
                "edited_at": self._now if same is False else None,
                "vanished_at": None,
            }
        )
        if same is False:
            self.tell_edited(post_id, first_difference(revision.text, text or ""))
        if platform_id:
            self._rows.begin_mark(account_id, published_at)
        if seen is not None:
            self.is_ours(seen.id, post_id)
        self.off_the_way(post_id)
        for target in self._rows.relay_targets(post_id):
            self._rows.change_target(
                target.id,
                {
                    "state": RelayState.DONE.value,
                    "link": link,
                    "platform_id": platform_id,
                    "done_at": published_at,
                    "done_by": who,
                    "checked": same is True,
                },
            )
            todos.close_all(self._session, ("relay.due",), f"{target.task_id}/{target.id}/", self._now)
        if known is None or known.platform_id != platform_id:
            payload = {"post": post_id, "account": account_id, "platform_id": platform_id, "published_at": published_at}
            events.record(self._session, PUBLISHED, payload, self._now)
        return same

    def off_the_way(self, post_id: int) -> None:
        """Close the to-dos about the way of a post, whose subjects begin with it: missed, uncertain, receipt owed …"""
        todos.close_all(self._session, _ON_ITS_WAY, f"{post_id}/", self._now)

    def tell_edited(self, post_id: int, difference: str) -> None:
        """Ask the supervisors to look into a text that differs from what was signed."""
        what = f":{difference}" if difference else ""
        todos.propose(
            self._session,
            EDITED,
            str(post_id),
            f"稿件{post_id}在平台上的文本与签发稿不一致{what}",
            self._now,
            recipient=SUPERVISORS,
        )

    def is_ours(self, observed_post_id: int, post_id: int) -> None:
        """Take a post off the list of those that nobody here sent: it turned out to be one of ours."""
        entry = self._rows.unclaimed_of(observed_post_id)
        if entry is None:
            return
        number = entry.id
        cleared = self._rows.change_unclaimed(
            number,
            (ClaimState.OPEN, ClaimState.CLAIMED, ClaimState.SUSPECTED),
            {"state": ClaimState.CLEARED.value, "handled_at": self._now, "note": f"即本系统稿件{post_id}"},
        )
        if cleared:
            for kind in (UNCLAIMED, BREAK_IN):
                todos.close(self._session, kind, str(number), self._now)


def alike(revision: PostRevision, shown: str, truncated: bool = False) -> bool:
    """Say whether something that was seen has the text of a post; never so for a text of nothing but addresses."""
    return same_text(revision.text, shown, truncated, topics_go=revision.gateway not in BY_HAND)


def fits(revision: PostRevision, shown: str, truncated: bool = False) -> bool:
    """Say whether what is shown under a post's own number is what was signed.

    Its number says which post it is; therefore a text of nothing but addresses is compared here, too.
    """
    return alike(revision, shown, truncated) if normal(revision.text) else not normal(shown)
