"""What the account checks are told and what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from config.rulebook.base import Rule, Severity, Trust

Evidence = Mapping[str, str | int | float | None]
_NOTHING: Evidence = MappingProxyType({})


@dataclass(frozen=True)
class FiledCertification:
    """The certification as the office has it on file; ``entered_on`` is the Beijing day on which it was entered."""

    text: str
    expires_on: date | None
    reviewed_on: date | None
    kind: str = ""
    entered_on: date | None = None


@dataclass(frozen=True)
class AccountFacts:
    """What is known of one account as of an instant. None always means “not observed”, never zero.

    Attributes:
        unit_name: full name of the sponsoring unit; None or empty if not registered.
        function: the roster's 职能, e.g. 公安.
        level: 国家, 省, 市, 县 … (also 国家级 …).
        area: the roster's 行政区.
        brand_names: further registered brand names of this unit, beside those of the book.
        verified: whether the platform shows a certification.
        shown_name: the screen name that the platform shows; None if not observed, or if the account was renamed since.
        last_post_at: newest observed post before ``as_of``, aware.
        posts_in_window: observed posts in the window that the caller looks at (``window_days`` long).
        public_comments_in_window: comments of the public under them; None if comments were not observed.
        official_replies_in_window: replies of the account to them; None if not observed.
        coverage_from, coverage_until: first and last instant at which the account's posts were observed.
        other_unit_names: full names of the other registered units.
        same_unit_accounts: screen names of other live accounts of the same unit on the same platform.
        administrators: people who keep it by the safety ledger; None if none was ever entered.
        password_changed_on: Beijing day on which its password was last changed, by the safety ledger.
        kind: 机构 or 个人; person_name, person_title and office_ends_on of the latter.
        leaving_due_at: by when name and certification are to be changed after the holder left; None if no limit runs.
        certification: what the office has on file; None if nothing.
        same_name_units: other units with a live account of the same name on the same platform.
        elsewhere: (platform in words, name) of the unit's live accounts on other platforms, told of the account on its
            first platform alone.
        status: where it stood in its life as of then.
        resting: it had filed a pause that was not over, or announced its closing.
    """

    platform: str
    uid: str
    screen_name: str
    unit_name: str | None = None
    function: str = ""
    level: str = ""
    area: str = ""
    brand_names: tuple[str, ...] = ()
    verified: bool | None = None
    verified_type: int | None = None
    verified_reason: str = ""
    shown_name: str | None = None
    description: str | None = None
    last_post_at: datetime | None = None
    posts_in_window: int | None = None
    public_comments_in_window: int | None = None
    official_replies_in_window: int | None = None
    window_days: float = 14
    coverage_from: datetime | None = None
    coverage_until: datetime | None = None
    other_unit_names: tuple[str, ...] = ()
    same_unit_accounts: tuple[str, ...] = ()
    administrators: int | None = None
    password_changed_on: date | None = None
    kind: str = "机构"
    person_name: str = ""
    person_title: str = ""
    office_ends_on: date | None = None
    leaving_due_at: datetime | None = None
    certification: FiledCertification | None = None
    same_name_units: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    status: str = "正常运行"
    resting: bool = False


@dataclass(frozen=True)
class FindingDraft:
    """What a rule found, before any person has looked at it.

    Attributes:
        message: Chinese, ends with the clause it rests on.
        span: the characters of the screen name meant, half-open; None if the whole account is meant.
        evidence: the figures and words it was judged by.
        proposed_fix: what would conform, best first.
    """

    rule_id: str
    severity: Severity
    title: str
    message: str
    clause: str
    source: str
    trust: Trust
    span: tuple[int, int] | None = None
    evidence: Evidence = field(default_factory=lambda: _NOTHING)
    proposed_fix: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameVerdict:
    """What the naming rules say of a screen name: ``fail`` as soon as one finding is more than advice."""

    verdict: Literal["pass", "advise", "fail"]
    findings: tuple[FindingDraft, ...]


def draft(
    rule: Rule,
    message: str,
    *,
    span: tuple[int, int] | None = None,
    evidence: Evidence | None = None,
    fixes: tuple[str, ...] = (),
) -> tuple[FindingDraft, ...]:
    """Return the finding of a rule, its message ending with the citation; nothing if the rule is switched off."""
    if not rule.enabled:
        return ()
    finding = FindingDraft(
        rule_id=rule.id,
        severity=rule.severity,
        title=rule.title,
        message=f"{message}依据:{rule.citation}",
        clause=rule.clause,
        source=rule.source,
        trust=rule.trust,
        span=span,
        evidence=MappingProxyType(dict(evidence)) if evidence else _NOTHING,
        proposed_fix=fixes,
    )
    return (finding,)
