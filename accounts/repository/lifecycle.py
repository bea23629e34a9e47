"""Queries on the life of accounts: their acts, their names, who bears what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select, update

from accounts.enums import AccountStatus
from accounts.models import Account, AccountAct, AccountName, AccountSnapshot, Certification, Unit
from weibo_ops.kernel.repository import Repository


class LifecycleRepository(Repository):
    """Accounts, their acts and names."""

    def account(self, account_id: int) -> Account:
        """Return one account, which must exist."""
        return self.session.execute(select(Account).where(Account.id == account_id)).scalar_one()

    def accounts(self, account_ids: Collection[int] | None = None) -> list[tuple[Account, str]]:
        """List accounts (every one without ``account_ids``) with their units' names, by unit, platform and name."""
        statement = (
            select(Account, Unit.name)
            .join(Unit, Unit.id == Account.unit_id)
            .order_by(Unit.name, Account.platform, Account.screen_name, Account.id)
        )
        if account_ids is not None:
            statement = statement.where(Account.id.in_(account_ids))
        return [(account, unit) for account, unit in self.session.execute(statement)]

    def add_account(self, values: Mapping[str, object]) -> int:
        """Add an account; return its id."""
        account = Account(**values)
        self.session.add(account)
        self.session.flush()
        return account.id

    def change(self, account_id: int, version: int, status: str, values: Mapping[str, object]) -> bool:
        """Change an account that still has this version and state; say whether it had."""
        changed = self.session.execute(
            update(Account)
            .where(Account.id == account_id, Account.version == version, Account.status == status)
            .values(version=version + 1, **values)
            .returning(Account.id)
            .execution_options(synchronize_session=False)
        ).first()
        self.session.expire_all()
        return changed is not None

    def add_act(self, values: Mapping[str, object]) -> None:
        """Write down an act."""
        self.session.add(AccountAct(**values))

    def acts(self, account_ids: Collection[int] | None = None) -> list[tuple[AccountAct, str]]:
        """List acts with the unit of whoever did them, in order."""
        statement = select(AccountAct, func.coalesce(Unit.name, "")).outerjoin(Unit, Unit.id == AccountAct.unit_id)
        if account_ids is not None:
            statement = statement.where(AccountAct.account_id.in_(account_ids))
        return [(act, unit) for act, unit in self.session.execute(statement.order_by(AccountAct.id))]

    def living(self, platform: str, unit_id: int) -> list[Account]:
        """List the accounts of a unit on a platform that are not cancelled."""
        return list(
            self.session.scalars(
                select(Account).where(
                    Account.platform == platform,
                    Account.unit_id == unit_id,
                    Account.status != AccountStatus.CANCELLED.value,
                )
            )
        )

    def borne(self, platform: str) -> list[tuple[int, str]]:
        """List (account id, name) of the accounts on a platform that are not cancelled."""
        rows = self.session.execute(
            select(Account.id, Account.screen_name).where(
                Account.platform == platform, Account.status != AccountStatus.CANCELLED.value
            )
        )
        return [(row[0], row[1]) for row in rows]

    def held(self, platform: str, at: datetime) -> list[tuple[int, str, datetime]]:
        """List (account id, name, until when) of the names that a platform still keeps from others."""
        rows = self.session.execute(
            select(AccountName.account_id, AccountName.name, AccountName.held_until)
            .join(Account, Account.id == AccountName.account_id)
            .where(Account.platform == platform, AccountName.held_until > at)
        )
        return [(account_id, name, until) for account_id, name, until in rows if until is not None]

    def certifications(self) -> dict[int, Certification]:
        """Return ``{account id: certification on file}``."""
        return {row.account_id: row for row in self.session.scalars(select(Certification))}

    def file_certification(self, account_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Put a certification on file, or change one that still has this version; say whether it had (0: none)."""
        if version == 0:
            self.session.add(Certification(account_id=account_id, **values))
            self.session.flush()
            return True
        changed = self.session.execute(
            update(Certification)
            .where(Certification.account_id == account_id, Certification.version == version)
            .values(version=version + 1, **values)
            .returning(Certification.account_id)
            .execution_options(synchronize_session=False)
        ).first()
        self.session.expire_all()
        return changed is not None

    def by_uid(self, platform: str, uid: str) -> Account | None:
        """Return the account with this uid on a platform."""
        return self.session.scalars(select(Account).where(Account.platform == platform, Account.uid == uid)).first()

    def names(self, account_id: int) -> list[AccountName]:
        """List the names of an account, the oldest first."""
        return list(
            self.session.scalars(
                select(AccountName).where(AccountName.account_id == account_id).order_by(AccountName.id)
            )
        )

    def names_by_account(self, account_ids: Collection[int] | None = None) -> dict[int, list[AccountName]]:
        """Return ``{account id: names, the oldest first}`` of accounts, of every one without ``account_ids``."""
        statement = select(AccountName).order_by(AccountName.id)
        if account_ids is not None:
            statement = statement.where(AccountName.account_id.in_(account_ids))
        found: dict[int, list[AccountName]] = {}
        for row in self.session.scalars(statement):
            found.setdefault(row.account_id, []).append(row)
        return found

    def renames_seen(self, account: Account, since: datetime) -> int:
        """Count the names that an account bore at some instant from ``since`` on and that a roster showed as given up.

        A roster tells that a name was changed, not when; only a profile seen under the old name bounds it from below.
        """
        seen = (
            select(AccountSnapshot.uid)
            .where(
                AccountSnapshot.platform == account.platform,
                AccountSnapshot.uid == account.uid,
                AccountSnapshot.screen_name == AccountName.name,
                AccountSnapshot.observed_at >= since,
                AccountSnapshot.observed_at < AccountName.until_at,
            )
            .exists()
        )
        given_up = select(func.count()).where(
            AccountName.account_id == account.id, AccountName.held_until.is_(None), seen
        )
        return self.session.scalar(given_up) or 0

    def give_name(self, account_id: int, name: str, at: datetime | None, *, held_until: datetime | None = None) -> None:
        """Let an account bear a name from an instant on; the name borne until then becomes a former one."""
        for row in self.names(account_id):
            if row.until_at is None:
                row.until_at, row.held_until = at, held_until
        self.session.add(AccountName(account_id=account_id, name=name, from_at=at))
        self.session.flush()
