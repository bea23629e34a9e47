"""Pauses of publication (暂停发布): preview, start, clearing single posts, ending, and the decision queue.

Nothing here sends or schedules anything: a pause takes posts off the way, and each goes back by a decision of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.standards import StandardService
from config.rulebook.delivery import DeliveryBook
from publishing.enums import PostState
from publishing.fields import in_words
from publishing.judging import Judge, names_of
from publishing.models import Pause
from publishing.pause_orders import PauseOrder, order_of
from publishing.pause_rules import PauseState, is_cleared, may_be_cleared, state_of
from publishing.pause_views import BY_TIME, UNSTOPPABLE, PauseViews, is_clearer
from publishing.pausing import HELD, Pausing, take, terms_of
from publishing.reading import Reader, find_post, require_text_seen
from publishing.repository import PostRepository, ReviewRepository
from publishing.repository.pauses import PauseRepository
from publishing.schemas.pauses import (
    DecisionRow,
    PauseDetail,
    PauseEntry,
    PausePreview,
    PauseRow,
    PauseTick,
)
from publishing.transitions import IN_HAND
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require, require_second_person
from weibo_ops.kernel.clock import Clock, beijing_date
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import ConflictError, NotFoundError, RefusedError, UsageError

CLEARER = "pause.clear"
"""Kind of the to-do of who may clear posts while a pause runs."""
END = "pause.end"
"""Kind of the to-do that a pause is over and held posts wait for a decision."""
OUT = "pause.sending"
"""Kind of the to-do that a post was on its way when a pause began; its subject is ``pause/post``."""
UNSCHEDULED = (PostState.SIGNED, PostState.MISSED, PostState.FAILED)
"""Signed and without a time to come: nothing goes out of here before somebody schedules it, which asks the pauses."""
_SCOPE = ("areas", "unit_ids", "account_ids", "classes", "allowed", "clearer")


class _Undo(Exception):
    """Leave the transaction without storing anything."""


class PauseService:
    """Use cases of pauses of publication."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, judge: Judge) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge

    # --- reading --------------------------------------------------------------------------------------------

    def rows(self, *, open_only: bool = False) -> list[PauseRow]:
        """List pauses: those that run first, then those to come, then those that ended; the newest first among them."""
        with self._db.reading() as session:
            return self._views(session).rows(PauseRepository(session).listed(open_only=open_only))

    def show(self, pause_id: int) -> PauseDetail:
        """Return everything about a pause.

        Raises:
            NotFoundError: there is none with this number.
        """
        with self._db.reading() as session:
            return self._views(session).detail(_find(session, pause_id))

    def queue(self, actor: Actor) -> list[DecisionRow]:
        """List the held posts that the actor may decide on or clear: of their unit and below; those to clear first."""
        with self._db.reading() as session:
            return self._views(session).queue(actor)

    # --- starting -------------------------------------------------------------------------------------------

    def preview(self, actor: Actor, entry: PauseEntry) -> PausePreview:
        """Say what a pause would hold right now, what it cannot stop, and what may be cleared; nothing is stored.

        Raises:
            As `start`.
        """
        require(actor, Permission.PAUSE, entry.title)
        try:
            with self._db.writing() as session:
                now = self._clock.now()
                order = order_of(session, actor, entry, self._book(now), now)
                pause = _stored(session, order)
                pausing, views = Pausing(session, now), self._views(session)
                found = PausePreview(
                    title=pause.title,
                    from_at=pause.from_at,
                    until_at=pause.until_at,
                    areas=tuple(pause.areas),
                    units=order.units,
                    accounts=order.accounts,
                    classes=tuple(pause.classes),
                    allowed=tuple(pause.allowed),
                    clearer=order.clearer,
                    held=tuple(views.held(pause, each) for each, stopping in pausing.taken() if pause in stopping),
                    sending=views.sending(pause),
                    unscheduled=sum(
                        post.scheduled_at is None and pausing.names(pause, post, revision)
                        for post, revision, _, _ in PauseRepository(session).in_states(UNSCHEDULED)
                    ),
                    rule=self._book(now).pause.citation,
                )
                raise _Undo
        except _Undo:
            return found

    def start(self, actor: Actor, entry: PauseEntry) -> PauseDetail:
        """Start a pause, now or at a time to come: every scheduled post that would go out during it is held at once.

        Posts that are going out are listed beside what is held (已在发布,不能暂停). Signed posts without a time to
        come, missed and failed ones stay where they are: they cannot be scheduled into the pause.

        Args:
            actor: who orders it; the scope is their own unit, units below it, or accounts of these.
            entry: the pause.

        Raises:
            PermissionRefusedError: the actor may not pause.
            NotFoundError: a unit, account, region or the clearer is not registered.
            RefusedError: the scope reaches beyond the actor's unit and those below it; the clearer may not clear.
            UsageError: title, reason, classes or times are not what they should be.
        """
        require(actor, Permission.PAUSE, entry.title)
        with self._db.writing() as session:
            now = self._clock.now()
            order = order_of(session, actor, entry, self._book(now), now)
            pause = _stored(session, order)
            pause_id, title, clearer, allowed = pause.id, pause.title, pause.clearer, "、".join(pause.allowed)
            until_at = pause.until_at
            held = take(session, now)
            todos.propose(
                session,
                CLEARER,
                str(pause_id),
                f"暂停发布“{title}”由您逐条放行({allowed or '没有可放行的类别'}),现暂停{len(held)}条",
                now,
                recipient=clearer,
                due_at=until_at,
            )
            self._warn_of_what_is_out(session, pause_id, now)
            details = {"title": title, "held": held, "scope": {name: order.values[name] for name in _SCOPE}}
            audit.append(session, actor, "pause.start", str(pause_id), details, now)
        return self.show(pause_id)

    # --- the clock ------------------------------------------------------------------------------------------

    def tick(self, actor: Actor) -> PauseTick:
        """Take hold of what would go out during a pause that has begun, and end pauses whose time is over.

        Ending holds nothing back and sends nothing: what is held waits for a decision. Doing it twice changes nothing.

        Raises:
            PermissionRefusedError: the actor is not the delivery program.
        """
        require(actor, Permission.DELIVER, "暂停发布")
        with self._db.reading() as session:
            repository = PauseRepository(session)
            if not repository.open() and not repository.open_todos((HELD, END)):
                return PauseTick(0, 0, 0)
        with self._db.writing() as session:
            now = self._clock.now()
            repository = PauseRepository(session)
            ended = begun = 0
            for pause in repository.open():
                terms = terms_of(pause)
                if state_of(terms, now) is PauseState.OVER:
                    ended += self._end(session, actor, pause, pause.version, BY_TIME, now)
                begun += state_of(terms, now) is PauseState.RUNNING
            held = take(session, now)
            if held:
                audit.append(session, actor, "pause.hold", "tick", {"held": held}, now)
            self._close_what_is_decided(session, now)
        return PauseTick(len(held), begun, ended)

    # --- clearing and ending --------------------------------------------------------------------------------

    def clear(self, actor: Actor, pause_id: int, post_id: int, code: str, reason: str) -> PauseDetail:
        """Clear one post of an allowed class from a pause: that very text may be scheduled in spite of it.

        Args:
            actor: the named clearer, or who acts for them today.
            pause_id: the pause.
            post_id: the post; signed and not gone out.
            code: 稿件校验码 of the text that was read; a changed text must be cleared anew.
            reason: why it must go out.

        Raises:
            PermissionRefusedError: the actor may not clear.
            NotFoundError: there is no such pause or post.
            RefusedError: somebody else is the clearer; the class may not be cleared; the actor wrote on it; it is not
                signed, its signature does not hold, or the pause is not about it.
            ConflictError: the pause is over; the text is another one; it is cleared already.
            UsageError: no reason was given.
        """
        require(actor, Permission.PAUSE_CLEAR, f"稿件{post_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("放行须写明理由。", next_step="请写明理由。")
        with self._db.writing() as session:
            now = self._clock.now()
            rule = self._book(now).pause.citation
            pause = _find(session, pause_id)
            reader = Reader(session, self._judge, now)
            posts = PostRepository(session)
            post = find_post(posts, post_id)
            revision = posts.revision(post_id, post.revision)
            _require_open(pause, now)
            if not is_clearer(actor, pause):
                name = names_of(session, [pause.clearer]).get(pause.clearer, pause.clearer)
                raise RefusedError(
                    f"暂停发布“{pause.title}”的放行人是{name},{actor.name}不能放行。",
                    rule=rule,
                    next_step=f"请由{name}或其受委托人办理。",
                )
            if not Pausing(session, now).names(pause, post, revision):
                raise RefusedError(
                    f"稿件{post_id}不在暂停发布“{pause.title}”的范围内,不必放行。",
                    rule=rule,
                    next_step=f"请核对编号:weibo-ops pause show {pause_id}。",
                )
            if not may_be_cleared(terms_of(pause), revision.content_class):
                raise RefusedError(
                    f"“{revision.content_class}”不在暂停发布“{pause.title}”允许放行的类别"
                    f"({'、'.join(pause.allowed) or '无'})之内。",
                    rule=rule,
                    next_step="恢复发布后再处置,或撤稿。",
                )
            require_second_person(
                actor, reader.editors(post, ReviewRepository(session).current(post)), "放行稿件", rule=rule
            )
            if post.state not in IN_HAND:
                raise RefusedError(
                    f"稿件{post_id}的状态是“{post.state}”,不能放行。",
                    rule=rule,
                    next_step=f"放行适用于已签发而未发布的稿件,见 weibo-ops post show {post_id}。",
                )
            standing = reader.standing(post)
            require_text_seen(code, standing.fingerprint, post_id, reader.book)
            if not standing.complete:
                raise RefusedError(
                    f"稿件{post_id}的签批现在不成立({standing.why_void or '审签未完成'}),不能放行。",
                    rule=reader.book.fingerprint.citation,
                    next_step=f"请先重新送审,见 weibo-ops post show {post_id}。",
                )
            repository = PauseRepository(session)
            if is_cleared(standing.fingerprint, repository.cleared(pause_id, post_id)):
                raise ConflictError(f"稿件{post_id}已放行。", next_step=f"请排期:weibo-ops post schedule {post_id}。")
            repository.clear(
                {
                    "pause_id": pause_id,
                    "post_id": post_id,
                    "fingerprint": standing.fingerprint,
                    "person": actor.person,
                    "on_behalf_of": actor.on_behalf_of,
                    "at": now,
                    "reason": reason,
                }
            )
            details = {"post": post_id, "fingerprint": standing.fingerprint, "reason": reason}
            audit.append(session, actor, "pause.clear", str(pause_id), details, now)
        return self.show(pause_id)

    def end(self, actor: Actor, pause_id: int, version: int, reason: str) -> PauseDetail:
        """End a pause, also one to come. Nothing is sent: what it holds waits in the decision queue, each for itself.

        Raises:
            PermissionRefusedError: the actor may not pause.
            NotFoundError: there is no such pause.
            RefusedError: the actor did not start it and is neither of the unit that ordered it nor of one above it.
            ConflictError: it is over, or somebody was faster.
            UsageError: no reason was given.
        """
        require(actor, Permission.PAUSE, f"暂停发布{pause_id}")
        reason = in_words(reason, "理由")
        if not reason:
            raise UsageError("结束暂停发布须写明理由。", next_step="请写明理由。")
        with self._db.writing() as session:
            now = self._clock.now()
            pause = _find(session, pause_id)
            started = {login for login in (pause.started_by, pause.on_behalf_of) if login}
            if not started & actor.persons and not Pausing(session, now).tree.speaks_for(actor.unit_id, pause.unit_id):
                raise RefusedError(
                    f"{actor.name}不是下达“{pause.title}”的单位或其上级单位的人员,不能结束。",
                    rule=self._book(now).pause.citation,
                    next_step="请由下达单位或其上级单位办理。",
                )
            if pause.ended_at is not None:
                raise ConflictError(f"暂停发布“{pause.title}”已结束。", next_step="不必重复办理。")
            if not self._end(session, actor, pause, version, reason, now):
                raise ConflictError(
                    f"暂停发布{pause_id}刚被他人办理,本次未保存。",
                    next_step=f"请重新查看:weibo-ops pause show {pause_id}。",
                )
        return self.show(pause_id)

    # --- inside a transaction -------------------------------------------------------------------------------

    def _book(self, now: datetime) -> DeliveryBook:
        book = self._standards.in_force("delivery", beijing_date(now)).book
        assert isinstance(book, DeliveryBook)
        return book

    def _views(self, session: Session) -> PauseViews:
        now = self._clock.now()
        return PauseViews(session, Reader(session, self._judge, now), Pausing(session, now), self._book(now))

    def _warn_of_what_is_out(self, session: Session, pause_id: int, now: datetime) -> None:
        """Tell whoever answers for a post that is going out: the pause cannot stop it, a person perhaps can."""
        pause, pausing = _find(session, pause_id), Pausing(session, now)
        if pause.from_at > now:
            return
        for post, revision, account, _ in PauseRepository(session).in_states(UNSTOPPABLE):
            if pausing.names(pause, post, revision):
                todos.propose(
                    session,
                    OUT,
                    f"{pause_id}/{post.id}",
                    f"暂停发布“{pause.title}”:{account}的稿件{post.id}已在发布,请核实;尚未发出的请勿再发",
                    now,
                    recipient=post.scheduled_by or post.created_by,
                )

    def _end(self, session: Session, actor: Actor, pause: Pause, version: int, reason: str, now: datetime) -> bool:
        """End a pause and ask for decisions on what it holds; say whether it was open and had this version."""
        repository = PauseRepository(session)
        pause_id, title = pause.id, pause.title
        asked = dict.fromkeys([pause.clearer, pause.on_behalf_of or pause.started_by])
        values = {"ended_by": actor.person, "ended_at": now, "end_reason": reason}
        if not repository.end(pause_id, version, values):
            return False
        waiting = repository.held_counts([pause_id]).get(pause_id, 0)
        todos.close(session, CLEARER, str(pause_id), now)
        todos.close_all(session, (OUT,), f"{pause_id}/", now)
        if waiting:
            for login in asked:
                todos.propose(
                    session,
                    END,
                    str(pause_id),
                    f"暂停发布“{title}”已结束,{waiting}条待逐条处置,未发布任何一条",
                    now,
                    recipient=login,
                )
        details = {"reason": reason, "waiting": waiting}
        audit.append(session, actor, "pause.end", str(pause_id), details, now)
        return True

    def _close_what_is_decided(self, session: Session, now: datetime) -> None:
        """Close the to-dos about posts that are held no more, and about ended pauses that hold nothing."""
        repository = PauseRepository(session)
        held = {str(post.id) for post, _, _, _ in repository.in_states([PostState.HELD])}
        for kind, subject in repository.open_todos((HELD,)):
            if subject.partition("/")[0] not in held:
                todos.close(session, kind, subject, now)
        ended = {int(subject) for _, subject in repository.open_todos((END,))}
        for pause_id in ended - set(repository.held_counts(ended)):
            todos.close(session, END, str(pause_id), now)


def _find(session: Session, pause_id: int) -> Pause:
    pause = PauseRepository(session).get(pause_id)
    if pause is None:
        raise NotFoundError(f"没有编号为{pause_id}的暂停发布。", next_step="编号见 weibo-ops pause list。")
    return pause


def _require_open(pause: Pause, now: datetime) -> None:
    if state_of(terms_of(pause), now) in (PauseState.ENDED, PauseState.OVER):
        raise ConflictError(f"暂停发布“{pause.title}”已结束,不必放行。", next_step="请逐条处置:weibo-ops pause queue。")


def _stored(session: Session, order: PauseOrder) -> Pause:
    repository = PauseRepository(session)
    pause = repository.get(repository.add(order.values))
    assert pause is not None
    return pause
