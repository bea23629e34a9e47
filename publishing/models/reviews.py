"""Tables of rounds of review: steps, verdicts, proof-readings, remarks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class ReviewRound(Base):
    """One submission of a post: the chain as it was then, the fingerprint, and the standards it was judged by."""

    __tablename__ = "review_rounds"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    number: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    books: Mapped[Any] = mapped_column(CanonicalJson)
    chain_id: Mapped[str] = mapped_column(String(100))
    chain_title: Mapped[str] = mapped_column(String(100))
    chain_citation: Mapped[str] = mapped_column(Text)
    reasons: Mapped[Any] = mapped_column(CanonicalJson)
    submitted_by: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20), default="")


class ReviewStep(Base):
    """One step of a round, copied from the chain; ``named`` are the logins that must sign where all must."""

    __tablename__ = "review_steps"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        Index("ix_review_steps_open", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"))
    position: Mapped[int] = mapped_column(Integer)
    stage: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(10))
    need: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    clock: Mapped[str] = mapped_column(String(10))
    remind_minutes: Mapped[int] = mapped_column(Integer)
    proof: Mapped[str] = mapped_column(String(10))
    telephone: Mapped[bool] = mapped_column(Boolean)
    named: Mapped[Any] = mapped_column(CanonicalJson)
    state: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewVerdict(Base):
    """A signature or a return. One on paper counts once ``checked_by`` is set; ``owed_until`` is set where one is owed.

    ``person`` signed, for ``on_behalf_of`` if given; ``recorded_by`` entered what was given outside the system,
    for ``recorded_for`` if given.
    """

    __tablename__ = "review_verdicts"
    __table_args__ = (Index("ix_review_verdicts_owed", "owed_until", "settled_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("review_steps.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(10))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(64))
    gates: Mapped[Any] = mapped_column(CanonicalJson)
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(100), default="")
    recorded_for: Mapped[str] = mapped_column(String(100), default="")
    scan: Mapped[str] = mapped_column(String(64), default="")
    scan_name: Mapped[str] = mapped_column(String(200), default="")
    checked_by: Mapped[str] = mapped_column(String(100), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(String(100), default="")
    settled_how: Mapped[str] = mapped_column(String(20), default="")


class ProofMark(Base):
    """A proof-reading (一校 二校 三校) of one text by one person."""

    __tablename__ = "proof_marks"
    __table_args__ = (UniqueConstraint("post_id", "fingerprint", "proof"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    proof: Mapped[str] = mapped_column(String(10))
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")


class SpanRemark(Base):
    """A remark on a place ``[start, end)`` of one revision; ``quote`` is what stood there."""

    __tablename__ = "span_remarks"
    __table_args__ = (Index("ix_span_remarks_post", "post_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    revision: Mapped[int] = mapped_column(Integer)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    quote: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(String(100))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by: Mapped[str] = mapped_column(String(100), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
