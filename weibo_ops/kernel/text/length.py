"""How long a text is for the platform and for a reader."""

from __future__ import annotations

import re
import unicodedata

from weibo_ops.kernel.text.defusing import defuse

_ZWJ = "\u200d"
_WHITESPACE = re.compile(r"\s+")


def weibo_length(text: str) -> int:
    """Return the platform length of a post or comment, in whole Chinese characters.

    An ASCII character counts one half, every other code point one; the sum is rounded up. How the platform
    counts links is not documented, so a link counts as it is written, which never understates the length.
    """
    return (nickname_units(text) + 1) // 2


def nickname_units(name: str) -> int:
    """Return the length of a nickname in platform units: an ASCII character 1, every other code point 2."""
    return 2 * len(name) - len(name.encode("ascii", "ignore"))


def clusters(text: str) -> list[str]:
    """Split a text into what a reader sees as single characters; joined they give the text again.

    Combining marks, variation selectors, skin tones, joined emoji, key caps, tag sequences and flag pairs stay
    with the character before them.
    """
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and _continues(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _continues(cluster: str, character: str) -> bool:
    if character < "\u0300":
        return False
    last = cluster[-1]
    if last == "\n" or last == "\r":
        return False
    if last == _ZWJ:
        return unicodedata.category(character) == "So"
    if _is_extending(character):
        return True
    return _is_flag_letter(character) and len(cluster) == 1 and _is_flag_letter(last)


def _is_extending(character: str) -> bool:
    return (
        character == _ZWJ
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def shorten(text: str, n: int) -> str:
    """Return at most ``n`` visible characters on one line, the last being ``…`` when something was cut.

    Raises:
        ValueError: ``n`` is less than 1.
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    line = _WHITESPACE.sub(" ", text).strip()
    if len(line) <= n:
        return line
    pieces = clusters(line)
    return line if len(pieces) <= n else "".join(pieces[: n - 1]).rstrip() + "…"


def mask_nickname(name: str) -> str:
    """Return a citizen's nickname as documents may show it: its first visible character and ``**``."""
    for cluster in clusters(name):
        if not cluster.isspace() and defuse(cluster) == cluster:
            return f"{cluster}**"
    return "**"
