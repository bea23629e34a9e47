"""How many calls an account may make, and who goes first. Pure: windows and limits as functions of values.

Source of the limits: the platform's page on rate limits (100 calls per authorised user and day, 30 posts per clock
hour, so many per hour and address); the numbers in force stand in the delivery book. The platform's own count
(``rate_limit_status``) has been seen to be wrong and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.platform.errors import ErrorClass, PlatformError
from weibo_ops.kernel.clock import beijing, beijing_date, beijing_instant, ensure_utc, format_beijing

POSTING = frozenset({"statuses/share", "statuses/update", "statuses/upload"})
"""The calls that count as posts."""
UNCOUNTED = frozenset({"account/rate_limit_status"})
KEPT_FOR_LOOKING = 5
"""Of the reserve, so many calls are left for looking whether a post is there, whatever is still to be posted."""
APP = "app"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Purpose(StrEnum):
    """What a call is for: posting goes before reading, and looking whether a post is there before all."""

    PUBLISH = "publish"
    VERIFY = "verify"
    POLL = "poll"


class Window(StrEnum):
    """What is counted: all calls of a Beijing day, all calls of a clock hour, posts of a clock hour."""

    DAY = "day"
    HOUR = "hour"
    POSTS = "posts"

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return DAY if self is Window.DAY else HOUR

    @property
    def label(self) -> str:
        """What the limit is called."""
        return {"day": "今日调用次数", "hour": "本小时调用次数", "posts": "本小时发布条数"}[self.value]


@dataclass(frozen=True)
class Limits:
    """The numbers of the delivery book.

    Attributes:
        per_day: calls of an account on a Beijing day.
        posts_per_hour: posts of an account within a clock hour.
        reserved: of ``per_day``, kept for posting and looking.
        per_hour: calls of all accounts together within a clock hour.
    """

    per_day: int
    posts_per_hour: int
    reserved: int
    per_hour: int


@dataclass(frozen=True)
class Counter:
    """One count that a call is added to.

    Attributes:
        scope: ``account:12``, or ``app`` for all.
        window: what is counted.
        start: when the present window began, UTC.
        most: calls allowed within it for this purpose; None: no number, only what the platform said.
        most_polls: of these, calls that only poll; None: the call is no poll.
    """

    scope: str
    window: Window
    start: datetime
    most: int | None
    most_polls: int | None = None


def scope_of(account_id: int) -> str:
    """Return the name under which an account's calls are counted."""
    return f"account:{account_id}"


def start_of(window: Window, now: datetime) -> datetime:
    """Return when the window that an instant lies in began."""
    if window is Window.DAY:
        return beijing_instant(beijing_date(now))
    return ensure_utc(now).replace(minute=0, second=0, microsecond=0)


def counters(account_id: int | None, purpose: Purpose, api: str, limits: Limits, now: datetime) -> tuple[Counter, ...]:
    """Return what a call is counted in; all must have room.

    Args:
        account_id: whose token is used; None for calls of the application itself.
        purpose: polls leave alone what is reserved; posting leaves a few calls for looking.
        api: short name of the call.
        limits: the numbers in force.
        now: the instant of the call.
    """
    if api in UNCOUNTED:
        return ()
    poll = purpose is Purpose.POLL
    found = []
    if account_id is not None:
        scope = scope_of(account_id)
        kept = min(KEPT_FOR_LOOKING, limits.reserved) if purpose is Purpose.PUBLISH else 0
        most_polls = max(limits.per_day - limits.reserved, 0) if poll else None
        found.append(Counter(scope, Window.DAY, start_of(Window.DAY, now), max(limits.per_day - kept, 0), most_polls))
        found.append(Counter(scope, Window.HOUR, start_of(Window.HOUR, now), None, None))
        if api in POSTING:
            found.append(Counter(scope, Window.POSTS, start_of(Window.POSTS, now), limits.posts_per_hour))
    for_all = limits.per_hour
    found.append(Counter(APP, Window.HOUR, start_of(Window.HOUR, now), for_all, for_all * 9 // 10 if poll else None))
    return tuple(found)


def used_up(scope: str, window: Window, start: datetime, now: datetime) -> PlatformError:
    """Return the refusal of a call for which a window has no room, with the instant from which there is again.

    Args:
        scope: whose window.
        window: which one.
        start: when the window that was counted in began; later than ``now`` where the clock was set back.
        now: the instant of the call.
    """
    until = start + window.length
    whose = "全部账号" if scope == APP else "本账号"
    if start > now:
        return PlatformError(
            ErrorClass.RATE_LIMIT,
            None,
            f"系统时间早于已记录的调用,{whose}{window.label}按{format_beijing(start)}起计",
            sent=False,
            retry_at=until,
            next_step="请核对系统时间;确认无误后运行 weibo-ops platform budget --correct。",
        )
    return PlatformError(
        ErrorClass.RATE_LIMIT,
        None,
        f"{whose}{window.label}已用完,{format_beijing(until)}恢复",
        sent=False,
        retry_at=until,
    )


def told_full(account_id: int | None, code: int | None, api: str) -> tuple[str, Window]:
    """Return which window the platform means when it says that a limit is reached."""
    if code in (10004, 10022) or account_id is None:
        return APP, Window.HOUR
    if api in POSTING and code in (10024, 20016):
        return scope_of(account_id), Window.POSTS
    return scope_of(account_id), Window.HOUR


def again_today(earlier: datetime | None, now: datetime) -> bool:
    """Say whether the platform said so in an earlier hour of the same Beijing day: then it is the day that is full."""
    return (
        earlier is not None and beijing_date(earlier) == beijing_date(now) and beijing(earlier).hour < beijing(now).hour
    )
