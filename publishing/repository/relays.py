"""Queries on relay tasks and their accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select, update

from accounts.enums import AccountStatus, Platform
from accounts.models import Account, ObservedPost, Unit
from publishing.enums import RelayState
from publishing.models import Post, RelayTarget, RelayTask
from publishing.relay_rules import OVER
from weibo_ops.kernel.repository import Repository


class RelayRepository(Repository):
    """Relay tasks."""

    # --- tasks ----------------------------------------------------------------------------------------------

    def add(self, values: Mapping[str, object], account_ids: Iterable[int]) -> int:
        """Add a task for some accounts; return its id."""
        task = RelayTask(**values)
        self.session.add(task)
        self.session.flush()
        for account_id in account_ids:
            self.session.add(RelayTarget(task_id=task.id, account_id=account_id, state=RelayState.OPEN.value))
        self.session.flush()
        return task.id

    def get(self, task_id: int) -> RelayTask | None:
        """Return a task."""
        return self.session.get(RelayTask, task_id)

    def listed(self, *, open_only: bool = False) -> list[tuple[RelayTask, str]]:
        """List tasks with the name of the unit that gave them: open ones first, the soonest due first."""
        statement = (
            select(RelayTask, Unit.name)
            .join(Unit, Unit.id == RelayTask.unit_id)
            .order_by(RelayTask.closed_at.is_not(None), RelayTask.due_at, RelayTask.id)
        )
        if open_only:
            statement = statement.where(RelayTask.closed_at.is_(None))
        return [(task, unit) for task, unit in self.session.execute(statement)]

    def close(self, task_id: int, version: int, at: datetime, person: str) -> bool:
        """Close a task that is open and has this version; say whether it was."""
        closed = self.session.execute(
            update(RelayTask)
            .where(RelayTask.id == task_id, RelayTask.version == version, RelayTask.closed_at.is_(None))
            .values(closed_at=at, closed_by=person, version=version + 1)
            .returning(RelayTask.id)
        ).first()
        self.session.expire_all()
        return closed is not None

    # --- accounts of a task ---------------------------------------------------------------------------------

    def targets(self, task_ids: Iterable[int]) -> list[tuple[RelayTarget, Account, str]]:
        """List the accounts of tasks with unit name, by unit and account."""
        rows = self.session.execute(
            select(RelayTarget, Account, Unit.name)
            .join(Account, Account.id == RelayTarget.account_id)
            .join(Unit, Unit.id == Account.unit_id)
            .where(RelayTarget.task_id.in_(list(task_ids)))
            .order_by(RelayTarget.task_id, Unit.name, Account.screen_name, RelayTarget.id)
        )
        return [(target, account, unit) for target, account, unit in rows]

    def unchecked(self) -> list[RelayTarget]:
        """List the receipts that were entered by hand and not seen on the platform yet."""
        return list(
            self.session.scalars(
                select(RelayTarget)
                .where(
                    RelayTarget.state == RelayState.DONE.value,
                    RelayTarget.checked.is_(False),
                    RelayTarget.post_id.is_(None),
                    RelayTarget.platform_id != "",
                )
                .order_by(RelayTarget.id)
            )
        )

    def change_target(
        self,
        target_id: int,
        states: Collection[str],
        post_id: int | None,
        values: Mapping[str, object],
    ) -> bool:
        """Change an account's entry that stands at one of the states with this post; say whether it did."""
        changed = self.session.execute(
            update(RelayTarget)
            .where(
                RelayTarget.id == target_id,
                RelayTarget.state.in_(list(states)),
                RelayTarget.post_id.is_(None) if post_id is None else RelayTarget.post_id == post_id,
            )
            .values(**values)
            .returning(RelayTarget.id)
        ).first()
        self.session.expire_all()
        return changed is not None

    def waiting(self) -> list[tuple[RelayTask, RelayTarget, Account]]:
        """List the accounts of open tasks that owe something."""
        rows = self.session.execute(
            select(RelayTask, RelayTarget, Account)
            .join(RelayTarget, RelayTarget.task_id == RelayTask.id)
            .join(Account, Account.id == RelayTarget.account_id)
            .where(RelayTask.closed_at.is_(None), RelayTarget.state.not_in(list(OVER)))
            .order_by(RelayTask.id, RelayTarget.id)
        )
        return [(task, target, account) for task, target, account in rows]

    def bound_elsewhere(self, task_id: int, platform_id: str, target_id: int) -> RelayTarget | None:
        """Return another account's receipt of the same task that names the same post of the platform."""
        return self.session.scalars(
            select(RelayTarget).where(
                RelayTarget.task_id == task_id,
                RelayTarget.platform_id == platform_id,
                RelayTarget.id != target_id,
            )
        ).first()

    # --- accounts and posts ---------------------------------------------------------------------------------

    def running_accounts(self, unit_ids: Collection[int]) -> list[Account]:
        """List the running Weibo accounts of some units, by name."""
        return list(
            self.session.scalars(
                select(Account)
                .where(
                    Account.unit_id.in_(list(unit_ids)),
                    Account.platform == Platform.WEIBO.value,
                    Account.status == AccountStatus.RUNNING.value,
                )
                .order_by(Account.screen_name, Account.id)
            )
        )

    def posts(self, post_ids: Iterable[int]) -> dict[int, Post]:
        """Return posts by number."""
        rows = self.session.scalars(select(Post).where(Post.id.in_(list(post_ids))))
        return {post.id: post for post in rows}

    def observed(self, platform_id: str) -> ObservedPost | None:
        """Return what was seen under a number of the platform."""
        return self.session.scalars(
            select(ObservedPost).where(
                ObservedPost.platform == Platform.WEIBO.value, ObservedPost.platform_id == platform_id
            )
        ).first()
