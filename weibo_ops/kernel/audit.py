"""The audit log: an append-only chain in which every entry holds the hash of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from weibo_ops.kernel.actors import Actor
from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime, advisory_lock
from weibo_ops.kernel.ids import digest

GENESIS = "0" * 64
LAST = "audit: last link"
WAITING = "audit: waiting entries"


class AuditEntry(Base):
    """One act; ``hash`` covers the entry's fields and ``previous_hash``."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(100), index=True)
    subject: Mapped[str] = mapped_column(Text)
    details: Mapped[Any] = mapped_column(CanonicalJson)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


_LAST = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)


@dataclass(frozen=True)
class ChainReport:
    """Outcome of a verification: how many entries hold, and the first that does not (None: all hold)."""

    entries: int
    broken_at: int | None


def append(
    session: Session, actor: Actor, action: str, subject: str, details: Mapping[str, object], at: datetime
) -> None:
    """Append one act to the chain; call it as the last statement of the transaction.

    Args:
        session: the running write transaction.
        actor: who acts.
        action: ``noun.verb``, e.g. ``observations.import``.
        subject: what was acted upon.
        details: values worth keeping; never a citizen's text.
        at: the instant of the act.
    """
    session.flush()
    advisory_lock(session, "audit_log")
    # What was added inside a savepoint may be taken back with it, and is read again.
    nested = session.in_nested_transaction()
    last = (None if nested else session.info.get(LAST)) or session.execute(_LAST).scalar_one_or_none()
    fields = _fields(at, actor.person, actor.on_behalf_of, action, subject, dict(details))
    previous = last or GENESIS
    link = _link(previous, fields)
    session.add(AuditEntry(**fields, previous_hash=previous, hash=link))
    session.flush()
    # The lock is held until the transaction ends: within it nobody else adds to the chain.
    session.info[LAST] = None if nested else link


def later(
    session: Session, actor: Actor, action: str, subject: str, details: Mapping[str, object], at: datetime
) -> None:
    """Append one act when the transaction commits, after everything else: see `append`.

    For a transaction that writes about several things: whoever holds the chain waits for nothing any more, so that no
    two transactions wait for each other.
    """
    waiting = session.info.setdefault(WAITING, [])
    if not waiting:
        event.listen(session, "before_commit", _append_waiting, once=True)
    waiting.append((actor, action, subject, dict(details), at))


def _append_waiting(session: Session) -> None:
    for entry in session.info.pop(WAITING, []):
        append(session, *entry)


def last_at(session: Session) -> datetime | None:
    """Return when the last act was; None where there was none."""
    return session.execute(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)).scalar_one_or_none()


def persons(session: Session, action: str, subject: str) -> list[str]:
    """Return who did an act to a subject, and for whom, in order: the person last, whoever they acted for before."""
    rows = session.execute(
        select(AuditEntry.on_behalf_of, AuditEntry.person)
        .where(AuditEntry.action == action, AuditEntry.subject == subject)
        .order_by(AuditEntry.id)
    )
    return [login for row in rows for login in row if login]


def verify(session: Session) -> ChainReport:
    """Walk the whole chain and recompute every hash."""
    previous = GENESIS
    count = 0
    for entry in session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars().yield_per(1000):
        fields = _fields(entry.at, entry.person, entry.on_behalf_of, entry.action, entry.subject, entry.details)
        if entry.previous_hash != previous or entry.hash != _link(previous, fields):
            return ChainReport(count, entry.id)
        previous = entry.hash
        count += 1
    return ChainReport(count, None)


def _fields(
    at: datetime, person: str, on_behalf_of: str | None, action: str, subject: str, details: Any
) -> dict[str, Any]:
    return {
        "at": at,
        "person": person,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "subject": subject,
        "details": details,
    }


def _link(previous: str, fields: Mapping[str, Any]) -> str:
    return digest({"previous": previous, **fields})
