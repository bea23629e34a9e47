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


def pattern_matches_empty(pattern: str) -> bool:
    """Say whether a pattern matches the empty text, and so hits everywhere; errors as in `pattern_spans`."""
    return _compiled(pattern).search("") is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as problem:
        raise ValueError(f"正则表达式“{pattern[:60]}”无法使用:{problem}") from None
