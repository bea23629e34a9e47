"""Queries on delivery: what is due, attempts, workers, presence, what the platform has of an account."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, func, or_, select, update

from accounts.models import Account, ObservedPost
from publishing.enums import PostState, Sending
from publishing.models import DeliveryAttempt, DeliveryWorker, DutyPresence, Post, PostRevision
from weibo_ops.kernel.audit import AuditEntry
from weibo_ops.kernel.repository import SQL_LIST_LIMIT, Repository, chunks

BY_HAND_GATEWAYS = ("manual", "comment")
CLOCK_ACCEPTED = "delivery.clock"
"""How the audit log calls it when somebody said that the clock is right, though it stands behind what was written."""


class DuePost(NamedTuple):
    """A post that is to go out, its account and its gateway."""

    post_id: int
    account_id: int
    gateway: str


class DeliveryRepository(Repository):
    """Posts on their way out."""

    # --- posts ----------------------------------------------------------------------------------------------

    def due(self, now: datetime, most: int) -> list[DuePost]:
        """List what is to go out now, one post of each account: urgent ones first, then by time.

        What a person sends by hand waits for nothing that the interface waits for, and counts as an account of its own.
        """
        by_hand = PostRevision.gateway.in_(BY_HAND_GATEWAYS)
        waits = (
            select(Post.account_id)
            .where(
                Post.state.in_([PostState.SENDING.value, PostState.UNCERTAIN.value]),
                Post.lease_owner != Sending.BY_HAND.value,
            )
            .scalar_subquery()
        )
        order = (PostRevision.urgent.desc(), Post.scheduled_at, Post.id)
        place = func.row_number().over(partition_by=(Post.account_id, by_hand), order_by=order)
        heads = (
            select(
                Post.id, Post.account_id, PostRevision.gateway, PostRevision.urgent, Post.scheduled_at, place.label("n")
            )
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .where(
                Post.state == PostState.SCHEDULED.value,
                Post.scheduled_at <= now,
                Post.send_after.is_(None) | (Post.send_after <= now),
                by_hand | Post.account_id.not_in(waits),
            )
            .subquery()
        )
        rows = self.session.execute(
            select(heads.c.id, heads.c.account_id, heads.c.gateway)
            .where(heads.c.n == 1)
            .order_by(heads.c.urgent.desc(), heads.c.scheduled_at, heads.c.id)
            .limit(most)
        )
        return [DuePost(*row) for row in rows]

    def perhaps_late(self, now: datetime, since: datetime) -> list[int]:
        """Return the scheduled posts whose signed time is over, or whose own time was at ``since`` or before."""
        return list(
            self.session.scalars(
                select(Post.id)
                .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
                .where(
                    Post.state == PostState.SCHEDULED.value,
                    or_(Post.scheduled_at <= since, PostRevision.latest_at <= now),
                )
                .order_by(Post.scheduled_at, Post.id)
            )
        )

    def in_state(self, states: Iterable[PostState]) -> list[tuple[Post, PostRevision]]:
        """List posts in some states with their present revision, the soonest scheduled first."""
        rows = self.session.execute(
            select(Post, PostRevision)
            .join(PostRevision, (PostRevision.post_id == Post.id) & (PostRevision.number == Post.revision))
            .where(Post.state.in_([state.value for state in states]))
            .order_by(Post.scheduled_at.is_(None), Post.scheduled_at, Post.id)
        )
        return [(post, revision) for post, revision in rows]

    def blocked_accounts(self) -> set[int]:
        """Return the accounts of which a post is being sent, or may have been: nothing else goes out there.

        A post that a person sends by hand holds up nothing.
        """
        statement = select(Post.account_id).where(
            Post.state.in_([PostState.SENDING.value, PostState.UNCERTAIN.value]),
            Post.lease_owner != Sending.BY_HAND.value,
        )
        return set(self.session.scalars(statement))

    def last_published(self, account_ids: Collection[int]) -> dict[int, datetime]:
        """Return when the last post of accounts went out through this program: account id → instant."""
        rows = self.session.execute(
            select(Post.account_id, func.max(Post.published_at))
            .where(
                Post.account_id.in_(list(account_ids)),
                Post.state.in_([PostState.PUBLISHED.value, PostState.DELETED.value]),
            )
            .group_by(Post.account_id)
        )
        return {account_id: at for account_id, at in rows if at is not None}

    # --- attempts -------------------------------------------------------------------------------------------

    def attempts(self, post_id: int) -> list[DeliveryAttempt]:
        """List the attempts to send a post, the first first."""
        return self.attempts_of([post_id]).get(post_id, [])

    def attempts_of(self, post_ids: Collection[int]) -> dict[int, list[DeliveryAttempt]]:
        """List the attempts to send posts, the first first: post id → attempts; without one that has none."""
        found: dict[int, list[DeliveryAttempt]] = {}
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            rows = self.session.scalars(
                select(DeliveryAttempt).where(DeliveryAttempt.post_id.in_(part)).order_by(DeliveryAttempt.number)
            )
            for row in rows:
                found.setdefault(row.post_id, []).append(row)
        return found

    def attempt_counts(self, post_ids: Collection[int]) -> dict[int, int]:
        """Return ``{post id: number of attempts}``."""
        found: dict[int, int] = {}
        for part in chunks(post_ids, SQL_LIST_LIMIT):
            rows = self.session.execute(
                select(DeliveryAttempt.post_id, func.count())
                .where(DeliveryAttempt.post_id.in_(part))
                .group_by(DeliveryAttempt.post_id)
            )
            found.update((post_id, count) for post_id, count in rows)
        return found

    def change_attempts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change what is known of attempts, all rows with the same keys, ``id`` among them."""
        self.session.flush()
        table = cast(Table, DeliveryAttempt.__table__)
        names = [name for name in rows[0] if name != "id"]
        self.session.execute(
            update(table)
            .where(table.c.id == bindparam("its_id"))
            .values({name: bindparam(f"new_{name}") for name in names}),
            [{"its_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows],
        )
        for row in rows:
            self.forget(DeliveryAttempt, row["id"])

    def add_attempts(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Write attempts down, all rows with the same keys; return their ids in the given order."""
        made = [DeliveryAttempt(**row) for row in rows]
        self.session.add_all(made)
        self.session.flush()
        return [each.id for each in made]

    def change_attempt(self, attempt_id: int, values: Mapping[str, Any]) -> None:
        """Change what is known of an attempt."""
        self.session.execute(update(DeliveryAttempt).where(DeliveryAttempt.id == attempt_id).values(dict(values)))

    def last_started_at(self) -> datetime | None:
        """Return when the last attempt of all was begun, of those since somebody said that the clock is right now."""
        accepted = self.session.scalar(
            select(AuditEntry.details)
            .where(AuditEntry.action == CLOCK_ACCEPTED)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        )
        after = accepted["attempt"] if accepted is not None else 0
        return self.session.scalar(select(func.max(DeliveryAttempt.started_at)).where(DeliveryAttempt.id > after))

    def last_attempt_id(self) -> int:
        """Return the number of the last attempt of all; 0 where there was none."""
        return self.session.scalar(select(func.max(DeliveryAttempt.id))) or 0

    # --- what the platform has ------------------------------------------------------------------------------

    def known_ids(self, ids: Sequence[str], post: Post) -> set[str]:
        """Return which platform ids belong to other posts of ours than one, or to other accounts than its own."""
        ours = self.session.scalars(select(Post.platform_id).where(Post.platform_id.in_(list(ids)), Post.id != post.id))
        others = self.session.scalars(
            select(ObservedPost.platform_id).where(
                ObservedPost.platform_id.in_(list(ids)), ObservedPost.account_id != post.account_id
            )
        )
        return {*ours, *others}

    def newest_known(self, account_ids: Collection[int]) -> dict[int, str]:
        """Return the platform's number of the newest post that is known of accounts; without one that has none."""
        newest = (
            select(ObservedPost.platform_id)
            .where(ObservedPost.account_id == Account.id)
            .order_by(ObservedPost.published_at.desc())
            .limit(1)
            .scalar_subquery()
        )
        rows = self.session.execute(select(Account.id, newest).where(Account.id.in_(list(account_ids))))
        return {account_id: number for account_id, number in rows if number is not None and number.isdecimal()}

    # --- workers and presence -------------------------------------------------------------------------------

    def seen(self, owner: str, now: datetime) -> None:
        """Record that a worker is alive."""
        self.upsert(
            DeliveryWorker,
            [{"owner": owner, "started_at": now, "seen_at": now, "stopped_at": None}],
            key=("owner",),
            update=("seen_at", "stopped_at"),
        )

    def stopped(self, owner: str, now: datetime) -> None:
        """Record that a worker ended by itself."""
        self.session.execute(update(DeliveryWorker).where(DeliveryWorker.owner == owner).values(stopped_at=now))

    def workers(self) -> list[DeliveryWorker]:
        """List the workers that did not end by themselves, the last seen first."""
        return list(
            self.session.scalars(
                select(DeliveryWorker)
                .where(DeliveryWorker.stopped_at.is_(None))
                .order_by(DeliveryWorker.seen_at.desc())
            )
        )

    def last_seen_at(self) -> datetime | None:
        """Return when any worker was last seen, also one that ended by itself."""
        return self.session.scalar(select(func.max(DeliveryWorker.seen_at)))

    def add_presence(self, values: Mapping[str, object]) -> None:
        """Record that somebody is there."""
        self.session.add(DutyPresence(**values))
        self.session.flush()

    def presences(self, unit_ids: Collection[int], now: datetime) -> list[DutyPresence]:
        """List who confirmed to be there now, of some units."""
        return list(
            self.session.scalars(
                select(DutyPresence)
                .where(
                    DutyPresence.unit_id.in_(list(unit_ids)), DutyPresence.from_at <= now, DutyPresence.until_at > now
                )
                .order_by(DutyPresence.from_at)
            )
        )

    def accounts(self, account_ids: Collection[int]) -> dict[int, Account]:
        """Return accounts: account id → account."""
        rows = self.session.scalars(select(Account).where(Account.id.in_(list(account_ids))))
        return {row.id: row for row in rows}

    def posts(self, post_ids: Collection[int]) -> list[Post]:
        """Return posts as they are stored now, in the order of their numbers."""
        statement = select(Post).where(Post.id.in_(list(post_ids))).order_by(Post.id)
        return list(self.session.scalars(statement, execution_options={"populate_existing": True}))

    def account(self, account_id: int) -> Account:
        """Return an account; it must exist."""
        return self.session.get_one(Account, account_id)
