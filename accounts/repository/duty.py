"""Queries on duty, checklists, administrators and the safety ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.enums import AccountStatus
from accounts.models import (
    Account,
    AccountAdministrator,
    AccountName,
    Checklist,
    Deputation,
    DutyShift,
    Leave,
    Staff,
    Unit,
)
from accounts.repository.units import unit_tree
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.repository import Repository
from weibo_ops.kernel.todos import Todo

TICK = timedelta(microseconds=1)
SUPERVISORS = "监管人员"
"""Who gets a reminder when nobody of the unit is on duty."""


class DutyRepository(Repository):
    """Shifts, checklists, administrators."""

    # --- shifts ---------------------------------------------------------------------------------------------

    def shifts(
        self, unit_ids: Iterable[int] | None, from_at: datetime, until_at: datetime
    ) -> list[tuple[DutyShift, Staff, str]]:
        """List the shifts that touch ``[from_at, until_at)`` with person and unit name, by time."""
        statement = (
            select(DutyShift, Staff, Unit.name)
            .join(Staff, Staff.id == DutyShift.staff_id)
            .join(Unit, Unit.id == DutyShift.unit_id)
            .where(DutyShift.from_at < until_at, DutyShift.until_at > from_at)
            .order_by(DutyShift.from_at, DutyShift.post, DutyShift.id)
        )
        if unit_ids is not None:
            statement = statement.where(DutyShift.unit_id.in_(list(unit_ids)))
        return [(shift, person, unit) for shift, person, unit in self.session.execute(statement)]

    def shift(self, shift_id: int) -> DutyShift | None:
        """Return one shift."""
        return self.session.get(DutyShift, shift_id)

    def add_shift(self, values: Mapping[str, object]) -> int:
        """Add a shift; return its id."""
        row = DutyShift(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def replace_person(self, shift_id: int, staff_id: int) -> None:
        """Put another person on a shift."""
        self.session.execute(update(DutyShift).where(DutyShift.id == shift_id).values(staff_id=staff_id))

    def remove_shift(self, shift_id: int) -> None:
        """Take a shift off the roster."""
        self.remove_where_in(DutyShift, DutyShift.id, [shift_id])

    def ended_shifts(self, unit_id: int, post: str, before: datetime, after: datetime) -> list[DutyShift]:
        """List the shifts of a post that ended in ``(after, before]``, the last first."""
        return list(
            self.session.scalars(
                select(DutyShift)
                .where(
                    DutyShift.unit_id == unit_id,
                    DutyShift.post == post,
                    DutyShift.until_at <= before,
                    DutyShift.until_at > after,
                )
                .order_by(DutyShift.until_at.desc())
            )
        )

    # --- checklists -----------------------------------------------------------------------------------------

    def add_checklist(self, values: Mapping[str, object]) -> int:
        """Open a checklist; return its id."""
        row = Checklist(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def checklist(self, checklist_id: int) -> Checklist | None:
        """Return one checklist."""
        return self.session.get(Checklist, checklist_id)

    def checklists(
        self, kind: str | None = None, *, open_only: bool = False, account_id: int | None = None
    ) -> list[Checklist]:
        """List checklists, the newest first."""
        statement = select(Checklist).order_by(Checklist.id.desc())
        if kind is not None:
            statement = statement.where(Checklist.kind == kind)
        if open_only:
            statement = statement.where(Checklist.closed_at.is_(None))
        if account_id is not None:
            statement = statement.where(Checklist.account_id == account_id)
        return list(self.session.scalars(statement))

    def change_checklist(self, checklist_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a checklist that is open and still has this version; say whether it was."""
        changed = self.session.execute(
            update(Checklist)
            .where(Checklist.id == checklist_id, Checklist.version == version, Checklist.closed_at.is_(None))
            .values(version=version + 1, **values)
            .returning(Checklist.id)
        ).first()
        return changed is not None

    # --- to-dos ---------------------------------------------------------------------------------------------

    def open_todos_of(self, recipients: Iterable[str]) -> list[Todo]:
        """List the open to-dos of some recipients, the soonest due first."""
        return list(
            self.session.scalars(
                select(Todo)
                .where(Todo.done_at.is_(None), Todo.recipient.in_(list(recipients)))
                .order_by(Todo.due_at.is_(None), Todo.due_at, Todo.id)
            )
        )

    def hand_over_todos(self, from_login: str, to_login: str, at: datetime) -> int:
        """Give every open to-do of one person to another; one that the other has already is closed instead."""
        theirs = {(todo.kind, todo.subject) for todo in self.open_todos_of([to_login])}
        moved = 0
        for todo in self.open_todos_of([from_login]):
            if (todo.kind, todo.subject) in theirs:
                todo.done_at = at
            else:
                todo.recipient = to_login
                moved += 1
        self.session.flush()
        return moved

    # --- accounts -------------------------------------------------------------------------------------------

    def accounts_called(self, reference: str) -> list[Account]:
        """Return the accounts that a reference means: ``#12`` by number, else by uid, by name, by a former name.

        Accounts of several platforms may bear one name; a cancelled one is meant only when no other bears or bore it.
        """
        if reference[:1] in "#＃" and reference[1:].isdecimal():
            numbered = self.session.get(Account, int(reference[1:]))
            return [numbered] if numbered is not None else []
        bore = Account.id.in_(select(AccountName.account_id).where(AccountName.name == reference))
        cancelled: list[Account] = []
        for meant in (Account.uid == reference, Account.screen_name == reference, bore):
            found = list(self.session.scalars(select(Account).where(meant).order_by(Account.id)))
            living = [account for account in found if account.status != AccountStatus.CANCELLED]
            if living:
                return living
            cancelled = cancelled or found[-1:]
        return cancelled

    def account_names(self) -> list[str]:
        """List the names that accounts bear."""
        return list(self.session.scalars(select(Account.screen_name).order_by(Account.screen_name)))

    def accounts(self) -> list[tuple[Account, str]]:
        """List every account with its unit's name, by unit and name."""
        rows = self.session.execute(
            select(Account, Unit.name).join(Unit, Unit.id == Account.unit_id).order_by(Unit.name, Account.screen_name)
        )
        return [(account, unit) for account, unit in rows]

    def administrators(self, on: date | None = None) -> list[tuple[AccountAdministrator, Staff]]:
        """List who keeps which account, on a day or ever, the principal one first."""
        statement = (
            select(AccountAdministrator, Staff)
            .join(Staff, Staff.id == AccountAdministrator.staff_id)
            .order_by(AccountAdministrator.account_id, AccountAdministrator.position, AccountAdministrator.from_day)
        )
        if on is not None:
            statement = statement.where(
                AccountAdministrator.from_day <= on,
                AccountAdministrator.last_day.is_(None) | (AccountAdministrator.last_day >= on),
            )
        return [(row, person) for row, person in self.session.execute(statement)]

    def add_administrator(self, values: Mapping[str, object]) -> None:
        """Appoint somebody; an appointment of the same day that had ended goes on."""
        self.upsert(
            AccountAdministrator,
            [{**values, "last_day": None}],
            key=("account_id", "staff_id", "from_day"),
            update=("position", "last_day"),
        )

    def end_administrator(self, account_id: int, staff_id: int, last_day: date) -> bool:
        """End an appointment; say whether there was one."""
        ended = self.session.execute(
            update(AccountAdministrator)
            .where(
                AccountAdministrator.account_id == account_id,
                AccountAdministrator.staff_id == staff_id,
                AccountAdministrator.last_day.is_(None),
            )
            .values(last_day=last_day)
            .returning(AccountAdministrator.id)
        ).first()
        return ended is not None

    def change_account(self, account_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change an account that still has this version; say whether it had."""
        changed = self.session.execute(
            update(Account)
            .where(Account.id == account_id, Account.version == version)
            .values(version=version + 1, **values)
            .returning(Account.id)
        ).first()
        return changed is not None


def on_duty(session: Session, unit_id: int, at: datetime) -> list[tuple[DutyShift, Staff, Staff | None]]:
    """Return who is on duty at an instant: of the unit, else of the nearest unit above it that has anybody on duty.

    A person on leave that day is represented by their deputy, if there is one (third value: the one who is away).
    """
    repository = DutyRepository(session)
    day = beijing_date(at)
    for node in unit_tree(session).line(unit_id):
        found: list[tuple[DutyShift, Staff, Staff | None]] = []
        for shift, person, _ in repository.shifts([node.unit_id], at, at + TICK):
            stand_in = _stand_in(session, person.id, day)
            if stand_in is None:
                found.append((shift, person, None))
            elif stand_in.id != person.id:
                found.append((shift, stand_in, person))
        if found:
            return found
    return []


def recipient_on_duty(session: Session, unit_id: int | None, at: datetime) -> str:
    """Return to whom a reminder about a unit goes: the login of whoever is on duty, else the supervisors."""
    people = on_duty(session, unit_id, at) if unit_id is not None else []
    order = {"主班": 0, "副班": 1, "带班领导": 2}
    people.sort(key=lambda found: order.get(found[0].post, 3))
    return people[0][1].login if people else SUPERVISORS


def _stand_in(session: Session, staff_id: int, day: date) -> Staff | None:
    """Return who stands in for somebody who is away: their deputy, or themselves where none is named.

    None when they are there. Themselves when away without a deputy: then nobody holds the post.
    """
    away = session.scalar(
        select(Leave.id).where(
            Leave.staff_id == staff_id, Leave.cancelled_at.is_(None), Leave.from_day <= day, Leave.last_day >= day
        )
    )
    if away is None:
        return None
    deputy = session.scalars(
        select(Staff)
        .join(Deputation, Deputation.deputy_id == Staff.id)
        .where(
            Deputation.principal_id == staff_id,
            Deputation.revoked_at.is_(None),
            Deputation.from_day <= day,
            Deputation.last_day >= day,
            Staff.active,
        )
        .order_by(Deputation.id)
    ).first()
    return deputy if deputy is not None else session.get(Staff, staff_id)
