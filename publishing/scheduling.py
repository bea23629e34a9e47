"""Whether a signed post may be put at a time: its signature, account, files, gateway, pauses, and the calendar.

The calendar's service asks inside its transactions; what is asked is the time that was supplied, never a stored one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.platform import ErrorClass
from accounts.standards import StandardService
from accounts.standards.timeline import Timeline
from accounts.working_days import work_calendar
from config.rulebook.accounts import AccountsBook
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import Collision, Entry, Weight, collisions, next_free
from publishing.delivery.readiness import counted
from publishing.enums import PostState
from publishing.fingerprint import Manuscript
from publishing.going_out import require_account_and_time, require_files
from publishing.judging import Judge, manuscript_of, names_of
from publishing.models import Post, PostRevision
from publishing.pausing import Pausing
from publishing.reading import Reader
from publishing.receipts import BY_HAND
from publishing.rejudging import falls_short, judge_post
from publishing.repository import PostRepository, ReviewRepository
from publishing.repository.calendar import CalendarRepository
from publishing.repository.delivery import DeliveryRepository
from weibo_ops.kernel.clock import beijing_date, beijing_instant, format_beijing
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.vault import Vault
from weibo_ops.kernel.workdays import UnknownYearError, WorkCalendar

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
AHEAD = 60
"""Days in which a free slot is looked for."""
MOST_STEPS = 500


class OfficeDays:
    """The days of an office: working days, sensitive days, and the delivery standard that holds on each."""

    def __init__(self, standards: StandardService, today: date) -> None:
        self._standards = standards
        self._today = today

    @cached_property
    def _delivery(self) -> Timeline:
        return self._standards.timeline("delivery")

    @cached_property
    def _sensitive(self) -> tuple[tuple[str, date, date], ...]:
        book = self._standards.in_force("accounts", self._today).book
        assert isinstance(book, AccountsBook)
        spans = book.duty.sensitive if book.duty is not None else ()
        return tuple((span.name, span.first, span.last) for span in spans)

    @cached_property
    def _calendar(self) -> WorkCalendar:
        return work_calendar(self._standards, self._today)

    def book(self, day: date) -> DeliveryBook:
        """Return the delivery standard that holds on a Beijing day."""
        book = self._delivery.on(day).book
        assert isinstance(book, DeliveryBook)
        return book

    def is_workday(self, day: date) -> bool | None:
        """Say whether a Beijing day is a working day; None where no source knows its year."""
        try:
            return self._calendar.is_workday(day)
        except UnknownYearError:
            return None

    def sensitive(self, day: date) -> str:
        """Return the name of the sensitive days that a Beijing day is one of; empty if none."""
        return next((name for name, first, last in self._sensitive if first <= day <= last), "")

    def collisions(self, wanted: Entry, others: Sequence[Entry]) -> tuple[Collision, ...]:
        """Return everything that is the matter with a post at a time, by the standard of that day."""
        day = beijing_date(wanted.at)
        return collisions(wanted, others, self.book(day), sensitive=self.sensitive(day), is_workday=self.is_workday)


def entry_of(post: Post, revision: PostRevision, at: datetime) -> Entry:
    """Return a stored post as an entry at a time."""
    return Entry(
        post.id,
        post.account_id,
        at,
        revision.content_class,
        revision.urgent,
        post.state,
        revision.earliest_at,
        revision.latest_at,
    )


@dataclass(frozen=True)
class Placing:
    """A post that is to be put at a time."""

    post: Post
    revision: PostRevision
    reader: Reader
    fingerprint: str

    @property
    def manuscript(self) -> Manuscript:
        """The text that was signed."""
        return manuscript_of(self.revision)

    @property
    def by_hand(self) -> bool:
        """Whether a person sends it."""
        return self.revision.gateway in BY_HAND


class Scheduling:
    """Decides inside running transactions which time a post may have."""

    def __init__(self, session: Session, standards: StandardService, judge: Judge, vault: Vault, now: datetime) -> None:
        self._session = session
        self._judge = judge
        self._vault = vault
        self._calendar = CalendarRepository(session)
        self.now = now
        self.days = OfficeDays(standards, beijing_date(now))

    # --- the post -------------------------------------------------------------------------------------------

    def signed(self, post: Post, reader: Reader) -> Placing:
        """Return a post ready to be put at a time, after proving that it may go out as it stands.

        Raises:
            RefusedError: its signature does not hold; its account does not run; its time is over; the platform refused
                this very text; its gateway cannot send its pictures.
            NotFoundError: a file is not there, or was changed.
        """
        revision = PostRepository(self._session).revision(post.id, post.revision)
        standing = reader.standing(post)
        book = reader.book
        if not standing.complete:
            raise RefusedError(
                f"稿件{post.id}的签发不成立:{standing.why_void or '审签链不完整'}。",
                rule=book.before_sending.citation,
                next_step=f"请修改后重新送审:weibo-ops post show {post.id}。",
            )
        placing = Placing(post, revision, reader, standing.fingerprint)
        require_account_and_time(self._session, post, placing.manuscript, book, self.now, "排期")
        require_files(self._vault, placing.manuscript)
        self._require_not_refused(placing)
        self._require_sendable(placing)
        return placing

    def _require_not_refused(self, placing: Placing) -> None:
        """Refuse a text that the platform refused, since it would again; and one whose attempts are used up."""
        attempts = DeliveryRepository(self._session).attempts(placing.post.id)
        most = self.days.book(beijing_date(self.now)).attempts
        if not placing.by_hand and counted(attempts) >= most.most:
            raise RefusedError(
                f"稿件{placing.post.id}已尝试发布{counted(attempts)}次,不再由接口发布。",
                rule=most.citation,
                next_step=f"请改用人工发布:weibo-ops post edit {placing.post.id} --gateway manual,重新送审。",
            )
        last = attempts[-1] if attempts else None
        if (
            last is not None
            and last.error_class == ErrorClass.CONTENT_REJECTED
            and last.started_at >= placing.revision.at
        ):
            raise RefusedError(
                f"稿件{placing.post.id}的内容被平台拒绝({last.message[:60] or '未说明原因'}),原文不能再次发布。",
                rule=placing.reader.book.before_sending.citation,
                next_step=f"请修改后重新送审:weibo-ops post edit {placing.post.id};或改用人工发布。",
            )

    def _require_sendable(self, placing: Placing) -> None:
        """Refuse what the platform's interface cannot carry: more than one picture, or a video."""
        media = placing.manuscript.media
        videos = sum(each.kind == "视频" for each in media)
        if not placing.by_hand and (videos or len(media) > 1):
            carried = "接口一次至多发1张图片,不能发视频"
            raise RefusedError(
                f"稿件{placing.post.id}有{len(media) - videos}张图片、{videos}个视频,{carried}。",
                rule=self.days.book(beijing_date(self.now)).collision.citation,
                next_step=f"请改用人工发布:weibo-ops post edit {placing.post.id} --gateway manual,重新送审。",
            )

    # --- the time -------------------------------------------------------------------------------------------

    def place(self, placing: Placing, at: datetime) -> tuple[Collision, ...]:
        """Return what is the matter with a time that the post may have.

        Raises:
            UsageError: the time is over.
            RefusedError: it lies outside the time that was signed; a pause holds the post then; the sensitive days
                that it falls on ask for a higher signer.
        """
        if at < self.now - MINUTE:
            raise UsageError(f"{format_beijing(at)}已过,不能排期。", next_step="请写明以后的时间,或写 now 立即发布。")
        found = self.days.collisions(entry_of(placing.post, placing.revision, at), self.others(placing, at))
        barred = [each for each in found if each.weight == Weight.BARS]
        if barred:
            raise RefusedError(
                f"不能排期:{';'.join(each.message for each in barred)}。",
                rule=barred[0].rule,
                next_step=f"请另定时间,或修改发布时间后重新送审:weibo-ops post edit {placing.post.id}。",
            )
        self._require_no_pause(placing, at)
        self._require_signer(placing, at)
        return found

    def others(self, placing: Placing, at: datetime, days: int = 1) -> list[Entry]:
        """Return what else takes a place of the account from the day before a time to so many days after it."""
        first = beijing_instant(beijing_date(at)) - DAY
        return [
            entry_of(post, revision, post.published_at or post.scheduled_at or at)
            for post, revision in self._calendar.placed(placing.post.account_id, first, first + (days + 2) * DAY)
            if post.id != placing.post.id
        ]

    def next_time(self, placing: Placing) -> datetime:
        """Return the next free slot in which the post may go out.

        Raises:
            RefusedError: there is none in the next sixty days.
        """
        start = max(self.now, placing.revision.earliest_at or self.now)
        others = self.others(placing, start, AHEAD + 1)
        book = self.days.book(beijing_date(start))
        for _ in range(MOST_STEPS):
            at = next_free(
                entry_of(placing.post, placing.revision, start),
                others,
                book,
                is_workday=self.days.is_workday,
                sensitive=self.days.sensitive,
                days=AHEAD,
            )
            if at is None:
                break
            pause = Pausing(self._session, self.now).holding(placing.post, placing.revision, at, placing.fingerprint)
            if pause is None:
                return at
            if pause.until_at is None:
                self._require_no_pause(placing, at)
            start = max(at + MINUTE, pause.until_at or at)
        raise RefusedError(
            f"{AHEAD}日内没有稿件{placing.post.id}可用的空闲时段。",
            rule=book.slots.citation,
            next_step="请写明时间;有冲突的写明理由。",
        )

    def _require_no_pause(self, placing: Placing, at: datetime) -> None:
        pause = Pausing(self._session, self.now).holding(placing.post, placing.revision, at, placing.fingerprint)
        if pause is None:
            return
        clearer = names_of(self._session, [pause.clearer]).get(pause.clearer, pause.clearer)
        until = f"至{format_beijing(pause.until_at)}" if pause.until_at is not None else "起,恢复时间未定"
        raise RefusedError(
            f"{format_beijing(at)}在暂停发布“{pause.title}”期间({format_beijing(pause.from_at)}{until})。",
            rule=self.days.book(beijing_date(at)).pause.citation,
            next_step=f"请排在恢复以后;确需发布的请{clearer}逐条放行。" if clearer else "请排在恢复以后。",
        )

    def _require_signer(self, placing: Placing, at: datetime) -> None:
        """Refuse a sensitive day that was not known when the chain was chosen, if it asks for a higher signer."""
        name = self.days.sensitive(beijing_date(at))
        if not name:
            return
        reviews = ReviewRepository(self._session)
        round_ = reviews.current(placing.post)
        assert round_ is not None
        on_that_day = replace(placing.manuscript, earliest_at=at, latest_at=None)
        standards = placing.reader.standards
        chain = judge_post(self._session, self._judge, placing.post, on_that_day, standards, self.now).chain
        if falls_short(reviews.steps([round_.id]), chain):
            raise RefusedError(
                f"{format_beijing(at)}属于敏感时段“{name}”,应按“{chain.title}”({chain.in_words})审签。",
                rule=chain.citation,
                next_step=f"请写明最早发布时间后重新送审:weibo-ops post edit {placing.post.id}。",
            )

    def warnings(self, placing: Placing, at: datetime, found: Sequence[Collision]) -> tuple[str, ...]:
        """Return what to mind about a post at a time, beside what it collides with."""
        said = [each.message for each in found if each.weight == Weight.ADVICE]
        if self.days.is_workday(beijing_date(at)) is None:
            said.append(f"{beijing_date(at).year}年的节假日和调休安排尚未收录,是否须确认到岗待定")
        uncertain = self._calendar.uncertain(placing.post.account_id)
        if uncertain is not None:
            said.append(f"该账号的稿件{uncertain}结果待核实,核实以前不发布其他内容")
        if placing.by_hand:
            said.append("本稿人工发布,到时请在官方客户端发布并登记回执")
        account = self._session.get(Account, placing.post.account_id)
        if not placing.by_hand and account is not None and not account.uid:
            said.append("该账号没有登记用户id,不能由接口发布")
        return tuple(said)


def requires_reason(found: Sequence[Collision]) -> list[Collision]:
    """Return the collisions that are accepted with a reason or not at all."""
    return [each for each in found if each.weight == Weight.REASON]


LIVE = frozenset(PostState) - {
    PostState.WITHDRAWN,
    PostState.PUBLISHED,
    PostState.DELETED,
    PostState.HELD,
    PostState.MISSED,
    PostState.FAILED,
}
"""States in which a post may still go out at its time by itself, or be signed to."""
