"""Tables of the platform: the application, authorisations, states on their way, calls counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from weibo_ops.kernel.db import Base, BigId, CanonicalJson, UtcDateTime


class PlatformApp(Base):
    """The application that this office registered with the platform; one row, its secret sealed."""

    __tablename__ = "platform_apps"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    app_key: Mapped[str] = mapped_column(String(40))
    sealed_secret: Mapped[str] = mapped_column(Text)
    redirect_uri: Mapped[str] = mapped_column(String(500))
    operator_ip: Mapped[str] = mapped_column(String(45))
    capabilities: Mapped[Any] = mapped_column(CanonicalJson)
    set_by: Mapped[str] = mapped_column(String(100))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class PlatformAuthorisation(Base):
    """An account's leave to act for it; its token sealed, and gone when it was given back.

    ``version`` counts the tokens: what is learnt of an earlier one does not touch a later one.
    """

    __tablename__ = "platform_authorisations"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    app_key: Mapped[str] = mapped_column(String(40))
    uid: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    sealed_token: Mapped[str] = mapped_column(Text, default="")
    authorised_by: Mapped[str] = mapped_column(String(100))
    authorised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class PlatformState(Base):
    """An authorisation on its way, by the digest of its state; it comes back once, to whoever began it."""

    __tablename__ = "platform_states"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person: Mapped[str] = mapped_column(String(100))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PlatformCounter(Base):
    """Calls counted in the latest window of a kind; ``window_start`` never goes back by itself.

    ``told_full`` is set when the platform said that the limit is reached, ``told_at`` when it last did.
    """

    __tablename__ = "platform_counters"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[int] = mapped_column(Integer, default=0)
    polls: Mapped[int] = mapped_column(Integer, default=0)
    told_full: Mapped[bool] = mapped_column(Boolean, default=False)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
