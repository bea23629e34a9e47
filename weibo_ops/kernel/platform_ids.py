"""Identifiers of posts on the platform: the number, its short form in addresses, and addresses that people paste.

The short form writes the number in base 62 (``0-9a-zA-Z``), seven decimal digits to four characters from the right:
``3501756485200075`` is ``z0JH2lOMb``. Pure functions.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GROUP = 10**7
_LARGEST = 2**63 - 1
_LONGEST_SHORT_FORM = 12
_PAGES = {"weibo.com", "www.weibo.com"}
_MOBILE_PAGES = {"m.weibo.cn", "m.weibo.com", "weibo.cn", "www.weibo.cn"}


def bid_of(mid: str) -> str:
    """Return the short form of a post's number.

    Raises:
        ValueError: not a decimal number without leading zeros, or more than 63 bits.
    """
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", mid) or int(mid) > _LARGEST:
        raise ValueError(f"not a number of a post: {mid[:40]!r}")
    rest, group = divmod(int(mid), _GROUP)
    written = ""
    while rest:
        written = _base62(group).rjust(4, "0") + written
        rest, group = divmod(rest, _GROUP)
    return _base62(group) + written


def mid_of(bid: str) -> str:
    """Return a post's number from its short form; the inverse of `bid_of`.

    Raises:
        ValueError: no number has this short form.
    """
    if not re.fullmatch(r"[0-9a-zA-Z]{1,12}", bid):
        raise ValueError(f"not a short form of a post: {bid[:40]!r}")
    number = 0
    first = len(bid) % 4
    for group in [bid[:first], *(bid[start : start + 4] for start in range(first, len(bid), 4))]:
        value = 0
        for character in group:
            value = value * 62 + _VALUES[character]
        number = number * _GROUP + value
    if number > _LARGEST or bid_of(str(number)) != bid:
        raise ValueError(f"not a short form of a post: {bid!r}")
    return str(number)


def parse_post_link(url: str) -> tuple[str, str] | None:
    """Return (uid, number) of the post that an address leads to; None if it is no post's address.

    Read: ``weibo.com/<uid>/<short form or number>``, ``m.weibo.cn/status/<…>``, ``m.weibo.cn/detail/<…>`` and
    ``m.weibo.cn/<uid>/<…>``, with or without scheme, query and fragment. Where the address
    names no uid, it is ``""``.
    """
    cleaned = url.strip()
    try:
        parts = urlsplit(cleaned if "://" in cleaned else f"https://{cleaned}")
        host = parts.hostname
    except ValueError:
        return None
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.scheme not in ("http", "https") or len(segments) != 2:
        return None
    owner, post = segments
    by_number = re.fullmatch(r"[1-9][0-9]{0,18}", owner) is not None
    if host in _PAGES:
        uid = owner if by_number else None
    elif host in _MOBILE_PAGES:
        uid = owner if by_number else "" if owner in ("status", "detail") else None
    else:
        uid = None
    number = _number(post)
    return None if uid is None or number is None else (uid, number)


def _number(text: str) -> str | None:
    try:
        if text.isascii() and text.isdigit() and len(text) > _LONGEST_SHORT_FORM:
            bid_of(text)
            return text
        return mid_of(text)
    except ValueError:
        return None


def _base62(value: int) -> str:
    written = ""
    while True:
        value, digit = divmod(value, 62)
        written = _ALPHABET[digit] + written
        if not value:
            return written
