"""Queries on what the platform shows of our accounts: posts that are there, marks, posts that nobody here sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select, union, update

from accounts.models import Account, ObservedPost, Unit
from publishing.enums import ClaimState, PostState, RelayState, Sending
from publishing.models import (
    DeliveryAttempt,
    Post,
    PostRevision,
    PublishedView,
    ReconcileMark,
    RelayTarget,
    UnclaimedPost,
)
from weibo_ops.kernel.repository import SQL_LIST_LIMIT, Repository, chunks

_NUMBERED = Post.platform_id != literal_column("''")
"""Written out, not bound: SQLite uses the index of the numbers only where it sees this very condition."""
_OURS = select(Post.id).where(Post.platform_id == ObservedPost.platform_id, _NUMBERED).exists()
_LISTED = select(UnclaimedPost.id).where(UnclaimedPost.observed_post_id == ObservedPost.id).exists()
_UNCOMPARED = or_(
    Post.receipt_checked.is_(False),
    select(PublishedView.post_id).where(PublishedView.post_id == Post.id, PublishedView.seen_at.is_(None)).exists(),
)


class PublishedRepository(Repository):
    """Posts on the platform, beside what this program sent."""

    # --- accounts -------------------------------------------------------------------------------------------

    def accounts(self, account_ids: Collection[int]) -> dict[int, Account]:
        """Return accounts: account id → account."""
        rows = self.session.scalars(select(Account).where(Account.id.in_(list(account_ids))))
        return {row.id: row for row in rows}

    def account(self, account_id: int) -> Account:
        """Return an account; it must exist."""
        return self.session.get_one(Account, account_id)

    # --- posts that people send -----------------------------------------------------------------------------

    def owed_receipts(self) -> list[tuple[Post, PostRevision, str, str]]:
        """List what people were asked to post and nobody brought a receipt for, and receipts that nobody compared."""
        owed = and_(
            Post.state.in_([PostState.SENDING.value, PostState.UNCERTAIN.value]),
            Post.lease_owner == Sending.BY_HAND.value,
        )
        rows = self.session.execute(
            self._with_text()
            .where(or_(owed, and_(Post.state == PostState.PUBLISHED.value, Post.receipt_checked.is_(False))))
            .order_by(Post.lease_until.is_(None), Post.lease_until, Post.id)
        )
        return [(post, revision, account, unit) for post, revision, account, unit in rows]

    def last_started(self, post_ids: Collection[int]) -> dict[int, datetime]:
        """Return ``{post id: when its last attempt was begun}``."""
        found: dict[int, datetime] = {}
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            rows = self.session.execute(
                select(DeliveryAttempt.post_id, func.max(DeliveryAttempt.started_at))
                .where(DeliveryAttempt.post_id.in_(part))
                .group_by(DeliveryAttempt.post_id)
            )
            found.update((post_id, at) for post_id, at in rows)
        return found

    def on_their_way(self, account_id: int) -> list[tuple[Post, PostRevision]]:
        """List the posts of an account that are being sent, or may have been."""
        states = [PostState.SENDING.value, PostState.UNCERTAIN.value]
        return self._of_account(account_id, Post.state.in_(states))

    def signed_and_waiting(self, account_id: int) -> list[tuple[Post, PostRevision]]:
        """List the posts of an account that are signed and were not sent: one of them may have been posted outside."""
        states = [
            state.value
            for state in (PostState.SIGNED, PostState.SCHEDULED, PostState.HELD, PostState.MISSED, PostState.FAILED)
        ]
        return self._of_account(account_id, Post.state.in_(states))

    def published_since(self, account_id: int, since: datetime) -> list[tuple[Post, PostRevision]]:
        """List the posts of an account that went out since then and bear a number, the newest first."""
        found = self._of_account(
            account_id,
            and_(Post.state == PostState.PUBLISHED.value, Post.platform_id != "", Post.published_at >= since),
        )
        return found[::-1]

    def _of_account(self, account_id: int, wanted: Any) -> list[tuple[Post, PostRevision]]:
        rows = self.session.execute(
            select(Post, PostRevision)
            .join(PostRevision, and_(PostRevision.post_id == Post.id, PostRevision.number == Post.revision))
            .where(Post.account_id == account_id, wanted)
            .order_by(Post.published_at, Post.id)
        )
        return [(post, revision) for post, revision in rows]

    def _with_text(self) -> Any:
        return (
            select(Post, PostRevision, Account.screen_name, Unit.name)
            .join(PostRevision, and_(PostRevision.post_id == Post.id, PostRevision.number == Post.revision))
            .join(Account, Account.id == Post.account_id)
            .join(Unit, Unit.id == Post.unit_id)
        )

    # --- what is there --------------------------------------------------------------------------------------

    def post_of(self, platform_id: str) -> Post | None:
        """Return the post of this program that bears a number of the platform."""
        return self.session.scalar(select(Post).where(Post.platform_id == platform_id, _NUMBERED))

    def observed(self, platform: str, platform_id: str) -> ObservedPost | None:
        """Return what was seen under a number of the platform."""
        return self.session.scalar(
            select(ObservedPost).where(ObservedPost.platform == platform, ObservedPost.platform_id == platform_id)
        )

    def posts_of(self, platform_ids: Collection[str]) -> dict[str, Post]:
        """Return the posts of this program that bear numbers of the platform: number → post."""
        rows = self.session.scalars(select(Post).where(Post.platform_id.in_(list(platform_ids)), _NUMBERED))
        return {row.platform_id: row for row in rows}

    def observed_of(self, platform_ids: Collection[str]) -> dict[tuple[str, str], ObservedPost]:
        """Return what was seen under numbers of the platform: (platform, number) → observed post."""
        rows = self.session.scalars(select(ObservedPost).where(ObservedPost.platform_id.in_(list(platform_ids))))
        return {(row.platform, row.platform_id): row for row in rows}

    def unbound_observed(self, account_id: int, since: datetime) -> list[ObservedPost]:
        """List what was seen of an account since an instant that is no post of ours, the oldest first."""
        return list(
            self.session.scalars(
                select(ObservedPost)
                .where(ObservedPost.account_id == account_id, ObservedPost.published_at >= since, ~_OURS)
                .order_by(ObservedPost.published_at, ObservedPost.id)
            )
        )

    def strangers(self, account_id: int, since: datetime) -> list[ObservedPost]:
        """List what was seen of an account since an instant that is no post of ours and not on the list yet.

        What a relay task was reported done with is known, too.
        """
        relayed = (
            select(RelayTarget.id)
            .where(RelayTarget.platform_id == ObservedPost.platform_id, RelayTarget.account_id == account_id)
            .exists()
        )
        return list(
            self.session.scalars(
                select(ObservedPost)
                .where(
                    ObservedPost.account_id == account_id,
                    ObservedPost.published_at >= since,
                    ~_OURS,
                    ~_LISTED,
                    ~relayed,
                )
                .order_by(ObservedPost.published_at, ObservedPost.id)
            )
        )

    def unchecked_seen(self, account_id: int) -> list[tuple[Post, PostRevision, ObservedPost]]:
        """List the posts of an account that were seen since their receipt came, and not compared with that yet."""
        rows = self.session.execute(
            select(Post, PostRevision, ObservedPost)
            .join(PostRevision, and_(PostRevision.post_id == Post.id, PostRevision.number == Post.revision))
            .join(
                ObservedPost,
                and_(ObservedPost.platform_id == Post.platform_id, ObservedPost.account_id == Post.account_id),
            )
            .where(
                Post.account_id == account_id,
                Post.state == PostState.PUBLISHED.value,
                _NUMBERED,
                _UNCOMPARED,
            )
            .order_by(Post.id)
        )
        return [(post, revision, seen) for post, revision, seen in rows]

    def accounts_with_news(self) -> list[int]:
        """Return the accounts of which something was seen that is not compared with what was sent yet."""
        # Asked mark by mark, so that the posts of an account are found by their time.
        strange = select(ReconcileMark.account_id).where(
            select(ObservedPost.id)
            .where(
                ObservedPost.account_id == ReconcileMark.account_id,
                ObservedPost.published_at >= ReconcileMark.since,
                ~_OURS,
                ~_LISTED,
            )
            .exists()
        )
        uncompared = (
            select(Post.account_id)
            .join(Account, Account.id == Post.account_id)
            .join(
                ObservedPost,
                and_(ObservedPost.platform == Account.platform, ObservedPost.platform_id == Post.platform_id),
            )
            .where(Post.state == PostState.PUBLISHED.value, _NUMBERED, _UNCOMPARED)
        )
        relayed = (
            select(UnclaimedPost.account_id)
            .join(ObservedPost, ObservedPost.id == UnclaimedPost.observed_post_id)
            .join(RelayTarget, RelayTarget.platform_id == ObservedPost.platform_id)
            .where(UnclaimedPost.state.in_([ClaimState.OPEN.value, ClaimState.SUSPECTED.value]))
        )
        return sorted(set(self.session.scalars(union(strange, uncompared, relayed))))

    def count(self, observed_post_id: int, values: Mapping[str, int]) -> None:
        """Write newer counts of an observed post."""
        self.session.execute(update(ObservedPost).where(ObservedPost.id == observed_post_id).values(**values))
        self.session.expire_all()

    def see(self, rows: Sequence[Mapping[str, object]]) -> dict[tuple[str, str], ObservedPost]:
        """Store posts that were seen, unless their numbers are stored already; return the stored ones."""
        if not rows:
            return {}
        self.upsert(
            ObservedPost, [{"threads_stale": False, **values} for values in rows], key=("platform", "platform_id")
        )
        return self.observed_of([str(values["platform_id"]) for values in rows])

    def view(self, post_id: int) -> PublishedView | None:
        """Return what was last seen of a post."""
        return self.session.get(PublishedView, post_id)

    def views(self, post_ids: Collection[int]) -> dict[int, str]:
        """Return under which numbers posts were last seen: post id → number of the platform."""
        return self.mapping(PublishedView.post_id, PublishedView.platform_id, post_ids)

    def put_view(self, *rows: Mapping[str, object]) -> None:
        """Write what was last seen of posts, all rows with the same keys; what they do not name stays."""
        if not rows:
            return
        self.upsert(
            PublishedView,
            [{"seen_text": "", **values} for values in rows],
            key=("post_id",),
            update=[name for name in rows[0] if name != "post_id"],
        )
        for values in rows:
            self.forget(PublishedView, values["post_id"])

    # --- marks ----------------------------------------------------------------------------------------------

    def mark(self, account_id: int) -> ReconcileMark | None:
        """Return from when on every post of an account must be ours; None where that was never so."""
        return self.session.get(ReconcileMark, account_id)

    def begin_marks(self, since: Mapping[int, datetime]) -> None:
        """Set the marks of accounts that have none: account id → since when."""
        rows = [{"account_id": account_id, "since": at, "observed_id": 0} for account_id, at in since.items()]
        self.upsert(ReconcileMark, rows, key=("account_id",))

    def marks(self) -> list[tuple[ReconcileMark, Account]]:
        """List the marks with their accounts, the longest not looked at first."""
        rows = self.session.execute(
            select(ReconcileMark, Account)
            .join(Account, Account.id == ReconcileMark.account_id)
            .order_by(ReconcileMark.looked_at.is_not(None), ReconcileMark.looked_at, ReconcileMark.account_id)
        )
        return [(mark, account) for mark, account in rows]

    def put_mark(self, account_id: int, since: datetime) -> None:
        """Set the mark of an account, whether it has one or not."""
        self.upsert(
            ReconcileMark,
            [{"account_id": account_id, "since": since, "observed_id": 0}],
            key=("account_id",),
            update=("since",),
        )
        self.session.expire_all()

    def looked(self, account_id: int, at: datetime) -> None:
        """Write down when an account's page was last looked at."""
        self.session.execute(
            update(ReconcileMark)
            .where(
                ReconcileMark.account_id == account_id,
                or_(ReconcileMark.looked_at.is_(None), ReconcileMark.looked_at < at),
            )
            .values(looked_at=at)
        )
        self.session.expire_all()

    # --- relay ----------------------------------------------------------------------------------------------

    def relay_targets(self, post_ids: Collection[int]) -> list[RelayTarget]:
        """List the open targets of relay tasks that posts fulfil."""
        open_states = (RelayState.OPEN.value, RelayState.IN_HAND.value)
        return list(
            self.session.scalars(
                select(RelayTarget)
                .where(RelayTarget.post_id.in_(list(post_ids)), RelayTarget.state.in_(open_states))
                .order_by(RelayTarget.id)
            )
        )

    def change_target(self, target_id: int, values: Mapping[str, object]) -> None:
        """Change a target."""
        self.session.execute(update(RelayTarget).where(RelayTarget.id == target_id).values(**values))
        self.session.expire_all()

    # --- posts that nobody here sent ------------------------------------------------------------------------

    def unclaimed_of(self, observed_post_id: int) -> UnclaimedPost | None:
        """Return the entry about an observed post."""
        return self.unclaimed_among([observed_post_id]).get(observed_post_id)

    def unclaimed_among(self, observed_post_ids: Collection[int]) -> dict[int, UnclaimedPost]:
        """Return the entries about observed posts: id of the observed post → entry."""
        rows = self.session.scalars(
            select(UnclaimedPost).where(UnclaimedPost.observed_post_id.in_(list(observed_post_ids)))
        )
        return {row.observed_post_id: row for row in rows}

    def add_unclaimed(self, values: Mapping[str, object]) -> int:
        """Put an observed post on the list of those that nobody here sent; return the entry's id."""
        row = UnclaimedPost(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def unclaimed(
        self, *, unclaimed_id: int | None = None, account_id: int | None = None, states: Collection[str] | None = None
    ) -> list[tuple[UnclaimedPost, ObservedPost, Account, str]]:
        """List the posts that nobody here sent with account and unit name, the soonest due first."""
        statement = (
            select(UnclaimedPost, ObservedPost, Account, Unit.name)
            .join(ObservedPost, ObservedPost.id == UnclaimedPost.observed_post_id)
            .join(Account, Account.id == UnclaimedPost.account_id)
            .join(Unit, Unit.id == Account.unit_id)
            .order_by(UnclaimedPost.due_at, UnclaimedPost.id)
        )
        if unclaimed_id is not None:
            statement = statement.where(UnclaimedPost.id == unclaimed_id)
        if account_id is not None:
            statement = statement.where(UnclaimedPost.account_id == account_id)
        if states is not None:
            statement = statement.where(UnclaimedPost.state.in_(list(states)))
        return [(row, seen, account, unit) for row, seen, account, unit in self.session.execute(statement)]

    def scan_of_another(self, scan: str, unclaimed_id: int) -> int | None:
        """Return another entry for which a scan was handed in, if there is one."""
        return self.session.scalar(
            select(UnclaimedPost.id).where(UnclaimedPost.scan == scan, UnclaimedPost.id != unclaimed_id).limit(1)
        )

    def overdue_unclaimed(self, now: datetime) -> list[tuple[UnclaimedPost, Account]]:
        """List the entries that nobody claimed in time."""
        rows = self.session.execute(
            select(UnclaimedPost, Account)
            .join(Account, Account.id == UnclaimedPost.account_id)
            .where(UnclaimedPost.state == ClaimState.OPEN.value, UnclaimedPost.due_at <= now)
            .order_by(UnclaimedPost.due_at, UnclaimedPost.id)
        )
        return [(row, account) for row, account in rows]

    def relayed_unclaimed(self, account_id: int) -> list[int]:
        """Return the entries of an account about posts that a relay task was reported done with meanwhile."""
        states = [ClaimState.OPEN.value, ClaimState.SUSPECTED.value]
        return list(
            self.session.scalars(
                select(UnclaimedPost.id)
                .join(ObservedPost, ObservedPost.id == UnclaimedPost.observed_post_id)
                .join(
                    RelayTarget,
                    and_(
                        RelayTarget.platform_id == ObservedPost.platform_id,
                        RelayTarget.account_id == UnclaimedPost.account_id,
                    ),
                )
                .where(UnclaimedPost.account_id == account_id, UnclaimedPost.state.in_(states))
                .distinct()
                .order_by(UnclaimedPost.id)
            )
        )

    def change_unclaimed(self, unclaimed_id: int, states: Collection[ClaimState], values: Mapping[str, object]) -> bool:
        """Change an entry that stands at one of the states; say whether it did."""
        changed = self.session.execute(
            update(UnclaimedPost)
            .where(UnclaimedPost.id == unclaimed_id, UnclaimedPost.state.in_([state.value for state in states]))
            .values(**values)
            .returning(UnclaimedPost.id)
        ).first()
        self.session.expire_all()
        return changed is not None
