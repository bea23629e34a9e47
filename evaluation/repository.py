"""Queries of the evaluation package: the counts behind a run, their rows, and the runs themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from accounts.models import Account, Unit
from config.rulebook.evaluation import Fact
from evaluation.models import Dossier, EvaluationRun, Score
from weibo_ops.kernel.repository import Repository

if TYPE_CHECKING:
    from evaluation.facts import Window


class EvaluationRepository(Repository):
    """Queries of the evaluation package."""

    # --- facts ----------------------------------------------------------------------------------------------

    def counts(self, window: Window) -> dict[int, dict[Fact, int]]:
        """Return ``{account id: {fact: count}}``; an account without rows of a source lacks that source's facts."""
        from evaluation.facts import SOURCES, dossier_query

        found: dict[int, dict[Fact, int]] = {}
        for source in SOURCES:
            for row in self._mappings(dossier_query(source, window, self._dialect)):
                counted = found.setdefault(int(row["account_id"]), {})
                counted.update({Fact(name): int(value) for name, value in row.items() if name != "account_id"})
        return found

    def rows(self, fact: Fact, window: Window, account_id: int) -> list[tuple[str, int]]:
        """Return ``(row id, amount)`` of everything that a fact counts for one account."""
        from evaluation.facts import rows_query

        query = rows_query(fact, window, account_id, self._dialect)
        return [(str(row["row_id"]), int(row["amount"])) for row in self._mappings(query)]

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name

    def _mappings(self, sql: str) -> Sequence[Mapping[Any, Any]]:
        return self.session.connection().exec_driver_sql(sql).mappings().all()

    # --- runs -----------------------------------------------------------------------------------------------

    def add_run(self, run: EvaluationRun, dossiers: Sequence[dict[str, Any]], scores: Sequence[dict[str, Any]]) -> int:
        """Store a run with the dossiers and scores of its accounts; return its id."""
        self.session.add(run)
        self.session.flush()
        self.add_all(Dossier, [{"run_id": run.id, **row} for row in dossiers])
        self.add_all(Score, [{"run_id": run.id, **row} for row in scores])
        return run.id

    def newest_run(self, period: str, scheme: str, scope: str) -> EvaluationRun | None:
        """Return the newest run of the same period, scheme and scope."""
        return self.session.scalars(
            select(EvaluationRun)
            .where(EvaluationRun.period == period, EvaluationRun.scheme == scheme, EvaluationRun.scope == scope)
            .order_by(EvaluationRun.id.desc())
            .limit(1)
        ).first()

    def run(self, run_id: int) -> EvaluationRun | None:
        """Return a run by id."""
        return self.session.get(EvaluationRun, run_id)

    def runs(self) -> list[tuple[EvaluationRun, int]]:
        """Return every run with its number of accounts, newest first."""
        statement = (
            select(EvaluationRun, func.count(Score.id))
            .outerjoin(Score, Score.run_id == EvaluationRun.id)
            .group_by(EvaluationRun.id)
            .order_by(EvaluationRun.id.desc())
        )
        return [(run, count) for run, count in self.session.execute(statement)]

    def scores(self, run_id: int) -> list[tuple[Score, Account, str]]:
        """Return the scores of a run with account and unit name: by rank, then by uid."""
        statement = (
            select(Score, Account, Unit.name)
            .join(Account, Account.id == Score.account_id)
            .join(Unit, Unit.id == Account.unit_id)
            .where(Score.run_id == run_id)
            .order_by(Score.rank.is_(None), Score.rank, Account.uid)
        )
        return [(score, account, unit) for score, account, unit in self.session.execute(statement)]

    def result(self, run_id: int, account_id: int) -> tuple[Score, Dossier] | None:
        """Return one account's score and dossier in a run."""
        statement = (
            select(Score, Dossier)
            .join(Dossier, (Dossier.run_id == Score.run_id) & (Dossier.account_id == Score.account_id))
            .where(Score.run_id == run_id, Score.account_id == account_id)
        )
        row = self.session.execute(statement).first()
        return (row[0], row[1]) if row else None
