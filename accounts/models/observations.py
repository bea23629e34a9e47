"""Tables of what was observed: batches, coverage, profiles, posts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, UtcDateTime


class ObservationBatch(Base):
    """One import of a folder: the run log behind every observed row."""

    __tablename__ = "observation_batches"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    folder_digest: Mapped[str] = mapped_column(String(64), index=True)
    source: Mapped[str] = mapped_column(String(200))
    layout: Mapped[str] = mapped_column(String(40))
    authority: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observed_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ObservationFile(Base):
    """One file of a batch with its checkpoint: ``rows_done`` rows are committed."""

    __tablename__ = "observation_files"
    __table_args__ = (UniqueConstraint("batch_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("observation_batches.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    imported: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[bool] = mapped_column(Boolean, default=False)


class ObservationReject(Base):
    """One row that could not be taken in, with the reason."""

    __tablename__ = "observation_rejects"
    __table_args__ = (UniqueConstraint("file_id", "line"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("observation_files.id"))
    line: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, default="")


class Coverage(Base):
    """What a source observed of an account: from when until when, half-open."""

    __tablename__ = "coverage"
    __table_args__ = (UniqueConstraint("account_id", "kind", "source", "from_at", "until_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(200))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccountSnapshot(Base):
    """A profile as it was seen at one instant; also of accounts that are not registered."""

    __tablename__ = "account_snapshots"
    __table_args__ = (UniqueConstraint("platform", "uid", "observed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20), default="weibo")
    uid: Mapped[str] = mapped_column(String(32))
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    screen_name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    verified: Mapped[bool | None] = mapped_column(Boolean)
    verified_type: Mapped[int | None] = mapped_column(Integer)
    verified_reason: Mapped[str] = mapped_column(Text, default="")
    posts_count: Mapped[int | None] = mapped_column(Integer)
    followers_count: Mapped[int | None] = mapped_column(Integer)
    following_count: Mapped[int | None] = mapped_column(Integer)


class ObservedPost(Base):
    """A post as the platform or an export shows it, with its latest counts.

    ``threads_stale`` is set when comments arrive and cleared when replies are linked and clocks read again.
    """

    __tablename__ = "observed_posts"
    __table_args__ = (
        UniqueConstraint("platform", "platform_id"),
        Index("ix_observed_posts_account_time", "account_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    platform: Mapped[str] = mapped_column(String(20), default="weibo")
    platform_id: Mapped[str] = mapped_column(String(32))
    bid: Mapped[str] = mapped_column(String(32), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)
    reposts_count: Mapped[int | None] = mapped_column(Integer)
    comments_count: Mapped[int | None] = mapped_column(Integer)
    likes_count: Mapped[int | None] = mapped_column(Integer)
    original: Mapped[bool | None] = mapped_column(Boolean)
    client: Mapped[str] = mapped_column(String(200), default="")
    threads_stale: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
