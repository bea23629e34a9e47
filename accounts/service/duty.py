"""Duty (值班): the roster, who is on duty, what is not covered, and opening a hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from accounts.duty_rules import Turn, gaps, required_stretches, rotation
from accounts.enums import DutyPost
from accounts.models import Deputation, Staff
from accounts.permissions import Permission
from accounts.repository.duty import DutyRepository, on_duty
from accounts.repository.people import PeopleRepository
from accounts.repository.units import UnitRepository, unit_tree
from accounts.schemas.duty import ChecklistView, GapRow, OnDuty, ShiftEntry, ShiftRow
from accounts.schemas.people import BulkReport, RowFault
from accounts.service.checklists import DUTY_HANDOVER, open_checklist, view
from accounts.service.staff import find_staff
from accounts.service.units import find_unit
from accounts.standards import StandardService
from accounts.working_days import work_calendar
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel import audit, todos
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, beijing, beijing_date, beijing_instant, format_beijing
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import NotFoundError, RefusedError, UsageError, WeiboOpsError

LONGEST_SHIFT = timedelta(hours=36)
MOST_DAYS = 400
LEADER_RULE = "带班领导由本单位人员担任;代运维人员可以起草,不得带班"
ROSTER_RULE = "值班表:一岗一人,请假人员不排班"


class DutyService:
    """Use cases on the duty roster."""

    def __init__(self, db: Database, clock: Clock, standards: StandardService) -> None:
        self._db = db
        self._clock = clock
        self._standards = standards

    # --- reading --------------------------------------------------------------------------------------------

    def roster(self, unit: str | None, first: date, last: date) -> list[ShiftRow]:
        """List the shifts that touch the Beijing days ``[first, last]``, of a unit or of all."""
        _few_days(first, last)
        with self._db.reading() as session:
            wanted = [find_unit(UnitRepository(session), unit).id] if unit else None
            return _rows(session, wanted, beijing_instant(first), beijing_instant(last + timedelta(days=1)))

    def on_duty(self, unit: str, at: datetime | None = None) -> list[OnDuty]:
        """Return who is on duty for a unit: its own people, else those of the nearest unit above that has any."""
        with self._db.reading() as session:
            found = find_unit(UnitRepository(session), unit)
            units = {row.id: row.name for row in UnitRepository(session).all()}
            return [
                OnDuty(
                    unit=units[shift.unit_id],
                    post=shift.post,
                    login=person.login,
                    name=person.name,
                    phone=person.phone,
                    until_at=shift.until_at,
                    stands_in_for=away.name if away is not None else "",
                )
                for shift, person, away in on_duty(session, found.id, at or self._clock.now())
            ]

    def gaps(self, unit: str, first: date, last: date) -> list[GapRow]:
        """List what the standard asks to be covered on the days ``[first, last]`` and the roster does not cover.

        A turn of somebody who is away that day without a deputy covers nothing.

        Raises:
            UnknownYearError: the days enter a year without a calendar, and the standard tells working days apart.
        """
        _few_days(first, last)
        section = self._book(first).duty
        if section is None:
            return []
        calendar = work_calendar(self._standards, first)
        required = required_stretches(section, first, last, calendar.is_workday)
        with self._db.reading() as session:
            found = find_unit(UnitRepository(session), unit)
            rows = _rows(session, [found.id], beijing_instant(first), beijing_instant(last + timedelta(days=2)))
            represented = {day for row in PeopleRepository(session).deputations() for day in _days(row)}
            logins = {person.login: person.id for person, _ in PeopleRepository(session).all_staff()}
        turns = [
            Turn(row.post, row.login, row.from_at, row.until_at)
            for row in rows
            if not row.away or (logins[row.login], beijing_date(row.from_at)) in represented
        ]
        return [GapRow(found.name, gap.post, gap.from_at, gap.until_at, gap.reason) for gap in gaps(required, turns)]

    def propose(
        self, unit: str, post: str, logins: Sequence[str], first: date, last: date, starts: time, hours: float
    ) -> list[ShiftEntry]:
        """Propose a rotation over named people, one turn a day, fair and without those who are away; store nothing.

        Raises:
            NotFoundError: a unit or person is not registered.
            UsageError: days, hours or post are wrong.
        """
        _post(post)
        _few_days(first, last)
        if not 0 < hours <= LONGEST_SHIFT.total_seconds() / 3600:
            raise UsageError("每班的时长不对。", next_step="每班大于0小时,不超过36小时。")
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        with self._db.reading() as session:
            people = PeopleRepository(session)
            named = [find_staff(people, login) for login in logins]
            found = find_unit(UnitRepository(session), unit)
            for person in named:
                _fits(session, found.id, post, person)
            away: dict[str, list[date]] = {person.login: [] for person in named}
            ids = {person.id: person.login for person in named}
            for leave in people.leaves(first=first, last=last):
                if leave.staff_id in ids:
                    away[ids[leave.staff_id]] += [day for day in days if leave.from_day <= day <= leave.last_day]
        turns = rotation(days, [person.login for person in named], away, post=post, starts=starts, hours=hours)
        return [ShiftEntry(found.name, turn.post, turn.login, turn.from_at, turn.until_at) for turn in turns]

    # --- the roster -----------------------------------------------------------------------------------------

    def assign(self, actor: Actor, entry: ShiftEntry) -> ShiftRow:
        """Put somebody on duty.

        Raises:
            PermissionRefusedError: the actor may not draw up rosters.
            RefusedError: the post is held at that time, or the person is away, not active, outsourced at the head of
                a shift, or of another branch of the tree.
            UsageError: the end is not after the beginning, or the shift is longer than 36 hours.
        """
        require(actor, Permission.DUTY_EDIT, entry.unit)
        with self._db.writing() as session:
            advisory_lock(session, "duty")
            shift_id = _assign(session, actor, entry)
            self._note(session, actor, "duty.assign", entry)
            return _row(session, shift_id)

    def fill(self, actor: Actor, entries: Sequence[ShiftEntry]) -> list[ShiftRow]:
        """Store a proposed rotation: all of it or nothing; otherwise as `assign`."""
        require(actor, Permission.DUTY_EDIT, "排班")
        with self._db.writing() as session:
            advisory_lock(session, "duty")
            ids = [_assign(session, actor, entry) for entry in entries]
            for entry in entries:
                self._note(session, actor, "duty.assign", entry)
            return [_row(session, shift_id) for shift_id in ids]

    def remove(self, actor: Actor, shift_id: int, reason: str) -> None:
        """Take a shift that has not begun off the roster.

        Raises:
            PermissionRefusedError: the actor may not draw up rosters.
            NotFoundError: there is no such shift.
            RefusedError: it has begun, or no reason was given.
        """
        require(actor, Permission.DUTY_EDIT, str(shift_id))
        if not reason.strip():
            raise UsageError("撤下值班须写明原因。", next_step="请用 --reason 写明。")
        with self._db.writing() as session:
            repository = DutyRepository(session)
            row = _row(session, shift_id)
            if row.from_at <= self._clock.now():
                raise RefusedError("该班已开始,不能撤下。", rule=ROSTER_RULE, next_step="请改为换班或补记交接。")
            repository.remove_shift(shift_id)
            details = {"post": row.post, "person": row.login, "from": row.from_at, "reason": reason.strip()}
            audit.append(session, actor, "duty.remove", row.unit, details, self._clock.now())

    def swap(self, actor: Actor, shift_id: int, login: str) -> ShiftRow:
        """Put another person on a shift that has not ended; otherwise as `assign`."""
        require(actor, Permission.DUTY_EDIT, login)
        with self._db.writing() as session:
            advisory_lock(session, "duty")
            repository = DutyRepository(session)
            row = _row(session, shift_id)
            if row.until_at <= self._clock.now():
                raise RefusedError("该班已结束,不能换人。", rule=ROSTER_RULE, next_step="请在交接班中说明。")
            person = find_staff(PeopleRepository(session), login)
            unit = find_unit(UnitRepository(session), row.unit)
            _may_serve(session, unit.id, row.post, person, row.from_at, row.until_at)
            repository.replace_person(shift_id, person.id)
            details = {"post": row.post, "before": row.login, "after": login, "from": row.from_at}
            audit.append(session, actor, "duty.swap", row.unit, details, self._clock.now())
            session.expire_all()
            return _row(session, shift_id)

    def enter_all(
        self,
        actor: Actor,
        rows: Sequence[tuple[int, ShiftEntry]],
        *,
        dry_run: bool = False,
        skip_faulty: bool = False,
        source: str = "",
    ) -> BulkReport:
        """Enter the shifts of a file through the rules of single entry; see `UnitService.enter_all`."""
        require(actor, Permission.DUTY_EDIT, "批量导入")
        faults: list[RowFault] = []
        added = unchanged = 0
        stored = True
        try:
            with self._db.writing() as session:
                advisory_lock(session, "duty")
                for line, entry in rows:
                    try:
                        if _there(session, entry):
                            unchanged += 1
                        else:
                            _assign(session, actor, entry)
                            added += 1
                    except WeiboOpsError as error:
                        faults.append(RowFault(line, "", str(error)))
                if dry_run or (faults and not skip_faulty):
                    raise _Undo
                details = {"added": added, "faulty": len(faults)}
                audit.append(session, actor, "duty.import", source or "rows", details, self._clock.now())
        except _Undo:
            stored = False
        return BulkReport(added, 0, unchanged, tuple(faults), dry_run, stored)

    # --- hand-over ------------------------------------------------------------------------------------------

    def open_handover(
        self, actor: Actor, unit: str, from_login: str, to_login: str, note: str = "", items: Sequence[str] = ()
    ) -> ChecklistView:
        """Open a hand-over between two people: their open to-dos, unfinished lists and what is added by hand.

        Raises:
            PermissionRefusedError: the actor takes no part in duty.
            RefusedError: both are one person, or a hand-over between them is open.
        """
        require(actor, Permission.HANDOVER, unit)
        with self._db.writing() as session:
            advisory_lock(session, "duty")
            repository = DutyRepository(session)
            people = PeopleRepository(session)
            giver, taker = find_staff(people, from_login), find_staff(people, to_login)
            found = find_unit(UnitRepository(session), unit)
            if giver.id == taker.id:
                raise RefusedError("交接双方不能是同一人。", rule=self._handover_rule(), next_step="请指定接班人。")
            if any(
                row.from_staff_id == giver.id and row.to_staff_id == taker.id
                for row in repository.checklists(DUTY_HANDOVER, open_only=True)
            ):
                raise RefusedError(
                    f"{giver.name}与{taker.name}之间已有未签完的交接。",
                    rule=self._handover_rule(),
                    next_step="请先签完该交接:weibo-ops duty handovers。",
                )
            now = self._clock.now()
            texts = [
                f"待办:{todo.title}" + (f"(期限 {format_beijing(todo.due_at)})" if todo.due_at else "")
                for todo in repository.open_todos_of([giver.login])
            ]
            texts += [
                f"未办结清单:{row.title}"
                for row in repository.checklists(open_only=True)
                if row.unit_id == found.id and row.kind != DUTY_HANDOVER
            ]
            texts += [item.strip() for item in items if item.strip()]
            checklist_id = open_checklist(
                repository,
                kind=DUTY_HANDOVER,
                title=f"{found.name} {beijing(now):%m月%d日}交接班",
                items=[(text, None) for text in texts],
                opened_by=actor.person,
                opened_at=now,
                unit_id=found.id,
                note=note.strip(),
                from_staff_id=giver.id,
                to_staff_id=taker.id,
            )
            details = {"from": giver.login, "to": taker.login, "items": len(texts)}
            audit.append(session, actor, "duty.handover", found.name, details, now)
            return view(session, checklist_id)

    def remind(self, actor: Actor) -> int:
        """Open a to-do for every shift of the last day that ended without a signed hand-over; return how many.

        Raises:
            PermissionRefusedError: the actor takes no part in duty.
        """
        require(actor, Permission.HANDOVER, "交接班")
        now = self._clock.now()
        section = self._book(beijing_date(now)).duty
        if section is None or not section.handover.enabled:
            return 0
        late = now - timedelta(minutes=section.handover_minutes)
        opened = 0
        with self._db.writing() as session:
            repository = DutyRepository(session)
            signed = [
                (row.from_staff_id, row.to_signed_at)
                for row in repository.checklists(DUTY_HANDOVER)
                if row.to_signed_at is not None
            ]
            for shift, person, unit in repository.shifts(None, now - timedelta(days=2), now):
                ended = now - timedelta(days=1) < shift.until_at <= late
                if not ended or shift.post != DutyPost.LEAD:
                    continue
                if any(who == person.id and at >= shift.from_at for who, at in signed if at is not None):
                    continue
                todos.propose(
                    session,
                    "duty.handover",
                    f"{unit}/{shift.id}",
                    f"{unit}{format_beijing(shift.until_at)}交班尚未签交接(依据:{section.handover.citation})",
                    now,
                    recipient=person.login,
                )
                opened += 1
        return opened

    def _handover_rule(self) -> str:
        section = self._book(beijing_date(self._clock.now())).duty
        return section.handover.citation if section is not None else ""

    def _book(self, day: date) -> AccountsBook:
        book = self._standards.in_force("accounts", day).book
        assert isinstance(book, AccountsBook)
        return book

    def _note(self, session: Session, actor: Actor, action: str, entry: ShiftEntry) -> None:
        details = {"post": entry.post, "person": entry.login, "from": entry.from_at, "until": entry.until_at}
        audit.append(session, actor, action, entry.unit, details, self._clock.now())


class _Undo(Exception):
    """Leave the transaction without storing anything."""


def _days(row: Deputation) -> list[tuple[int, date]]:
    """Every (principal, day) that a deputation covers."""
    return [(row.principal_id, row.from_day + timedelta(days=n)) for n in range((row.last_day - row.from_day).days + 1)]


def _few_days(first: date, last: date) -> None:
    if last < first or (last - first).days > MOST_DAYS or not 2000 <= first.year <= 2100:
        raise UsageError("值班的起止日期不对。", next_step=f"止日不早于起日,一次不超过{MOST_DAYS}日。")


def _post(post: str) -> str:
    if post not in {each.value for each in DutyPost}:
        raise UsageError(f"没有“{post}”这个岗位。", next_step=f"可选:{'、'.join(DutyPost)}。")
    return post


def _fits(session: Session, unit_id: int, post: str, person: Staff) -> None:
    if person.service or not person.active:
        raise RefusedError(f"{person.name}的登录已停用。", rule=ROSTER_RULE, next_step="请另行安排。")
    if person.outsourced and post == DutyPost.LEADER:
        raise RefusedError(f"{person.name}是代运维人员,不能带班。", rule=LEADER_RULE, next_step="请安排本单位领导。")
    tree = unit_tree(session)
    related = person.unit_id is not None and (
        tree.speaks_for(person.unit_id, unit_id) or tree.speaks_for(unit_id, person.unit_id)
    )
    if not related:
        raise RefusedError(
            f"{person.name}不是该单位及其上下级单位的人员。", rule=ROSTER_RULE, next_step="请核对人员所在单位。"
        )


def _may_serve(session: Session, unit_id: int, post: str, person: Staff, from_at: datetime, until_at: datetime) -> None:
    _fits(session, unit_id, post, person)
    first, last = beijing_date(from_at), beijing_date(until_at - timedelta(microseconds=1))
    for leave in PeopleRepository(session).leaves(first=first, last=last):
        if leave.staff_id == person.id:
            raise RefusedError(
                f"{person.name}{leave.from_day.isoformat()}至{leave.last_day.isoformat()}请假,不能排班。",
                rule=ROSTER_RULE,
                next_step="请另行安排,或先销假。",
            )


def _assign(session: Session, actor: Actor, entry: ShiftEntry) -> int:
    _post(entry.post)
    _few_days(beijing_date(entry.from_at), beijing_date(entry.from_at))
    if entry.until_at <= entry.from_at:
        raise UsageError("值班的结束时间不晚于开始时间。", next_step="请核对时间。")
    if entry.until_at - entry.from_at > LONGEST_SHIFT:
        raise UsageError("一班超过36小时。", next_step="请分成几班。")
    repository = DutyRepository(session)
    unit = find_unit(UnitRepository(session), entry.unit)
    person = find_staff(PeopleRepository(session), entry.login)
    _may_serve(session, unit.id, entry.post, person, entry.from_at, entry.until_at)
    for shift, other, _ in repository.shifts([unit.id], entry.from_at, entry.until_at):
        if shift.post == entry.post:
            raise RefusedError(
                f"{entry.post}在{format_beijing(shift.from_at)}至{format_beijing(shift.until_at)}已由{other.name}值班。",
                rule=ROSTER_RULE,
                next_step="请换班,或改时间。",
            )
    return repository.add_shift(
        {
            "unit_id": unit.id,
            "post": entry.post,
            "staff_id": person.id,
            "from_at": entry.from_at,
            "until_at": entry.until_at,
            "note": entry.note.strip(),
        }
    )


def _there(session: Session, entry: ShiftEntry) -> bool:
    """Whether the very same turn is on the roster already."""
    unit = find_unit(UnitRepository(session), entry.unit)
    return any(
        (shift.post, person.login, shift.from_at, shift.until_at)
        == (entry.post, entry.login, entry.from_at, entry.until_at)
        for shift, person, _ in DutyRepository(session).shifts([unit.id], entry.from_at, entry.until_at)
    )


def _row(session: Session, shift_id: int) -> ShiftRow:
    shift = DutyRepository(session).shift(shift_id)
    if shift is None:
        raise NotFoundError(f"没有编号为{shift_id}的值班。", next_step="编号见 weibo-ops duty list。")
    rows = _rows(session, [shift.unit_id], shift.from_at, shift.until_at)
    return next(row for row in rows if row.shift_id == shift_id)


def _rows(session: Session, unit_ids: list[int] | None, from_at: datetime, until_at: datetime) -> list[ShiftRow]:
    people = PeopleRepository(session)
    found = DutyRepository(session).shifts(unit_ids, from_at, until_at)
    return [
        ShiftRow(
            shift_id=shift.id,
            unit=unit,
            post=shift.post,
            login=person.login,
            name=person.name,
            from_at=shift.from_at,
            until_at=shift.until_at,
            note=shift.note,
            away=people.away(person.id, beijing_date(shift.from_at)),
        )
        for shift, person, unit in found
    ]
