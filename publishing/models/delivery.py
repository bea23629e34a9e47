"""Tables of delivery: attempts, workers, presence on duty, series."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class DeliveryAttempt(Base):
    """One attempt to send a post, written before the call; kept for ever.

    ``token`` is the post's fencing token of that claim; ``anchor`` is the platform's number of the newest post that was
    known of the account then; ``ended_at`` NULL says that whoever made it never told how it ended. ``looks`` counts the
    looks at the account's timeline for it, ``look`` says what the last one showed.
    """

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        UniqueConstraint("post_id", "number"),
        Index("ix_delivery_attempts_account", "account_id", "started_at"),
        Index("ix_delivery_attempts_started", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[int] = mapped_column(Integer)
    token: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(10))
    worker: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    anchor: Mapped[str] = mapped_column(String(32), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default="")
    error_class: Mapped[str] = mapped_column(String(30), default="")
    error_code: Mapped[str] = mapped_column(String(20), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    platform_id: Mapped[str] = mapped_column(String(32), default="")
    looks: Mapped[int] = mapped_column(Integer, default=0)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    look: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str] = mapped_column(Text, default="")


class DeliveryWorker(Base):
    """A running worker: the process that it is, and when it was last seen alive."""

    __tablename__ = "delivery_workers"

    owner: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DutyPresence(Base):
    """Somebody on duty confirmed to be there (到岗确认), ``[from_at, until_at)``."""

    __tablename__ = "duty_presences"
    __table_args__ = (Index("ix_duty_presences_unit", "unit_id", "until_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    person: Mapped[str] = mapped_column(String(100))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")


class PostSeries(Base):
    """A recurring column: each occurrence is a post of its own, which is signed for itself."""

    __tablename__ = "post_series"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    rule: Mapped[Any] = mapped_column(CanonicalJson)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(100), default="")
