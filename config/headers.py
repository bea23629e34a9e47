"""The header of a rule book's text rewritten line by line, so that comments and order stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

_TABLE = re.compile(r"^\s*\[", re.MULTILINE)


def with_header(text: str, values: Mapping[str, str | date | None]) -> str:
    """Return the text with the keys of its header set; None takes a key out, a new one goes after ``book``.

    Args:
        text: a valid text of a rule book.
        values: key → value; dates are written as dates, everything else in quotes.
    """
    found = _TABLE.search(text)
    end = found.start() if found else len(text)
    head, rest = text[:end], text[end:]
    for key, value in values.items():
        head = _set(head, key, "" if value is None else f"{key} = {_toml(value)}\n")
    return head + rest


def _set(head: str, key: str, written: str) -> str:
    line = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=.*\n?", re.MULTILINE)
    if line.search(head):
        return line.sub(lambda _found: written, head, count=1)
    return re.sub(r"^([ \t]*book[ \t]*=.*)\n?", lambda found: f"{found[1]}\n{written}", head, count=1, flags=re.M)


def next_version(version: str, taken: set[str]) -> str:
    """Return the next free version: ``2026.1`` → ``2026.2``; a word gets a number."""
    found = re.fullmatch(r"(.*?)(\d+)", version)
    stem, number = (found[1], int(found[2])) if found else (f"{version}.", 0)
    while True:
        number += 1
        if f"{stem}{number}" not in taken:
            return f"{stem}{number}"


def _toml(value: str | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    # A JSON string is a basic string of TOML, escapes included.
    return json.dumps(value, ensure_ascii=False)
