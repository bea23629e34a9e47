"""Tables of frozen evaluation runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class EvaluationRun(Base):
    """One frozen computation: everything needed to open and recompute it years later."""

    __tablename__ = "evaluation_runs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(40), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    scope: Mapped[str] = mapped_column(String(200))
    scheme: Mapped[str] = mapped_column(String(40))
    scheme_title: Mapped[str] = mapped_column(String(100))
    scheme_note: Mapped[str] = mapped_column(Text)
    standard_digest: Mapped[str] = mapped_column(String(64))
    formula_version: Mapped[str] = mapped_column(String(20))
    facts_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_runs.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(100))


class Dossier(Base):
    """The additive facts of one account in one run."""

    __tablename__ = "evaluation_dossiers"
    __table_args__ = (UniqueConstraint("run_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("evaluation_runs.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    facts: Mapped[Any] = mapped_column(CanonicalJson)


class Score(Base):
    """The result of one account in one run; ``detail`` holds the tree of parts and the veto items."""

    __tablename__ = "evaluation_scores"
    __table_args__ = (UniqueConstraint("run_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("evaluation_runs.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    score: Mapped[float | None] = mapped_column(Float)
    grade: Mapped[str | None] = mapped_column(String(20))
    rank: Mapped[int | None] = mapped_column(Integer)
    coverage: Mapped[float] = mapped_column(Float)
    detail: Mapped[Any] = mapped_column(CanonicalJson)
