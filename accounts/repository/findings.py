"""Queries on findings and their way."""

from __future__ import annotations

from sqlalchemy import func, or_, select

from accounts.models import Account, Finding, Unit
from accounts.schemas import FindingView
from weibo_ops.kernel.repository import Repository


class FindingRepository(Repository):
    """Findings, their steps and waivers."""

    def all_findings(self) -> dict[tuple[int, str, str], Finding]:
        """Return every finding by ``(account id, rule id, key)``."""
        return {(row.account_id, row.rule_id, row.key): row for row in self.session.scalars(select(Finding))}

    def finding_views(
        self, account: str | None = None, severity: str | None = None, present: bool | None = True
    ) -> list[FindingView]:
        """List findings, the gravest first, then by account and rule."""
        statement = (
            select(Finding, Account.screen_name, Unit.name)
            .join(Account, Account.id == Finding.account_id)
            .join(Unit, Unit.id == Account.unit_id)
        )
        if account is not None:
            statement = statement.where(or_(Account.screen_name == account, Account.uid == account))
        if severity is not None:
            statement = statement.where(Finding.severity == severity)
        if present is not None:
            statement = statement.where(Finding.present == present)
        order = {"veto": 0, "deduct": 1, "advice": 2}
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
            )
            for row, name, unit in self.session.execute(statement)
        ]
        return sorted(views, key=lambda view: (order.get(view.severity, 3), view.screen_name, view.rule_id))

    def severity_counts(self) -> dict[tuple[int, str], int]:
        """Return ``{(account id, severity): present findings}``."""
        rows = self.session.execute(
            select(Finding.account_id, Finding.severity, func.count())
            .where(Finding.present)
            .group_by(Finding.account_id, Finding.severity)
        )
        return {(account_id, severity): count for account_id, severity, count in rows}
