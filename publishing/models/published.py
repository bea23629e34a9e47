"""Tables of what the platform shows of an account that this program publishes for, beside what it sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, UtcDateTime


class PublishedView(Base):
    """What was last seen on the platform of a post that went out; edited and vanished ones are noted once."""

    __tablename__ = "published_views"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    platform_id: Mapped[str] = mapped_column(String(32), index=True)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_text: Mapped[str] = mapped_column(Text, default="")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    vanished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReconcileMark(Base):
    """From when on every post of an account must be one of ours, and when that was last looked at."""

    __tablename__ = "reconcile_marks"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observed_id: Mapped[int] = mapped_column(Integer, default=0)


class UnclaimedPost(Base):
    """A post seen on an account that this program did not send (待认领), and what became of it."""

    __tablename__ = "unclaimed_posts"
    __table_args__ = (Index("ix_unclaimed_posts_state", "state", "found_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    observed_post_id: Mapped[int] = mapped_column(ForeignKey("observed_posts.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_by: Mapped[str] = mapped_column(String(100), default="")
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(100), default="")
    signer: Mapped[str] = mapped_column(String(100), default="")
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scan: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    checked_by: Mapped[str] = mapped_column(String(100), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checklist_id: Mapped[int | None] = mapped_column(Integer)
