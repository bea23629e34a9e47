"""What follows from what in delivery: an answer, a failure, a look at the timeline. Pure.

Source: design, delivery: known failure → by error class; unknown → 结果待核实; a timeline of five posts proves absence
only when it reaches before the attempt; a match is newer than the attempt and bound to no other post.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.platform import ErrorClass

LEASE = timedelta(minutes=3)
"""How long a worker may take from claiming a post to the platform's answer."""
LONGEST_WAIT = timedelta(hours=1)
MOST_DOUBLED = 12
"""Looks go on for days: a wait that doubled without end would be none that a clock can hold."""
NOT_COUNTED = frozenset({ErrorClass.RATE_LIMIT.value, ErrorClass.REAUTH.value})
"""Failures that say nothing about the post: they do not use up its attempts."""


class Next(StrEnum):
    """Where a post goes after an attempt that did not succeed."""

    DOUBT = "核实"
    PUT_OFF = "推迟"
    FAIL = "失败"


def after_failure(error_class: ErrorClass, may_exist: bool) -> Next:
    """Return where a post goes whose sending failed.

    Args:
        error_class: of the failure.
        may_exist: whether the post may be on the platform nevertheless.
    """
    if may_exist:
        return Next.DOUBT
    if error_class in (ErrorClass.NOT_SENT, ErrorClass.RATE_LIMIT, ErrorClass.REAUTH):
        return Next.PUT_OFF
    return Next.FAIL


def wait_after(attempts: int, seconds: int) -> timedelta:
    """Return how long to wait after so many counted attempts: doubling from ``seconds``, an hour at most."""
    doubled = min(max(attempts - 1, 0), MOST_DOUBLED)
    return min(timedelta(seconds=seconds * 2**doubled), LONGEST_WAIT)


@dataclass(frozen=True)
class Shown:
    """A post as the account's timeline shows it, the newest first in lists."""

    id: str
    created_at: datetime
    text: str
    truncated: bool = False


class Finding(StrEnum):
    """What a look at a timeline proves."""

    FOUND = "已发布"
    ABSENT = "未发布"
    UNCLEAR = "不能确定"


@dataclass(frozen=True)
class Look:
    """What a look proves, the post found, and why it proves nothing where it does not."""

    finding: Finding
    found: Shown | None = None
    why: str = ""


def look_in(
    timeline: Sequence[Shown],
    *,
    total: int | None,
    unread: int,
    since: datetime,
    anchor: int | None,
    bound: Collection[str],
    same: Callable[[Shown], bool],
) -> Look:
    """Say whether a post that was sent at ``since`` or later is on a timeline.

    The platform numbers posts in the order in which it takes them: where a post is known that was there before, a newer
    one has a greater number. Number and time must agree, or nothing is proved.

    Args:
        timeline: as the platform gave it, the newest first, five at most.
        total: how many posts the platform says that the account has; None if it does not say.
        unread: entries that could not be read: one of them may be the post.
        since: the first attempt of which nobody knows the outcome, less what the clocks may differ.
        anchor: number of the newest post that was known of the account before that attempt; None where none was.
        bound: ids that belong to other posts of ours, or to other accounts.
        same: whether a shown post has the text that was sent.
    """
    alike = [each for each in timeline if each.id not in bound and same(each)]
    later = {each.id for each in alike if each.created_at >= since}
    numbered = {each.id for each in alike if anchor is None or int(each.id) > anchor}
    fitting = [each for each in alike if each.id in later & numbered]
    if fitting:
        return Look(Finding.FOUND, min(fitting, key=lambda each: (each.created_at, len(each.id), each.id)))
    if unread:
        return Look(Finding.UNCLEAR, why=f"账号最近发布中有{unread}条无法识别")
    if later | numbered:
        return Look(Finding.UNCLEAR, why="主页上有相同的一条,平台所记时间与本次发布不符,不能确定是否就是")
    if anchor is None:
        if total is not None and total <= len(timeline):
            return Look(Finding.ABSENT)
    elif any(int(each.id) == anchor for each in timeline) or _reaches(timeline, anchor, since):
        return Look(Finding.ABSENT)
    why = f"平台只给出最近{len(timeline)}条,没有到本次发布之前" if timeline else "平台没有给出内容"
    return Look(Finding.UNCLEAR, why=why)


def _reaches(timeline: Sequence[Shown], anchor: int, since: datetime) -> bool:
    """Say whether a list goes back to what was there before; a post pinned to the top is old and proves nothing."""
    return len(timeline) > 1 and int(timeline[-1].id) <= anchor and timeline[-1].created_at < since


class After(StrEnum):
    """What is done after a look."""

    BIND = "登记发布"
    AGAIN = "重发"
    FAIL = "登记失败"
    LAPSE = "登记错过"
    LOOK_AGAIN = "再看"
    ASK = "请人核实"


@dataclass(frozen=True)
class Doubt:
    """What is known of a post of which nobody knows whether it went out.

    Attributes:
        looks: looks at the timeline for the present attempt, this one included.
        most_looks: after so many a person decides.
        call_over: whether the call of every attempt is surely over: its worker told so, or is gone.
        said_done: the platform said that it has it already (20019).
        said_accepted: the platform said that it has it and shows it later (20032).
        absent_before: the look before this one proved it absent, too.
        open_attempts: attempts of this post of which nobody knows the outcome.
        may_again: whether one identical retry is made by itself: class, and none was made.
        over: the time is over at which it may still go out.
    """

    looks: int
    most_looks: int
    call_over: bool
    said_done: bool
    said_accepted: bool
    absent_before: bool
    open_attempts: int
    may_again: bool
    over: bool


def after_look(look: Look, doubt: Doubt) -> After:
    """Say what is done after a look at the timeline."""
    if look.finding == Finding.FOUND:
        return After.BIND
    last = doubt.looks >= doubt.most_looks
    # One look is none: the platform may show a post later than it took it.
    if look.finding == Finding.UNCLEAR or not doubt.call_over or not doubt.absent_before or doubt.said_accepted:
        return After.ASK if last else After.LOOK_AGAIN
    if doubt.said_done:
        # A first attempt that the platform calls a repetition is one of an older post; after another it may be itself.
        if not last:
            return After.LOOK_AGAIN
        return After.ASK if doubt.open_attempts > 1 else After.FAIL
    if doubt.may_again and not doubt.over:
        return After.AGAIN
    if not last:
        return After.LOOK_AGAIN
    return After.LAPSE if doubt.over else After.FAIL
