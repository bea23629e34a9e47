"""The delivery board: what goes out, what did not and why, who must do what; and how well delivery does as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.repository.units import unit_tree
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import latest_moment, needs_presence
from publishing.delivery.readiness import workdays
from publishing.enums import PostState, Sending
from publishing.models import DeliveryAttempt, Post, PostRevision
from publishing.reading import OPENING, find_post
from publishing.receipts import BY_HAND
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.repository.pauses import PauseRepository
from publishing.schemas.delivery import AttemptView, BoardRow, Health, WorkerView
from publishing.service.delivery import SET_BACK
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock, beijing_date, format_beijing
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.processes import Life, life_of
from weibo_ops.kernel.text import shorten

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
PAUSE_STEP = "暂停结束后逐条处置;可放行的由放行人放行:weibo-ops pause queue"
AWAITS_SETTLING, AWAITS_PRESENCE = "等另一条核实结果", "等值班人员到岗"
HAND_STEP = "登记回执或写明未发布:weibo-ops post receipt、post give-back"


class DeliveryBoardService:
    """Reads of delivery."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    def board(self, actor: Actor | None = None, *, unit_only: bool = False) -> list[BoardRow]:
        """List what is on its way out, what nobody knows of first, then what did not go out, then what is to come.

        Args:
            actor: who asks.
            unit_only: only accounts of the actor's unit and of those below it.
        """
        now = self._clock.now()
        book = self._book(now)
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
            pauses = {
                each.id for each in PauseRepository(session).open() if each.until_at is None or now < each.until_at
            }
            rows = [
                _row(post, revision, names[post.id], attempts.get(post.id, 0), book, pauses) for post, revision in found
            ]
            rows = self._with_what_they_wait_for(session, rows, book, now)
        order = list(GROUPS)
        return sorted(rows, key=lambda row: (order.index(PostState(row.state)), row.due_at or row.since, row.post_id))

    def _book(self, now: datetime) -> DeliveryBook:
        book = self._standards.in_force("delivery", beijing_date(now)).book
        assert isinstance(book, DeliveryBook)
        return book

    def _with_what_they_wait_for(
        self, session: Session, rows: list[BoardRow], book: DeliveryBook, now: datetime
    ) -> list[BoardRow]:
        """Say of posts that would go out now what they wait for: another of their account, or somebody to be there."""
        repository, tree = DeliveryRepository(session), unit_tree(session)
        blocked = repository.blocked_accounts()
        presence = needs_presence(now, book, workdays(self._standards, now))
        there: dict[int, list[datetime]] = {}
        found = []
        for row in rows:
            if row.state != PostState.SCHEDULED or row.reason or row.due_at is None or row.due_at > now:
                found.append(row)
            elif row.account_id in blocked and not row.by_hand:
                found.append(replace(row, reason=AWAITS_SETTLING))
            elif presence and not row.urgent:
                if row.unit_id not in there:
                    units = [node.unit_id for node in tree.line(row.unit_id)]
                    there[row.unit_id] = [each.from_at for each in repository.presences(units, now)]
                since = row.due_at - timedelta(minutes=book.presence.minutes)
                waits = not any(at >= since for at in there[row.unit_id])
                step = "值班人员确认到岗:weibo-ops post present"
                found.append(replace(row, reason=AWAITS_PRESENCE, next_step=step) if waits else row)
            else:
                found.append(row)
        return found

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
            repository = DeliveryRepository(session)
            seen, begun = repository.last_seen_at(), repository.last_started_at()
        at_work = any(row.state in (PostState.SCHEDULED, PostState.SENDING, PostState.UNCERTAIN) for row in rows)
        problems = []
        if begun is not None and now < begun - SET_BACK:
            words = f"系统时间早于最近一次发布({format_beijing(begun)}),自动发布已停,请校准系统时间"
            problems.append(f"{words};现已正确的,运行 weibo-ops post clock")
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


def _row(
    post: Post,
    revision: PostRevision,
    names: tuple[str, str],
    tried: int,
    book: DeliveryBook,
    pauses: Collection[int],
) -> BoardRow:
    state = PostState(post.state)
    paused = state == PostState.HELD and post.pause_id in pauses
    handed = state in (PostState.SENDING, PostState.UNCERTAIN) and post.lease_owner == Sending.BY_HAND
    latest = revision.latest_at
    if post.scheduled_at is not None:
        latest = latest_moment(post.scheduled_at, revision.latest_at, revision.content_class, book)
    return BoardRow(
        post_id=post.id,
        version=post.version,
        account=names[0],
        unit=names[1],
        unit_id=post.unit_id,
        group=OWED_RECEIPT if handed else GROUPS[state],
        state=post.state,
        opening=shorten(" ".join(revision.text.split()), OPENING),
        content_class=revision.content_class,
        urgent=revision.urgent,
        due_at=post.scheduled_at,
        latest_at=latest,
        since=post.changed_at,
        reason=post.reason,
        next_step=HAND_STEP if handed else PAUSE_STEP if paused else NEXT_STEPS[state],
        attempts=tried,
        by_hand=revision.gateway in BY_HAND,
        account_id=post.account_id,
        paused=paused,
    )


def _overdue_since(row: BoardRow) -> datetime | None:
    """Return since when a row waits for something that should have happened; None where it may wait."""
    if row.state == PostState.SCHEDULED:
        return row.due_at
    if row.state == PostState.SENDING:
        return row.due_at if not row.by_hand else row.latest_at
    return None if row.paused else row.since


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
