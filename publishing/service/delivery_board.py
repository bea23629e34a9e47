"""The delivery board: what goes out, what did not and why, who must do what; and how well delivery does as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.repository.units import unit_tree
from accounts.standards import StandardService
from publishing.delivery.readiness import Readiness
from publishing.enums import PostState, Sending
from publishing.judging import Judge
from publishing.models import DeliveryAttempt, Post, PostRevision
from publishing.reading import OPENING, find_post
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.schemas.delivery import AttemptView, BoardRow, Health, WorkerView
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.processes import Life, life_of
from weibo_ops.kernel.text import shorten
from weibo_ops.kernel.vault import Vault

GROUPS = {
    PostState.UNCERTAIN: "结果待核实",
    PostState.MISSED: "错过发布时间",
    PostState.FAILED: "失败",
    PostState.HELD: "暂停待处置",
    PostState.SENDING: "发布中",
    PostState.SCHEDULED: "待发",
}
"""What the board files a post under, in the order of the board."""
OWED_RECEIPT = "待登记回执"
OVERDUE = timedelta(minutes=2)
"""How long after its time a post that may go out is overdue."""
SILENT = timedelta(minutes=5)
"""A worker that was not seen for so long counts as silent."""
NEXT_STEPS = {
    PostState.UNCERTAIN: "查看账号主页后核实:weibo-ops post settle",
    PostState.MISSED: "重新确认并排期,或修改、撤稿:weibo-ops post schedule",
    PostState.FAILED: "按原因处理后排期,或修改、撤稿:weibo-ops post schedule",
    PostState.HELD: "逐条处置:重新排期、修改或撤稿",
    PostState.SENDING: "请稍候",
    PostState.SCHEDULED: "",
}


class DeliveryBoardService:
    """Reads of delivery."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._readiness = Readiness(standards, judge, vault)

    def board(self, actor: Actor | None = None, *, unit_only: bool = False) -> list[BoardRow]:
        """List what is on its way out, what nobody knows of first, then what did not go out, then what is to come.

        Args:
            actor: who asks.
            unit_only: only accounts of the actor's unit and of those below it.
        """
        now = self._clock.now()
        with self._db.reading() as session:
            repository = DeliveryRepository(session)
            tree = unit_tree(session)
            found = [
                (post, revision)
                for post, revision in repository.in_state(GROUPS)
                if not unit_only or actor is None or tree.speaks_for(actor.unit_id, post.unit_id)
            ]
            names = {
                post.id: (account, unit)
                for post, _, account, unit in PostRepository(session).listed(post_ids=[post.id for post, _ in found])
            }
            attempts = repository.attempt_counts([post.id for post, _ in found])
            rows = [
                self._row(session, post, revision, names[post.id], attempts.get(post.id, 0), now)
                for post, revision in found
            ]
        order = list(GROUPS)
        return sorted(rows, key=lambda row: (order.index(PostState(row.state)), row.due_at or row.since, row.post_id))

    def _row(
        self, session: Session, post: Post, revision: PostRevision, names: tuple[str, str], tried: int, now: datetime
    ) -> BoardRow:
        state = PostState(post.state)
        wanted = self._readiness.light(session, post, revision, now)
        by_hand = state in (PostState.SENDING, PostState.UNCERTAIN) and post.lease_owner == Sending.BY_HAND
        step = NEXT_STEPS[state]
        if by_hand:
            step = "登记回执或写明未发布:weibo-ops post receipt、post give-back"
        return BoardRow(
            post_id=post.id,
            version=post.version,
            account=names[0],
            unit=names[1],
            unit_id=post.unit_id,
            group=OWED_RECEIPT if by_hand else GROUPS[state],
            state=post.state,
            opening=shorten(" ".join(revision.text.split()), OPENING),
            content_class=revision.content_class,
            urgent=revision.urgent,
            due_at=post.scheduled_at,
            latest_at=wanted.latest if post.scheduled_at is not None else revision.latest_at,
            since=post.changed_at,
            reason=post.reason,
            next_step=step,
            attempts=tried,
            by_hand=wanted.by_hand,
        )

    def attempts(self, post_id: int) -> list[AttemptView]:
        """List every attempt to send a post, the first first.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            find_post(PostRepository(session), post_id)
            return [_attempt(each) for each in DeliveryRepository(session).attempts(post_id)]

    def workers(self) -> list[WorkerView]:
        """List the workers that did not end by themselves, the last seen first."""
        with self._db.reading() as session:
            return [
                WorkerView(each.owner, each.started_at, each.seen_at, life_of(each.owner).value)
                for each in DeliveryRepository(session).workers()
            ]

    def health(self) -> Health:
        """Say how well delivery does: by the oldest item that is overdue, whatever runs or does not run."""
        now = self._clock.now()
        rows = self.board()
        overdue = [(at, row) for row in rows if (at := _overdue_since(row)) is not None and at + OVERDUE <= now]
        oldest = min(overdue, key=lambda pair: pair[0], default=None)
        workers = self.workers()
        with self._db.reading() as session:
            seen = DeliveryRepository(session).last_seen_at()
        at_work = any(row.state in (PostState.SCHEDULED, PostState.SENDING, PostState.UNCERTAIN) for row in rows)
        problems = []
        if oldest is not None:
            problems.append(f"稿件{oldest[1].post_id}({oldest[1].group})自{format_beijing(oldest[0])}起未处理")
        if at_work and (seen is None or seen + SILENT < now):
            problems.append("发布程序没有运行,请运行 weibo-ops worker")
        problems += [
            f"发布程序({each.owner.split('|')[-2]}号进程)自{format_beijing(each.seen_at)}起没有回应,可能被挂起"
            for each in workers
            if each.life == Life.ALIVE and each.seen_at + SILENT < now
        ]
        return Health(
            oldest_minutes=None if oldest is None else int((now - oldest[0]).total_seconds() // 60),
            oldest="" if oldest is None else f"稿件{oldest[1].post_id}:{oldest[1].group}",
            overdue=len(overdue),
            uncertain=sum(row.state == PostState.UNCERTAIN for row in rows),
            owed=sum(row.group == OWED_RECEIPT for row in rows),
            worker_seen_at=seen,
            problems=tuple(problems),
        )


def _overdue_since(row: BoardRow) -> datetime | None:
    """Return since when a row waits for something that should have happened; None where it may wait."""
    if row.state == PostState.SCHEDULED:
        return row.due_at
    if row.state == PostState.SENDING:
        return row.due_at if not row.by_hand else row.latest_at
    return row.since


def _attempt(row: DeliveryAttempt) -> AttemptView:
    error = " ".join(part for part in (row.error_class, row.error_code) if part)
    return AttemptView(
        number=row.number,
        channel=row.channel,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome or "不明",
        error=error,
        message=row.message,
        platform_id=row.platform_id,
        looks=row.looks,
        looked_at=row.looked_at,
        look=row.look,
        worker=row.worker,
        decided_by=row.decided_by,
        decision=row.decision,
    )


__all__: Sequence[str] = ("GROUPS", "OWED_RECEIPT", "DeliveryBoardService")
