"""The checks of an account: pure functions of facts, rule book and instant."""

from __future__ import annotations

from datetime import datetime

from accounts.checks.certification import check_certification, check_profile
from accounts.checks.facts import AccountFacts, FindingDraft, NameVerdict
from accounts.checks.filed import check_filed
from accounts.checks.freshness import check_freshness
from accounts.checks.interaction import check_interaction
from accounts.checks.naming import check_name
from accounts.checks.safety import check_safety
from accounts.enums import AccountKind, Platform
from accounts.lifecycle import LIVING
from config.rulebook.accounts import AccountsBook

__all__ = ["AccountFacts", "FindingDraft", "NameVerdict", "book_for", "check_account", "check_name"]


def check_account(facts: AccountFacts, book: AccountsBook, as_of: datetime) -> tuple[FindingDraft, ...]:
    """Judge one account as of an instant.

    Args:
        facts: what was observed and registered, cut at ``as_of``.
        book: the accounts rule book in force.
        as_of: the instant of the check, aware; never the wall clock.

    Returns:
        Findings in the order naming, certification, profile, freshness, interaction, safety, on file. A rule that is
        switched off gives none, and so does anything that was not observed. An account that does not live yet or any
        more has none; one with a filed pause, or being closed, need not be fresh. Of an account elsewhere than on Weibo
        only the name and what the register holds are judged, without Weibo's own rules on names; the name of an
        official in person need not tell the unit.

    Raises:
        ValueError: an instant is naive, or the facts hold a post later than ``as_of``.
    """
    if facts.status not in LIVING:
        return ()
    here = facts.platform == Platform.WEIBO
    naming = check_name(
        facts.screen_name,
        (facts.unit_name or "") if facts.kind != AccountKind.PERSON else "",
        facts.level,
        book_for(book, facts.platform),
        facts.other_unit_names,
        area=facts.area,
        function=facts.function,
        brand_names=facts.brand_names,
    )
    return (
        *naming.findings,
        *check_certification(facts, book),
        *check_profile(facts, book),
        *(check_freshness(facts, book, as_of) if here and not facts.resting else ()),
        *check_interaction(facts, book),
        *check_safety(facts, book, as_of),
        *check_filed(facts, book_for(book, facts.platform), as_of),
    )


def book_for(book: AccountsBook, platform: str) -> AccountsBook:
    """Return the book as it holds on a platform: the rules that Weibo sets for names are Weibo's alone."""
    if platform == Platform.WEIBO:
        return book
    off = {
        name: rule.model_copy(update={"enabled": False})
        for name in ("length", "characters", "unique")
        if (rule := getattr(book.naming, name)) is not None
    }
    return book.model_copy(update={"naming": book.naming.model_copy(update=off)})
