"""Tables of what the public said and how it was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, UtcDateTime

ASSESSED = (
    "sentiment",
    "uncertain",
    "p_negative",
    "p_neutral",
    "p_positive",
    "scorer_digest",
    "nature",
    "subject",
    "district",
    "urgency",
    "triage_digest",
)
"""Columns of a comment that scoring and triage fill; empty for a registered account's own comment."""


class Comment(Base):
    """A comment under an observed post: a citizen's, or a registered account's own (``official``).

    The text is stored as it came. ``sentiment`` is the most probable label, ``uncertain`` marks a weak one;
    ``nature``, ``subject`` and ``district`` are the triage's proposal; all are NULL for official comments.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("platform", "platform_id"),
        Index("ix_comments_post_time", "post_id", "created_at"),
        Index("ix_comments_account_time", "account_id", "created_at"),
        Index("ix_comments_time", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20), default="weibo")
    platform_id: Mapped[str] = mapped_column(String(32))
    post_id: Mapped[int] = mapped_column(ForeignKey("observed_posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    author_name: Mapped[str] = mapped_column(String(100))
    author_uid: Mapped[str | None] = mapped_column(String(32))
    official: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    likes_count: Mapped[int | None] = mapped_column(Integer)
    reply_to: Mapped[str | None] = mapped_column(String(32))
    sentiment: Mapped[str | None] = mapped_column(String(10))
    uncertain: Mapped[bool | None] = mapped_column(Boolean)
    p_negative: Mapped[float | None] = mapped_column(Float)
    p_neutral: Mapped[float | None] = mapped_column(Float)
    p_positive: Mapped[float | None] = mapped_column(Float)
    scorer_digest: Mapped[str | None] = mapped_column(String(64))
    nature: Mapped[str | None] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(String(40))
    district: Mapped[str | None] = mapped_column(String(100))
    urgency: Mapped[int | None] = mapped_column(Integer)
    triage_digest: Mapped[str | None] = mapped_column(String(64))


class ReplyLink(Base):
    """An official comment and the citizen's comment that it answers or closes."""

    __tablename__ = "reply_links"
    __table_args__ = (UniqueConstraint("reply_id", "comment_id"), Index("ix_reply_links_comment", "comment_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("observed_posts.id"), index=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"))
    role: Mapped[str] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(10))


class ResponseClock(Base):
    """The two measured times of a comment that is due or was answered.

    ``deadline_at`` NULL on a due comment means 期限待定: the span enters a year without a calendar.
    Wall times are whole seconds, working times minutes; NULL where there is no such reply.
    """

    __tablename__ = "response_clocks"
    __table_args__ = (
        Index("ix_response_clocks_account_time", "account_id", "started_at"),
        Index("ix_response_clocks_post", "post_id"),
        Index("ix_response_clocks_deadline", "due", "deadline_at"),
    )

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("observed_posts.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    due: Mapped[bool] = mapped_column(Boolean)
    due_reason: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    target_id: Mapped[str] = mapped_column(String(100))
    target_minutes: Mapped[int | None] = mapped_column(Integer)
    target_clock: Mapped[str] = mapped_column(String(10))
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reply_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wall_seconds: Mapped[int | None] = mapped_column(Integer)
    working_minutes: Mapped[float | None] = mapped_column(Float)
    substantive_reply_id: Mapped[int | None] = mapped_column(ForeignKey("comments.id"))
    substantive_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    substantive_wall_seconds: Mapped[int | None] = mapped_column(Integer)
    substantive_working_minutes: Mapped[float | None] = mapped_column(Float)
    standard_digest: Mapped[str] = mapped_column(String(64))
    calendar_digest: Mapped[str] = mapped_column(String(64))
