"""What a text states: numbers with unit, days, times, places and telephone numbers, each with the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from publishing.checks.contradictions.numerals import HAN, NUMBER, value_of
from publishing.checks.contradictions.units import UNITS
from publishing.checks.folding import folded

VALUE = "\0"
"""Stands for every character of a stated value where a text is compared without its values."""
_TO = r"\s*(?:至|到|-|—|–|~|～|－)+\s*"
_DIVIDERS = "，,。；;！!？?\n"
_DAY_OFFSETS = {
    "今天": 0, "今日": 0, "今早": 0, "今晨": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2,
    "昨天": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "前天": -2,
}  # fmt: skip
_WEEKDAYS = {sign: number for number, sign in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5}
_MORNING, _AFTERNOON, _NIGHT = (
    ("上午", "早上", "清晨", "凌晨", "早"),
    ("下午", "傍晚", "午后"),
    ("晚上", "夜间", "晚", "夜里"),
)


class FactKind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    PLACE = "place"
    PHONE = "phone"


@dataclass(frozen=True)
class Fact:
    """A value stated at ``[start, end)``.

    Attributes:
        kind: what it is.
        unit: what values must share to be compared: the unit of a number, the form of a day; empty for others.
        low, high: least and greatest value; equal for one exact value. Numbers in the unit's base, days as month × 100
            + day (a day without month: the day), times in minutes of the day.
        rounded: a number written with 万 or 亿, or a time without 上午 or 下午, which may stand for a near value.
        spread: the text itself gives a range.
        words: digits of a telephone number, or a place.
        start, end: characters of the text.
        role: pairs of characters of the clause around it.
        head: what is said before it in the clause: 租金 of 租金每平方米8元; may be empty.
        relative: the word (明天) where a day is said in relation to the day of writing; else empty.
        as_of: a day or time up to which (截至) figures hold.
    """

    kind: FactKind
    unit: str
    low: float
    high: float
    rounded: bool
    spread: bool
    words: str
    start: int
    end: int
    role: frozenset[str] = frozenset()
    head: str = ""
    relative: str = ""
    as_of: bool = False


@dataclass(frozen=True)
class Statement:
    """A text, what it states, and the text without what it states (each character of a value is `VALUE`)."""

    text: str
    facts: tuple[Fact, ...]
    bare: str


def statement(text: str, on: date | None = None) -> Statement:
    """Read a text.

    Args:
        text: any text.
        on: the day on which it was written, by which 明天 is understood; None leaves such words alone.
    """
    plain = folded(text).replace(VALUE, " ")
    facts: list[Fact] = []
    masked = _LINK.sub(lambda match: " " * len(match[0]), plain)
    for find in (_phones, _days, _times, _numbers, _places):
        for fact in find(masked, on):
            facts.append(fact)
            masked = masked[: fact.start] + VALUE * (fact.end - fact.start) + masked[fact.end :]
    placed = [_with_role(fact, masked) for fact in sorted(facts, key=lambda each: each.start)]
    return Statement(text, tuple(placed), masked)


_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+")
_PHONE = re.compile(
    r"(?<![0-9.-])(?:\(?0[1-9][0-9]{1,2}\)?[ -]?)?(?:[2-9][0-9]{6,7}|1[3-9][0-9]{9}|400-?[0-9]{3}-?[0-9]{4})(?![0-9])"
)
_PHONE_WORDS = re.compile(r"电话|热线|拨打|致电|联系|咨询|传真|专线|[(（]")
_SHORT_PHONE = re.compile(r"(?:电话|热线|拨打|致电|号码|专线)[^0-9，,。；;\n]{0,6}(1[0-9]{2,5}|9[0-9]{4,5})(?![0-9])")


def _phones(text: str, on: date | None) -> Iterator[Fact]:
    for match in _PHONE.finditer(text):
        before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() : match.end() + 1]
        if _PHONE_WORDS.search(before) and after not in ("元", "人", "户", "万", "%"):
            yield _phone(match.group(), *match.span())
    for match in _SHORT_PHONE.finditer(text):
        yield _phone(match[1], *match.span(1))


def _phone(written: str, start: int, end: int) -> Fact:
    return Fact(FactKind.PHONE, "", 0, 0, False, False, re.sub("[^0-9]", "", written), start, end)


_N2 = rf"(?:[0-9]{{1,2}}|[{HAN}]{{1,3}})"
_MONTH_DAY = rf"(?:(?:[0-9]{{4}}|[{HAN}]{{4}})年)?{_N2}月{_N2}[日号]"
_ISO_DAY = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
_DATE = re.compile(
    rf"(?P<a>{_MONTH_DAY}|(?<![0-9]){_ISO_DAY}(?![0-9])|(?<![0-9{HAN}月]){_N2}[日号](?!内|后|之|以|线|楼|游|常|文|令))"
    rf"(?:\s*[(（](?:周|星期)[一二三四五六日天][)）])?"
    rf"(?:{_TO}(?P<b>{_MONTH_DAY}|{_ISO_DAY}|{_N2}[日号](?!内|后|之|以|线|楼)))?"
    rf"|(?<![0-9{HAN}月])(?P<c>{_N2}月{_N2}){_TO}(?P<d>(?:{_N2}月)?{_N2}[日号])"
)
_LONE_DAY = re.compile(rf"{_N2}[日号]")
_RELATIVE = re.compile("|".join(_DAY_OFFSETS))
_WEEKDAY = re.compile(r"(?:本|这|下|上)?(?:周|星期|礼拜)([一二三四五六日天末])(?!期)")


def _days(text: str, on: date | None) -> Iterator[Fact]:
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        first, last = match["a"] or match["c"], match["b"] or match["d"]
        lone = _LONE_DAY.fullmatch(first) is not None
        if lone and not _says_day(text, match.start(), match.end()):
            continue
        low = _month_day(first if match["a"] else f"{first}日")
        high = _month_day(last) if last else low
        if low is None or high is None:
            continue
        if high < 100 <= low:
            high += low // 100 * 100
        taken.append(match.span())
        unit = "日" if low < 100 else "月日"
        yield Fact(FactKind.DAY, unit, low, high, False, low != high, "", *match.span())
    free = "".join(VALUE if any(s <= i < e for s, e in taken) else c for i, c in enumerate(text)) if taken else text
    if on is not None:
        for match in _RELATIVE.finditer(free):
            day = on + timedelta(days=_DAY_OFFSETS[match[0]])
            value = day.month * 100 + day.day
            yield Fact(FactKind.DAY, "月日", value, value, False, False, "", *match.span(), relative=match[0])
    for match in _WEEKDAY.finditer(free):
        value = _WEEKDAYS[match[1]]
        yield Fact(FactKind.DAY, "周", value, value, False, False, "", *match.span())


def _says_day(text: str, start: int, end: int) -> bool:
    """Whether ``5日`` without a month is a day and no number of days."""
    before, after = text[max(0, start - 3) : start], text[end : end + 2]
    return before.endswith(("本月", "定于", "将于", "于", "截至", "截止", "自", "从")) or after.startswith(
        ("上午", "下午", "晚", "凌晨", "早", "起", "中午", "夜", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    )


def _month_day(written: str) -> int | None:
    if re.fullmatch(_ISO_DAY, written):
        _, month, day = (int(part) for part in re.split("[-/.]", written))
    else:
        numbers = [value_of(part) for part in re.split("[年月日号]", written) if part][-2:]
        if any(number is None for number in numbers):
            return None
        values = [int(number or 0) for number in numbers]
        month, day = (values[0], values[1]) if "月" in written else (0, values[-1])
    return month * 100 + day if 0 <= month <= 12 and 1 <= day <= 31 else None


_PART = "上午|早上|清晨|凌晨|早|中午|下午|傍晚|午后|晚上|夜间|夜里|晚"
_CLOCK = (
    r"(?:(?:[01]?[0-9]|2[0-4])(?:[:：][0-5][0-9]|[时点](?:整|半|[0-5]?[0-9]分?)?)"
    rf"|[{HAN}]{{1,3}}[时点](?:整|半|[{HAN}]{{1,3}}分?)?)"
)
_TIME = re.compile(
    rf"(?<![0-9.{HAN}第:：])(?P<p>{_PART})?\s?(?P<a>{_CLOCK})(?P<about>许|左右)?"
    rf"(?:{_TO}(?:次日|当日)?(?P<q>{_PART})?\s?(?P<b>{_CLOCK}))?(?![0-9:：]|要求|意见|建议|希望|内容|说明|事项|钟头|候)"
)


def _times(text: str, on: date | None) -> Iterator[Fact]:
    for match in _TIME.finditer(text):
        first = _minutes(match["a"], match["p"])
        if first is None or (not match["p"] and match["a"][0] in HAN and "时" not in match["a"] and not match["b"]):
            continue
        last = _minutes(match["b"], match["q"] or match["p"]) if match["b"] else first
        if last is None:
            continue
        if last < first and not match["q"] and last + 720 > first:
            last += 720
        spread = match["b"] is not None
        low, high = (first - 30, first + 30) if match["about"] else (first, last)
        rounded = not match["p"] and first <= 720
        yield Fact(FactKind.TIME, "", low, high, rounded, spread, "", *match.span())


def _minutes(written: str, part: str | None) -> int | None:
    hour_text, _, rest = re.sub("[:：时点]", ":", written, count=1).partition(":")
    hour = value_of(hour_text)
    minute = 30.0 if rest == "半" else 0.0 if rest in ("", "整") else value_of(rest.rstrip("分"))
    if hour is None or minute is None or hour > 24 or minute > 59:
        return None
    if (part in (*_AFTERNOON, *_NIGHT) and hour < 12) or (part == "中午" and hour < 3):
        hour += 12
    return int(hour) * 60 + int(minute)


_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_LESS = ("不足", "不到", "近", "将近", "接近", "不超过", "不多于", "最多", "至多", "不高于", "低于", "少于")
_MORE = ("超过", "超", "逾", "突破", "不少于", "至少", "不低于", "最少", "多于", "高于", "达到")
_ABOUT = ("约", "大约", "大概", "约为")
_QUANTITY = re.compile(
    rf"(?P<q>{'|'.join(sorted((*_LESS, *_MORE, *_ABOUT), key=len, reverse=True))})?"
    rf"(?<![0-9.{HAN}第a-z])(?P<a>{NUMBER})(?P<m>多|余|几)?(?P<n>万|亿)?\s?(?P<u>{_UNIT})?"
    rf"(?:{_TO}(?P<b>{NUMBER})(?P<o>多|余)?(?P<p>万|亿)?\s?(?P<v>{_UNIT}))?(?P<s>以上|以下|以内|之内|左右|上下)?"
)
_PERCENT = re.compile(rf"百分之(?P<a>{NUMBER})(?:点(?P<f>[{HAN}]+))?")


def _numbers(text: str, on: date | None) -> Iterator[Fact]:
    for match in _PERCENT.finditer(text):
        value = value_of(match["a"])
        if value is not None:
            yield Fact(FactKind.NUMBER, "%", value, value, False, False, "", *match.span())
    for match in _QUANTITY.finditer(_PERCENT.sub(lambda found: VALUE * len(found[0]), text)):
        unit = match["v"] or match["u"]
        if unit is None or (unit in ("年", "级") and not match["q"]):
            continue
        before = text[max(0, match.start() - 1) : match.start()]
        if (
            (before and before in f"第上下首本前这{VALUE}")
            or match["a"] == "一"
            or (unit == "日" and text[match.end() : match.end() + 1] not in "内后之")
        ):
            continue
        low = _amount(match["a"], match["n"] or (match["p"] if not match["u"] else None))
        high = _amount(match["b"], match["p"]) if match["b"] else low
        if low is None or high is None:
            continue
        name, factor = UNITS[unit]
        first = UNITS[match["u"]][1] if match["u"] and match["b"] else factor
        low, high = low * first, high * factor
        if low > high:
            continue
        rounded = bool(re.search("[万亿]", match.group()))
        bounds = _bounds(low, high, match["q"], match["s"], more=match["m"])
        yield Fact(FactKind.NUMBER, name, *bounds, rounded, bounds[0] != bounds[1], "", *match.span())


def _amount(written: str, multiple: str | None) -> float | None:
    value = value_of(written)
    return value if value is None or multiple is None else value * {"万": 1e4, "亿": 1e8}[multiple]


def _bounds(low: float, high: float, before: str | None, after: str | None, *, more: str | None) -> tuple[float, float]:
    """Return what a number may stand for: 约100 is 90 to 110, 100余 is 100 to 200, 不少于100 has no upper end."""
    if more:
        return low, low * 2
    if before in ("近", "将近", "接近", "不足", "不到"):
        return low * 0.8, high
    if before in _LESS or after in ("以下", "以内", "之内"):
        return (low if after in ("以内", "之内") and before is None else 0.0), high
    if (before in _MORE and before != "达到") or after == "以上":
        return low, float("inf")
    if before in _ABOUT or after in ("左右", "上下"):
        return low * 0.9, high * 1.1
    return low, high


_PLACE = re.compile(
    r"(?:(?:地点|地址|会场|考点|集合点|举办地|办公地点)\s?(?:[:：为是在]{1,2}|(?:设|位|安排|定|改)(?:在|于))\s?(?P<a>[^，,。；;！!？?\n\0：:]{2,30}))"
    r"|在(?P<b>[^，,。；;！!？?\n\0、在]{2,20}?)(?:举行|举办|召开|集合|开幕|办理|领取|报名|现场|开展|启动|进行)"
)
_NO_PLACE = re.compile(
    r"(?:下|期间|中|时|前|后|过程|基础上|之间|方面|同时|线上|规定时间内|工作日内|全市|全区|全县|全省|全国|各地)$"
)


def _places(text: str, on: date | None) -> Iterator[Fact]:
    for match in _PLACE.finditer(text):
        group = "a" if match["a"] else "b"
        words = match[group].strip()
        if not _NO_PLACE.search(words):
            yield Fact(FactKind.PLACE, "", 0, 0, False, False, words, *match.span(group))


def _with_role(fact: Fact, masked: str) -> Fact:
    """Add the words around: of the clause, or of the one before or after where the clause is the value alone."""
    start, end = fact.start, fact.end
    while start > 0 and masked[start - 1] not in _DIVIDERS and fact.start - start < _REACH:
        start -= 1
    while end < len(masked) and masked[end] not in _DIVIDERS and end - fact.end < _REACH:
        end += 1
    around = pairs(masked[start : fact.start] + VALUE + masked[fact.end : end])
    if not around:
        earlier = re.split("[。；;！!？?\n]", masked[max(0, start - _REACH) : start])[-1]
        around = pairs(earlier) or pairs(masked[end : end + _REACH])
    before = masked[start : fact.start]
    said = before.rpartition(VALUE)[2].rpartition("】")[2]
    head = _FILLER.sub("", _EACH.sub("", said))
    return replace(fact, role=around, head=head, as_of=_AS_OF.search(before) is not None)


_REACH = 16
_AS_OF = re.compile(rf"截[至止到](?!日期|时间)[^，,。；;]{{0,6}}[{VALUE}\s]*$")
_EACH = re.compile(rf"每(?:{_UNIT})")


_FILLER = re.compile(
    "[将于在的了从自由为是共计已约达有把被和与及等并至到，,。；;！!？?、:：\\s\0“”\"'()（）【】\\[\\]《》#\\-—~～]+"
    "|定于|计划|预计|左右|目前|现在|总数|总计|合计|总共|一共|调整|统一|开始"
)


def pairs(words: str) -> frozenset[str]:
    """Return the neighbouring characters of a text in pairs, without values, marks and function words."""
    found: set[str] = set()
    for piece in _FILLER.split(words):
        if piece:
            found.update(piece[i : i + 2] for i in range(len(piece) - 1)) if len(piece) > 1 else found.add(piece)
    return frozenset(found)
