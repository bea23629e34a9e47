"""Tables of outgoing posts: what they say, what the checks found in them, templates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class ContentHit(Base):
    """One place in an observed post that a content rule points at."""

    __tablename__ = "content_hits"
    __table_args__ = (UniqueConstraint("post_id", "rule_id", "start", "end"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("observed_posts.id"))
    rule_id: Mapped[str] = mapped_column(String(100))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    severity: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    trust: Mapped[str] = mapped_column(String(1))
    suggestion: Mapped[str] = mapped_column(Text, default="")
    standard_digest: Mapped[str] = mapped_column(String(64))


class Post(Base):
    """An outgoing post; what it says stands in its revisions, the last of which is ``revision``.

    ``round`` numbers its reviews; ``signed_fingerprint`` is what the last signature was given to. ``scheduled_at`` is
    when it is to go out, ``send_after`` puts the next attempt off; ``accepted`` is why a collision on the calendar was
    accepted. ``lease_owner`` may send it until ``lease_until`` under the fencing token ``lease_token``, which only
    grows. ``reason`` says why it stands where it stands.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_desk", "state", "account_id"),
        Index("ix_posts_due", "state", "scheduled_at"),
        Index(
            "uq_posts_platform_id",
            "platform_id",
            unique=True,
            sqlite_where=text("platform_id <> ''"),
            postgresql_where=text("platform_id <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer, default=0)
    origin: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    rechecked: Mapped[str] = mapped_column(String(64), default="")
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scheduled_by: Mapped[str] = mapped_column(String(100), default="", server_default="")
    send_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted: Mapped[str] = mapped_column(Text, default="", server_default="")
    lease_owner: Mapped[str] = mapped_column(String(200), default="", server_default="")
    lease_token: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    pause_id: Mapped[int | None] = mapped_column(ForeignKey("pauses.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("post_series.id"), index=True)
    platform_id: Mapped[str] = mapped_column(String(32), default="", server_default="")
    link: Mapped[str] = mapped_column(String(300), default="", server_default="")
    receipt_checked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class PostRevision(Base):
    """What a post said at one time; never changed. ``media`` are ``{"name", "digest", "size", "kind", "alt"}``."""

    __tablename__ = "post_revisions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    number: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    content_class: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    media: Mapped[Any] = mapped_column(CanonicalJson)
    earliest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    latest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_to: Mapped[str] = mapped_column(String(64), default="")
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    urgent_reason: Mapped[str] = mapped_column(Text, default="")
    disclosure: Mapped[str] = mapped_column(String(20), default="")
    source_basis: Mapped[str] = mapped_column(Text, default="")
    secrecy_review: Mapped[str] = mapped_column(Text, default="")
    originator: Mapped[str] = mapped_column(String(100), default="")
    holding_template: Mapped[int | None] = mapped_column(Integer)
    author: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")


class PostHit(Base):
    """What the checks say to the present revision of a post; put anew at every check."""

    __tablename__ = "post_hits"
    __table_args__ = (UniqueConstraint("post_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    revision: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(64))
    rule_id: Mapped[str] = mapped_column(String(100))
    severity: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str] = mapped_column(Text, default="")
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    about: Mapped[str] = mapped_column(String(200), default="")


class HitWaiver(Base):
    """A hit that a person let through, with the reason; it holds for the hit's key and for nothing else."""

    __tablename__ = "hit_waivers"
    __table_args__ = (UniqueConstraint("post_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    key: Mapped[str] = mapped_column(String(64))
    rule_id: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostTemplate(Base):
    """A text to start from; one that is ``holding`` is an approved line for holding replies (过程性答复口径)."""

    __tablename__ = "post_templates"
    __table_args__ = (Index("ix_post_templates_unit", "unit_id", "title"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(String(100))
    content_class: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    holding: Mapped[bool] = mapped_column(Boolean, default=False)
    source_basis: Mapped[str] = mapped_column(Text, default="")
    valid_until: Mapped[date | None] = mapped_column(Date)
    owner: Mapped[str] = mapped_column(String(100))
    approved_by: Mapped[str] = mapped_column(String(100), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
