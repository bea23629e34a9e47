"""Events: written to an outbox in the transaction that causes them, handled afterwards by what bootstrap registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from weibo_ops.kernel.clock import Clock
from weibo_ops.kernel.db import Base, BigId, CanonicalJson, Database, UtcDateTime

Handler = Callable[[Mapping[str, Any]], None]


class OutboxEvent(Base):
    """An event waiting for its handlers (``handled_at`` NULL) or done."""

    __tablename__ = "outbox_events"
    __table_args__ = (Index("ix_outbox_events_waiting", "handled_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    payload: Mapped[Any] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def record(session: Session, kind: str, payload: Mapping[str, object], at: datetime) -> None:
    """Write an event in the running transaction."""
    session.add(OutboxEvent(kind=kind, payload=dict(payload), created_at=at))


class EventBus:
    """Hands waiting events to their handlers, oldest first; a handler must be safe to run twice."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._handlers: dict[str, list[Handler]] = {}

    def on(self, kind: str, handler: Handler) -> None:
        """Register a handler for a kind of event."""
        self._handlers.setdefault(kind, []).append(handler)

    def dispatch(self) -> int:
        """Run the handlers of every waiting event and mark each done; return how many were handled.

        An event whose handler raises stays waiting, and so do those after it.
        """
        with self._db.reading() as session:
            waiting = [
                (event.id, event.kind, event.payload)
                for event in session.execute(
                    select(OutboxEvent).where(OutboxEvent.handled_at.is_(None)).order_by(OutboxEvent.id)
                ).scalars()
            ]
        for event_id, kind, payload in waiting:
            for handler in self._handlers.get(kind, ()):
                handler(payload)
            with self._db.writing() as session:
                session.execute(
                    update(OutboxEvent).where(OutboxEvent.id == event_id).values(handled_at=self._clock.now())
                )
        return len(waiting)
