"""What the platform does to a text that is published: pure functions."""

from __future__ import annotations

import hashlib
import re

from weibo_ops.kernel.text.length import nickname_units

_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_TOPIC = re.compile(r"#[^#\n]+#")
_SHORT = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAGIC = (b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\x89PNG\r\n\x1a\n")

LARGEST_PICTURE = 5 * 2**20
"""Bytes; a picture must be smaller."""


def links(text: str) -> list[str]:
    """Return the addresses in a text; one ends before the first character that no address holds."""
    return _URL.findall(text)


def host_of(link: str) -> str:
    """Return the host of an address in lower case, without user and port."""
    return re.split(r"[/?#]", link.partition("://")[2], maxsplit=1)[0].rpartition("@")[2].partition(":")[0].lower()


def has_safe_link(text: str, domains: tuple[str, ...]) -> bool:
    """Say whether a text holds an address under one of the domains."""
    hosts = [host_of(link) for link in links(text)]
    return any(host == domain or host.endswith(f".{domain}") for host in hosts for domain in domains)


def without_topics(text: str) -> str:
    """Return a text without ``#…#``: what `statuses/share` silently does. A ``#`` inside an address stays."""
    kept: list[str] = []
    at = 0
    for found in _URL.finditer(text):
        kept += [_TOPIC.sub("", text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*kept, _TOPIC.sub("", text[at:])])


def shortened(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a text with its addresses as ``http://t.cn/…``, and (short, long) of each; short ones stay."""
    pairs: list[tuple[str, str]] = []

    def replace(found: re.Match[str]) -> str:
        if host_of(found[0]) == "t.cn":
            return found[0]
        pairs.append((_short_link(found[0]), found[0]))
        return pairs[-1][0]

    return _URL.sub(replace, text), pairs


def too_long(text: str, limit: int) -> bool:
    """Say whether a text has more than ``limit`` Chinese characters, an ASCII character counting half (GBK bytes)."""
    return nickname_units(text) > 2 * limit


def is_picture(data: bytes) -> bool:
    """Say whether bytes begin as JPEG, GIF or PNG do."""
    return data.startswith(_MAGIC)


def _short_link(link: str) -> str:
    """The same address has the same short form, as on the platform."""
    number = int.from_bytes(hashlib.sha256(link.encode("utf-8", "replace")).digest()[:6], "big") % 62**6
    written = ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        written += _SHORT[digit]
    return f"http://t.cn/A{written}"
