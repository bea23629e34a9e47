"""Limits by clock hour and day of Beijing time: calls of a user, of an address, posts, comments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from weibo_ops.kernel.clock import BEIJING
from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.turn import Turn

_SHOWN_PER_HOUR = 150
"""What `account/rate_limit_status` says a user may call in an hour, whatever is enforced: as on the platform."""
_HOUR = 3600


def admit(turn: Turn) -> None:
    """Count a call and let it through, or refuse; what is unlimited is not counted.

    Raises:
        ApiError: 10022, the address has had its calls of the hour; 10023, the user those of the day.
    """
    app, store = turn.app, turn.store
    by_address, by_user = 0, 0
    if app.calls_per_ip_hour is not None:
        by_address = store.count_hit(_address_slot(turn))
    if app.calls_per_day is not None:
        by_user = store.count_hit(f"day/{app.key}/{turn.uid}/{_day(turn.at)}")
    if by_address > (app.calls_per_ip_hour or 0):
        raise ApiError(10022)
    if by_user > (app.calls_per_day or 0):
        raise ApiError(10023)


def check_posts(turn: Turn) -> None:
    """Refuse a post beyond those of the hour.

    Raises:
        ApiError: 10024.
    """
    _check(turn, "posts", turn.app.posts_per_hour)


def count_post(turn: Turn) -> None:
    """Count a post that was published."""
    if turn.app.posts_per_hour is not None:
        turn.store.count_hit(_slot("posts", turn))


def check_comments(turn: Turn) -> None:
    """Refuse a comment beyond those of the hour.

    Raises:
        ApiError: 10024.
    """
    _check(turn, "comments", turn.app.comments_per_hour)


def count_comment(turn: Turn) -> None:
    """Count a comment that was written."""
    if turn.app.comments_per_hour is not None:
        turn.store.count_hit(_slot("comments", turn))


def rate_limit_status(turn: Turn) -> dict[str, Any]:
    """`account/rate_limit_status`: tells of an hourly limit of calls while a daily one is enforced."""
    app, store = turn.app, turn.store
    hour = int(turn.at) // _HOUR
    left = _HOUR - int(turn.at) % _HOUR
    reset = datetime.fromtimestamp((hour + 1) * _HOUR, BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    used = store.value(
        "SELECT count(*) FROM calls WHERE at >= ? AND uid = ? AND endpoint <> ?",
        (hour * _HOUR, turn.uid, turn.endpoint),
    )
    addresses = app.calls_per_ip_hour or 10000
    posts = 30 if app.posts_per_hour is None else app.posts_per_hour
    return {
        "api_rate_limits": [
            {
                "api": "/statuses/share",
                "limit": posts,
                "limit_time_unit": "HOURS",
                "remaining_hits": max(0, posts - store.hits(_slot("posts", turn))),
            }
        ],
        "ip_limit": addresses,
        "limit_time_unit": "HOURS",
        "remaining_ip_hits": max(0, addresses - store.hits(_address_slot(turn))),
        "remaining_user_hits": max(0, _SHOWN_PER_HOUR - used),
        "reset_time": reset,
        "reset_time_in_seconds": left,
        "user_limit": _SHOWN_PER_HOUR,
    }


def _check(turn: Turn, what: str, most: int | None) -> None:
    if most is not None and turn.store.hits(_slot(what, turn)) >= most:
        raise ApiError(10024, about=turn.endpoint)


def _address_slot(turn: Turn) -> str:
    return f"ip/{turn.call.peer}/{int(turn.at) // _HOUR}"


def _slot(what: str, turn: Turn) -> str:
    return f"{what}/{turn.app.key}/{turn.uid}/{int(turn.at) // _HOUR}"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y%m%d")
