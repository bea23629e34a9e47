"""Tables of the standards: drafts, texts as they were put in force, closed periods."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class StandardText(Base):
    """One text of a rule book as it was put in force; what was judged by it keeps its digest.

    ``retired_from`` is the first Beijing day on which it no longer holds. ``applies_to`` is the full name of the unit
    in whose branch of the tree a text of the layer 单位 holds; empty means everywhere.
    """

    __tablename__ = "standard_texts"
    __table_args__ = (UniqueConstraint("book", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    book: Mapped[str] = mapped_column(String(40))
    layer: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    installed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applies_to: Mapped[str] = mapped_column(String(200), default="", server_default="")
    retired_from: Mapped[date | None] = mapped_column(Date)
    published_by: Mapped[str] = mapped_column(String(100), default="", server_default="")


class StandardDraft(Base):
    """A text being edited; ``editors`` are the logins of everyone who changed it, none of whom may publish it."""

    __tablename__ = "standard_drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    book: Mapped[str] = mapped_column(String(40))
    layer: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    base_digest: Mapped[str] = mapped_column(String(64))
    editors: Mapped[Any] = mapped_column(CanonicalJson)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_digest: Mapped[str] = mapped_column(String(64), default="")


class ClosedPeriod(Base):
    """A period whose figures were issued and never change again: ``[from_at, until_at)``."""

    __tablename__ = "closed_periods"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(100))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
