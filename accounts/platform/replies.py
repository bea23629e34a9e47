"""The platform's answers as values: pure readers that ignore what they do not know and guess nothing.

Numbers may come as text, ``id`` may be rounded (``idstr`` and ``mid`` are right), fields may be missing, a deleted post
says ``"deleted": "1"``. A reader that cannot be sure answers None, and its caller says so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_CREATED = re.compile(
    r"[A-Za-z]{3} ([A-Za-z]{3}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2}) (\d{4})", re.ASCII
)
_ID = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+)?", re.ASCII)
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Status:
    """A post (微博) as the platform shows it.

    Attributes:
        id: the platform's number in digits; ``idstr`` or ``mid`` before the ``id`` that may be rounded.
        created_at: when the platform took it, UTC.
        text: as shown, whole where the whole came.
        source: the client it was sent with, a piece of HTML.
        user_id: whose it is; empty where the answer does not say.
        reposts, comments, likes: counts; None where the answer does not say.
        truncated: the text is cut short.
        deleted: the platform calls it deleted.
        url_long: long addresses behind the short ones in the text, where the answer gives them.
    """

    id: str
    created_at: datetime
    text: str
    source: str = ""
    user_id: str = ""
    reposts: int | None = None
    comments: int | None = None
    likes: int | None = None
    truncated: bool = False
    deleted: bool = False
    url_long: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatusPage:
    """Posts of a timeline, the newest first as they came.

    Attributes:
        statuses: those that could be read.
        total_number: how many there are by the platform's word; None where it does not say.
        unread: entries that could not be read: what is missing from ``statuses`` may be among them.
    """

    statuses: tuple[Status, ...]
    total_number: int | None = None
    unread: int = 0


@dataclass(frozen=True)
class Comment:
    """A comment; ``reply_to`` is the comment that it answers, ``status_id`` the post; empty where unknown."""

    id: str
    created_at: datetime
    text: str
    user_id: str = ""
    user_name: str = ""
    status_id: str = ""
    reply_to: str = ""
    root_id: str = ""
    source: str = ""


@dataclass(frozen=True)
class CommentPage:
    """Comments as they came; ``unread`` entries could not be read, ``next_cursor`` is empty on the last page."""

    comments: tuple[Comment, ...]
    total_number: int | None = None
    next_cursor: str = ""
    unread: int = 0


@dataclass(frozen=True)
class Counts:
    """Counts of a post; None where the answer does not say."""

    reposts: int | None
    comments: int | None
    likes: int | None


@dataclass(frozen=True)
class Profile:
    """An account as the platform shows it; None and empty where it does not say."""

    uid: str
    screen_name: str
    description: str = ""
    verified: bool | None = None
    verified_type: int | None = None
    verified_reason: str = ""
    posts: int | None = None
    followers: int | None = None
    following: int | None = None


@dataclass(frozen=True)
class UserCounts:
    """Counts of an account; None where the answer does not say."""

    followers: int | None
    following: int | None
    posts: int | None


@dataclass(frozen=True)
class Unread:
    """What is new for an account: comments, mentions, followers, messages."""

    comments: int = 0
    mentions: int = 0
    comment_mentions: int = 0
    followers: int = 0
    messages: int = 0


@dataclass(frozen=True)
class Grant:
    """What the code was exchanged for; ``lifetime`` from the moment of the answer. The token is never shown."""

    token: str
    uid: str
    lifetime: timedelta

    def __repr__(self) -> str:
        return f"Grant(uid={self.uid!r}, lifetime={self.lifetime!r})"


@dataclass(frozen=True)
class TokenInfo:
    """Whose token it is, of which application, and how long it still holds (negative: it has expired)."""

    uid: str
    app_key: str
    remaining: timedelta | None


@dataclass(frozen=True)
class RateLimit:
    """What the platform says of its limits; it has been seen to be wrong, so nothing is decided by it."""

    user_limit: int | None
    user_remaining: int | None
    reset_seconds: int | None


@dataclass(frozen=True)
class Answer:
    """The body of an answer, read as far as it goes.

    Attributes:
        value: the JSON value; None where there is none.
        clean: the body was UTF-8. What was read from another encoding may tell an error code, but no text.
    """

    value: Any
    clean: bool


def read_body(body: bytes) -> Answer:
    """Read the body of an answer; one that is no JSON gives no value."""
    try:
        text, clean = body.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text, clean = body.decode("utf-8", "replace"), False
    try:
        return Answer(json.loads(text, parse_constant=lambda _: None), clean)
    except (ValueError, RecursionError):
        return Answer(None, clean)


def read_status(value: object) -> Status | None:
    """Read a post; None if it has no number or no time."""
    if not isinstance(value, Mapping):
        return None
    number = first_id(value, "idstr", "mid", "id")
    created = read_time(value.get("created_at"))
    if number is None or created is None:
        return None
    long_text = value.get("longText")
    whole = long_text.get("longTextContent") if isinstance(long_text, Mapping) else None
    whole = whole if isinstance(whole, str) and whole else None
    return Status(
        id=number,
        created_at=created,
        text=whole if whole is not None else text_of(value.get("text")),
        source=text_of(value.get("source")),
        user_id=_user_id(value.get("user")),
        reposts=count_of(value.get("reposts_count")),
        comments=count_of(value.get("comments_count")),
        likes=count_of(value.get("attitudes_count")),
        truncated=whole is None and (truth(value.get("isLongText")) or truth(value.get("truncated"))),
        deleted=truth(value.get("deleted")),
        url_long=_addresses(value) + (_addresses(long_text) if isinstance(long_text, Mapping) else ()),
    )


def read_comment(value: object) -> Comment | None:
    """Read a comment; None if it has no number or no time. Its ``mid`` counts otherwise than its id."""
    if not isinstance(value, Mapping):
        return None
    number = first_id(value, "idstr", "id")
    created = read_time(value.get("created_at"))
    if number is None or created is None:
        return None
    user, status, earlier = value.get("user"), value.get("status"), value.get("reply_comment")
    return Comment(
        id=number,
        created_at=created,
        text=text_of(value.get("text")),
        user_id=_user_id(user),
        user_name=text_of(user.get("screen_name")) if isinstance(user, Mapping) else "",
        status_id=(first_id(status, "idstr", "mid", "id") or "") if isinstance(status, Mapping) else "",
        reply_to=(first_id(earlier, "idstr", "id") or "") if isinstance(earlier, Mapping) else "",
        root_id=first_id(value, "rootid") or "",
        source=text_of(value.get("source")),
    )


@dataclass(frozen=True)
class Entries(Generic[T]):
    """What could be read of a list, and how many entries could not."""

    items: tuple[T, ...]
    unread: int


def read_list(value: object, read: Callable[[object], T | None]) -> Entries[T] | None:
    """Read every entry of a list; None if it is no list."""
    if not isinstance(value, list):
        return None
    found = [read(item) for item in value]
    items = tuple(item for item in found if item is not None)
    return Entries(items, len(found) - len(items))


def read_profile(value: object) -> Profile | None:
    """Read an account; None if it has no number or no name."""
    if not isinstance(value, Mapping):
        return None
    uid = first_id(value, "idstr", "id")
    name = text_of(value.get("screen_name")) or text_of(value.get("name"))
    if uid is None or not name:
        return None
    kind = value.get("verified_type")
    return Profile(
        uid=uid,
        screen_name=name,
        description=text_of(value.get("description")),
        verified=truth(value["verified"]) if value.get("verified") is not None else None,
        verified_type=whole_number(kind),
        verified_reason=text_of(value.get("verified_reason")),
        posts=count_of(value.get("statuses_count")),
        followers=count_of(value.get("followers_count")),
        following=count_of(value.get("friends_count")),
    )


def read_counts(value: object) -> tuple[str, Counts] | None:
    """Read the counts of one post with its number."""
    if not isinstance(value, Mapping) or (number := first_id(value, "idstr", "id")) is None:
        return None
    return number, Counts(
        count_of(value.get("reposts")), count_of(value.get("comments")), count_of(value.get("attitudes"))
    )


def read_user_counts(value: object) -> tuple[str, UserCounts] | None:
    """Read the counts of one account with its number."""
    if not isinstance(value, Mapping) or (uid := first_id(value, "idstr", "id")) is None:
        return None
    return uid, UserCounts(
        count_of(value.get("followers_count")),
        count_of(value.get("friends_count")),
        count_of(value.get("statuses_count")),
    )


def read_grant(value: Json) -> Grant | None:
    """Read what a code was exchanged for; None if there is no token, no account or no lifetime."""
    token, uid = value.get("access_token"), first_id(value, "uid")
    seconds = whole_number(value.get("expires_in"))
    if not isinstance(token, str) or not usable_token(token) or uid is None or seconds is None:
        return None
    return Grant(token, uid, _seconds(seconds))


def read_token_info(value: Json) -> TokenInfo | None:
    """Read whose token it is; None if it does not say."""
    uid, app_key = first_id(value, "uid"), text_of(value.get("appkey")).strip()
    if uid is None or not app_key:
        return None
    seconds = whole_number(value.get("expire_in"))
    return TokenInfo(uid, app_key, None if seconds is None else _seconds(seconds))


def _seconds(seconds: int) -> timedelta:
    """Return so many seconds; ten years at most, either way: an answer beyond that is wrong, not generous."""
    most = 10 * 366 * 24 * 3600
    return timedelta(seconds=max(-most, min(seconds, most)))


def read_unread(value: Json) -> Unread:
    """Read what is new; what is missing counts as none."""
    names = ("cmt", "mention_status", "mention_cmt", "follower", "dm")
    return Unread(*(count_of(value.get(name)) or 0 for name in names))


def read_rate_limit(value: Json) -> RateLimit:
    """Read what the platform says of its limits."""
    names = ("user_limit", "remaining_user_hits", "reset_time_in_seconds")
    return RateLimit(*(whole_number(value.get(name)) for name in names))


def read_time(value: object) -> datetime | None:
    """Read ``Tue May 31 17:46:55 +0800 2011`` as UTC, whatever the locale; None for anything else."""
    if not isinstance(value, str) or not (found := _CREATED.fullmatch(value.strip())):
        return None
    month, day, hour, minute, second, sign, off_hours, off_minutes, year = found.groups()
    offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
    try:
        return datetime(
            int(year),
            _MONTHS[month.title()],
            int(day),
            int(hour),
            int(minute),
            int(second),
            tzinfo=timezone(-offset if sign == "-" else offset),
        ).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def first_id(value: Json, *names: str) -> str | None:
    """Return the first of some fields that holds a number of the platform, in digits."""
    for name in names:
        found = value.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found) if 0 < found <= _LARGEST else ""
        if isinstance(found, str) and _ID.fullmatch(found.strip()) and int(found) <= _LARGEST:
            return found.strip()
    return None


def whole_number(value: object) -> int | None:
    """Read a whole number or its digits; None for anything else and for what no count can be."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else None
    if isinstance(value, str):
        value = int(value.strip().partition(".")[0]) if _WHOLE.fullmatch(value.strip()) else None
    return value if isinstance(value, int) and abs(value) <= _LARGEST else None


def count_of(value: object) -> int | None:
    """Read a count; None for anything else and below zero."""
    number = whole_number(value)
    return number if number is not None and number >= 0 else None


def truth(value: object) -> bool:
    """Read a yes or no that may come as ``true``, 1, ``"1"`` or ``"true"``."""
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true")
    return value is True or (not isinstance(value, bool) and isinstance(value, int) and value == 1)


def text_of(value: object) -> str:
    """Read a text; a number becomes its digits, anything else nothing. Halves of characters are replaced."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        return str(value)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value


def usable_token(token: str) -> bool:
    """Say whether a text can be a token: visible ASCII, since it travels in a header."""
    return 0 < len(token) <= 1000 and all("!" <= character <= "~" for character in token)


def _user_id(value: object) -> str:
    return (first_id(value, "idstr", "id") or "") if isinstance(value, Mapping) else ""


def _addresses(value: Json) -> tuple[str, ...]:
    found: list[str] = []
    objects = value.get("url_objects")
    for item in objects if isinstance(objects, list) else []:
        if not isinstance(item, Mapping):
            continue
        inside = item.get("info")
        for holder in (inside, item):
            for name in ("url_long", "url_ori"):
                address = holder.get(name) if isinstance(holder, Mapping) else None
                if isinstance(address, str) and address and address not in found:
                    found.append(address)
    return tuple(found)
