"""Queries on findings, their steps and waivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from accounts.enums import FindingState
from accounts.finding_rules import SETTLED
from accounts.models import Account, Finding, FindingStep, FindingWaiver, Unit
from accounts.schemas import FindingView
from weibo_ops.kernel.repository import Repository

ORDER = {"veto": 0, "deduct": 1, "advice": 2}


class FindingRepository(Repository):
    """Findings, their steps and waivers."""

    def all_findings(self) -> dict[tuple[int, str, str], Finding]:
        """Return every finding by ``(account id, rule id, key)``."""
        return {(row.account_id, row.rule_id, row.key): row for row in self.session.scalars(select(Finding))}

    def finding(self, finding_id: int) -> Finding | None:
        """Return one finding."""
        return self.session.get(Finding, finding_id)

    def finding_views(
        self,
        account: str | None = None,
        severity: str | None = None,
        present: bool | None = True,
        *,
        on: date,
        finding_ids: Sequence[int] | None = None,
    ) -> list[FindingView]:
        """List findings, the gravest first, then by account and rule.

        Args:
            account: only of the account of this name or uid.
            severity: only of this severity.
            present: only those that the latest check finds (True), no longer finds (False), or all (None).
            on: the Beijing day whose waivers count.
            finding_ids: only these.
        """
        statement = (
            select(Finding, Account.screen_name, Account.platform, Unit.name)
            .join(Account, Account.id == Finding.account_id)
            .join(Unit, Unit.id == Account.unit_id)
        )
        if account is not None:
            statement = statement.where(or_(Account.screen_name == account, Account.uid == account))
        if severity is not None:
            statement = statement.where(Finding.severity == severity)
        if present is not None:
            statement = statement.where(Finding.present == present)
        if finding_ids is not None:
            statement = statement.where(Finding.id.in_(finding_ids))
        waived = self.waived(on)
        views = [
            FindingView(
                finding_id=row.id,
                account_id=row.account_id,
                screen_name=name,
                unit=unit,
                rule_id=row.rule_id,
                severity=row.severity,
                state=row.state,
                title=row.title,
                message=row.message,
                clause=row.clause,
                source=row.source,
                trust=row.trust,
                evidence=row.evidence,
                proposed_fix=tuple(row.proposed_fix),
                first_seen=row.first_seen,
                last_seen=row.last_seen,
                present=row.present,
                round=row.round,
                due_at=row.due_at,
                waived=(row.account_id, row.rule_id) in waived,
                platform=platform,
            )
            for row, name, platform, unit in self.session.execute(statement)
        ]
        return sorted(views, key=lambda view: (ORDER.get(view.severity, 3), view.screen_name, view.rule_id))

    def severity_counts(self, on: date) -> dict[tuple[int, str], int]:
        """Return ``{(account id, severity): present findings}``, without those waived on a day or held unfounded."""
        waiver = select(FindingWaiver.id).where(
            FindingWaiver.account_id == Finding.account_id, FindingWaiver.rule_id == Finding.rule_id, _in_force(on)
        )
        rows = self.session.execute(
            select(Finding.account_id, Finding.severity, func.count())
            .where(Finding.present, Finding.state != FindingState.DISMISSED.value, ~waiver.exists())
            .group_by(Finding.account_id, Finding.severity)
        )
        return {(account_id, severity): count for account_id, severity, count in rows}

    def units_of(self, finding_ids: Iterable[int]) -> dict[int, tuple[int, str, str]]:
        """Return ``{finding id: (unit id, unit name, account name)}``."""
        rows = self.session.execute(
            select(Finding.id, Unit.id, Unit.name, Account.screen_name)
            .join(Account, Account.id == Finding.account_id)
            .join(Unit, Unit.id == Account.unit_id)
            .where(Finding.id.in_(list(finding_ids)))
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def sponsor_of(self, account_id: int) -> tuple[int, str]:
        """Return unit id and name of an account."""
        row = self.session.execute(select(Account.unit_id, Account.screen_name).where(Account.id == account_id)).one()
        return row[0], row[1]

    def move(self, finding_id: int, version: int, values: Mapping[str, object]) -> bool:
        """Change a finding that still has this version; say whether it had."""
        moved = self.session.execute(
            update(Finding)
            .where(Finding.id == finding_id, Finding.version == version)
            .values(version=version + 1, **values)
            .returning(Finding.id)
        ).first()
        return moved is not None

    # --- steps ----------------------------------------------------------------------------------------------

    def add_step(self, values: Mapping[str, object]) -> None:
        """Write down a step."""
        self.session.add(FindingStep(**values))

    def steps(self, finding_id: int) -> list[tuple[FindingStep, str]]:
        """List the steps of a finding with the unit of whoever took it, the first first."""
        rows = self.session.execute(
            select(FindingStep, func.coalesce(Unit.name, ""))
            .outerjoin(Unit, Unit.id == FindingStep.unit_id)
            .where(FindingStep.finding_id == finding_id)
            .order_by(FindingStep.id)
        )
        return [(step, unit) for step, unit in rows]

    def settled_at(self) -> dict[int, datetime]:
        """Return ``{finding id: when it was settled last}``."""
        rows = self.session.execute(
            select(FindingStep.finding_id, func.max(FindingStep.at))
            .where(FindingStep.state_after.in_([state.value for state in SETTLED]))
            .group_by(FindingStep.finding_id)
        )
        return {row[0]: row[1] for row in rows}

    # --- waivers --------------------------------------------------------------------------------------------

    def add_waiver(self, values: Mapping[str, object]) -> int:
        """Propose a waiver; return its id."""
        row = FindingWaiver(**values)
        self.session.add(row)
        self.session.flush()
        return row.id

    def waiver(self, waiver_id: int) -> FindingWaiver | None:
        """Return one waiver."""
        return self.session.get(FindingWaiver, waiver_id)

    def change_waiver(self, waiver_id: int, values: Mapping[str, object], *, signed: bool) -> bool:
        """Sign a waiver that is not signed, or end one; say whether it stood so."""
        state = FindingWaiver.signed_at.is_not(None) if signed else FindingWaiver.signed_at.is_(None)
        changed = self.session.execute(
            update(FindingWaiver)
            .where(FindingWaiver.id == waiver_id, FindingWaiver.ended_at.is_(None), state)
            .values(**values)
            .returning(FindingWaiver.id)
        ).first()
        return changed is not None

    def waivers(self) -> list[tuple[FindingWaiver, str]]:
        """List every waiver with the account's name, the newest first."""
        rows = self.session.execute(
            select(FindingWaiver, Account.screen_name)
            .join(Account, Account.id == FindingWaiver.account_id)
            .order_by(FindingWaiver.id.desc())
        )
        return [(waiver, name) for waiver, name in rows]

    def waived(self, on: date) -> set[tuple[int, str]]:
        """Return ``(account id, rule id)`` of the waivers in force on a day."""
        rows = self.session.execute(select(FindingWaiver.account_id, FindingWaiver.rule_id).where(_in_force(on)))
        return {(account_id, rule_id) for account_id, rule_id in rows}


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(
        FindingWaiver.signed_at.is_not(None),
        FindingWaiver.ended_at.is_(None),
        FindingWaiver.from_day <= on,
        FindingWaiver.last_day >= on,
    )
