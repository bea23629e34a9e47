"""The life of accounts as it is read: where each stands, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.lifecycle import open_acts
from accounts.models import AccountAct, AccountName
from accounts.repository.lifecycle import LifecycleRepository
from accounts.schemas.lifecycle import AccountSheet, ActView
from accounts.service.lifecycle.awaiting import due_times, pending, was_late


def account_sheets(session: Session, now: datetime, account_ids: Sequence[int] | None = None) -> list[AccountSheet]:
    """Return accounts as they stand (every one without ``account_ids``), by unit."""
    repository = LifecycleRepository(session)
    acts: dict[int, list[AccountAct]] = {}
    for act, _ in repository.acts(account_ids):
        acts.setdefault(act.account_id, []).append(act)
    names = repository.names_by_account(account_ids)
    sheets = []
    for account, unit in repository.accounts(account_ids):
        awaits, due = pending(acts.get(account.id, []))
        former = [row.name for row in names.get(account.id, ()) if row.name != account.screen_name]
        sheets.append(
            AccountSheet(
                account_id=account.id,
                platform=account.platform,
                uid=account.uid or "",
                screen_name=account.screen_name,
                unit=unit,
                kind=account.kind,
                status=account.status,
                status_since=account.status_since,
                status_until=account.status_until,
                origin=account.origin,
                brand_name=account.brand_name,
                filing_number=account.filing_number,
                filed_on=account.filed_on,
                person_name=account.person_name,
                person_title=account.person_title,
                office_ends_on=account.office_ends_on,
                former_names=tuple(dict.fromkeys(former)),
                due_at=due,
                awaits=awaits,
                overdue=due is not None and due <= now,
                open_acts=open_acts(account.status),
                version=account.version,
            )
        )
    return sheets


def act_views(session: Session, account_id: int) -> list[ActView]:
    """Return the acts in the life of an account, in order; renames that a roster showed stand among them."""
    repository = LifecycleRepository(session)
    rows = repository.acts([account_id])
    due = due_times([act for act, _ in rows])
    done = [
        ActView(
            act=act.act,
            state_before=act.state_before,
            state_after=act.state_after,
            person=act.person,
            on_behalf_of=act.on_behalf_of or "",
            unit=unit,
            at=act.at,
            due_at=due[act.id],
            late=was_late(act, due[act.id]),
            note=act.note,
            details=act.details,
        )
        for act, unit in rows
    ]
    return sorted((*done, *_seen_renames(repository.names(account_id))), key=lambda view: view.at)


def _seen_renames(names: Sequence[AccountName]) -> list[ActView]:
    """Return the renames that stand among the names and are no act: a roster showed them, nothing is held for them."""
    ended = {row.until_at: row.name for row in names if row.until_at is not None and row.held_until is None}
    return [
        ActView(
            act="名录更名",
            state_before="",
            state_after="",
            person="",
            on_behalf_of="",
            unit="",
            at=row.from_at,
            due_at=None,
            late=False,
            note="导入的名录中名称已变",
            details={"from": ended[row.from_at], "to": row.name},
        )
        for row in names
        if row.from_at is not None and row.from_at in ended
    ]
