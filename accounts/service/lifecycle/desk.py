"""One act in the life of an account inside a running transaction: who does it, by which book, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from accounts.enums import AccountStatus
from accounts.lifecycle import Act
from accounts.models import Account
from accounts.repository.duty import SUPERVISORS, recipient_on_duty
from accounts.repository.lifecycle import LifecycleRepository
from accounts.service.lifecycle.awaiting import pending
from accounts.standards import StandardService
from accounts.working_days import add_working_days, work_calendar
from config.rulebook.accounts import AccountsBook
from config.rulebook.lifecycle import LifecycleSection
from weibo_ops.kernel import todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import beijing_date, beijing_instant
from weibo_ops.kernel.errors import RefusedError

ACT_DUE = "account.act"
OWN_DUE = "account.own"
"""Kinds of the to-dos of supervisors, and of the sponsor."""


@dataclass(frozen=True)
class Desk:
    """Who acts when, in which transaction; every act is written down and reminded of here."""

    session: Session
    actor: Actor
    standards: StandardService
    now: datetime

    @property
    def repository(self) -> LifecycleRepository:
        """Queries on the life of accounts."""
        return LifecycleRepository(self.session)

    @property
    def today(self) -> date:
        """The Beijing day."""
        return beijing_date(self.now)

    @cached_property
    def book(self) -> AccountsBook:
        """The book in force."""
        book = self.standards.in_force("accounts", self.today).book
        assert isinstance(book, AccountsBook)
        return book

    @property
    def section(self) -> LifecycleSection:
        """What the book says on the life of accounts.

        Raises:
            RefusedError: it says nothing.
        """
        section = self.book.lifecycle
        if section is None:
            raise RefusedError("现行账号标准没有开设与关停一节。", next_step="请由标准管理员补充。")
        return section

    def working_days_on(self, start: datetime, days: int) -> datetime | None:
        """Return the instant after so many working days; None where the calendar does not reach."""
        return add_working_days(work_calendar(self.standards, self.today), start, days)

    def write(self, account: Account, act: Act, note: str, details: Mapping[str, object], *, before: str) -> None:
        """Write down an act by which an account came to its state, and who is to do what next."""
        self.repository.add_act(
            {
                "account_id": account.id,
                "act": act.name,
                "state_before": before,
                "state_after": account.status,
                "person": self.actor.person,
                "on_behalf_of": self.actor.on_behalf_of,
                "unit_id": self.actor.unit_id,
                "at": self.now,
                "due_at": self._due(account, act),
                "note": note,
                "details": dict(details),
            }
        )
        self.session.flush()
        self._remind(account, act, note)

    def _remind(self, account: Account, act: Act, note: str) -> None:
        """Let what is to be done next, by the supervisors and by the sponsor, stand among the to-dos; nothing else."""
        session, now = self.session, self.now
        subject, name = str(account.id), f"“{account.screen_name}”"
        todos.close(session, ACT_DUE, subject, now)
        awaited, due = pending([each for each, _ in self.repository.acts([account.id])])
        if awaited:
            todos.propose(session, ACT_DUE, subject, f"{name}待{awaited}", now, recipient=SUPERVISORS, due_at=due)
        todos.close(session, OWN_DUE, subject, now)
        ends = account.status_until
        words, until = "", None
        if act.name == "审批退回":
            words = f"审批退回:{note}"
        elif act.name == "开设备案":
            words = "已备案,待启用"
        elif act.name == "离任":
            words, until = f"持有人{account.office_ends_on}离任,请变更名称、认证或停用", due
        elif account.status == AccountStatus.PAUSED and ends is not None:
            words, until = f"报备暂停至{ends},请届时恢复更新", beijing_instant(ends + timedelta(days=1))
        elif account.status == AccountStatus.CLOSING and ends is not None:
            words, until = f"公告期满,{ends}起可注销", beijing_instant(ends)
        if words:
            recipient = recipient_on_duty(session, account.unit_id, now)
            todos.propose(session, OWN_DUE, subject, name + words, now, recipient=recipient, due_at=until)

    def _due(self, account: Account, act: Act) -> datetime | None:
        if not act.limit:
            return None
        days: int = getattr(self.section, act.limit).days
        start = self.now
        if act.name == "离任" and account.office_ends_on is not None:
            start = max(self.now, beijing_instant(account.office_ends_on))
        due = self.working_days_on(start, days)
        if due is None:
            todos.propose(
                self.session,
                "calendar.missing",
                "lifecycle",
                "账号办理时限进入没有工作日历的年份,期限待定:请标准管理员补录放假安排",
                self.now,
                recipient="标准管理员",
            )
        return due
