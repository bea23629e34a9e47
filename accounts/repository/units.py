"""Queries on the units and the lines between them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.models import Account, Staff, Unit
from accounts.scope import UnitNode, UnitTree
from weibo_ops.kernel.repository import Repository


class UnitRepository(Repository):
    """Units with their three lines of belonging and their office of oversight."""

    def all(self) -> list[Unit]:
        """List every unit, by name."""
        return list(self.session.scalars(select(Unit).order_by(Unit.name)))

    def by_name(self, name: str) -> Unit | None:
        """Return the unit with this full name, else the only one with this short name."""
        found = self.session.scalars(select(Unit).where(Unit.name == name)).first()
        if found is None:
            short = list(self.session.scalars(select(Unit).where(Unit.short_name == name).limit(2)))
            found = short[0] if len(short) == 1 else None
        return found

    def get(self, unit_id: int) -> Unit | None:
        """Return the unit with this id."""
        return self.session.get(Unit, unit_id)

    def names(self) -> list[str]:
        """List the full names."""
        return list(self.session.scalars(select(Unit.name).order_by(Unit.name)))

    def add(self, values: Mapping[str, object]) -> int:
        """Add a unit; return its id."""
        unit = Unit(**values)
        self.session.add(unit)
        self.session.flush()
        return unit.id

    def change(self, unit_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a unit that still has this version; say whether it had."""
        changed = self.session.execute(
            update(Unit)
            .where(Unit.id == unit_id, Unit.version == version)
            .values(version=version + 1, **values)
            .returning(Unit.id)
        ).first()
        return changed is not None

    def account_counts(self) -> dict[int, int]:
        """Return ``{unit id: registered accounts}``."""
        rows = self.session.execute(select(Account.unit_id, func.count()).group_by(Account.unit_id))
        return {row[0]: row[1] for row in rows}

    def staff_counts(self) -> dict[int, int]:
        """Return ``{unit id: active people}``."""
        rows = self.session.execute(
            select(Staff.unit_id, func.count()).where(Staff.active, Staff.unit_id.is_not(None)).group_by(Staff.unit_id)
        )
        return {unit_id: count for unit_id, count in rows if unit_id is not None}


def unit_tree(session: Session) -> UnitTree:
    """Return the administrative tree of all units, as one running transaction sees it."""
    rows = session.execute(select(Unit.id, Unit.name, Unit.parent_id, Unit.oversight))
    return UnitTree(UnitNode(*row) for row in rows)
