"""Closed periods: figures that were issued never change again, and no standard may reach back into them."""

from __future__ import annotations

from accounts.models import ClosedPeriod
from accounts.permissions import Permission
from accounts.repository.standards import StandardRepository
from accounts.schemas.standards import PeriodRow
from accounts.standards.service import CLOSED, LOCK
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import Clock, Period, format_beijing
from weibo_ops.kernel.db import Database, advisory_lock
from weibo_ops.kernel.errors import ConflictError, RefusedError, UsageError


class PeriodService:
    """Use cases on closed periods."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def close(self, actor: Actor, name: str, reason: str) -> PeriodRow:
        """Close a period for good.

        Args:
            actor: who closes it.
            name: as ``Period.parse`` reads it, e.g. ``2026Q3``.
            reason: why, in words, e.g. the circular that issued the figures.

        Raises:
            PermissionRefusedError: the actor may not close periods.
            UsageError: the name is no period, or no reason is given.
            RefusedError: the period is not over yet.
            ConflictError: it is closed already.
        """
        require(actor, Permission.PERIOD_CLOSE, name)
        period = Period.parse(name)
        if not reason.strip():
            raise UsageError("没有写明封账原因。", next_step="请用 --reason 写明,如所依据的通报。")
        now = self._clock.now()
        if period.end > now:
            raise RefusedError(
                f"期间{period.label}到{format_beijing(period.end)}才结束,现在不能封账。",
                rule=CLOSED,
                next_step="请在期间结束、数据核对之后封账。",
            )
        values = {
            "name": period.label,
            "from_at": period.start,
            "until_at": period.end,
            "closed_by": actor.person,
            "closed_at": now,
            "reason": reason.strip(),
        }
        with self._db.writing() as session:
            advisory_lock(session, LOCK)
            repository = StandardRepository(session)
            earlier = next((row for row in repository.closed_periods() if row.name == period.label), None)
            if earlier is not None:
                raise ConflictError(
                    f"期间{period.label}已由{earlier.closed_by}于{format_beijing(earlier.closed_at)}封账。",
                    next_step="无须再次封账;可用 weibo-ops period list 查看。",
                )
            repository.add_closed(values)
            details = {"from": period.start, "until": period.end, "reason": reason.strip()}
            audit.append(session, actor, "period.close", period.label, details, now)
        return PeriodRow(period.label, period.start, period.end, actor.person, now, reason.strip())

    def closed(self) -> list[PeriodRow]:
        """List the closed periods, the latest first."""
        with self._db.reading() as session:
            return [_row(period) for period in StandardRepository(session).closed_periods()]


def _row(period: ClosedPeriod) -> PeriodRow:
    return PeriodRow(period.name, period.from_at, period.until_at, period.closed_by, period.closed_at, period.reason)
