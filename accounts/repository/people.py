"""Queries on staff, sessions, deputies and leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update

from accounts.models import Account, AccountAdministrator, Deputation, Leave, Staff, StaffSession, Unit
from weibo_ops.kernel.repository import Repository


class PeopleRepository(Repository):
    """The people, their sessions, their deputies and their leave."""

    # --- staff ----------------------------------------------------------------------------------------------

    def staff_exist(self) -> bool:
        """Say whether anybody was registered."""
        return self.session.scalar(select(Staff.id).where(Staff.service.is_(False)).limit(1)) is not None

    def staff_by_login(self, login: str) -> Staff | None:
        """Return the person with this login."""
        return self.session.scalars(select(Staff).where(Staff.login == login)).first()

    def staff(self, staff_id: int) -> Staff | None:
        """Return the person with this id."""
        return self.session.get(Staff, staff_id)

    def staff_of(self, unit_id: int, *, active: bool = True) -> list[Staff]:
        """List the people of a unit, by login."""
        statement = select(Staff).where(Staff.unit_id == unit_id).order_by(Staff.login)
        return list(self.session.scalars(statement.where(Staff.active) if active else statement))

    def all_staff(self) -> list[tuple[Staff, str]]:
        """List everybody with the name of their unit (empty: none), by login."""
        rows = self.session.execute(
            select(Staff, func.coalesce(Unit.name, "")).outerjoin(Unit, Unit.id == Staff.unit_id).order_by(Staff.login)
        )
        return [(person, unit) for person, unit in rows]

    def names(self, logins: Iterable[str]) -> dict[str, str]:
        """Return ``{login: name}`` of the registered ones among ``logins``."""
        return self.mapping(Staff.login, Staff.name, logins)

    def add_staff(self, values: Mapping[str, object]) -> int:
        """Add a person; return the id."""
        person = Staff(**values)
        self.session.add(person)
        self.session.flush()
        return person.id

    def change_staff(self, staff_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a person whose row still has this version; say whether it had."""
        changed = self.session.execute(
            update(Staff)
            .where(Staff.id == staff_id, Staff.version == version)
            .values(version=version + 1, **values)
            .returning(Staff.id)
        ).first()
        return changed is not None

    def note_login(self, staff_id: int, values: Mapping[str, object]) -> None:
        """Note failed sign-ins, a lock, or a hash made anew; what people edit stays."""
        self.session.execute(update(Staff).where(Staff.id == staff_id).values(**values))

    def count_failure(self, staff_id: int) -> int:
        """Count one more failed sign-in; return how many there are in a row."""
        return self.session.execute(
            update(Staff)
            .where(Staff.id == staff_id)
            .values(failed_logins=Staff.failed_logins + 1)
            .returning(Staff.failed_logins)
        ).scalar_one()

    def administered(self, staff_id: int, on: date) -> list[str]:
        """List the names of the accounts that a person keeps on a day."""
        return list(
            self.session.scalars(
                select(Account.screen_name)
                .join(AccountAdministrator, AccountAdministrator.account_id == Account.id)
                .where(
                    AccountAdministrator.staff_id == staff_id,
                    AccountAdministrator.last_day.is_(None) | (AccountAdministrator.last_day >= on),
                )
                .order_by(Account.screen_name)
            )
        )

    # --- sessions -------------------------------------------------------------------------------------------

    def add_session(self, staff_id: int, token_digest: str, created_at: datetime, expires_at: datetime) -> None:
        """Open a session."""
        self.session.add(
            StaffSession(staff_id=staff_id, token_digest=token_digest, created_at=created_at, expires_at=expires_at)
        )

    def session_staff(self, token_digest: str, at: datetime) -> Staff | None:
        """Return whose session this is, if it is open at an instant and the person is still active."""
        return self.session.scalars(
            select(Staff)
            .join(StaffSession, StaffSession.staff_id == Staff.id)
            .where(
                StaffSession.token_digest == token_digest,
                StaffSession.ended_at.is_(None),
                StaffSession.expires_at > at,
                Staff.active,
            )
        ).first()

    def end_sessions(self, at: datetime, *, staff_id: int | None = None, token_digest: str | None = None) -> int:
        """End the open sessions of a person, or the one with this token; return how many."""
        statement = update(StaffSession).where(StaffSession.ended_at.is_(None)).values(ended_at=at)
        if staff_id is not None:
            statement = statement.where(StaffSession.staff_id == staff_id)
        if token_digest is not None:
            statement = statement.where(StaffSession.token_digest == token_digest)
        return len(self.session.execute(statement.returning(StaffSession.id)).all())

    # --- deputies and leave ---------------------------------------------------------------------------------

    def add_deputation(self, values: Mapping[str, object]) -> int:
        """Add a deputation; return its id."""
        row = Deputation(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def deputation(self, deputation_id: int) -> Deputation | None:
        """Return one deputation."""
        return self.session.get(Deputation, deputation_id)

    def revoke_deputation(self, deputation_id: int, at: datetime) -> bool:
        """Revoke a deputation that holds; say whether it did."""
        return _touched(
            self.session.execute(
                update(Deputation)
                .where(Deputation.id == deputation_id, Deputation.revoked_at.is_(None))
                .values(revoked_at=at)
                .returning(Deputation.id)
            )
        )

    def deputations(self, *, on: date | None = None) -> list[Deputation]:
        """List the deputations that were not revoked, of one day or all, by first day."""
        statement = select(Deputation).where(Deputation.revoked_at.is_(None))
        if on is not None:
            statement = statement.where(Deputation.from_day <= on, Deputation.last_day >= on)
        return list(self.session.scalars(statement.order_by(Deputation.from_day, Deputation.id)))

    def deputises(self, deputy_id: int, principal_id: int, on: date) -> bool:
        """Say whether one person acts for another on a day."""
        return any(row.deputy_id == deputy_id and row.principal_id == principal_id for row in self.deputations(on=on))

    def add_leave(self, values: Mapping[str, object]) -> int:
        """Record days away; return the id."""
        row = Leave(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def leave(self, leave_id: int) -> Leave | None:
        """Return one record of leave."""
        return self.session.get(Leave, leave_id)

    def cancel_leave(self, leave_id: int, at: datetime) -> bool:
        """Cancel a leave that holds; say whether it did."""
        return _touched(
            self.session.execute(
                update(Leave)
                .where(Leave.id == leave_id, Leave.cancelled_at.is_(None))
                .values(cancelled_at=at)
                .returning(Leave.id)
            )
        )

    def leaves(self, *, first: date | None = None, last: date | None = None) -> list[Leave]:
        """List the leave that was not cancelled and touches ``[first, last]``, by first day."""
        statement = select(Leave).where(Leave.cancelled_at.is_(None))
        if first is not None:
            statement = statement.where(Leave.last_day >= first)
        if last is not None:
            statement = statement.where(Leave.from_day <= last)
        return list(self.session.scalars(statement.order_by(Leave.from_day, Leave.id)))

    def away(self, staff_id: int, on: date) -> bool:
        """Say whether a person is on leave on a day."""
        return any(row.staff_id == staff_id for row in self.leaves(first=on, last=on))


def _touched(result: Any) -> bool:
    return result.first() is not None
