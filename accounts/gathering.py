"""What is known of every account as of an instant: the register, the newest profile, the posts, the coverage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from accounts.checks import AccountFacts
from accounts.checks.facts import FiledCertification
from accounts.enums import AccountStatus, ObservationKind, Platform
from accounts.lifecycle import LIVING
from accounts.models import AccountAct
from accounts.repository import PLATFORM, AccountRepository, Registered
from accounts.repository.duty import DutyRepository
from accounts.repository.lifecycle import LifecycleRepository
from weibo_ops.kernel.clock import beijing_date
from weibo_ops.kernel.text import normalise_name

ACTIVITY_WINDOW = timedelta(days=90)
"""Stretch before ``as_of`` over which posts and comments are counted for the interaction hints: a quarter."""


def gather_facts(repository: AccountRepository, as_of: datetime) -> dict[int, AccountFacts]:
    """Collect what is known of every registered account, cut at ``as_of``."""
    accounts = repository.registered()
    profiles = repository.newest_snapshots(as_of)
    totals = repository.post_totals(as_of)
    recent = repository.post_totals(as_of, as_of - ACTIVITY_WINDOW)
    covered = repository.coverage(ObservationKind.POSTS)
    units = sorted({account.unit for account in accounts})
    filed = _Filed(LifecycleRepository(repository.session))
    stages = _stages(LifecycleRepository(repository.session), accounts, as_of)
    keepers, passwords = _safety(DutyRepository(repository.session), beijing_date(as_of))
    facts: dict[int, AccountFacts] = {}
    for account in accounts:
        profile = profiles.get(account.uid)
        window = recent.get(account.account_id)
        span = joined_span(covered.get(account.account_id, []), as_of)
        facts[account.account_id] = AccountFacts(
            platform=PLATFORM,
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
            same_unit_accounts=tuple(
                other.screen_name
                for other in accounts
                if other.unit == account.unit and other.uid != account.uid and other.status != AccountStatus.CANCELLED
            ),
            administrators=keepers.get(account.account_id),
            password_changed_on=passwords.get(account.account_id),
            **filed.of(account),
            status=stages[account.account_id][0],
            resting=stages[account.account_id][1],
        )
    return facts


class _Filed:
    """What the register holds of every account on every platform, for the checks of one among the others."""

    def __init__(self, repository: LifecycleRepository) -> None:
        self._accounts = {account.id: (account, unit) for account, unit in repository.accounts()}
        self._certifications = repository.certifications()
        self._alive = [found for found in self._accounts.values() if found[0].status in LIVING]

    def of(self, registered: Registered) -> dict[str, Any]:
        """Return the facts of one account, by field."""
        account, unit = self._accounts[registered.account_id]
        filed = self._certifications.get(account.id)
        name = normalise_name(account.screen_name)
        return {
            "kind": account.kind,
            "person_name": account.person_name,
            "person_title": account.person_title,
            "office_ends_on": account.office_ends_on,
            "certification": FiledCertification(filed.text, filed.expires_on, filed.reviewed_on) if filed else None,
            "same_name_units": tuple(
                other_unit
                for other, other_unit in self._alive
                if other.id != account.id
                and other.platform == account.platform
                and normalise_name(other.screen_name) == name
            ),
            "elsewhere": tuple(
                (Platform(other.platform).label, other.screen_name)
                for other, other_unit in self._alive
                if other_unit == unit and other.platform != account.platform
            ),
        }


def _stages(
    repository: LifecycleRepository, accounts: Sequence[Registered], as_of: datetime
) -> dict[int, tuple[str, bool]]:
    """Return where each account stood as of an instant, and whether it rested: paused in time, or closing."""
    acts: dict[int, list[AccountAct]] = {}
    for act, _ in repository.acts():
        acts.setdefault(act.account_id, []).append(act)
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
