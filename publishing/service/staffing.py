"""Whether there will be somebody to sign: the posts of some days and the hours of duty, walked in advance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from accounts.duty_rules import required_stretches
from accounts.enums import AccountStatus
from accounts.models import Unit
from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.roles import permissions_of
from accounts.service.units import find_unit
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from config.rulebook.accounts import AccountsBook
from config.rulebook.approval import Chain, ChainQuery
from publishing.enums import PostState, StepState
from publishing.judging import Judge, is_approved_line, manuscript_of
from publishing.models import Post, PostRevision
from publishing.reading import Reader, signature_of, step_rule
from publishing.repository import PostRepository, ReviewRepository
from publishing.review_rules import Signature, StepRule, on_text
from publishing.schemas import StaffingGap
from publishing.staffing import (
    Crew,
    Deputy,
    DutyPlan,
    Limit,
    Member,
    PostPlan,
    Reckon,
    Step,
    deadlines,
    duty_gaps,
    last_start,
    post_gaps,
)
from publishing.staffing.spans import DAY, Spans, common, joined, of_days
from weibo_ops.kernel.clock import Clock, beijing, beijing_date, beijing_instant
from weibo_ops.kernel.db import Database
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.workdays import UnknownYearError, WorkCalendar

MOST_DAYS = 92
NOT_SIGNED = (PostState.DRAFT, PostState.RETURNED, PostState.IN_REVIEW)
Span = tuple[datetime, datetime]


class StaffingService:
    """Use cases on who will be there to sign."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService, judge: Judge) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards
        self._judge = judge

    def simulate(self, first_day: date, last_day: date, unit: str | None = None) -> list[StaffingGap]:
        """Say what will not be signed in time with this staff, duty roster, leave and these deputies.

        Posts: those in 草稿, 退回 or 审核中 that are to go out on the Beijing days ``[first_day, last_day]``, and those
        in review that name no time and whose limits end in these days. One in review goes on from where it stands. A
        draft is taken to be submitted at the last minute at which the limits of its chain, used in full, still end
        before it must be out. A step is in time when it is signed within the limits up to and with its own, and before
        the post's latest time.

        Duty: the hours that the roster holds or the accounts standard asks for, at which the chain for what is urgent
        could not be signed on the spot, taken that nobody of those on duty wrote it. A unit for which nobody is on the
        roster in these days is looked at only where it is asked for.

        Args:
            first_day, last_day: Beijing days, both included; what lies before now is not looked at.
            unit: only this one's posts and duty; None: those of every unit with a running account.

        Returns:
            What is wanting, the soonest day first.

        Raises:
            UsageError: the days are reversed, over, or too many.
            NotFoundError: there is no such unit.
            UnknownYearError: the days enter a year without a calendar.
        """
        now = self._clock.now()
        today = beijing_date(now)
        _check_days(first_day, last_day, today)
        calendar = work_calendar(self._standards, today)
        for day in (first_day, last_day):
            calendar.is_workday(day)
        with self._db.reading() as session:
            wanted = find_unit(UnitRepository(session), unit) if unit else None
            book = self._judge.standards(today).approval.book
            walk = _Walk(session, Reader(session, self._judge, now), self._judge, calendar, now, _recorders(session))
            span = of_days(max(first_day, today), last_day)
            plans = walk.posts(span, wanted)
            ends = [end for plan in plans for end in plan.until if end is not None]
            crew = _crew(session, calendar, now, max([span[1], *ends]))
            gaps = [gap for plan in plans for gap in post_gaps(_by_login(plan, crew), crew, book, now)]
            for duty in self._duty(walk, (max(span[0], now), span[1]), wanted):
                gaps += duty_gaps(duty, crew)
        return sorted(gaps, key=lambda gap: (gap.day, gap.post_id is None, gap.post_id or 0, gap.unit, gap.step))

    def _duty(self, walk: _Walk, span: Span, wanted: Unit | None) -> Iterator[DutyPlan]:
        book = self._judge.standards(beijing_date(walk.now)).approval.book
        accounts = self._standards.in_force("accounts", beijing_date(walk.now)).book
        assert isinstance(accounts, AccountsBook)
        required: list[Span] = []
        rule = book.urgent.citation
        if accounts.duty is not None:
            days = beijing_date(span[0]), beijing_date(span[1]) - DAY
            required = [stretch for _, stretch, _ in required_stretches(accounts.duty, *days, walk.calendar.is_workday)]
            rule = f"{accounts.duty.coverage.citation};{rule}"
        rostered: dict[int, list[Span]] = {}
        for shift, _, _ in DutyRepository(walk.session).shifts(None, *span):
            rostered.setdefault(shift.unit_id, []).append((shift.from_at, shift.until_at))
        tree = unit_tree(walk.session)
        for unit in [wanted] if wanted is not None else _running(walk.session):
            own = [turn for node in tree.line(unit.id) for turn in rostered.get(node.unit_id, ())]
            if own or wanted is not None:
                chain = book.chain_for(ChainQuery(unit.level, "突发", urgent=True))
                hours = common(joined([*own, *required]), (span,))
                yield DutyPlan(unit.name, chain.title, walk.steps(unit.id, chain, ()), hours, rule)


@dataclass(frozen=True)
class _Walk:
    """The posts and chains as one transaction sees them; ``recorders`` are (login, unit) of who may take a call."""

    session: Session
    reader: Reader
    judge: Judge
    calendar: WorkCalendar
    now: datetime
    recorders: tuple[tuple[str, int | None], ...]

    def posts(self, span: Span, unit: Unit | None) -> list[PostPlan]:
        """Return the posts that are to be signed for some days, with what is left of their chains."""
        found = PostRepository(self.session).listed(states=[state.value for state in NOT_SIGNED])
        plans = []
        for post, revision, account, unit_name in sorted(found, key=lambda row: row[0].id):
            planned = _planned(revision)
            in_review = post.state == PostState.IN_REVIEW
            elsewhere = not in_review if planned is None else not _touch(planned, span)
            if elsewhere or (unit is not None and post.unit_id != unit.id):
                continue
            plan = self._standing(post) if in_review else self._to_come(post, revision, span)
            plan = replace(
                plan,
                account=account,
                unit=unit_name,
                latest=revision.latest_at,
                until=tuple(_cut(end, revision.latest_at, self.calendar) for end in plan.until),
            )
            ends = [end or span[1] for end in plan.until]
            if planned is not None or (ends and _touch((self.now, max(ends)), span)):
                plans.append(plan)
        return plans

    def steps(self, unit_id: int, chain: Chain, editors: Iterable[str]) -> tuple[Step, ...]:
        """Return a chain as it would be copied into a post of a unit."""
        barred = set(editors)
        found = []
        for position, step in enumerate(chain.steps):
            rule = StepRule(position, step.stage, step.name, step.role, step.mode, step.need)
            if step.mode == "all":
                named = self.reader.reviewers.named_by_default(unit_id, step.role, barred)
                rule = replace(rule, need=max(1, len(named)), named=named)
            limit = Limit(step.stage, step.minutes, step.clock)
            found.append(self._step(unit_id, rule, limit, telephone=step.telephone))
        return tuple(found)

    def _step(
        self, unit_id: int, rule: StepRule, limit: Limit, *, telephone: bool, given: Sequence[Signature] = ()
    ) -> Step:
        reviewers = self.reader.reviewers
        able = tuple(person.login for person in reviewers.able(unit_id, rule))
        near = [login for login, unit in self.recorders if telephone and reviewers.speaks_for(unit, unit_id)]
        return Step(rule, limit, able, tuple(near), tuple(given))

    def _standing(self, post: Post) -> PostPlan:
        """Return what is left of the chain that a post is walking, who wrote on it, and who signed."""
        reviews = ReviewRepository(self.session)
        round_ = reviews.current(post)
        assert round_ is not None
        rows = reviews.steps([round_.id])
        by_id = {row.id: row for row in rows}
        given = [
            signature
            for each in reviews.verdicts(by_id)
            if (signature := signature_of(by_id[each.step_id], each)) is not None
        ]
        valid = on_text(given, self.reader.standing(post).fingerprint)
        steps = tuple(
            self._step(
                post.unit_id,
                step_rule(row),
                Limit(row.stage, row.minutes, row.clock, row.due_at if row.state == StepState.OPEN else None),
                telephone=row.telephone,
                given=[each for each in valid if each.position == row.position],
            )
            for row in rows
            if row.state in (StepState.OPEN, StepState.WAITING)
        )
        writers = {*PostRepository(self.session).editors(post.id), round_.submitted_by, round_.on_behalf_of or ""}
        signed = frozenset(login for each in valid for login in each.persons)
        return replace(self._plan(post, round_.chain_title, steps, self.now, writers), signed=signed)

    def _to_come(self, post: Post, revision: PostRevision, span: Span) -> PostPlan:
        """Return the chain that a draft would walk if it were submitted as it is, at the last minute."""
        repository = PostRepository(self.session)
        manuscript = manuscript_of(revision)
        today = beijing_date(self.now)
        keys = {hit.key for hit in repository.hits([post.id])}
        unit = UnitRepository(self.session).get(post.unit_id)
        chain, _ = self.judge.chain(
            manuscript,
            self.judge.standards(today),
            level=unit.level if unit is not None else "",
            hits=any(waiver.key in keys for waiver in repository.waivers([post.id])),
            holding=is_approved_line(self.session, post.unit_id, manuscript, today),
            at=self.now,
        )
        editors = repository.editors(post.id)
        steps = self.steps(post.unit_id, chain, editors)
        target = min(revision.latest_at or revision.earliest_at or span[1], span[1])
        start = last_start([step.limit for step in steps], self.now, target, _reckon(self.calendar))
        return self._plan(post, chain.title, steps, start, editors)

    def _plan(
        self, post: Post, chain: str, steps: tuple[Step, ...], start: datetime, editors: Iterable[str]
    ) -> PostPlan:
        year = beijing(start).year
        while self.calendar.knows(year):
            year += 1
        return PostPlan(
            post_id=post.id,
            account="",
            unit="",
            chain=chain,
            steps=steps,
            until=tuple(deadlines([step.limit for step in steps], start, _reckon(self.calendar))),
            start=start,
            latest=None,
            editors=frozenset(editors) - {""},
            unknown_year=year,
        )


def _check_days(first: date, last: date, today: date) -> None:
    if last < first or not 2000 <= first.year <= 2100 or (last - first).days >= MOST_DAYS:
        raise UsageError("测算的起止日期不对。", next_step=f"止日不早于起日,一次不超过{MOST_DAYS}日。")
    if last < today:
        raise UsageError("测算的日期已过。", next_step=f"请从{today.isoformat()}起测算。")


def _reckon(calendar: WorkCalendar) -> Reckon:
    def reckon(start: datetime, minutes: int, clock: str) -> datetime | None:
        if clock == "wall":
            return start + timedelta(minutes=minutes)
        try:
            return calendar.deadline(start, minutes)
        except UnknownYearError:
            return None

    return reckon


def _cut(end: datetime | None, latest: datetime | None, calendar: WorkCalendar) -> datetime | None:
    """Return the sooner of a limit and the post's latest time; None where it lies in a year without a calendar."""
    sooner = min((at for at in (end, latest) if at is not None), default=None)
    return sooner if sooner is not None and calendar.knows(beijing(sooner).year) else None


def _planned(revision: PostRevision) -> Span | None:
    """Return when a post is to go out, as far as it says so."""
    first, last = revision.earliest_at or revision.latest_at, revision.latest_at or revision.earliest_at
    return (first, last) if first is not None and last is not None else None


def _touch(planned: Span, span: Span) -> bool:
    return planned[0] < span[1] and planned[1] >= span[0]


def _by_login(plan: PostPlan, crew: Crew) -> PostPlan:
    """Return a plan whose originators, where it names people, stand among its editors by their logins."""
    named = {login for login, member in crew.members.items() if member.name in plan.editors}
    return replace(plan, editors=plan.editors | named)


def _crew(session: Session, calendar: WorkCalendar, now: datetime, until: datetime) -> Crew:
    """Return everybody with leave, deputies and duty from today to the end of a day."""
    first, last = beijing_date(now), beijing_date(until)
    people = PeopleRepository(session)
    staff = [person for person, _ in people.all_staff() if person.active and not person.service]
    logins = {person.id: person.login for person in staff}
    leaves: dict[str, list[tuple[date, date]]] = {}
    for leave in people.leaves(first=first, last=last):
        if leave.staff_id in logins:
            leaves.setdefault(logins[leave.staff_id], []).append((leave.from_day, leave.last_day))
    turns: dict[str, list[Span]] = {}
    for shift, person, _ in DutyRepository(session).shifts(None, beijing_instant(first), beijing_instant(last + DAY)):
        turns.setdefault(person.login, []).append((shift.from_at, shift.until_at))
    members = [
        Member(
            person.login,
            person.name,
            tuple(leaves.get(person.login, ())),
            tuple(turns.get(person.login, ())),
            signs=not person.outsourced,
        )
        for person in staff
    ]
    deputies = [
        Deputy(logins[row.principal_id], logins[row.deputy_id], row.from_day, row.last_day)
        for row in people.deputations()
        if row.principal_id in logins and row.deputy_id in logins
    ]
    return Crew(members, deputies, _worked(calendar, first, last))


def _recorders(session: Session) -> tuple[tuple[str, int | None], ...]:
    """Return (login, unit) of everybody who may enter what was approved by telephone."""
    return tuple(
        (person.login, person.unit_id)
        for person, _ in PeopleRepository(session).all_staff()
        if person.active
        and not person.service
        and Permission.POST_RECORD in permissions_of(person.roles, outsourced=person.outsourced)
    )


def _worked(calendar: WorkCalendar, first: date, last: date) -> Spans:
    found: list[Span] = []
    day = first
    while day <= last and calendar.knows(day.year):
        midnight = beijing_instant(day)
        found += [
            (midnight + timedelta(minutes=begin), midnight + timedelta(minutes=end))
            for begin, end in calendar.spans_on(day)
        ]
        day += DAY
    return joined(found)


def _running(session: Session) -> list[Unit]:
    """List the units with a running account."""
    running = {
        account.unit_id for account, _ in DutyRepository(session).accounts() if account.status == AccountStatus.RUNNING
    }
    return [unit for unit in UnitRepository(session).all() if unit.id in running]
