"""Tables of pauses of publication (暂停发布) and of relay tasks (必转、联动)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class Pause(Base):
    """A pause of publication, ``[from_at, until_at)``, ordered by a unit; it holds what its scope names.

    ``areas``, ``unit_ids`` (with those below them), ``account_ids`` and ``classes`` narrow the scope, an empty list
    means all; ``allowed`` are the classes that may go out if the ``clearer`` clears the very post.
    """

    __tablename__ = "pauses"
    __table_args__ = (Index("ix_pauses_open", "ended_at", "from_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    areas: Mapped[Any] = mapped_column(CanonicalJson)
    unit_ids: Mapped[Any] = mapped_column(CanonicalJson)
    account_ids: Mapped[Any] = mapped_column(CanonicalJson)
    classes: Mapped[Any] = mapped_column(CanonicalJson)
    allowed: Mapped[Any] = mapped_column(CanonicalJson)
    clearer: Mapped[str] = mapped_column(String(100))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(100), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


class PauseClearance(Base):
    """One text that may go out in spite of a pause; it holds for the fingerprint and for nothing else."""

    __tablename__ = "pause_clearances"
    __table_args__ = (UniqueConstraint("pause_id", "post_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pause_id: Mapped[int] = mapped_column(ForeignKey("pauses.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)


class RelayTask(Base):
    """An order that several accounts post something by a time; what counts is that each did, never how it was liked."""

    __tablename__ = "relay_tasks"
    __table_args__ = (Index("ix_relay_tasks_open", "closed_at", "due_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(100))
    basis: Mapped[str] = mapped_column(Text)
    shared_text: Mapped[str] = mapped_column(Text, default="")
    source_link: Mapped[str] = mapped_column(String(300), default="")
    content_class: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    issued_by: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)


class RelayTarget(Base):
    """One account of a relay task, and its receipt; ``post_id`` is the post of this program that fulfils it."""

    __tablename__ = "relay_targets"
    __table_args__ = (UniqueConstraint("task_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("relay_tasks.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    link: Mapped[str] = mapped_column(String(300), default="")
    platform_id: Mapped[str] = mapped_column(String(32), default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str] = mapped_column(String(100), default="")
    checked: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
