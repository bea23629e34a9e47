"""Whether a scheduled post may go out at this very moment: everything that was looked at before, looked at again.

Source: design, delivery: claim, re-check everything, record the attempt, call once. What a person signed, scheduled or
cleared earlier counts only if it still holds now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.repository.units import UnitRepository, unit_tree
from accounts.scope import UnitTree
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import Workdays, latest_moment, needs_presence
from publishing.delivery.rules import NOT_COUNTED
from publishing.enums import AttemptOutcome, Sending
from publishing.fingerprint import Manuscript
from publishing.going_out import require_files, require_running
from publishing.judging import Beside, Judge, manuscript_of
from publishing.models import DeliveryAttempt, Post, PostRevision
from publishing.pausing import Pausing, reason_of
from publishing.reading import NOT_LOOKED_AGAIN, Reader, Reviewed
from publishing.receipts import BY_HAND
from publishing.rejudging import falls_short, judge_post
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
        recheck: the standards changed, and it was not looked at again since.
    """

    reason: str
    act: Act | None = None
    todo: str = ""
    until: datetime | None = None
    pause_id: int | None = None
    recheck: bool = False


@dataclass(frozen=True)
class Candidate:
    """A post on its way out, as one transaction sees it."""

    post: Post
    revision: PostRevision
    manuscript: Manuscript
    account: Account
    attempts: list[DeliveryAttempt]
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
    """Makes looks at candidates inside running transactions."""

    def __init__(self, standards: StandardService, judge: Judge, vault: Vault) -> None:
        self._standards = standards
        self._judge = judge
        self._vault = vault

    def book(self, now: datetime) -> DeliveryBook:
        """Return the delivery standard in force."""
        book = self._standards.in_force("delivery", beijing_date(now)).book
        assert isinstance(book, DeliveryBook)
        return book

    def look(self, session: Session, now: datetime) -> Look:
        """Return a look at posts as one transaction sees them at an instant."""
        return Look(session, self._standards, self._judge, self._vault, now)

    def light(self, session: Session, post: Post, revision: PostRevision, now: datetime) -> Candidate:
        """Return a post with its times, for lists; its attempts are not read."""
        account = DeliveryRepository(session).account(post.account_id)
        return Candidate(post, revision, manuscript_of(revision), account, [], self.book(now), now)

    def candidate(self, session: Session, post: Post, now: datetime) -> Candidate:
        """Return a post with what is needed to record or to settle what became of it."""
        return self.look(session, now).candidates([post])[0]


class Look:
    """Looks at several candidates in one transaction; what they share is read once."""

    def __init__(self, session: Session, standards: StandardService, judge: Judge, vault: Vault, now: datetime) -> None:
        self._session = session
        self._standards = standards
        self._judge = judge
        self._vault = vault
        self.now = now
        self._repository = DeliveryRepository(session)

    @cached_property
    def book(self) -> DeliveryBook:
        """The delivery standard in force."""
        book = self._standards.in_force("delivery", beijing_date(self.now)).book
        assert isinstance(book, DeliveryBook)
        return book

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._session, self._judge, self.now)

    @cached_property
    def _beside(self) -> Beside:
        return self._judge.beside(self._session, self.now)

    @cached_property
    def _pausing(self) -> Pausing:
        return Pausing(self._session, self.now)

    @cached_property
    def _units(self) -> UnitTree:
        return unit_tree(self._session)

    @cached_property
    def _levels(self) -> dict[int, str]:
        return {unit.id: unit.level for unit in UnitRepository(self._session).all()}

    @cached_property
    def _workdays(self) -> Workdays:
        return workdays(self._standards, self.now)

    @cached_property
    def _blocked(self) -> set[int]:
        return self._repository.blocked_accounts()

    def candidates(self, posts: Sequence[Post]) -> list[Candidate]:
        """Return posts with what is needed to judge them, in the given order."""
        revisions = PostRepository(self._session).present_revisions([post.id for post in posts])
        accounts = self._repository.accounts({post.account_id for post in posts})
        attempts = self._repository.attempts_of([post.id for post in posts])
        return [
            Candidate(
                post,
                revisions[post.id],
                manuscript_of(revisions[post.id]),
                accounts[post.account_id],
                attempts.get(post.id, []),
                self.book,
                self.now,
            )
            for post in posts
        ]

    def obstacles(self, wanted: Sequence[Candidate]) -> dict[int, tuple[Obstacle | None, str]]:
        """Return what stops each of some scheduled posts at this moment, and the fingerprint of its text.

        The order matters: what ends a post comes before what only puts it off, so that no post waits for somebody to
        confirm his presence when its signatures do not hold.
        """
        reviewed = self._reader.reviewed([(each.post, each.revision) for each in wanted])
        waivers: dict[int, set[str]] = {}
        for waiver in PostRepository(self._session).waivers([each.post.id for each in wanted]):
            waivers.setdefault(waiver.post_id, set()).add(waiver.key)
        last = self._repository.last_published({each.post.account_id for each in wanted})
        return {
            each.post.id: (
                self._obstacle(each, reviewed[each.post.id], waivers.get(each.post.id, set()))
                or self._later(each, last.get(each.post.account_id)),
                reviewed[each.post.id].standing.fingerprint,
            )
            for each in wanted
        }

    def _obstacle(self, wanted: Candidate, review: Reviewed, waived: set[str]) -> Obstacle | None:
        post, now, book = wanted.post, self.now, self.book
        if not review.standing.complete:
            why = review.standing.why_void or "审签链不完整"
            if why == NOT_LOOKED_AGAIN:
                return Obstacle(why, recheck=True)
            return Obstacle(f"审签不成立:{why}", GIVE_UP, "post.failed")
        if wanted.latest <= now:
            words = f"已过最晚发布时间{format_beijing(wanted.latest)},未发出({book.lateness.citation})"
            return Obstacle(words, MISS, "post.missed")
        try:
            require_running(wanted.account, self._reader.book, "发布")
            require_files(self._vault, wanted.manuscript)
        except RefusedError as refusal:
            return Obstacle(refusal.message, GIVE_UP, "post.failed")
        if wanted.account.id != wanted.manuscript.account_id:
            return Obstacle("稿件的账号与审签的账号不一致", GIVE_UP, "post.failed")
        if not wanted.by_hand and counted(wanted.attempts) >= book.attempts.most:
            words = f"已尝试{book.attempts.most}次,不再自动发布({book.attempts.citation})"
            return Obstacle(words, GIVE_UP, "post.failed")
        found = judge_post(
            self._session,
            self._judge,
            post,
            wanted.manuscript,
            self._reader.standards,
            now,
            beside=self._beside,
            waived=waived,
            level=self._levels.get(post.unit_id, ""),
        )
        if found.stops:
            return Obstacle(f"发布前复查发现问题:{found.titles}", GIVE_UP, "post.failed")
        if falls_short(review.steps, found.chain):
            return Obstacle(f"现应按“{found.chain.title}”({found.chain.in_words})审签", GIVE_UP, "post.failed")
        pause = self._pausing.holding(post, wanted.revision, now, review.standing.fingerprint)
        if pause is not None:
            return Obstacle(reason_of(pause), HOLD, "post.held", pause_id=pause.id)
        return None

    def _later(self, wanted: Candidate, last: datetime | None) -> Obstacle | None:
        """Return what puts a post off that may go out otherwise."""
        post, now, book = wanted.post, self.now, self.book
        if not wanted.by_hand and post.account_id in self._blocked:
            return Obstacle("本账号另有一条结果待核实,核实前不发布")
        free = wanted.manuscript.urgent or post.accepted or wanted.manuscript.content_class in book.gap.free
        if book.gap.enabled and last is not None and not free:
            until = last + timedelta(minutes=book.gap.minutes)
            if last <= now < until:
                return Obstacle(f"距上一条不足{book.gap.minutes}分钟", until=until)
        if not wanted.manuscript.urgent and needs_presence(now, book, self._workdays):
            units = [node.unit_id for node in self._units.line(post.unit_id)]
            since = (post.scheduled_at or now) - timedelta(minutes=book.presence.minutes)
            if not any(each.from_at >= since for each in self._repository.presences(units, now)):
                when = beijing(now).strftime("%H:%M")
                words = f"现在({when})发布须值班人员确认到岗({book.presence.citation})"
                return Obstacle(words, todo="post.presence")
        return None
