"""Tables of what the content checks found in texts that went out."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId


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
