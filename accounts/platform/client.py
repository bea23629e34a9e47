"""The client of the platform's API v2: each call by name, answers as values, failures as one error.

Writes go out once and are never tried again here; reads may be. No method decides what a failure means for a post.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, Self, TypeVar
from urllib.parse import urlencode

import httpx

from accounts.platform.addresses import REMIND, UPLOAD, beside
from accounts.platform.errors import ErrorClass, PlatformError
from accounts.platform.replies import (
    Comment,
    CommentPage,
    Counts,
    Grant,
    Profile,
    RateLimit,
    Status,
    StatusPage,
    TokenInfo,
    Unread,
    UserCounts,
    first_id,
    read_comment,
    read_counts,
    read_grant,
    read_list,
    read_profile,
    read_rate_limit,
    read_status,
    read_token_info,
    read_unread,
    read_user_counts,
    truth,
    whole_number,
)
from accounts.platform.wire import Call, Gate, ReadRetry, Wire
from weibo_ops.kernel.errors import UsageError

T = TypeVar("T")
IDS_PER_CALL = 100
LARGEST_PICTURE = 5 * 1024 * 1024
_PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


class PlatformClient:
    """The platform, call by call. Every method raises `PlatformError` when it does not succeed."""

    def __init__(
        self,
        base_url: str,
        app_key: str,
        *,
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
        retry: ReadRetry | None = None,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            base_url: ``https://api.weibo.com``, or http on this machine.
            app_key: of the application.
            timeout: seconds for connecting, for each read and each write; an answer may take three times as long.
            transport: in place of the network, for tests.
            retry: for calls that only read.

        Raises:
            UsageError: the address is none, or http to another machine.
        """
        self.app_key = app_key
        self._wire = Wire(base_url, timeout=timeout, transport=transport, retry=retry)
        self._gate: Gate | None = None

    def __repr__(self) -> str:
        return f"PlatformClient({self._wire.base!r})"

    def gated(self, gate: Gate) -> Self:
        """Return this client over the same connections, asking ``gate`` before every call."""
        other = copy.copy(self)
        other._gate = gate
        return other

    def close(self) -> None:
        """Close the connections, also of clients made by `gated`."""
        self._wire.close()

    # --- authorisation --------------------------------------------------------------------------------------

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Return the page on which a person lets the application act for an account."""
        query = {
            "client_id": self.app_key,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "state": state,
            "forcelogin": "true",
        }
        return f"{self._wire.base}/oauth2/authorize?{urlencode(query)}"

    def exchange(self, code: str, app_secret: str, redirect_uri: str) -> Grant:
        """Exchange a code for a token; a code serves once."""
        fields = {
            "client_id": self.app_key,
            "client_secret": app_secret,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
        }
        value = self._call("POST", "oauth2/access_token", fields, write=True, secrets=(app_secret, code))
        return read_grant(_object(value)) or _unreadable()

    def get_token_info(self, token: str) -> TokenInfo:
        """Ask whose token it is."""
        value = self._call("POST", "oauth2/get_token_info", {"access_token": token}, secrets=(token,))
        return read_token_info(_object(value)) or _unreadable()

    def revoke(self, token: str) -> None:
        """Give a token back."""
        value = self._call(
            "POST", "oauth2/revokeoauth2", {"access_token": token}, write=True, deleting=True, secrets=(token,)
        )
        if not truth(_object(value).get("result")):
            _unreadable()

    # --- posts ----------------------------------------------------------------------------------------------

    def share(
        self, token: str, text: str, *, picture: bytes | None = None, picture_name: str = "", rip: str | None = None
    ) -> Status:
        """Post a text with a link of the safe domain, and one picture; ordinary applications have no other way.

        Args:
            token: of the account.
            text: as it is; it is encoded once on its way.
            picture: a JPEG, PNG or GIF of less than 5 MB.
            picture_name: for refusals only; the platform is told a neutral name.
            rip: the operator's address.
        """
        return self._post("statuses/share", token, {"status": text, "rip": rip}, picture, picture_name)

    def update(self, token: str, text: str, *, long: bool = False, rip: str | None = None) -> Status:
        """Post a text with an application that is granted more than sharing."""
        fields = {"status": text, "is_longtext": 1 if long else None, "rip": rip}
        return self._post("statuses/update", token, fields)

    def upload(
        self, token: str, text: str, picture: bytes, *, picture_name: str = "", rip: str | None = None
    ) -> Status:
        """Post a text with a picture with an application that is granted more than sharing."""
        fields = {"status": text, "rip": rip}
        return self._post("statuses/upload", token, fields, picture, picture_name, host=UPLOAD)

    def destroy(self, token: str, post_id: str) -> None:
        """Delete a post of the account; one that is gone raises ALREADY_DONE."""
        _object(self._call("POST", "2/statuses/destroy", {"id": _id(post_id)}, token, write=True, deleting=True))

    def user_timeline(
        self,
        token: str,
        uid: str | None = None,
        *,
        since_id: str | None = None,
        max_id: str | None = None,
        count: int = 20,
    ) -> StatusPage:
        """Read the newest posts of the token's own account: five at most, whatever is asked for.

        ``since_id`` is left out of the answer, ``max_id`` is part of it.
        """
        fields = {"uid": _id(uid), "since_id": _id(since_id), "max_id": _id(max_id), "count": count}
        value = _object(self._call("GET", "2/statuses/user_timeline", fields, token))
        found = read_list(value.get("statuses"), read_status) or _unreadable()
        return StatusPage(found.items, whole_number(value.get("total_number")), found.unread)

    def show(self, token: str, post_id: str) -> Status:
        """Read one post; ``deleted`` may be set, or NOT_FOUND is raised."""
        value = _object(self._call("GET", "2/statuses/show", {"id": _id(post_id)}, token))
        found = read_status(value)
        if found is None and truth(value.get("deleted")):
            raise PlatformError(ErrorClass.NOT_FOUND, None, "deleted", 200, True)
        return found or _unreadable()

    def count(self, token: str, post_ids: Iterable[str]) -> dict[str, Counts]:
        """Read the counts of posts, a hundred per call; those that are gone are missing from the answer."""
        return self._by_ids("2/statuses/count", "ids", token, post_ids, read_counts)

    # --- accounts -------------------------------------------------------------------------------------------

    def users_show(self, token: str, uid: str | None = None, *, screen_name: str | None = None) -> Profile:
        """Read an account by number or by name; of accounts that did not authorise, much is withheld.

        Raises:
            UsageError: neither or both are given.
        """
        if (uid is None) == (screen_name is None):
            raise UsageError("请写明用户id或昵称之一。")
        fields = {"uid": _id(uid), "screen_name": screen_name}
        return read_profile(_object(self._call("GET", "2/users/show", fields, token))) or _unreadable()

    def users_counts(self, token: str, uids: Iterable[str]) -> dict[str, UserCounts]:
        """Read the counts of accounts, a hundred per call; those that the platform withholds are missing."""
        return self._by_ids("2/users/counts", "uids", token, uids, read_user_counts)

    def unread_count(self, token: str, uid: str) -> Unread:
        """Ask what is new for an account: the cheapest of all calls."""
        fields = {"uid": _id(uid), "unread_message": 0}
        return read_unread(_object(self._call("GET", "2/remind/unread_count", fields, token, host=REMIND)))

    def rate_limit_status(self, token: str) -> RateLimit:
        """Ask what the platform says of its limits; it is shown, nothing is decided by it."""
        return read_rate_limit(_object(self._call("GET", "2/account/rate_limit_status", {}, token)))

    # --- comments -------------------------------------------------------------------------------------------

    def comments_show(
        self,
        token: str,
        post_id: str,
        *,
        since_id: str | None = None,
        max_id: str | None = None,
        count: int = 50,
        page: int = 1,
    ) -> CommentPage:
        """Read the comments on a post, the newest first."""
        return self._comments("show", token, since_id, max_id, count, page, id=_id(post_id))

    def comments_timeline(
        self, token: str, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that the account got and gave."""
        return self._comments("timeline", token, since_id, max_id, count, page)

    def comments_to_me(
        self, token: str, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that the account got."""
        return self._comments("to_me", token, since_id, max_id, count, page)

    def comments_by_me(
        self, token: str, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that the account gave."""
        return self._comments("by_me", token, since_id, max_id, count, page)

    def comments_mentions(
        self, token: str, *, since_id: str | None = None, max_id: str | None = None, count: int = 50, page: int = 1
    ) -> CommentPage:
        """Read the comments that name the account."""
        return self._comments("mentions", token, since_id, max_id, count, page)

    def comments_create(self, token: str, post_id: str, text: str, *, rip: str | None = None) -> Comment:
        """Comment on a post."""
        fields = {"id": _id(post_id), "comment": text, "rip": rip}
        value = _object(self._call("POST", "2/comments/create", fields, token, write=True))
        return read_comment(value) or _unreadable()

    def comments_reply(
        self,
        token: str,
        post_id: str,
        comment_id: str,
        text: str,
        *,
        without_mention: bool = False,
        rip: str | None = None,
    ) -> Comment:
        """Answer a comment; the platform puts “回复@…:” before the text unless told not to."""
        fields = {
            "id": _id(post_id),
            "cid": _id(comment_id),
            "comment": text,
            "without_mention": 1 if without_mention else 0,
            "rip": rip,
        }
        value = _object(self._call("POST", "2/comments/reply", fields, token, write=True))
        return read_comment(value) or _unreadable()

    def comments_destroy(self, token: str, comment_id: str) -> None:
        """Delete a comment; one that is gone raises ALREADY_DONE."""
        fields = {"cid": _id(comment_id)}
        _object(self._call("POST", "2/comments/destroy", fields, token, write=True, deleting=True))

    # --- shared ---------------------------------------------------------------------------------------------

    def _call(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str | int | None],
        token: str = "",
        *,
        host: str | None = None,
        picture: tuple[bytes, str] | None = None,
        write: bool = False,
        deleting: bool = False,
        secrets: Sequence[str] = (),
    ) -> Any:
        base = self._wire.base if host is None else beside(self._wire.base, host)
        suffix = "" if path.startswith("oauth2/") else ".json"
        call = Call(
            method=method,
            url=f"{base}/{path}{suffix}",
            api=path.removeprefix("2/"),
            fields=fields,
            token=token,
            picture=picture,
            write=write,
            deleting=deleting,
            secrets=tuple(secrets),
        )
        return self._wire.call(call, self._gate)

    def _post(
        self,
        api: str,
        token: str,
        fields: Mapping[str, str | int | None],
        picture: bytes | None = None,
        picture_name: str = "",
        *,
        host: str | None = None,
    ) -> Status:
        sent = None if picture is None else (picture, _picture_kind(picture, picture_name))
        value = self._call("POST", f"2/{api}", fields, token, host=host, picture=sent, write=True)
        return read_status(_object(value)) or _unreadable()

    def _by_ids(
        self,
        path: str,
        name: str,
        token: str,
        ids: Iterable[str],
        read: Callable[[object], tuple[str, T] | None],
    ) -> dict[str, T]:
        found: dict[str, T] = {}
        wanted = list(dict.fromkeys(ids))
        for start in range(0, len(wanted), IDS_PER_CALL):
            part = wanted[start : start + IDS_PER_CALL]
            asked = {_id(each) for each in part}
            value = self._call("GET", path, {name: ",".join(part)}, token)
            entries = read_list(value, read) or _unreadable()
            # What was not asked for does not belong to us.
            found.update((number, counts) for number, counts in entries.items if number in asked)
        return found

    def _comments(
        self,
        name: str,
        token: str,
        since_id: str | None,
        max_id: str | None,
        count: int,
        page: int,
        **more: str | None,
    ) -> CommentPage:
        fields = {"since_id": _id(since_id), "max_id": _id(max_id), "count": count, "page": page, **more}
        value = _object(self._call("GET", f"2/comments/{name}", fields, token))
        found = read_list(value.get("comments"), read_comment) or _unreadable()
        cursor = first_id(value, "next_cursor") or ""
        return CommentPage(found.items, whole_number(value.get("total_number")), cursor, found.unread)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _unreadable()


def _unreadable() -> NoReturn:
    """Refuse an answer without what was promised: success needs a number of the platform."""
    raise PlatformError(ErrorClass.UNKNOWN, None, "答复缺少约定的内容", 200)


def _id(number: str | None) -> str | None:
    if number is not None and not (number.isascii() and number.isdigit() and len(number) <= 20):
        raise UsageError(f"平台编号“{number[:40]}”不对。", next_step="应为数字。")
    return number


def _picture_kind(picture: bytes, name: str) -> str:
    """Return the media type by the first bytes; what the platform would refuse is not sent."""
    kind = next((kind for first, kind in _PICTURES.items() if picture.startswith(first)), None)
    shown = f"图片{name[:60]}" if name else "图片"
    if kind is None:
        raise PlatformError(ErrorClass.CONTENT_REJECTED, 20005, f"{shown}不是JPEG、PNG、GIF", sent=False)
    if len(picture) >= LARGEST_PICTURE:
        raise PlatformError(ErrorClass.CONTENT_REJECTED, 20006, f"{shown}应小于5MB", sent=False)
    return kind
