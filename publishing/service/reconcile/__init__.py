"""Reconciliation: what the platform shows of our accounts beside what this program sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from accounts.permissions import Permission
from accounts.platform import ErrorClass, PlatformError
from accounts.platform.budget import Purpose
from accounts.platform.replies import Counts, Status
from accounts.platform.session import NoSession, PlatformSession
from accounts.repository.duty import DutyRepository
from accounts.service.safety import find_account
from publishing.comparing import Comparing, suspect
from publishing.reading import Reader
from publishing.repository.published import PublishedRepository
from publishing.schemas.published import MarkRow, ReconcileReport
from publishing.service.rechecks import SYSTEM
from publishing.service.reconcile.claims import ClaimCases
from publishing.service.reconcile.removal import RemovalCases
from weibo_ops.kernel import audit
from weibo_ops.kernel.actors import Actor, require
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.errors import RefusedError, UsageError

EVERY = timedelta(minutes=30)
"""How often an account's page is looked at."""
MOST_COUNTED = 200
"""Posts whose counts are asked for at one look: two calls."""
MOST_SHOWN = 5
"""Posts missing from the counts that are asked for one by one at one look."""


class ReconcileService(ClaimCases, RemovalCases):
    """Use cases of reconciliation."""

    # --- marks ----------------------------------------------------------------------------------------------

    def marks(self) -> list[MarkRow]:
        """List from when on every post of an account must be one of ours, and when its page was last looked at."""
        with self._db.reading() as session:
            return [
                MarkRow(mark.account_id, account.screen_name, mark.since, mark.looked_at)
                for mark, account in PublishedRepository(session).marks()
            ]

    def watch(self, actor: Actor, account: str, since: datetime) -> MarkRow:
        """Say from when on every post of an account must be one of ours; what went out before is never listed.

        Without it, this begins with the first post that went out through this program.

        Raises:
            PermissionRefusedError: the actor may neither settle outcomes nor check accounts.
            NotFoundError: the account is not registered.
            RefusedError: the actor is neither of the account's unit nor of one above it.
            UsageError: the time lies ahead.
        """
        _require_watcher(actor, account)
        now = self._clock.now()
        if since > now:
            raise UsageError(f"起始时间{format_beijing(since)}尚未到来。", next_step="请写现在或以前的时间。")
        with self._db.writing() as session:
            found = find_account(DutyRepository(session), account)
            reader = Reader(session, self._judge, now)
            if not reader.reviewers.speaks_for(actor.unit_id, found.unit_id):
                raise RefusedError(
                    f"{actor.name}不是账号“{found.screen_name}”主办单位或其上级单位的人员。",
                    rule=self._book().unclaimed.citation,
                    next_step="请由主办单位或其上级单位人员办理。",
                )
            PublishedRepository(session).put_mark(found.id, since)
            audit.append(session, actor, "reconcile.watch", found.screen_name, {"since": since}, now)
            account_id = found.id
        self._compare(account_id, now)
        return next(row for row in self.marks() if row.account_id == account_id)

    # --- comparing ------------------------------------------------------------------------------------------

    def observed(self, now: datetime | None = None) -> ReconcileReport:
        """Compare everything that was observed with what was sent; run again it finds nothing more.

        Each account is a transaction of its own.
        """
        instant = now or self._clock.now()
        with self._db.reading() as session:
            accounts = PublishedRepository(session).accounts_with_news()
        report = ReconcileReport()
        for account_id in accounts:
            report += self._compare(account_id, instant)
        return report + self._suspect(instant)

    def reconcile(self, actor: Actor, account: str | None = None) -> ReconcileReport:
        """Look at an account's page now, or at all that are marked, and compare.

        Raises:
            PermissionRefusedError: the actor may neither settle outcomes nor check accounts.
            NotFoundError: the account is not registered.
        """
        _require_watcher(actor, account or "")
        now = self._clock.now()
        with self._db.reading() as session:
            if account is not None:
                wanted = [find_account(DutyRepository(session), account).id]
            else:
                wanted = [mark.account_id for mark, _ in PublishedRepository(session).marks()]
        report = ReconcileReport()
        for account_id in wanted:
            report += self._look(account_id, now)
        return report + self._suspect(now)

    def tick(self, now: datetime | None = None) -> ReconcileReport:
        """Look at the pages whose turn it is, compare what was observed, suspect what nobody claimed.

        An account that cannot be looked at is left out with the reason; polling never uses up the calls that are kept
        for posting.
        """
        instant = now or self._clock.now()
        with self._db.reading() as session:
            due = [
                mark.account_id
                for mark, _ in PublishedRepository(session).marks()
                if mark.looked_at is None or mark.looked_at <= instant - EVERY
            ]
        report = ReconcileReport()
        for account_id in due:
            tried = self._tried.get(account_id)
            if tried is None or tried <= instant - EVERY or tried > instant:
                self._tried[account_id] = instant
                report += self._look(account_id, instant)
        return report + self.observed(instant)

    def refresh(self, account_id: int, platform: PlatformSession, now: datetime | None = None) -> ReconcileReport:
        """Take in what the platform shows of an account: its newest posts, and the counts of those that went out.

        A post that has no counts is asked for by itself; only if it is not there either, it is noted as not visible.
        No transaction is open while the platform is asked.

        Args:
            account_id: the account.
            platform: its session.
            now: the instant; what was seen later stays as it is.

        Raises:
            PlatformError: the platform did not show the account's page. What fails after that is told in ``skipped``.
        """
        at = now or self._clock.now()
        page = platform.timeline(purpose=Purpose.POLL)
        with self._db.writing() as session:
            comparing = self._comparing(session, account_id, at)
            report = comparing.timeline(page.statuses, at) + ReconcileReport(calls=1)
            wanted = comparing.to_count()[:MOST_COUNTED]
            name = PublishedRepository(session).account(account_id).screen_name
        if not wanted:
            return report
        try:
            counts: dict[str, Counts] = platform.count(wanted)
        except PlatformError as fault:
            return report + ReconcileReport(skipped=((name, fault.message),))
        report += ReconcileReport(calls=(len(wanted) + 99) // 100)
        shown, why = _one_by_one(platform, [each for each in wanted if each not in counts][:MOST_SHOWN])
        with self._db.writing() as session:
            comparing = self._comparing(session, account_id, at)
            report += comparing.counted(counts, at)
            for platform_id, status in shown.items():
                if status is None or status.deleted:
                    report += comparing.gone(platform_id, at)
                    continue
                post = PublishedRepository(session).post_of(platform_id)
                if post is not None:
                    report += comparing.shown(post, status, at)
        return report + ReconcileReport(calls=len(shown), skipped=((name, why),) if why else ())

    # --- inside ---------------------------------------------------------------------------------------------

    def _look(self, account_id: int, now: datetime) -> ReconcileReport:
        with self._db.reading() as session:
            name = PublishedRepository(session).account(account_id).screen_name
        report = ReconcileReport(accounts=1)
        found = self._platform.session_of(account_id, now)
        if isinstance(found, NoSession):
            report += ReconcileReport(skipped=((name, found.reason),))
        else:
            try:
                report += self.refresh(account_id, found, now)
            except PlatformError as fault:
                report += ReconcileReport(skipped=((name, fault.message),))
        return report + self._compare(account_id, now)

    def _compare(self, account_id: int, now: datetime) -> ReconcileReport:
        with self._db.writing() as session:
            return self._comparing(session, account_id, now).observed()

    def _comparing(self, session: Session, account_id: int, now: datetime) -> Comparing:
        return Comparing(session, self._standards, self._judge, SYSTEM, account_id, now)

    def _suspect(self, now: datetime) -> ReconcileReport:
        rule = self._book().unclaimed
        with self._db.reading() as session:
            if not PublishedRepository(session).overdue_unclaimed(now):
                return ReconcileReport()
        with self._db.writing() as session:
            return ReconcileReport(suspected=suspect(session, SYSTEM, now, rule.hours, rule.citation))


def _one_by_one(platform: PlatformSession, ids: list[str]) -> tuple[dict[str, Status | None], str]:
    """Ask for posts by their numbers: None for one that is not there; and why not all of them were asked for."""
    shown: dict[str, Status | None] = {}
    for platform_id in ids:
        try:
            shown[platform_id] = platform.show(platform_id, purpose=Purpose.POLL)
        except PlatformError as fault:
            if fault.error_class != ErrorClass.NOT_FOUND:
                return shown, fault.message
            shown[platform_id] = None
    return shown, ""


def _require_watcher(actor: Actor, subject: str) -> None:
    if not actor.may(Permission.CHECK):
        require(actor, Permission.POST_SETTLE, subject)


__all__ = ["ReconcileService"]
