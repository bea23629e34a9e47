"""Dates, periods and quotations in the words of official papers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from config.rulebook.content import ContentBook
from publishing.checks.personal_data import check_personal_data
from weibo_ops.kernel.clock import Period, beijing
from weibo_ops.kernel.text import defuse, mask_nickname, shorten

_QUARTERS = "一二三四"
_NUMBER = re.compile(r"[0-9０-９](?:[ -]?[0-9０-９]){6,}[XxＸｘ]?")
_MENTION = re.compile(r"@([\w·•.-]{1,30})")
HIDDEN = "〔已隐去〕"


def day_words(day: date, *, year: bool = True) -> str:
    """Write a day as ``2026年7月1日``, or without the year."""
    return f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"


def instant_words(instant: datetime) -> str:
    """Write an instant in Beijing time; midnight is the end of the day before, 24:00."""
    local = beijing(instant)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"{day_words(local.date() - timedelta(days=1))}24:00"
    return f"{day_words(local.date())}{local:%H:%M}"


def span_words(first: date, last: date) -> str:
    """Write a range of days, naming the year once where it is the same."""
    if first == last:
        return day_words(first)
    return f"{day_words(first)}至{day_words(last, year=first.year != last.year)}"


def period_words(period: Period) -> str:
    """Write a period by its name: 2026年, 2026年上半年, 2026年第三季度, 2026年9月, or its days."""
    year, rest = period.label[:4], period.label[4:]
    if not rest:
        return f"{year}年"
    if match := re.fullmatch(r"H([12])", rest):
        return f"{year}年{'上下'[int(match[1]) - 1]}半年"
    if match := re.fullmatch(r"Q([1-4])", rest):
        return f"{year}年第{_QUARTERS[int(match[1]) - 1]}季度"
    if match := re.fullmatch(r"-(\d{2})", rest):
        return f"{year}年{int(match[1])}月"
    return span_words(period.first_day, period.last_day)


def next_words(period: Period) -> str:
    """Name what follows the period: 下月, 下季度, 下半年, 下年度 or 下阶段."""
    rest = period.label[4:]
    if re.fullmatch(r"-\d{2}", rest):
        return "下月"
    if rest.startswith("Q"):
        return "下季度"
    return {"": "下年度", "H1": "下半年"}.get(rest, "下阶段")


def listed(names: Iterable[str], most: int = 10) -> str:
    """Join names with 、; beyond ``most`` only their number is told."""
    known = list(names)
    return "、".join(known[:most]) + (f"等{len(known)}个" if len(known) > most else "")


def quote(text: str, author: str, book: ContentBook, length: int = 48) -> str:
    """Return a citizen's text as an internal paper may show it.

    Shortened; the author's and mentioned nicknames are masked; what the content book points at as personal data and
    every number of seven digits or more are taken out.
    """
    line = defuse(text, newline=" ", tab=" ")
    personal = {place for hit in check_personal_data(line, book) for place in range(hit.start, hit.end)}
    line = "".join(
        ("" if place - 1 in personal else HIDDEN) if place in personal else character
        for place, character in enumerate(line)
    )
    line = _NUMBER.sub(HIDDEN, line)
    line = _MENTION.sub(lambda match: f"@{mask_nickname(match[1])}", line)
    name = author.strip()
    if len(name) > 1:
        line = line.replace(name, mask_nickname(name))
    return shorten(line, length)
