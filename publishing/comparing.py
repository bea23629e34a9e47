"""What the platform shows of an account beside what this program sent: inside a running transaction.

What is not ours is listed, never judged: 待认领 until somebody claims it; a person decides whether it is a break-in.
A post that is gone is 已不可见(原因未知): the platform filters, authors delete, and nobody here knows which it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.platform.replies import Counts, Status
from accounts.repository.duty import SUPERVISORS, recipient_on_duty
from accounts.standards import StandardService
from publishing.by_hand import HandPosting, Seen, sent_by_hand
from publishing.enums import ClaimState, PostState
from publishing.judging import Judge
from publishing.models import Post, PostRevision
from publishing.receipts import BREAK_IN, COMMENT, EDITED, UNCLAIMED, VANISHED, Publications, alike, fits
from publishing.repository import PostRepository
from publishing.repository.published import PublishedRepository
from publishing.schemas.published import ReconcileReport
from publishing.shown_text import first_difference, normal
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.platform_ids import bid_of
from weibo_ops.kernel.text import shorten

OPENING = 30
COUNT_AFTER = timedelta(hours=2)
"""How old counts are before they are asked for again."""
KEPT_UP = timedelta(days=30)
"""How long after it went out the counts of a post are kept up."""


class Comparing:
    """Compares one account, whose lock it holds."""

    def __init__(
        self, session: Session, standards: StandardService, judge: Judge, actor: Actor, account_id: int, now: datetime
    ) -> None:
        self._session = session
        self._actor = actor
        self._rows = PublishedRepository(session)
        self._hands = HandPosting(session, standards, judge, now)
        self._now = now
        self._account_id = account_id
        self._hands.lock(account_id)
        self._account = self._rows.account(account_id)

    # --- what was observed ----------------------------------------------------------------------------------

    def observed(self) -> ReconcileReport:
        """Compare receipts with what was seen meanwhile, and list what was seen and is none of ours."""
        report = ReconcileReport()
        for post, revision, seen in self._rows.unchecked_seen(self._account_id):
            report += self._shown(post, revision, seen.text, False)
        mark = self._rows.mark(self._account_id)
        if mark is None:
            return report
        for number in self._rows.relayed_unclaimed(self._account_id):
            values = {"state": ClaimState.CLEARED.value, "handled_at": self._now, "note": "即必转联动任务的回执"}
            self._rows.change_unclaimed(number, (ClaimState.OPEN, ClaimState.SUSPECTED), values)
            for kind in (UNCLAIMED, BREAK_IN):
                todos.close(self._session, kind, str(number), self._now)
        on_their_way = [each for each in self._rows.on_their_way(self._account_id) if each[1].gateway != COMMENT]
        taken: set[int] = set()
        for seen in self._rows.strangers(self._account_id, mark.since):
            fitting = [
                (post, revision)
                for post, revision in on_their_way
                if post.id not in taken
                and alike(revision, seen.text)
                and seen.published_at >= self._hands.not_before(post, self._hands.attempts(post.id))
            ]
            by_hand = [each for each in fitting if sent_by_hand(each[0])]
            if len(by_hand) < len(fitting):
                # One of ours of which nobody knows: whoever sent it looks, and binds it or says that it is absent.
                continue
            if by_hand:
                post, revision = by_hand[0]
                taken.add(post.id)
                found = Seen(seen.platform_id, seen.published_at, seen.text, source="账号主页")
                self._hands.publish(
                    self._actor, post, revision, found, self._link(seen.platform_id), "post.receipt_found"
                )
                report += ReconcileReport(bound=1)
                continue
            report += self._stranger(seen.id, seen.platform_id, seen.published_at, seen.text)
        return report

    def _stranger(self, observed_id: int, platform_id: str, published_at: datetime, text: str) -> ReconcileReport:
        due = self._now + timedelta(hours=self._hands.book.unclaimed.hours)
        number = self._rows.add_unclaimed(
            {
                "account_id": self._account_id,
                "observed_post_id": observed_id,
                "state": ClaimState.OPEN.value,
                "found_at": self._now,
                "due_at": due,
            }
        )
        like = like_of(self._rows, self._account_id, text)
        hint = f",与{like}文本相同,请先核实是否提前发布" if like else ""
        todos.propose(
            self._session,
            UNCLAIMED,
            str(number),
            f"“{self._account.screen_name}”{format_beijing(published_at)}所发微博{platform_id}不是本系统发出,请认领:"
            f"“{shorten(' '.join(text.split()), OPENING)}”{hint}",
            self._now,
            recipient=recipient_on_duty(self._session, self._account.unit_id, self._now),
            due_at=due,
        )
        details = {"unclaimed": number, "platform_id": platform_id, "published_at": published_at}
        audit.append(self._session, self._actor, "post.unclaimed", self._account.screen_name, details, self._now)
        return ReconcileReport(unclaimed=1)

    # --- what the platform shows ----------------------------------------------------------------------------

    def timeline(self, statuses: Iterable[Status], at: datetime) -> ReconcileReport:
        """Take in the newest posts of the account.

        Args:
            statuses: as the platform gave them; of another account, or deleted, they are left out.
            at: when they were asked for; what was seen later stays.
        """
        report = ReconcileReport()
        for status in statuses:
            if status.deleted or (status.user_id and status.user_id != self._account.uid):
                continue
            counts = Counts(status.reposts, status.comments, status.likes)
            ours = self._rows.post_of(status.id)
            known = self._rows.observed(self._account.platform, status.id)
            if known is not None and known.account_id != self._account_id:
                continue
            if ours is not None and (ours.account_id != self._account_id or ours.state != PostState.PUBLISHED):
                continue
            if known is None:
                self._rows.see(
                    [
                        {
                            "account_id": self._account_id,
                            "platform": self._account.platform,
                            "platform_id": status.id,
                            "bid": bid_of(status.id),
                            "published_at": status.created_at,
                            "text": status.text,
                        }
                    ]
                )
                report += ReconcileReport(observed=1)
            if ours is not None:
                report += self.shown(ours, status, at)
            else:
                report += self._count(status.id, counts)
        self._rows.looked(self._account_id, at)
        return report

    def to_count(self) -> list[str]:
        """Return the numbers of the posts whose counts are to be asked for, the newest first."""
        wanted = []
        for post, _ in self._rows.published_since(self._account_id, self._now - KEPT_UP):
            view = self._rows.view(post.id)
            if view is None or view.seen_at is None or view.seen_at <= self._now - COUNT_AFTER:
                wanted.append(post.platform_id)
        return wanted

    def counted(self, counts: Mapping[str, Counts], at: datetime) -> ReconcileReport:
        """Take in counts of posts of ours; whoever has counts is there."""
        report = ReconcileReport()
        for platform_id, found in counts.items():
            post = self._rows.post_of(platform_id)
            if post is None or post.account_id != self._account_id or self._seen_later(post, at):
                continue
            report += self._count(platform_id, found)
            self._there_again(post, at)
        return report

    def shown(self, post: Post, status: Status, at: datetime) -> ReconcileReport:
        """Take in a post of ours as the platform shows it: counts, an edited text, a receipt compared."""
        if self._seen_later(post, at):
            return ReconcileReport()
        post_id = post.id
        report = self._count(status.id, Counts(status.reposts, status.comments, status.likes))
        self._there_again(post, at)
        post = self._post(post_id)
        revision = PostRepository(self._session).revision(post_id, post.revision)
        return report + self._shown(post, revision, status.text, status.truncated, at)

    def gone(self, platform_id: str, at: datetime) -> ReconcileReport:
        """Note that a post of ours is not visible any more, once; nobody here knows why."""
        post = self._rows.post_of(platform_id)
        if post is None or post.state != PostState.PUBLISHED or self._seen_later(post, at):
            return ReconcileReport()
        post_id = post.id
        view = self._rows.view(post_id)
        if view is not None and view.vanished_at is not None:
            return ReconcileReport()
        self._rows.put_view({"post_id": post_id, "platform_id": platform_id, "vanished_at": at})
        todos.propose(
            self._session,
            VANISHED,
            str(post_id),
            f"稿件{post_id}(微博{platform_id})在平台上已不可见(原因未知),请核查",
            self._now,
            recipient=SUPERVISORS,
        )
        audit.append(self._session, self._actor, "post.vanished", str(post_id), {"platform_id": platform_id}, self._now)
        return ReconcileReport(vanished=1)

    def _shown(
        self, post: Post, revision: PostRevision, text: str, truncated: bool, at: datetime | None = None
    ) -> ReconcileReport:
        post_id, platform_id = post.id, post.platform_id
        view = self._rows.view(post_id)
        same = fits(revision, text, truncated)
        report = ReconcileReport()
        values: dict[str, object] = {
            "post_id": post_id,
            "platform_id": platform_id,
            "seen_at": at or self._now,
            "seen_text": text,
        }
        if not same and (view is None or view.edited_at is None or normal(view.seen_text) != normal(text)):
            difference = first_difference(revision.text, text)
            values["edited_at"] = self._now
            Publications(self._session, self._now).tell_edited(post_id, difference)
            details = {"platform_id": platform_id, "difference": difference}
            audit.append(self._session, self._actor, "post.edited", str(post_id), details, self._now)
            report += ReconcileReport(edited=1)
        self._rows.put_view(values)
        if not post.receipt_checked:
            reason = "" if same else "与签发稿不一致"
            state = frozenset({PostState.PUBLISHED})
            known: dict[str, object] = {"receipt_checked": True}
            if reason:
                known["reason"] = ";".join(part for part in (post.reason, reason) if part)
            PostRepository(self._session).move(post_id, post.version, state, PostState.PUBLISHED, known)
            audit.append(self._session, self._actor, "post.receipt_checked", str(post_id), {"same": same}, self._now)
            report += ReconcileReport(confirmed=int(same))
        return report

    def _there_again(self, post: Post, at: datetime) -> None:
        post_id, platform_id = post.id, post.platform_id
        self._rows.put_view({"post_id": post_id, "platform_id": platform_id, "seen_at": at, "vanished_at": None})
        todos.close(self._session, VANISHED, str(post_id), self._now)

    def _seen_later(self, post: Post, at: datetime) -> bool:
        view = self._rows.view(post.id)
        return view is not None and view.seen_at is not None and view.seen_at > at

    def _count(self, platform_id: str, counts: Counts) -> ReconcileReport:
        known = self._rows.observed(self._account.platform, platform_id)
        if known is None:
            return ReconcileReport()
        now = {
            name: value
            for name, value in (
                ("reposts_count", counts.reposts),
                ("comments_count", counts.comments),
                ("likes_count", counts.likes),
            )
            if value is not None and value != getattr(known, name)
        }
        if not now:
            return ReconcileReport()
        self._rows.count(known.id, now)
        return ReconcileReport(counts=1)

    def _post(self, post_id: int) -> Post:
        post = PostRepository(self._session).get(post_id)
        assert post is not None
        return post

    def _link(self, platform_id: str) -> str:
        return f"https://weibo.com/{self._account.uid}/{bid_of(platform_id)}" if self._account.uid else ""


def like_of(rows: PublishedRepository, account_id: int, text: str) -> str:
    """Return a signed post of the account that says the same and was not sent, in words; empty if there is none."""
    return next(
        (
            f"稿件{post.id}({post.state})"
            for post, revision in rows.signed_and_waiting(account_id)
            if alike(revision, text)
        ),
        "",
    )


def suspect(session: Session, actor: Actor, now: datetime, hours: int, citation: str) -> int:
    """Turn what nobody claimed in time into a suspected break-in, for a person to decide; return how many there are."""
    rows = PublishedRepository(session)
    found = 0
    for entry, account in rows.overdue_unclaimed(now):
        number, name, unit_id = entry.id, account.screen_name, account.unit_id
        if not rows.change_unclaimed(number, (ClaimState.OPEN,), {"state": ClaimState.SUSPECTED.value}):
            continue
        found += 1
        todos.close(session, UNCLAIMED, str(number), now)
        told = f"【紧急】“{name}”有系统外发布{hours}小时无人认领,疑似账号被盗,请核实处置(依据:{citation})"
        for recipient in {recipient_on_duty(session, unit_id, now), SUPERVISORS}:
            todos.propose(session, BREAK_IN, str(number), told, now, recipient=recipient)
        audit.append(session, actor, "post.suspected", name, {"unclaimed": number}, now)
    return found


__all__ = ["BREAK_IN", "EDITED", "UNCLAIMED", "VANISHED", "Comparing", "like_of", "suspect"]
