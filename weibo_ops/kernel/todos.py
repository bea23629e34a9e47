"""To-dos: what a person must still decide or do, written in the transaction that found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, String, Table, Text, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from weibo_ops.kernel.db import Base, BigId, UtcDateTime
from weibo_ops.kernel.repository import chunks, dialect_insert

MOST_BEGINNINGS = 50


class Todo(Base):
    """One open or done to-do; at most one open per kind, subject and recipient."""

    __tablename__ = "todos"
    __table_args__ = (
        Index(
            "uq_todos_open",
            "kind",
            "subject",
            "recipient",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class TodoView:
    """A to-do as people see it."""

    id: int
    kind: str
    subject: str
    recipient: str
    title: str
    created_at: datetime
    due_at: datetime | None


def propose(
    session: Session,
    kind: str,
    subject: str,
    title: str,
    at: datetime,
    *,
    recipient: str = "监管人员",
    due_at: datetime | None = None,
) -> None:
    """Open a to-do unless the same one is open already, also when another transaction opens it at this moment."""
    table = Todo.__table__
    assert isinstance(table, Table)
    session.execute(
        dialect_insert(session, table)
        .values(kind=kind, subject=subject, recipient=recipient, title=title, created_at=at, due_at=due_at)
        .on_conflict_do_nothing(index_elements=["kind", "subject", "recipient"], index_where=text("done_at IS NULL"))
    )


def close(session: Session, kind: str, subject: str, at: datetime) -> None:
    """Mark every open to-do of this kind and subject as done."""
    session.execute(
        update(Todo).where(Todo.kind == kind, Todo.subject == subject, Todo.done_at.is_(None)).values(done_at=at)
    )


def close_all(session: Session, kinds: Iterable[str], beginning: str, at: datetime) -> None:
    """Mark every open to-do of some kinds as done whose subject begins so."""
    close_beginning(session, kinds, [beginning], at)


def close_beginning(session: Session, kinds: Iterable[str], beginnings: Iterable[str], at: datetime) -> None:
    """Mark every open to-do of some kinds as done whose subject begins in one of some ways."""
    for part in chunks(beginnings, MOST_BEGINNINGS):
        session.execute(
            update(Todo)
            .where(
                Todo.kind.in_(list(kinds)),
                or_(*(Todo.subject.startswith(each, autoescape=True) for each in part)),
                Todo.done_at.is_(None),
            )
            .values(done_at=at),
            execution_options={"synchronize_session": False},
        )


def open_todos(session: Session) -> list[TodoView]:
    """List what is open, the soonest due first."""
    rows = session.execute(
        select(Todo).where(Todo.done_at.is_(None)).order_by(Todo.due_at.is_(None), Todo.due_at, Todo.id)
    ).scalars()
    return [
        TodoView(row.id, row.kind, row.subject, row.recipient, row.title, row.created_at, row.due_at) for row in rows
    ]
