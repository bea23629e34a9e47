"""Queries on what the platform shows of our accounts: posts that are there, marks, posts that nobody here sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update

from accounts.models import Account, ObservedPost
from publishing.enums import ClaimState, RelayState
from publishing.models import Post, PublishedView, ReconcileMark, RelayTarget, UnclaimedPost
from weibo_ops.kernel.repository import Repository


class PublishedRepository(Repository):
    """Posts on the platform, beside what this program sent."""

    # --- accounts -------------------------------------------------------------------------------------------

    def account(self, account_id: int) -> Account:
        """Return an account; it must exist."""
        return self.session.get_one(Account, account_id)

    # --- what is there --------------------------------------------------------------------------------------

    def post_of(self, platform_id: str) -> Post | None:
        """Return the post of this program that bears a number of the platform."""
        return self.session.scalar(select(Post).where(Post.platform_id == platform_id))

    def observed(self, platform: str, platform_id: str) -> ObservedPost | None:
        """Return what was seen under a number of the platform."""
        return self.session.scalar(
            select(ObservedPost).where(ObservedPost.platform == platform, ObservedPost.platform_id == platform_id)
        )

    def see(self, values: Mapping[str, object]) -> ObservedPost:
        """Store a post that was seen, unless its number is stored already; return the stored one."""
        self.upsert(ObservedPost, [{"threads_stale": False, **values}], key=("platform", "platform_id"))
        found = self.observed(str(values["platform"]), str(values["platform_id"]))
        assert found is not None
        return found

    def view(self, post_id: int) -> PublishedView | None:
        """Return what was last seen of a post."""
        return self.session.get(PublishedView, post_id)

    def put_view(self, values: Mapping[str, object]) -> None:
        """Write what was last seen of a post; what ``values`` does not name stays."""
        self.upsert(
            PublishedView,
            [{"seen_text": "", **values}],
            key=("post_id",),
            update=[name for name in values if name != "post_id"],
        )
        self.session.expire_all()

    # --- marks ----------------------------------------------------------------------------------------------

    def mark(self, account_id: int) -> ReconcileMark | None:
        """Return from when on every post of an account must be ours; None where that was never so."""
        return self.session.get(ReconcileMark, account_id)

    def begin_mark(self, account_id: int, since: datetime) -> None:
        """Set the mark of an account that has none."""
        self.upsert(ReconcileMark, [{"account_id": account_id, "since": since, "observed_id": 0}], key=("account_id",))

    # --- relay ----------------------------------------------------------------------------------------------

    def relay_targets(self, post_id: int) -> list[RelayTarget]:
        """List the open targets of relay tasks that a post fulfils."""
        open_states = (RelayState.OPEN.value, RelayState.IN_HAND.value)
        return list(
            self.session.scalars(
                select(RelayTarget)
                .where(RelayTarget.post_id == post_id, RelayTarget.state.in_(open_states))
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
        return self.session.scalar(select(UnclaimedPost).where(UnclaimedPost.observed_post_id == observed_post_id))

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
