"""The post that stands on the platform is bound to the post that was signed: the one way by which it is.

Used in the transaction that moves a post to 已发布, by whoever learns of it: the sending itself, a receipt that a
person enters, a look at the account's timeline, a person's decision on an uncertain outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Account, ObservedPost
from accounts.repository.duty import SUPERVISORS
from publishing.enums import ClaimState, RelayState
from publishing.models import Post, PostRevision
from publishing.repository.delivery import BY_HAND_GATEWAYS
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
_ON_ITS_WAY = ("post.session", "post.missed", "post.failed", "post.uncertain", "post.held", "post.presence", RECEIPT)
COMMENT = "comment"
BY_HAND = BY_HAND_GATEWAYS
"""Gateways by which a person posts in the official client."""


@dataclass(frozen=True)
class Publication:
    """A post that stands on the platform.

    Attributes:
        post: the post.
        revision: what was signed.
        platform_id: the platform's number of the post, in digits; empty for a reply to a comment, which has none that
            people can see: then no post is stored or linked.
        published_at: when the platform took it, or the person posted it.
        shown_text: as the platform or a person gives it; None where nobody has seen it yet. An observed post that is
            stored already is looked at in its place.
        link: address of the post.
        truncated: the platform says that it cut the shown text.
        pasted: the text is what the person who posted it says: it is no observation, and compared once more when the
            post is seen.
    """

    post: Post
    revision: PostRevision
    platform_id: str
    published_at: datetime
    shown_text: str | None = None
    link: str = ""
    truncated: bool = False
    pasted: bool = False


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
        account = self._rows.account(post.account_id)
        bound, seen = self._rows.post_of(platform_id), self._rows.observed(account.platform, platform_id)
        self._require_free(post, account, platform_id, bound, seen)

    def _require_free(
        self, post: Post, account: Account, platform_id: str, bound: Post | None, seen: ObservedPost | None
    ) -> None:
        if bound is not None and bound.id != post.id:
            raise ConflictError(
                f"微博{platform_id}已登记为稿件{bound.id}的发布结果,不能再作稿件{post.id}的回执。",
                next_step=f"请核对链接;稿件{bound.id}登记有误的,见 weibo-ops post show {bound.id}。",
            )
        if seen is not None and seen.account_id != post.account_id:
            other = self._rows.account(seen.account_id)
            raise ConflictError(
                f"微博{platform_id}是账号“{other.screen_name}”所发,不是“{account.screen_name}”所发。",
                next_step="请核对链接。",
            )

    def taken(self, wanted: Sequence[tuple[Post, str]]) -> dict[int, ConflictError]:
        """Say of which posts the number of the platform belongs to another post or account: post id → refusal."""
        bound = self._rows.posts_of([number for _, number in wanted])
        seen = self._rows.observed_of([number for _, number in wanted])
        accounts = self._rows.accounts({post.account_id for post, _ in wanted})
        found = {}
        for post, number in wanted:
            account = accounts[post.account_id]
            try:
                self._require_free(post, account, number, bound.get(number), seen.get((account.platform, number)))
            except ConflictError as conflict:
                found[post.id] = conflict
        return found

    def record(self, publication: Publication) -> bool | None:
        """Bind one post; see `record_all`."""
        return self.record_all([publication])[0]

    def record_all(self, found: Sequence[Publication]) -> list[bool | None]:
        """Bind posts to what stands on the platform; the move to 已发布 is the caller's, before or after this.

        An observed post is linked, or stored where its text is known; the account's mark begins; to-dos about the way
        of the post are done; a relay task that waits for it gets its receipt; the event is recorded. Done twice with
        the same number, the second time changes nothing but what was seen.

        Args:
            found: of different posts.

        Returns:
            Whether what is shown is what was signed; None where it was not seen.

        Raises:
            ConflictError: a number belongs to another post, or to another account.
            ValueError: one is no number of the platform.
        """
        if any(not each.platform_id and each.revision.gateway != COMMENT for each in found):
            raise ValueError("a post has a number of the platform")
        bids = {each.platform_id: bid_of(each.platform_id) for each in found if each.platform_id}
        for conflict in self.taken([(each.post, each.platform_id) for each in found if each.platform_id]).values():
            raise conflict
        accounts = self._rows.accounts({each.post.account_id for each in found})
        seen = self._rows.observed_of(list(bids))
        seen |= self._rows.see(
            [
                {
                    "account_id": each.post.account_id,
                    "platform": platform,
                    "platform_id": each.platform_id,
                    "bid": bids[each.platform_id],
                    "published_at": each.published_at,
                    "text": each.shown_text,
                }
                for each in found
                for platform in [accounts[each.post.account_id].platform]
                if each.platform_id
                and each.shown_text is not None
                and not each.pasted
                and (platform, each.platform_id) not in seen
            ]
        )
        known = self._rows.views([each.post.id for each in found])
        observed = {
            each.post.id: row
            for each in found
            if (row := seen.get((accounts[each.post.account_id].platform, each.platform_id))) is not None
        }
        same = [self._see(each, observed.get(each.post.id)) for each in found]
        views = zip(found, same, strict=True)
        self._rows.put_view(*(self._view_of(each, observed.get(each.post.id), fits_) for each, fits_ in views))
        self._rows.begin_marks({each.post.account_id: each.published_at for each in found if each.platform_id})
        listed = self._rows.unclaimed_among([row.id for row in observed.values()])
        for post_id, row in observed.items():
            if row.id in listed:
                self.is_ours(row.id, post_id)
        todos.close_beginning(self._session, _ON_ITS_WAY, [f"{each.post.id}/" for each in found], self._now)
        self._relay(found, same)
        for each in found:
            if known.get(each.post.id) != each.platform_id:
                payload = {
                    "post": each.post.id,
                    "account": each.post.account_id,
                    "platform_id": each.platform_id,
                    "published_at": each.published_at,
                }
                events.record(self._session, PUBLISHED, payload, self._now)
        return same

    def _see(self, each: Publication, row: ObservedPost | None) -> bool | None:
        """Say whether what was seen of a post is what was signed, None where nothing was seen; tell of a difference."""
        text = _text_of(each, row)
        same = None if text is None else fits(each.revision, text, each.truncated)
        if same is False:
            self.tell_edited(each.post.id, first_difference(each.revision.text, text or ""))
        return same

    def _view_of(self, each: Publication, row: ObservedPost | None, same: bool | None) -> dict[str, object]:
        text = _text_of(each, row)
        return {
            "post_id": each.post.id,
            "platform_id": each.platform_id,
            "seen_at": None if text is None or each.pasted else self._now,
            "seen_text": text or "",
            "edited_at": self._now if same is False else None,
            "vanished_at": None,
        }

    def _relay(self, found: Sequence[Publication], same: Sequence[bool | None]) -> None:
        """Give the relay tasks that wait for some posts their receipts."""
        by_post = {each.post.id: (each, fits_) for each, fits_ in zip(found, same, strict=True)}
        for target in self._rows.relay_targets(list(by_post)):
            assert target.post_id is not None
            each, fits_ = by_post[target.post_id]
            subject = f"{target.task_id}/{target.id}/"
            self._rows.change_target(
                target.id,
                {
                    "state": RelayState.DONE.value,
                    "link": each.link,
                    "platform_id": each.platform_id,
                    "done_at": each.published_at,
                    "done_by": each.post.scheduled_by or each.post.created_by,
                    "checked": fits_ is True,
                },
            )
            todos.close_all(self._session, ("relay.due",), subject, self._now)

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


def _text_of(each: Publication, row: ObservedPost | None) -> str | None:
    return each.shown_text if each.shown_text is not None else row.text if row is not None else None


def alike(revision: PostRevision, shown: str, truncated: bool = False) -> bool:
    """Say whether something that was seen has the text of a post; never so for a text of nothing but addresses."""
    return same_text(revision.text, shown, truncated, topics_go=revision.gateway not in BY_HAND)


def fits(revision: PostRevision, shown: str, truncated: bool = False) -> bool:
    """Say whether what is shown under a post's own number is what was signed.

    Its number says which post it is; therefore a text of nothing but addresses is compared here, too.
    """
    return alike(revision, shown, truncated) if normal(revision.text) else not normal(shown)
