"""The third quarter of 2026 in seconds from its first Beijing midnight, and when its people and offices are awake.

Chance is drawn in whole numbers only: floating-point logarithms may differ between machines, and the files may not.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from weibo_ops.kernel.clock import BEIJING

PERIOD = "2026Q3"
FIRST = date(2026, 7, 1)
DAYS = 92
DAY = 86_400
END = DAYS * DAY
HOLIDAYS = frozenset({date(2026, 9, 25)})
"""Weekdays off: 中秋 (State Council notice for 2026)."""
MAKE_UP = frozenset({date(2026, 9, 20)})
"""Sundays worked for the National Day week (State Council notice for 2026)."""

_START = datetime(2026, 7, 1, tzinfo=BEIJING)
_SPANS = ((9 * 3600, 12 * 3600), (13 * 3600, 18 * 3600))
_POST_HOURS = (7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 14, 14, 15, 15, 16, 16, 17, 17, 18, 19, 20, 21)
_DELAYS = ((1, 30),) * 5 + ((30, 180),) * 6 + ((180, 720),) * 5 + ((720, 2880),) * 3 + ((2880, 8640),)


def stamp(moment: int, separator: str = " ") -> str:
    """Format a moment (seconds from the first midnight) as Beijing wall time without a zone."""
    return (_START + timedelta(seconds=moment)).strftime(f"%Y-%m-%d{separator}%H:%M:%S")


def moment_of(text: str) -> int:
    """Read ``07-15 12:10:00`` (Beijing, 2026) as seconds from the first midnight."""
    return int((datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BEIJING) - _START).total_seconds())


def date_of(day: int) -> date:
    """Return the calendar day that is ``day`` days after the first."""
    return FIRST + timedelta(days=day)


def is_workday(day: int) -> bool:
    """Say whether offices work on that day."""
    when = date_of(day)
    return when in MAKE_UP or (when.weekday() < 5 and when not in HOLIDAYS)


def post_moment(rng: random.Random, last_day: int) -> int:
    """Draw when an office posts: workdays three times as likely as days off, office hours and a little evening."""
    day = rng.randrange(last_day)
    while not is_workday(day) and rng.randrange(3):
        day = rng.randrange(last_day)
    return day * DAY + rng.choice(_POST_HOURS) * 3600 + rng.randrange(3600)


def remark_moment(rng: random.Random, posted: int) -> int:
    """Draw when a citizen writes under a post: soon rather than late, rarely between one and six at night."""
    while True:
        low, high = rng.choice(_DELAYS)
        moment = posted + rng.randrange(low * 60, high * 60)
        if not 1 <= moment // 3600 % 24 < 6 or not rng.randrange(8):
            return moment


def after_working(moment: int, seconds: int) -> int:
    """Return the moment that lies ``seconds`` of office time (9–12, 13–18 on workdays) after ``moment``."""
    day = moment // DAY
    while True:
        if is_workday(day):
            for begin, end in _SPANS:
                start = max(moment, day * DAY + begin)
                left = day * DAY + end - start
                if left > seconds:
                    return start + seconds
                if left > 0:
                    seconds -= left
        day += 1


def answer_moment(rng: random.Random, asked: int, pace: str) -> int:
    """Draw when an office answers: ``fast`` within the hour (8 to 22), ``normal`` within days, ``late`` after many."""
    if pace == "fast":
        hour = asked // 3600 % 24
        if 8 <= hour < 22:
            return asked + rng.randrange(3 * 60, 45 * 60)
        morning = (asked // DAY + (hour >= 22)) * DAY + 8 * 3600
        return morning + rng.randrange(3 * 60, 45 * 60)
    if pace == "late":
        return after_working(asked, rng.randrange(14 * 3600, 70 * 3600))
    if not rng.randrange(8):
        return asked + rng.randrange(600, 7200)
    hours = rng.choice((1, 1, 2, 2, 4, 4, 8, 8, 14, 24))
    return after_working(asked, rng.randrange(480, hours * 3600))
