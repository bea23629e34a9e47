"""Whether a scheduled post may go out at this very moment: everything that was looked at before, looked at again.

Source: design, delivery: claim, re-check everything, record the attempt, call once. What a person signed, scheduled or
cleared earlier counts only if it still holds now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.repository.units import unit_tree
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import Workdays, latest_moment, needs_presence
from publishing.delivery.rules import NOT_COUNTED
from publishing.enums import AttemptOutcome, Sending
from publishing.fingerprint import Manuscript
from publishing.going_out import require_account_and_time, require_files
from publishing.judging import Judge, manuscript_of
from publishing.models import DeliveryAttempt, Post, PostRevision
from publishing.pausing import Pausing, reason_of
from publishing.reading import Reader
from publishing.receipts import BY_HAND
from publishing.rejudging import rejudge
from publishing.repository import PostRepository
from publishing.repository.delivery import DeliveryRepository
from publishing.transitions import GIVE_UP, HOLD, MISS, Act
from weibo_ops.kernel.clock import beijing, beijing_date, format_beijing
from weibo_ops.kernel.errors import RefusedError
from weibo_ops.kernel.vault import Vault
from weibo_ops.kernel.workdays import UnknownYearError

DECIDED = frozenset({AttemptOutcome.PUBLISHED.value, AttemptOutcome.REFUSED.value, AttemptOutcome.NOT_SENT.value})


@dataclass(frozen=True)
class Obstacle:
    """Why a post does not go out now.

    Attributes:
        reason: in words.
        act: what becomes of the post; None leaves it where it is, to be looked at again.
        todo: kind of the to-do that somebody gets; empty if nobody is needed.
        until: when to look again; None: at the next look.
        pause_id: the pause that holds it.
    """

    reason: str
    act: Act | None = None
    todo: str = ""
    until: datetime | None = None
    pause_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A post on its way out, as one transaction sees it."""

    post: Post
    revision: PostRevision
    manuscript: Manuscript
    account: Account
    attempts: list[DeliveryAttempt]
    fingerprint: str
    book: DeliveryBook
    now: datetime

    @property
    def by_hand(self) -> bool:
        """Whether a person sends it."""
        return self.manuscript.gateway in BY_HAND

    @property
    def latest(self) -> datetime:
        """The last instant at which it may still go out by itself."""
        assert self.post.scheduled_at is not None
        return latest_moment(
            self.post.scheduled_at, self.manuscript.latest_at, self.manuscript.content_class, self.book
        )


def workdays(standards: StandardService, now: datetime) -> Workdays:
    """Return whether a day is a working day, by the calendar in force; None where its year is in no calendar."""
    calendar = work_calendar(standards, beijing_date(now))

    def is_workday(day: object) -> bool | None:
        try:
            return calendar.is_workday(day)  # type: ignore[arg-type]
        except UnknownYearError:
            return None

    return is_workday


def counted(attempts: list[DeliveryAttempt]) -> int:
    """Return how many attempts by the platform's interface count against the limit."""
    return sum(each.channel == Sending.PLATFORM.value and each.error_class not in NOT_COUNTED for each in attempts)


class Readiness:
    """Looks at candidates inside running transactions."""

    def __init__(self, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._standards = standards
        self._judge = judge
        self._vault = vault

    def book(self, now: datetime) -> DeliveryBook:
        """Return the delivery standard in force."""
        book = self._standards.in_force("delivery", beijing_date(now)).book
        assert isinstance(book, DeliveryBook)
        return book

    def candidate(self, session: Session, post: Post, now: datetime) -> Candidate:
        """Return a post with what is needed to judge it; its fingerprint is that of the present text."""
        repository = DeliveryRepository(session)
        revision = PostRepository(session).revision(post.id, post.revision)
        return Candidate(
            post,
            revision,
            manuscript_of(revision),
            repository.account(post.account_id),
            repository.attempts(post.id),
            Reader(session, self._judge, now).standing(post).fingerprint,
            self.book(now),
            now,
        )

    def light(self, session: Session, post: Post, revision: PostRevision, now: datetime) -> Candidate:
        """Return a post with its times, for lists: attempts and fingerprint are not read."""
        account = DeliveryRepository(session).account(post.account_id)
        return Candidate(post, revision, manuscript_of(revision), account, [], "", self.book(now), now)

    def obstacle(self, session: Session, wanted: Candidate) -> Obstacle | None:
        """Return what stops a scheduled post at this moment; None where nothing does.

        The order matters: what ends a post comes before what only puts it off, so that no post waits for somebody to
        confirm his presence when its signatures do not hold.
        """
        post, now, book = wanted.post, wanted.now, wanted.book
        reader = Reader(session, self._judge, now)
        state = reader.standing(post)
        if not state.complete:
            return Obstacle(f"审签不成立:{state.why_void or '审签链不完整'}", GIVE_UP, "post.failed")
        if wanted.latest <= now:
            return Obstacle(
                f"已过最晚发布时间{format_beijing(wanted.latest)},未发出({book.lateness.citation})", MISS, "post.missed"
            )
        try:
            require_account_and_time(session, post, wanted.manuscript, reader.book, now, "发布")
            require_files(self._vault, wanted.manuscript)
        except RefusedError as refusal:
            return Obstacle(refusal.message, GIVE_UP, "post.failed")
        if wanted.account.id != wanted.manuscript.account_id:
            return Obstacle("稿件的账号与审签的账号不一致", GIVE_UP, "post.failed")
        if counted(wanted.attempts) >= book.attempts.most:
            return Obstacle(
                f"已尝试{book.attempts.most}次,不再自动发布({book.attempts.citation})", GIVE_UP, "post.failed"
            )
        found = rejudge(session, self._judge, post, reader.standards, now)
        if found.stops:
            return Obstacle(f"发布前复查发现问题:{found.titles}", GIVE_UP, "post.failed")
        if found.weaker:
            return Obstacle(f"现应按“{found.chain.title}”({found.chain.in_words})审签", GIVE_UP, "post.failed")
        pause = Pausing(session, now).holding(post, wanted.revision, now, state.fingerprint)
        if pause is not None:
            return Obstacle(reason_of(pause), HOLD, "post.held", pause_id=pause.id)
        return self._later(session, wanted)

    def _later(self, session: Session, wanted: Candidate) -> Obstacle | None:
        """Return what puts a post off that may go out otherwise."""
        post, now, book = wanted.post, wanted.now, wanted.book
        repository = DeliveryRepository(session)
        if not wanted.by_hand and repository.account_blocked(post.account_id, post.id):
            return Obstacle("本账号另有一条结果待核实,核实前不发布")
        free = wanted.manuscript.urgent or post.accepted or wanted.manuscript.content_class in book.gap.free
        last = repository.last_published_at(post.account_id)
        if book.gap.enabled and last is not None and not free:
            until = last + timedelta(minutes=book.gap.minutes)
            if last <= now < until:
                return Obstacle(f"距上一条不足{book.gap.minutes}分钟", until=until)
        if not wanted.manuscript.urgent and needs_presence(now, book, workdays(self._standards, now)):
            units = [node.unit_id for node in unit_tree(session).line(post.unit_id)]
            since = (post.scheduled_at or now) - timedelta(minutes=book.presence.minutes)
            if not any(each.from_at >= since for each in repository.presences(units, now)):
                when = beijing(now).strftime("%H:%M")
                return Obstacle(f"现在({when})发布须值班人员确认到岗({book.presence.citation})", todo="post.presence")
        return None
