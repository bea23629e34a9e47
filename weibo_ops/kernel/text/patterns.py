"""Regular expressions that an administrator wrote, run on a linear-time engine (google-re2)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_SURROGATES = re.compile("[\ud800-\udfff]")


def pattern_spans(pattern: str, text: str) -> list[tuple[int, int]]:
    """Return every non-empty match of a pattern as half-open ``(start, end)`` in characters of the text.

    Raises:
        ValueError: google-re2 does not accept the pattern (it has no back references or look-around).
    """
    # The engine reads UTF-8, which has no lone surrogates; the substitute keeps every position.
    readable = _SURROGATES.sub("\ufffd", text)
    return [match.span() for match in _compiled(pattern).finditer(readable) if match.end() > match.start()]


def any_pattern_matches(patterns: tuple[str, ...], text: str) -> bool:
    """Say whether one of the patterns matches somewhere in a text, in one pass; errors as in `pattern_spans`.

    Asked before `pattern_spans` of each, it makes texts without a match cheap.
    """
    together = _together(patterns)
    if together is None:
        return any(pattern_spans(pattern, text) for pattern in patterns)
    return together.search(_SURROGATES.sub("\ufffd", text)) is not None


def pattern_matches_empty(pattern: str) -> bool:
    """Say whether a pattern matches the empty text, and so hits everywhere; errors as in `pattern_spans`."""
    return _compiled(pattern).search("") is not None


@lru_cache(maxsize=512)
def _together(patterns: tuple[str, ...]) -> Any:
    """Return the patterns as one; None where together they are too large for the engine."""
    for pattern in patterns:
        _compiled(pattern)
    try:
        # Room for the states of many alternatives; with too little the engine starts over and over again.
        return _compiled("|".join(f"(?:{pattern})" for pattern in patterns), 64 * 2**20)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, memory: int = 8 * 2**20) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    try:
        return re2.compile(pattern, options)
    except re2.error as problem:
        raise ValueError(f"正则表达式“{pattern[:60]}”无法使用:{_said(problem)}") from None
    except UnicodeEncodeError:
        raise ValueError(f"正则表达式“{pattern[:60]!a}”无法使用:含有不成字的编码") from None


_SAYINGS = {
    "invalid escape sequence": "不支持这种转义(反向引用也不支持)",
    "invalid perl operator": "不支持环视或这种写法",
    "invalid repetition size": "重复次数过多,嵌套的次数相乘不得超过1000",
    "bad repetition operator": "重复的写法不对",
    "no argument for repetition operator": "重复符号之前没有内容",
    "missing )": "缺少右括号",
    "unexpected )": "多出右括号",
    "missing ]": "缺少右方括号",
    "invalid character class range": "字符范围不对",
    "invalid named capture group": "分组的名称不对",
    "trailing \\": "末尾多出反斜线",
    "pattern too large": "表达式过大",
}
"""What the engine says → what we say."""


def _said(problem: Exception) -> str:
    """Return what is wrong with a pattern in Chinese, with the piece that the engine points at."""
    words = problem.args[0] if problem.args else ""
    raw = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    for beginning, said in _SAYINGS.items():
        if raw.startswith(beginning):
            piece = raw.removeprefix(beginning).removeprefix(": ")[:40]
            return f"{said}(“{piece}”)" if piece else said
    return "写法不对"
