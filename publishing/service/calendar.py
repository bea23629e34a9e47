"""The calendar: looking at it, putting signed posts at a time, taking them off, recurring columns.

Nothing here sends anything: a post at its time waits for the delivery, which looks at everything again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.service.safety import find_account
from accounts.service.units import find_unit
from accounts.standards import StandardService
from config.rulebook.approval import severity_blocks
from publishing.calendar_reading import CalendarReader
from publishing.calendar_rules import (
    Collision,
    CollisionKind,
    Entry,
    Repetition,
    latest_moment,
    occurrences,
    slots_on,
)
from publishing.delivery.claims import lock_account
from publishing.drafting import Drafting
from publishing.enums import PostState
from publishing.fields import in_words
from publishing.judging import Judge
from publishing.models import Post
from publishing.pausing import HELD
from publishing.reading import Reader, find_post
from publishing.recurring import add_column, columns, end_column, require_repeatable
from publishing.repository import PostRepository
from publishing.repository.calendar import CalendarRepository
from publishing.review_desk import OFF_THE_CALENDAR, close_decisions
from publishing.scheduling import OfficeDays, Placing, Scheduling, entry_of, requires_reason
from publishing.schemas import (
    CalendarView,
    RepeatResult,
    ScheduleResult,
    SeriesRow,
    SlotView,
)
from publishing.service.drafts import DraftService
from publishing.service.rechecks import RecheckService
from publishing.transitions import HOLD, SCHEDULE, UNSCHEDULE, Act, changed_meanwhile, require_open
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing_date, beijing_instant, ensure_utc
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.vault import Vault

DAY = timedelta(days=1)
SHORTEST_REASON = 5
LONGEST_TITLE = 100
Next = Literal["next"]


class CalendarService:
    """Use cases of the calendar."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        standards: StandardService,
        judge: Judge,
        vault: Vault,
        drafts: DraftService,
        rechecks: RecheckService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge
        self._vault = vault
        self._drafts = drafts
        self._rechecks = rechecks
        self._drafting = Drafting(clock, judge, vault)

    # --- reading --------------------------------------------------------------------------------------------

    def view(
        self,
        actor: Actor | None,
        first: date,
        last: date,
        *,
        account: str | None = None,
        unit: str | None = None,
    ) -> CalendarView:
        """Return the Beijing days ``[first, last]`` with every post that has a time on them, collisions marked.

        Args:
            actor: who looks.
            first, last: both included; two months at most.
            account: only of this one: name, uid or number.
            unit: only of the accounts of this unit and of those below it.

        Raises:
            NotFoundError: there is no such account or unit.
            UsageError: the days are reversed or too many, or hold too many posts to be shown.
        """
        now = self._clock.now()
        with self._db.reading() as session:
            account_name = unit_name = ""
            ids: list[int] | None = None
            if unit:
                found = find_unit(UnitRepository(session), unit)
                unit_name = found.name
                ids = CalendarRepository(session).accounts_of(unit_tree(session).branch(found.id))
            if account:
                wanted = find_account(DutyRepository(session), account)
                account_name = wanted.screen_name
                ids = [wanted.id] if ids is None or wanted.id in ids else []
            reader = Reader(session, self._judge, now)
            days = CalendarReader(session, reader, self._days(now)).days(actor, first, last, ids)
        return CalendarView(first, last, account_name, unit_name, now, days)

    def slots(self, account: str, day: date) -> list[SlotView]:
        """List the usual times of a Beijing day, and which of them an account has free for an everyday post.

        Raises:
            NotFoundError: the account is not registered.
        """
        now = self._clock.now()
        days = self._days(now)
        with self._db.reading() as session:
            account_id = find_account(DutyRepository(session), account).id
            since = beijing_instant(day)
            others = [
                entry_of(post, revision, post.published_at or post.scheduled_at or since)
                for post, revision in CalendarRepository(session).placed(account_id, since - DAY, since + 2 * DAY)
            ]
        found = []
        for at in slots_on(day, days.book(day), days.is_workday):
            collisions = days.collisions(Entry(0, account_id, at), others)
            taken = any(each.binds or each.kind == CollisionKind.SLOT for each in collisions)
            found.append(SlotView(at, at < now, at >= now and not taken, collisions))
        return found

    # --- a time ---------------------------------------------------------------------------------------------

    def schedule(
        self, actor: Actor, post_id: int, version: int, *, at: datetime | Next | None = None, accepted: str = ""
    ) -> ScheduleResult:
        """Put a signed post at a time: 已签发, 已排期, 暂停待处置, 错过发布时间 or 失败 → 已排期.

        Args:
            actor: who answers for the time.
            post_id: the post.
            version: of the row that the actor saw.
            at: the instant, which is the one that is looked at, never a stored one; ``"next"`` takes the next free
                slot; None takes now for an urgent post, for others the earliest time that was signed.
            accepted: why collisions are accepted.

        Raises:
            PermissionRefusedError: the actor may not schedule.
            NotFoundError: there is no such post, or a file of it is gone.
            ConflictError: somebody changed the post meanwhile.
            RefusedError: its state does not allow it; the actor is none of the unit's; the signature does not hold;
                the account does not run; the platform refused this text; the interface cannot carry its pictures; the
                time lies outside what was signed, or in a pause, or collides and no reason is given.
            UsageError: no time is given and none follows; the time is over; the reason is too short.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        accepted = in_words(accepted, "理由")
        self._rechecks.recheck_one(post_id)
        with self._db.writing() as session:
            post, reader = self._open(session, actor, post_id, SCHEDULE)
            lock_account(session, post.account_id)
            scheduling = Scheduling(session, self._standards, self._judge, self._vault, reader.now)
            placing = scheduling.signed(post, reader)
            wanted = _wanted(placing, at, reader.now) or scheduling.next_time(placing)
            found = scheduling.place(placing, wanted)
            accepted = self._accepted(scheduling, wanted, found, accepted)
            before, kinds = post.state, [each.kind.value for each in found if each.binds]
            warnings = scheduling.warnings(placing, wanted, found)
            values = {
                **OFF_THE_CALENDAR,
                "scheduled_at": wanted,
                "scheduled_by": actor.person,
                "accepted": accepted,
                "changed_at": reader.now,
            }
            if not PostRepository(session).move(post_id, version, SCHEDULE.sources, SCHEDULE.target, values):
                raise changed_meanwhile(post_id)
            close_decisions(session, post_id, reader.now)
            details = {"at": wanted.isoformat(), "before": before, "collisions": kinds, "accepted": accepted}
            audit.append(session, actor, "post.schedule", str(post_id), details, reader.now)
            manuscript = placing.manuscript
            until = latest_moment(
                wanted, manuscript.latest_at, manuscript.content_class, scheduling.days.book(beijing_date(wanted))
            )
            name = reader.rows(PostRepository(session).listed(post_ids=[post_id]))[0].account
        return ScheduleResult(post_id, version + 1, name, wanted, until, placing.by_hand, found, warnings)

    def resume(
        self, actor: Actor, post_id: int, version: int, *, at: datetime | Next | None = None, accepted: str = ""
    ) -> ScheduleResult:
        """Give a held post (暂停待处置) a time again; otherwise as `schedule`.

        Raises:
            RefusedError: it is not held; or as `schedule`.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        with self._db.reading() as session:
            state = find_post(PostRepository(session), post_id).state
        if state != PostState.HELD:
            raise RefusedError(
                f"稿件{post_id}的状态是“{state}”,不是“{PostState.HELD}”,不能恢复。",
                next_step=f"请用 weibo-ops post schedule {post_id} 排期。",
            )
        return self.schedule(actor, post_id, version, at=at, accepted=accepted)

    def unschedule(self, actor: Actor, post_id: int, version: int, reason: str) -> None:
        """Take a post off the calendar; its signature stands: 已排期 → 已签发.

        Raises:
            PermissionRefusedError: the actor may not schedule.
            NotFoundError: there is no such post.
            RefusedError: its state does not allow it, or the actor is none of the unit's.
            UsageError: no reason was given.
            ConflictError: somebody changed the post meanwhile, or it is going out already.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        said = _reason(reason, "取消排期")
        with self._db.writing() as session:
            post, reader = self._open(session, actor, post_id, UNSCHEDULE)
            was = post.scheduled_at
            values = {**OFF_THE_CALENDAR, "changed_at": reader.now}
            if not PostRepository(session).move(post_id, version, UNSCHEDULE.sources, UNSCHEDULE.target, values):
                raise changed_meanwhile(post_id)
            details = {"reason": said, "at": was.isoformat() if was is not None else ""}
            audit.append(session, actor, "post.unschedule", str(post_id), details, reader.now)

    def hold(self, actor: Actor, post_id: int, version: int, reason: str) -> None:
        """Hold a post until somebody decides (暂停待处置); its time stays on it for whoever does.

        Raises:
            As `unschedule`.
        """
        require(actor, Permission.POST_SEND, f"稿件{post_id}")
        said = _reason(reason, "暂停")
        with self._db.writing() as session:
            post, reader = self._open(session, actor, post_id, HOLD)
            asked = post.scheduled_by or actor.person
            values = {"reason": said, "pause_id": None, "send_after": None, "changed_at": reader.now}
            if not PostRepository(session).move(post_id, version, HOLD.sources, HOLD.target, values):
                raise changed_meanwhile(post_id)
            close_decisions(session, post_id, reader.now)
            title = f"稿件{post_id}已由{actor.name}暂停,请处置:{said}"
            todos.propose(session, HELD, f"{post_id}/人工", title, reader.now, recipient=asked)
            audit.append(session, actor, "post.hold", str(post_id), {"reason": said}, reader.now)

    # --- recurring columns ----------------------------------------------------------------------------------

    def repeat(self, actor: Actor, post_id: int, title: str, rule: Repetition, first: date, last: date) -> RepeatResult:
        """Lay out a recurring column: one draft per occurrence, each of which is signed and scheduled for itself.

        Each draft takes over the text, files, class and 定稿栏 of the post, goes out from its time on, and no later
        than the standard allows its class. The post itself stays what it is.

        Args:
            actor: who writes.
            post_id: the post that is repeated.
            title: of the column.
            rule: how often.
            first, last: Beijing days, both included.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such post.
            RefusedError: the account is none of the actor's.
            UsageError: title, days or rule are not what they should be; the first occurrence is over; the post answers
                a comment or is an emergency publication.
        """
        require(actor, Permission.POST_DRAFT, f"稿件{post_id}")
        title = in_words(title, "栏目名称", longest=LONGEST_TITLE)
        if not title:
            raise UsageError("栏目须有名称。", next_step="如 --title 每日天气。")
        now = self._clock.now()
        days = self._days(now)
        entry = self._drafts.entry_of(post_id)
        found = occurrences(rule, first, last, days.is_workday)
        require_repeatable(entry, found, now)
        with self._db.writing() as session:
            series_id, made = add_column(
                session, self._drafting, days, actor, post_id, entry, title, rule, (first, last), found.at, now
            )
            stops = sum(severity_blocks(hit.severity) for hit in PostRepository(session).hits([made[0].post_id]))
            details = {"source": post_id, "rule": rule.in_words, "posts": [each.post_id for each in made]}
            audit.append(session, actor, "series.new", str(series_id), details, now)
        return RepeatResult(series_id, title, rule.in_words, made, found.skipped, stops)

    def series(self, account: str | None = None) -> list[SeriesRow]:
        """List the recurring columns, the newest first.

        Raises:
            NotFoundError: the account is not registered.
        """
        with self._db.reading() as session:
            account_id = find_account(DutyRepository(session), account).id if account else None
            return columns(session, account_id)

    def end_series(self, actor: Actor, series_id: int, reason: str) -> tuple[int, ...]:
        """End a recurring column: what did not go out yet is withdrawn; return the numbers of these posts.

        Raises:
            PermissionRefusedError: the actor may not draft.
            NotFoundError: there is no such column.
            RefusedError: the actor is none of the unit's.
            UsageError: no reason was given.
            ConflictError: it was ended already.
        """
        require(actor, Permission.POST_DRAFT, f"栏目{series_id}")
        said = _reason(reason, "结束栏目")
        with self._db.writing() as session:
            reader = Reader(session, self._judge, self._clock.now())
            ended = end_column(session, reader, actor, series_id)
            audit.append(session, actor, "series.end", str(series_id), {"reason": said, "posts": ended}, reader.now)
        return tuple(ended)

    # --- inside a transaction -------------------------------------------------------------------------------

    def _days(self, now: datetime) -> OfficeDays:
        return OfficeDays(self._standards, beijing_date(now))

    def _open(self, session: Session, actor: Actor, post_id: int, act: Act) -> tuple[Post, Reader]:
        """Return a post that an act is open to, of the actor's unit or of one below it."""
        post = find_post(PostRepository(session), post_id)
        reader = Reader(session, self._judge, self._clock.now())
        require_open(act, post.state, post_id)
        reader.require_sponsor(actor, post, reader.book.before_sending.citation, act.name)
        return post, reader

    def _accepted(self, scheduling: Scheduling, at: datetime, found: tuple[Collision, ...], accepted: str) -> str:
        """Return the reason as it is kept: none where nothing had to be accepted.

        Raises:
            RefusedError: something must be accepted and no reason is given.
            UsageError: the reason is too short.
        """
        against = requires_reason(found)
        if not against:
            return ""
        rule = ";".join(dict.fromkeys(each.rule for each in against))
        listed = ";".join(each.message for each in against)
        if not accepted:
            raise RefusedError(
                f"排期有{len(against)}处冲突:{listed}。",
                rule=rule,
                next_step="请另定时间,或取下一个空闲时段;确需如此的写明理由。",
            )
        if len(accepted) < SHORTEST_REASON:
            citation = scheduling.days.book(beijing_date(at)).collision.citation
            raise UsageError(
                f"接受冲突须写明理由(不少于{SHORTEST_REASON}字)。", rule=citation, next_step="请写明为何确需如此。"
            )
        return accepted


def _wanted(placing: Placing, at: datetime | Next | None, now: datetime) -> datetime | None:
    """Return the time that is asked for; None stands for the next free slot.

    Raises:
        UsageError: none is given and none follows.
    """
    if at == "next":
        return None
    if isinstance(at, datetime):
        return ensure_utc(at)
    earliest = placing.revision.earliest_at
    if placing.revision.urgent:
        return max(now, earliest or now)
    if earliest is None:
        raise UsageError(f"稿件{placing.post.id}没有写明发布时间。", next_step="请写明时间,或取下一个空闲时段。")
    return earliest


def _reason(text: str, act: str) -> str:
    said = in_words(text, "理由")
    if not said:
        raise UsageError(f"{act}须写明理由。", next_step="请写明理由。")
    return said
