"""Tables of the findings: the fault, each step of its way, waivers; and of suspected impostors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class Finding(Base):
    """A fault the program noticed: a proposal until a person has verified and confirmed it.

    ``present`` says whether the latest check still finds it; ``round`` counts how often it came back after it was
    settled; ``due_at`` is when the next step is due.
    """

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("account_id", "rule_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    rule_id: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(100), default="")
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    trust: Mapped[str] = mapped_column(String(1))
    evidence: Mapped[Any] = mapped_column(CanonicalJson)
    proposed_fix: Mapped[Any] = mapped_column(CanonicalJson)
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    present: Mapped[bool] = mapped_column(Boolean, default=True)
    standard_digest: Mapped[str] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class FindingStep(Base):
    """One step on a finding's way: who, in which unit, from which state to which, with what evidence.

    ``attachments`` are ``{"name", "digest", "size"}`` of files in the evidence store.
    """

    __tablename__ = "finding_steps"
    __table_args__ = (Index("ix_finding_steps_finding", "finding_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"))
    round: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(20))
    state_before: Mapped[str] = mapped_column(String(20))
    state_after: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[Any] = mapped_column(CanonicalJson)


class FindingWaiver(Base):
    """A dated exemption of an account from a rule, proposed by one person and signed by another."""

    __tablename__ = "finding_waivers"
    __table_args__ = (Index("ix_finding_waivers_account", "account_id", "rule_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    rule_id: Mapped[str] = mapped_column(String(100))
    from_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImpostorSuspect(Base):
    """A suspected impostor (疑似仿冒账号): another account whose name looks like that of a registered one."""

    __tablename__ = "impostor_suspects"
    __table_args__ = (UniqueConstraint("platform", "screen_name", "uid"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20), default="weibo")
    screen_name: Mapped[str] = mapped_column(String(100))
    uid: Mapped[str] = mapped_column(String(32), default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    score: Mapped[float] = mapped_column(Float)
    reasons: Mapped[Any] = mapped_column(CanonicalJson)
    verified: Mapped[bool | None] = mapped_column(Boolean)
    verified_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20))
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ImpostorStep(Base):
    """One step in following up a suspected impostor (核实, 投诉, 移送, 结果, 排除)."""

    __tablename__ = "impostor_steps"
    __table_args__ = (Index("ix_impostor_steps_suspect", "suspect_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    suspect_id: Mapped[int] = mapped_column(ForeignKey("impostor_suspects.id"))
    step: Mapped[str] = mapped_column(String(20))
    state_before: Mapped[str] = mapped_column(String(20))
    state_after: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    attachments: Mapped[Any] = mapped_column(CanonicalJson)
