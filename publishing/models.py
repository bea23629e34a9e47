"""Tables of outgoing posts, their review, and what the content checks found."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
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

    ``round`` numbers its reviews; ``signed_fingerprint`` is what the last signature was given to.
    """

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_desk", "state", "account_id"),)

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
