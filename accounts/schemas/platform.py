"""Values of the platform: the application, authorisations, what calls are left; never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AppView:
    """The application that this office registered with the platform; its secret is never shown."""

    app_key: str
    redirect_uri: str
    operator_ip: str
    capabilities: tuple[str, ...]
    set_by: str
    set_at: datetime


@dataclass(frozen=True)
class AuthorizeLink:
    """The page on which a person agrees, and until when what comes back is taken."""

    account: str
    url: str
    until_at: datetime


@dataclass(frozen=True)
class AuthorisationRow:
    """How an account stands with the platform.

    Attributes:
        state: 未授权 有效 即将到期 已到期 不可用 已撤销.
        days_left: whole days until it ends; None where there is nothing to end.
        reason: why it cannot be used; empty if it can.
    """

    account_id: int
    account: str
    unit: str
    uid: str
    state: str
    expires_at: datetime | None
    days_left: int | None
    authorised_by: str
    authorised_at: datetime | None
    checked_at: datetime | None
    reason: str


@dataclass(frozen=True)
class RevokeReport:
    """What became of giving a token back; unconfirmed: the platform could not be asked or did not say."""

    account: str
    confirmed: bool
    reason: str


@dataclass(frozen=True)
class CheckRow:
    """What the platform says of an account that authorised."""

    account: str
    good: bool
    outcome: str
    screen_name: str = ""
    verified_reason: str = ""
    followers: int | None = None
    posts: int | None = None


@dataclass(frozen=True)
class BudgetRow:
    """What calls an account has used and has left.

    Attributes:
        account: the account; 全部账号 for all together (calls per hour).
        used, left: calls of the day; of all accounts: of the hour.
        polls, polls_left: of these, calls that only poll.
        posts, posts_left: posts of this hour; None for all accounts together.
        remark: what the platform or the clock says to it.
    """

    account: str
    used: int
    left: int
    polls: int
    polls_left: int
    posts: int | None
    posts_left: int | None
    remark: str
