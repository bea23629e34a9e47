"""What is known of every account as of an instant: the register, the newest profile, the posts, the coverage.

Accounts on other platforms than Weibo are registered and not observed: of them the register alone is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from accounts.checks import AccountFacts
from accounts.checks.facts import FiledCertification
from accounts.enums import AccountKind, AccountStatus, ObservationKind, Platform
from accounts.lifecycle import LIVING
from accounts.models import Account, AccountAct, AccountName, AccountSnapshot, Certification
from accounts.repository import PLATFORM, AccountRepository, Registered
from accounts.repository.duty import DutyRepository
from accounts.repository.lifecycle import LifecycleRepository
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.text import normalise_name

CERTIFYING = "登记认证"
"""The act that puts a certification on file."""
ACTIVITY_WINDOW = timedelta(days=90)
"""Stretch before ``as_of`` over which posts and comments are counted for the interaction hints: a quarter."""


def gather_facts(repository: AccountRepository, as_of: datetime) -> dict[int, AccountFacts]:
    """Collect what is known of every registered account, cut at ``as_of``."""
    accounts = [*repository.registered(), *repository.registered_elsewhere()]
    profiles = repository.newest_snapshots(as_of)
    totals = repository.post_totals(as_of)
    recent = repository.post_totals(as_of, as_of - ACTIVITY_WINDOW)
    covered = repository.coverage(ObservationKind.POSTS)
    units = sorted({account.unit for account in accounts})
    acts: dict[int, list[AccountAct]] = {}
    for act, _ in LifecycleRepository(repository.session).acts():
        acts.setdefault(act.account_id, []).append(act)
    filed = _Filed(LifecycleRepository(repository.session), acts)
    stages = _stages(acts, accounts, as_of)
    keepers, passwords = _safety(DutyRepository(repository.session), beijing_date(as_of))
    facts: dict[int, AccountFacts] = {}
    for account in accounts:
        profile = profiles.get(account.uid) if account.platform == PLATFORM else None
        window = recent.get(account.account_id)
        span = joined_span(covered.get(account.account_id, []), as_of)
        facts[account.account_id] = AccountFacts(
            platform=account.platform,
            uid=account.uid,
            screen_name=account.screen_name,
            unit_name=account.unit,
            function=account.function,
            level=account.level,
            area=account.area,
            brand_names=(account.brand_name,) if account.brand_name else (),
            verified=profile.verified if profile else None,
            verified_type=profile.verified_type if profile else None,
            verified_reason=profile.verified_reason if profile else "",
            description=profile.description if profile else None,
            last_post_at=totals[account.account_id].last_post_at if account.account_id in totals else None,
            posts_in_window=(window.posts if window else 0) if span else None,
            public_comments_in_window=window.comments if window else None,
            window_days=ACTIVITY_WINDOW.days,
            coverage_from=span[0] if span else None,
            coverage_until=span[1] if span else None,
            other_unit_names=tuple(name for name in units if name != account.unit),
            administrators=keepers.get(account.account_id),
            password_changed_on=passwords.get(account.account_id),
            **filed.of(account, profile),
            status=stages[account.account_id][0],
            resting=stages[account.account_id][1],
        )
    return facts


class _Filed:
    """What the register holds of every account on every platform, for the checks of one among the others."""

    def __init__(self, repository: LifecycleRepository, acts: Mapping[int, Sequence[AccountAct]]) -> None:
        self._accounts = {account.id: (account, unit) for account, unit in repository.accounts()}
        self._certifications = repository.certifications()
        self._names = repository.names_by_account()
        self._acts = acts
        self._bearers: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._institutions: dict[str, list[Account]] = {}
        for account, unit in self._accounts.values():
            if account.status not in LIVING:
                continue
            key = (account.platform, normalise_name(account.screen_name))
            self._bearers.setdefault(key, []).append((account.id, unit))
            if account.kind == AccountKind.INSTITUTION:
                self._institutions.setdefault(unit, []).append(account)

    def of(self, registered: Registered, profile: AccountSnapshot | None) -> dict[str, Any]:
        """Return the facts of one account, by field."""
        account, unit = self._accounts[registered.account_id]
        filed = self._certifications.get(account.id)
        entered, leaving = self._newest(account.id, CERTIFYING), self._newest(account.id, "离任")
        bearers = self._bearers.get((account.platform, normalise_name(account.screen_name)), ())
        kin = self._institutions.get(unit, ()) if account.kind == AccountKind.INSTITUTION else ()
        return {
            "kind": account.kind,
            "person_name": account.person_name,
            "person_title": account.person_title,
            "office_ends_on": account.office_ends_on,
            "leaving_due_at": leaving.due_at if leaving is not None else None,
            "certification": filed_certification(filed, entered) if filed is not None else None,
            "shown_name": comparable_name(profile, self._names.get(account.id, ())),
            "same_name_units": tuple(other_unit for other, other_unit in bearers if other != account.id),
            "same_unit_accounts": tuple(
                other.screen_name for other in kin if other.platform == account.platform and other.id != account.id
            ),
            "elsewhere": _elsewhere(account, kin),
        }

    def _newest(self, account_id: int, name: str) -> AccountAct | None:
        return next((act for act in reversed(self._acts.get(account_id, ())) if act.act == name), None)


def filed_certification(filed: Certification, entered: AccountAct | None) -> FiledCertification:
    """Return the certification on file as the checks read it; ``entered`` is the act that put it there."""
    day = beijing_date(entered.at) if entered is not None else None
    return FiledCertification(filed.text, filed.expires_on, filed.reviewed_on, filed.kind, day)


def comparable_name(profile: AccountSnapshot | None, names: Sequence[AccountName]) -> str | None:
    """Return the name that a profile shows, unless the account took another name after the profile was seen."""
    if profile is None or any(row.from_at is not None and row.from_at > profile.observed_at for row in names):
        return None
    return profile.screen_name


def _elsewhere(account: Account, kin: Sequence[Account]) -> tuple[tuple[str, str], ...]:
    order = list(Platform)
    places = sorted((order.index(Platform(other.platform)), other.id, other) for other in kin)
    if not places or places[0][1] != account.id:
        return ()
    return tuple(
        (Platform(other.platform).label, other.screen_name)
        for _, _, other in places
        if other.platform != account.platform
    )


def _stages(
    acts: Mapping[int, Sequence[AccountAct]], accounts: Sequence[Registered], as_of: datetime
) -> dict[int, tuple[str, bool]]:
    """Return where each account stood as of an instant, and whether it rested: paused in time, or closing."""
    stages = {}
    for account in accounts:
        own = acts.get(account.account_id, [])
        done = [act for act in own if act.at < as_of]
        status = done[-1].state_after if done else own[0].state_before if own else account.status
        until = next((act.details.get("until") for act in reversed(done) if act.act == "暂停更新"), None)
        paused = status == AccountStatus.PAUSED and (until is None or str(beijing_date(as_of)) <= str(until))
        stages[account.account_id] = (status or account.status, paused or status == AccountStatus.CLOSING)
    return stages


def _safety(repository: DutyRepository, on: date) -> tuple[dict[int, int], dict[int, date]]:
    """Return how many people keep each account on a day, where any ever did, and when its password was changed."""
    keepers: dict[int, int] = {}
    for row, _ in repository.administrators():
        present = row.from_day <= on and (row.last_day is None or row.last_day >= on)
        if row.from_day <= on:
            keepers[row.account_id] = keepers.get(row.account_id, 0) + present
    changed = {
        account.id: account.password_changed_on
        for account, _ in repository.accounts()
        if account.password_changed_on is not None and account.password_changed_on <= on
    }
    return keepers, changed


def joined_span(spans: Sequence[tuple[datetime, datetime]], as_of: datetime) -> tuple[datetime, datetime] | None:
    """Return the unbroken stretch of observation that reaches furthest towards ``as_of``, cut there.

    Spans that touch or overlap count as one; a gap between two sources breaks the stretch.
    """
    joined: tuple[datetime, datetime] | None = None
    for start, end in sorted(spans):
        if start >= as_of:
            break
        joined = (joined[0], max(joined[1], end)) if joined is not None and start <= joined[1] else (start, end)
    return (joined[0], min(joined[1], as_of)) if joined else None
