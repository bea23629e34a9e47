"""Tables of the people: staff, sessions, deputies, leave, duty and hand-over, checklists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class Staff(Base):
    """A person (or service account) who signs in; ``outsourced`` ones (代运维) may draft and never sign."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    login: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[Any] = mapped_column(CanonicalJson)
    phone: Mapped[str] = mapped_column(String(40), default="")
    outsourced: Mapped[bool] = mapped_column(Boolean, default=False)
    contract_ends_on: Mapped[date | None] = mapped_column(Date)
    trained_on: Mapped[date | None] = mapped_column(Date)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    service: Mapped[bool] = mapped_column(Boolean, default=False)
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    failed_logins: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class StaffSession(Base):
    """A signed-in session; only the digest of its token is kept."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Deputation(Base):
    """One person acting for another (A/B岗) over Beijing days, first and last included."""

    __tablename__ = "deputations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    granted_by: Mapped[str] = mapped_column(String(100))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Leave(Base):
    """Days on which a person is away, first and last included."""

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DutyShift(Base):
    """A turn of duty of one person at one post (主班 副班 带班领导) of a unit: ``[from_at, until_at)``."""

    __tablename__ = "duty_shifts"
    __table_args__ = (
        UniqueConstraint("unit_id", "post", "from_at"),
        Index("ix_duty_shifts_time", "from_at", "until_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    post: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")


class Checklist(Base):
    """Steps to be done one by one: 值班交接, 管理员交接, 账号被盗处置.

    ``items`` are ``{"text", "done_at", "done_by", "note"}``; a hand-over is settled when both sides have signed.
    """

    __tablename__ = "checklists"
    __table_args__ = (Index("ix_checklists_open", "kind", "closed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    items: Mapped[Any] = mapped_column(CanonicalJson)
    note: Mapped[str] = mapped_column(Text, default="")
    opened_by: Mapped[str] = mapped_column(String(100))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    from_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    to_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    from_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    from_signed_by: Mapped[str] = mapped_column(String(100), default="")
    to_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    to_signed_by: Mapped[str] = mapped_column(String(100), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(100), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
