"""Queries on suspected impostors, and on the profiles and names they are found among."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from accounts.enums import AccountStatus
from accounts.models import Account, ImpostorStep, ImpostorSuspect, Unit
from accounts.repository.register import PLATFORM
from weibo_ops.kernel.repository import Repository


class ImpostorRepository(Repository):
    """Suspects and their steps."""

    def protected(self) -> list[tuple[int, str, str, str]]:
        """List (account id, name, unit, uid) of the accounts that live or are being opened, on Weibo."""
        rows = self.session.execute(
            select(Account.id, Account.screen_name, Unit.name, Account.uid)
            .join(Unit, Unit.id == Account.unit_id)
            .where(Account.platform == PLATFORM, Account.status != AccountStatus.CANCELLED.value)
            .order_by(Account.id)
        )
        return [(account_id, name, unit, uid or "") for account_id, name, unit, uid in rows]

    def registered_uids(self) -> set[str]:
        """Return the uids of every account in the register, cancelled ones too."""
        return {uid for uid in self.session.scalars(select(Account.uid).where(Account.platform == PLATFORM)) if uid}

    def suspects(self) -> list[tuple[ImpostorSuspect, str, str]]:
        """List the suspects with the name and unit of the account they look like, the surest first."""
        rows = self.session.execute(
            select(ImpostorSuspect, Account.screen_name, Unit.name)
            .join(Account, Account.id == ImpostorSuspect.account_id)
            .join(Unit, Unit.id == Account.unit_id)
            .order_by(ImpostorSuspect.score.desc(), ImpostorSuspect.screen_name, ImpostorSuspect.id)
        )
        return [(row, name, unit) for row, name, unit in rows]

    def suspect(self, suspect_id: int) -> ImpostorSuspect | None:
        """Return one suspect."""
        return self.session.get(ImpostorSuspect, suspect_id)

    def by_key(self) -> dict[tuple[str, str], ImpostorSuspect]:
        """Return the suspects by ``(screen name, uid)``."""
        return {(row.screen_name, row.uid): row for row in self.session.scalars(select(ImpostorSuspect))}

    def move(self, suspect_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a suspect that still has this version; say whether it had."""
        moved = self.session.execute(
            update(ImpostorSuspect)
            .where(ImpostorSuspect.id == suspect_id, ImpostorSuspect.version == version)
            .values(version=version + 1, **values)
            .returning(ImpostorSuspect.id)
        ).first()
        return moved is not None

    def steps(self, suspect_id: int) -> list[ImpostorStep]:
        """List the steps of a suspect, the first first."""
        return list(
            self.session.scalars(
                select(ImpostorStep).where(ImpostorStep.suspect_id == suspect_id).order_by(ImpostorStep.id)
            )
        )
