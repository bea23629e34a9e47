"""Tables of the register: units, accounts, their names, administrators, acts and certification."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class Unit(Base):
    """A sponsoring unit (主办单位).

    ``parent_id`` is the administrative line, ``sector_id`` the line of work (行业主管), ``territory_id`` the place
    (属地监管); ``oversight`` names the office that may inspect it (监管归口), which need not be registered here.
    """

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    short_name: Mapped[str] = mapped_column(String(100), default="")
    function: Mapped[str] = mapped_column(String(100), default="")
    level: Mapped[str] = mapped_column(String(40), default="")
    area: Mapped[str] = mapped_column(String(100), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    oversight: Mapped[str] = mapped_column(String(200), default="")
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class Account(Base):
    """An account in the register; ``uid`` is the platform's identity, None until the account exists there.

    ``origin`` says how it came in: 程序内开设 passed approval and filing here, 存量登记 was running already.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("platform", "uid"), Index("ix_accounts_screen_name", "screen_name"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20), default="weibo")
    uid: Mapped[str | None] = mapped_column(String(32))
    screen_name: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    brand_name: Mapped[str] = mapped_column(String(100), default="")
    origin: Mapped[str] = mapped_column(String(20), default="存量登记", server_default="存量登记")
    status_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status_until: Mapped[date | None] = mapped_column(Date)
    filing_number: Mapped[str] = mapped_column(String(100), default="", server_default="")
    filed_on: Mapped[date | None] = mapped_column(Date)
    person_name: Mapped[str] = mapped_column(String(50), default="", server_default="")
    person_title: Mapped[str] = mapped_column(String(100), default="", server_default="")
    office_ends_on: Mapped[date | None] = mapped_column(Date)
    bound_phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    phone_holder: Mapped[str] = mapped_column(String(50), default="", server_default="")
    password_changed_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class AccountName(Base):
    """A name that an account bore, ``[from_at, until_at)``; None where the beginning is unknown or it still bears it.

    Until ``held_until`` the platform keeps a name that was given up, and nobody else may take it.
    """

    __tablename__ = "account_names"
    __table_args__ = (Index("ix_account_names_name", "name"), Index("ix_account_names_account", "account_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(100))
    from_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountAct(Base):
    """One act in the life of an account: who did what, from which state to which, and when the next act is due."""

    __tablename__ = "account_acts"
    __table_args__ = (Index("ix_account_acts_account", "account_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    act: Mapped[str] = mapped_column(String(20))
    state_before: Mapped[str] = mapped_column(String(20))
    state_after: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[Any] = mapped_column(CanonicalJson)


class AccountAdministrator(Base):
    """Who keeps an account, by Beijing days; ``last_day`` None: still does."""

    __tablename__ = "account_administrators"
    __table_args__ = (UniqueConstraint("account_id", "staff_id", "from_day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    position: Mapped[str] = mapped_column(String(20))
    from_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)


class Certification(Base):
    """The certification of an account as the office holds it on file; one row per account."""

    __tablename__ = "certifications"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(300))
    certified_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    reviewed_by: Mapped[str] = mapped_column(String(100), default="")
    documents: Mapped[Any] = mapped_column(CanonicalJson)
    version: Mapped[int] = mapped_column(Integer, default=1)
