"""How a check keeps the findings: new ones get a limit, known ones are brought up to date, settled ones come back.

What people have decided, a check never undoes: it moves no state but that of a settled fault that came back.
"""

from __future__ import annotations

from datetime import datetime

from accounts.checks import FindingDraft
from accounts.enums import FindingState
from accounts.finding_rules import AGAIN, CONFIRMED, NEXT, REMINDER, STEP_DUE, comes_back, reminders_of
from accounts.models import Finding
from accounts.repository import FindingRepository
from accounts.repository.duty import SUPERVISORS
from accounts.working_days import add_working_days
from config.loader import LoadedBook
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel import todos
from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.workdays import WorkCalendar


class FindingKeeper:
    """Writes what a check finds, inside the check's transaction."""

    def __init__(self, repository: FindingRepository, actor: Actor, calendar: WorkCalendar, clock: Clock) -> None:
        self._repository = repository
        self._actor = actor
        self._calendar = calendar
        self._now = clock.now()
        self._settled_at = repository.settled_at()

    def record(
        self,
        finding: Finding | None,
        key: tuple[int, str, str],
        draft: FindingDraft,
        as_of: datetime,
        standard: LoadedBook[AccountsBook],
    ) -> int:
        """Write one finding; return 1 if it appeared or came back, else 0."""
        values = {
            "severity": draft.severity.value,
            "title": draft.title,
            "message": draft.message,
            "clause": draft.clause,
            "source": draft.source,
            "trust": draft.trust.value,
            "evidence": dict(draft.evidence),
            "proposed_fix": list(draft.proposed_fix),
            "standard_digest": standard.digest,
            "present": True,
        }
        limit = standard.book.rectification.verify if standard.book.rectification is not None else 0
        due = add_working_days(self._calendar, self._now, limit) if limit else None
        if finding is None:
            account_id, rule_id, detail = key
            first = {
                "account_id": account_id,
                "rule_id": rule_id,
                "key": detail,
                "first_seen": as_of,
                "last_seen": as_of,
                "due_at": due,
            }
            self._repository.session.add(Finding(**first, **values, state=FindingState.FOUND.value))
            return 1
        appeared = 0 if finding.present else 1
        if comes_back(
            finding.state,
            was_present=finding.present,
            last_seen=finding.last_seen,
            settled_at=self._settled_at.get(finding.id),
            as_of=as_of,
        ):
            self._reopen(finding, due)
            appeared = 1
        elif finding.state in CONFIRMED:
            # A hint that people confirmed weighs what they confirmed, whatever the check calls it.
            del values["severity"]
        elif appeared and finding.state == FindingState.FOUND:
            finding.due_at = due
        finding.first_seen = min(finding.first_seen, as_of)
        finding.last_seen = max(finding.last_seen, as_of)
        for name, value in values.items():
            setattr(finding, name, value)
        return appeared

    def gone(self, finding: Finding) -> None:
        """Note that a check no longer finds it; where nobody has verified it yet, nobody is reminded of it."""
        finding.present = False
        if finding.state == FindingState.FOUND:
            for subject in reminders_of(finding.id, finding.round, finding.state).values():
                todos.close(self._repository.session, REMINDER, subject, self._now)

    def _reopen(self, finding: Finding, due: datetime | None) -> None:
        finding.round += 1
        finding.version += 1
        self._repository.add_step(
            {
                "finding_id": finding.id,
                "round": finding.round,
                "step": AGAIN,
                "state_before": finding.state,
                "state_after": FindingState.FOUND.value,
                "person": self._actor.person,
                "on_behalf_of": self._actor.on_behalf_of,
                "unit_id": self._actor.unit_id,
                "at": self._now,
                "due_at": None,
                "note": f"检查再次发现,第{finding.round}轮",
                "attachments": [],
            }
        )
        finding.state = FindingState.FOUND.value
        finding.due_at = due
        _, account = self._repository.sponsor_of(finding.account_id)
        todos.propose(
            self._repository.session,
            STEP_DUE,
            str(finding.id),
            f"“{account}”{finding.title}:第{finding.round}次出现,{NEXT[FindingState.FOUND]}",
            self._now,
            recipient=SUPERVISORS,
            due_at=due,
        )
