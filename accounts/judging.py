"""Every account judged by the text that governs its unit: the one way from facts to findings.

The check, the preview of a draft and the dossiers of an evaluation ask here, so that they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from accounts.checks import AccountFacts, FindingDraft, check_account
from accounts.gathering import gather_facts
from accounts.repository import AccountRepository
from accounts.repository.standards import StandardRepository
from config.loader import LoadedBook
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel.clock import beijing_date

if TYPE_CHECKING:
    from accounts.standards.timeline import Timeline


@dataclass(frozen=True)
class Judgement:
    """What the standard says to one account: its facts, the text that governed it, what that text finds."""

    facts: AccountFacts
    standard: LoadedBook[AccountsBook]
    findings: tuple[FindingDraft, ...]


def judged_day(as_of: datetime) -> date:
    """Return the Beijing day whose standard judges what was seen before an instant."""
    return beijing_date(as_of - timedelta(microseconds=1))


def judge(repository: AccountRepository, timeline: Timeline, as_of: datetime) -> dict[int, Judgement]:
    """Judge every registered account as of an instant.

    Args:
        repository: of the running transaction.
        timeline: the texts of the accounts book.
        as_of: the instant; what was seen later does not count.

    Returns:
        Account id → judgement.
    """
    lines = StandardRepository(repository.session).unit_lines()
    day = judged_day(as_of)
    found = {}
    for account_id, facts in gather_facts(repository, as_of).items():
        standard = timeline.governing(day, lines.get(facts.unit_name or "", ()))
        found[account_id] = Judgement(facts, standard, check_account(facts, standard.book, as_of))
    return found
