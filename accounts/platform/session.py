"""A session with the platform for one account: client, token and budget in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from accounts.platform.budget import Purpose
from accounts.platform.errors import ErrorClass, PlatformError

if TYPE_CHECKING:
    from accounts.platform.client import PlatformClient
    from accounts.platform.replies import (
        Comment,
        CommentPage,
        Counts,
        Profile,
        Status,
        StatusPage,
        TokenInfo,
        Unread,
        UserCounts,
    )
    from accounts.platform.wire import Call

T = TypeVar("T")


@dataclass(frozen=True)
class NoSession:
    """Why there is no session for an account, as people read it and as a class."""

    reason: str
    next_step: str
    error_class: ErrorClass


@dataclass(frozen=True)
class Leave:
    """What an account let the application do: whose it is, until when, what more than sharing is granted."""

    account_id: int
    uid: str
    version: int
    expires_at: datetime
    capabilities: frozenset[str]
    operator_ip: str


class PlatformSession:
    """Calls for one account; each is counted before it is made.

    Every method raises `PlatformError` when it does not succeed: with ``sent=False`` where nothing went out, the budget
    having no room among the reasons. What an error says of the authorisation or of a limit is kept before it is raised.
    """

    def __init__(
        self,
        client: PlatformClient,
        token: str,
        leave: Leave,
        spend: Callable[[Purpose, str], None],
        learn: Callable[[PlatformError, str], None],
    ) -> None:
        self._client = client
        self._token = token
        self._leave = leave
        self._spend = spend
        self._learn = learn

    def __repr__(self) -> str:
        return f"PlatformSession(account_id={self.account_id}, uid={self.uid!r})"

    def __reduce__(self) -> str:
        raise TypeError("a session holds a token and is not stored")

    def paid(self) -> PlatformSession:
        """Return this session for one call that was counted already (``PlatformService.prepay``)."""
        return PlatformSession(self._client, self._token, self._leave, lambda purpose, api: None, self._learn)

    @property
    def account_id(self) -> int:
        """The account in the register."""
        return self._leave.account_id

    @property
    def uid(self) -> str:
        """The account on the platform."""
        return self._leave.uid

    @property
    def expires_at(self) -> datetime:
        """When the authorisation ends."""
        return self._leave.expires_at

    @property
    def capabilities(self) -> frozenset[str]:
        """What the application may do: ``share`` always, ``update``, ``long``, ``upload`` where granted."""
        return self._leave.capabilities | {"share"}

    # --- posts ----------------------------------------------------------------------------------------------

    def share(
        self, text: str, *, picture: bytes | None = None, picture_name: str = "", rip: str | None = None
    ) -> Status:
        """Post; see ``PlatformClient.share``. ``rip`` is by default the address on file."""
        return self._do(
            Purpose.PUBLISH,
            lambda client: client.share(
                self._token, text, picture=picture, picture_name=picture_name, rip=rip or self._leave.operator_ip
            ),
        )

    def update(self, text: str, *, long: bool = False, rip: str | None = None) -> Status:
        """Post with an application that is granted more than sharing."""
        address = rip or self._leave.operator_ip
        return self._do(Purpose.PUBLISH, lambda client: client.update(self._token, text, long=long, rip=address))

    def upload(self, text: str, picture: bytes, *, picture_name: str = "", rip: str | None = None) -> Status:
        """Post with a picture with an application that is granted more than sharing."""
        address = rip or self._leave.operator_ip
        return self._do(
            Purpose.PUBLISH,
            lambda client: client.upload(self._token, text, picture, picture_name=picture_name, rip=address),
        )

    def destroy(self, post_id: str) -> None:
        """Delete a post; one that is gone raises ALREADY_DONE."""
        self._do(Purpose.PUBLISH, lambda client: client.destroy(self._token, post_id))

    def timeline(
        self,
        *,
        since_id: str | None = None,
        max_id: str | None = None,
        count: int = 20,
        purpose: Purpose = Purpose.VERIFY,
    ) -> StatusPage:
        """Read the newest posts of the account, five at most; ``max_id`` is part of the answer."""
        return self._do(
            purpose,
            lambda client: client.user_timeline(self._token, self.uid, since_id=since_id, max_id=max_id, count=count),
        )

    def show(self, post_id: str, *, purpose: Purpose = Purpose.VERIFY) -> Status:
        """Read one post; it may be marked as deleted, or NOT_FOUND is raised."""
        return self._do(purpose, lambda client: client.show(self._token, post_id))

    def count(self, post_ids: Iterable[str], *, purpose: Purpose = Purpose.POLL) -> dict[str, Counts]:
        """Read the counts of posts, a hundred per call; those that are gone are missing."""
        return self._do(purpose, lambda client: client.count(self._token, post_ids))

    # --- accounts -------------------------------------------------------------------------------------------

    def users_show(self) -> Profile:
        """Read the account's own profile."""
        return self._do(Purpose.POLL, lambda client: client.users_show(self._token, self.uid))

    def users_counts(self, uids: Iterable[str]) -> dict[str, UserCounts]:
        """Read the counts of accounts, a hundred per call; those that are withheld are missing."""
        return self._do(Purpose.POLL, lambda client: client.users_counts(self._token, uids))

    def unread_count(self) -> Unread:
        """Ask what is new for the account."""
        return self._do(Purpose.POLL, lambda client: client.unread_count(self._token, self.uid))

    def token_info(self) -> TokenInfo:
        """Ask whose token it is and how long it holds."""
        return self._do(Purpose.POLL, lambda client: client.get_token_info(self._token))

    def revoke(self) -> None:
        """Give the token back."""
        self._do(Purpose.PUBLISH, lambda client: client.revoke(self._token))

    # --- comments -------------------------------------------------------------------------------------------

    def comments_show(
        self, post_id: str, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments on a post."""
        return self._do(
            Purpose.POLL,
            lambda client: client.comments_show(
                self._token, post_id, since_id=since_id, max_id=max_id, count=count, page=page
            ),
        )

    def comments_to_me(
        self, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that the account got."""
        return self._do(
            Purpose.POLL,
            lambda client: client.comments_to_me(self._token, since_id=since_id, max_id=max_id, count=count, page=page),
        )

    def comments_by_me(
        self, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that the account gave."""
        return self._do(
            Purpose.POLL,
            lambda client: client.comments_by_me(self._token, since_id=since_id, max_id=max_id, count=count, page=page),
        )

    def comments_mentions(
        self, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that name the account."""
        return self._do(
            Purpose.POLL,
            lambda client: client.comments_mentions(
                self._token, since_id=since_id, max_id=max_id, count=count, page=page
            ),
        )

    def comments_create(self, post_id: str, text: str, *, rip: str | None = None) -> Comment:
        """Comment on a post."""
        address = rip or self._leave.operator_ip
        return self._do(Purpose.PUBLISH, lambda client: client.comments_create(self._token, post_id, text, rip=address))

    def comments_reply(
        self, post_id: str, comment_id: str, text: str, *, without_mention: bool = False, rip: str | None = None
    ) -> Comment:
        """Answer a comment."""
        address = rip or self._leave.operator_ip
        return self._do(
            Purpose.PUBLISH,
            lambda client: client.comments_reply(
                self._token, post_id, comment_id, text, without_mention=without_mention, rip=address
            ),
        )

    def comments_destroy(self, comment_id: str) -> None:
        """Delete a comment; one that is gone raises ALREADY_DONE."""
        self._do(Purpose.PUBLISH, lambda client: client.comments_destroy(self._token, comment_id))

    def _do(self, purpose: Purpose, run: Callable[[PlatformClient], T]) -> T:
        api = ""

        def gate(call: Call) -> None:
            nonlocal api
            api = call.api
            self._spend(purpose, api)

        try:
            return run(self._client.gated(gate))
        except PlatformError as fault:
            self._learn(fault, api)
            raise
