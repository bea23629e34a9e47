"""Relay tasks as people see them: lists and the progress of each account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.repository.units import UnitRepository, unit_tree
from publishing.judging import names_of
from publishing.models import Post, RelayTarget, RelayTask
from publishing.relay_rules import is_late, is_overdue, tally
from publishing.repository.relays import RelayRepository
from publishing.schemas.relays import RelayDetail, RelayRow, RelayTargetRow
from weibo_ops.kernel.actors import Actor

Target = tuple[RelayTarget, Account, str]


class RelayViews:
    """Makes views of relay tasks inside a running transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._relays = RelayRepository(session)
        self._now = now

    def rows(self, tasks: Sequence[tuple[RelayTask, str]]) -> list[RelayRow]:
        """Return tasks as rows, in the given order."""
        targets: dict[int, list[Target]] = {}
        for each in self._relays.targets(task.id for task, _ in tasks):
            targets.setdefault(each[0].task_id, []).append(each)
        return [self._row(task, unit, targets.get(task.id, [])) for task, unit in tasks]

    def detail(self, task: RelayTask, actor: Actor | None, rule: str) -> RelayDetail:
        """Return everything about a task; ``actor`` says which accounts are theirs."""
        targets = self._relays.targets([task.id])
        unit = UnitRepository(self._session).get(task.unit_id)
        people = names_of(
            self._session,
            [task.issued_by, task.on_behalf_of or "", task.closed_by, *(target.done_by for target, _, _ in targets)],
        )
        tree = unit_tree(self._session)
        posts = self._relays.posts(target.post_id for target, _, _ in targets if target.post_id is not None)
        issued_by = people.get(task.issued_by, task.issued_by)
        if task.on_behalf_of:
            issued_by += f"(代{people.get(task.on_behalf_of, task.on_behalf_of)})"
        return RelayDetail(
            row=self._row(task, unit.name if unit is not None else "", targets),
            basis=task.basis,
            shared_text=task.shared_text,
            source_link=task.source_link,
            content_class=task.content_class,
            issued_by=issued_by,
            issued_at=task.issued_at,
            closed_by=people.get(task.closed_by, task.closed_by),
            closed_at=task.closed_at,
            targets=tuple(
                self._target(
                    task,
                    each,
                    posts.get(each[0].post_id or 0),
                    people,
                    mine=actor is not None and tree.speaks_for(actor.unit_id, each[1].unit_id),
                )
                for each in targets
            ),
            rule=rule,
        )

    def _row(self, task: RelayTask, unit: str, targets: Sequence[Target]) -> RelayRow:
        counted = tally(((target.state, target.done_at) for target, _, _ in targets), task.due_at, self._now)
        return RelayRow(
            task_id=task.id,
            kind=task.kind,
            title=task.title,
            unit=unit,
            due_at=task.due_at,
            total=counted.total,
            done=counted.done,
            late=counted.late,
            excused=counted.excused,
            overdue=counted.overdue,
            open=task.closed_at is None,
            version=task.version,
        )

    def _target(
        self, task: RelayTask, found: Target, post: Post | None, people: dict[str, str], *, mine: bool
    ) -> RelayTargetRow:
        target, account, unit = found
        return RelayTargetRow(
            account=account.screen_name,
            account_id=account.id,
            unit=unit,
            state=target.state,
            post_id=target.post_id,
            post_state=post.state if post is not None else "",
            link=target.link,
            done_at=target.done_at,
            done_by=people.get(target.done_by, target.done_by),
            late=is_late(target.done_at, task.due_at) and bool(target.platform_id or target.link),
            overdue=is_overdue(target.state, task.due_at, self._now),
            checked=target.checked,
            reason=target.reason,
            mine=mine,
        )
