"""Punctuation of Chinese sentences as print wants it."""

from __future__ import annotations

import re

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_BESIDE = f"{_HAN}“”‘’《》〈〉〔〕（）、。，；：？！％"
_MARKS = str.maketrans(",;:?!", "，；：？！")
_AFTER = re.compile(f"(?<=[{_BESIDE}])[,;:?!]+")
_BEFORE = re.compile(f"(?<=[0-9A-Za-z%)\\]…])[,;:?!](?=[{_BESIDE}])")
_BRACKETS = re.compile(r"\(([^()\n]*)\)")
_SHOWS_HAN = re.compile(f"[{_HAN}]")


def full_width(text: str) -> str:
    """Return a Chinese sentence with full-width marks where its author typed half-width ones.

    Marks beside Chinese characters and brackets that hold or follow them are widened; those inside numbers, times,
    addresses and Latin words stay. For sentences of ours, not for what others wrote. Applying it again changes nothing.
    """
    wide = _BRACKETS.sub(lambda match: _bracket(text, match), text)
    wide = _AFTER.sub(lambda match: match[0].translate(_MARKS), wide)
    return _BEFORE.sub(lambda match: match[0].translate(_MARKS), wide)


def _bracket(text: str, match: re.Match[str]) -> str:
    before = text[match.start() - 1 : match.start()] if match.start() else ""
    return f"（{match[1]}）" if _SHOWS_HAN.search(before + match[1]) else match[0]
