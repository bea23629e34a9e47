"""Every account judged by the text that governs its unit: the one way from facts to findings.

The check, the preview of a draft and the dossiers of an evaluation ask here, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from accounts.checks import AccountFacts, FindingDraft, check_account
from accounts.free_names import TakenNames
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
    gathered = gather_facts(repository, as_of)
    names: dict[str, list[str]] = {}
    for facts in gathered.values():
        names.setdefault(facts.platform, []).append(facts.screen_name)
    taken = {platform: TakenNames(borne) for platform, borne in names.items()}
    found = {}
    for account_id, facts in gathered.items():
        standard = timeline.governing(day, lines.get(facts.unit_name or "", ()))
        drafts = check_account(facts, standard.book, as_of)
        named = _with_free_names(drafts, taken[facts.platform], facts.screen_name)
        found[account_id] = Judgement(facts, standard, tuple(named))
    return found


def _with_free_names(drafts: Iterable[FindingDraft], taken: TakenNames, own: str) -> Iterator[FindingDraft]:
    """Leave out proposed names that another account bears or that would be taken for one."""
    for draft in drafts:
        names = draft.proposed_fix if draft.rule_id.startswith("naming.") else ()
        yield replace(draft, proposed_fix=taken.free(names, own)) if names else draft
