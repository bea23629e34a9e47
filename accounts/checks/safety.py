"""What the register itself says of an account's safety: administrators and the age of the password."""

from __future__ import annotations

from datetime import datetime

from accounts.checks.facts import AccountFacts, FindingDraft, draft
from config.rulebook.accounts import AccountsBook
from weibo_ops.kernel.clock import beijing_date


def check_safety(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> tuple[FindingDraft, ...]:
    """Judge the entries of the safety ledger; an account of which the ledger holds nothing gets no finding."""
    section = book.safety
    if section is None:
        return ()
    found: list[FindingDraft] = []
    keepers = facts.administrators
    if keepers is not None and keepers < section.administrators.minimum:
        found += draft(
            section.administrators,
            f"登记的管理员{keepers}名,应不少于{section.administrators.minimum}名,请补充。",
            evidence={"administrators": keepers, "minimum": section.administrators.minimum},
        )
    if facts.password_changed_on is not None:
        days = (beijing_date(as_of) - facts.password_changed_on).days
        if days > section.password_age.days:
            found += draft(
                section.password_age,
                f"账号口令已{days}日未更换,应不超过{section.password_age.days}日,请更换并登记。",
                evidence={"days": days, "limit": section.password_age.days},
            )
    return tuple(found)
