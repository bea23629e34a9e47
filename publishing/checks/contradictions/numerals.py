"""Numbers as Chinese texts write them."""

from __future__ import annotations

import re

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_PLACES = {"十": 10, "百": 100, "千": 1_000}
MULTIPLES = {"百": 100, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
HAN = "零〇一二两三四五六七八九十百千"
NUMBER = rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?(?:\s?(?:百万|千万|万|亿|百|千))?|[{HAN}]+(?:万[{HAN}]*)?(?:亿)?)"
"""An amount in digits or Chinese numerals; what it says is up to `value_of`."""
_WESTERN = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s?(百万|千万|万|亿|百|千)?")


def value_of(written: str) -> float | None:
    """Return the value of an amount as `NUMBER` matches it; None if it says none (``万``, ``十百``).

    Raises:
        nothing; text of any other form gives None.
    """
    western = _WESTERN.fullmatch(written.strip())
    if western:
        # Longer amounts than any that is meant would only lose digits.
        digits = western[1].replace(",", "")[:24]
        return float(digits) * MULTIPLES.get(western[2] or "", 1)
    return _han_value(written.strip())


def _han_value(written: str) -> float | None:
    if not written or any(sign not in HAN + "万亿" for sign in written):
        return None
    if all(sign in DIGITS for sign in written) and len(written) > 1:
        return float("".join(str(DIGITS[sign]) for sign in written)[:24])
    if written.endswith("亿"):
        hundreds = _han_value(written[:-1])
        return None if hundreds is None else hundreds * MULTIPLES["亿"]
    high, myriad, low = written.partition("万")
    if myriad:
        upper, lower = _section(high), _section(low) if low else 0
        return None if upper is None or lower is None else float(upper * MULTIPLES["万"] + lower)
    value = _section(written)
    return None if value is None else float(value)


def _section(written: str) -> int | None:
    """Return the value below ten thousand: 三百二十 is 320, 十五 is 15, 一百零五 is 105."""
    total, digit, place = 0, 0, 10_000
    for sign in written:
        if sign in DIGITS:
            digit = DIGITS[sign]
            continue
        if sign not in _PLACES or _PLACES[sign] >= place:
            return None
        place = _PLACES[sign]
        total += (digit or 1) * place
        digit = 0
    return total + digit if written else None
