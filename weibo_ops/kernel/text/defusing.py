"""Make foreign text harmless on screens, in documents, spreadsheets and markup, and still show what was there."""

from __future__ import annotations

import re
import unicodedata

_HARMFUL = re.compile(
    "\r\n|["
    "\x00-\x1f\x7f-\x9f"  # controls
    "\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"  # unseen, reordering
    "\u115f\u1160\u3164\uffa0"  # blank letters
    "\ud800-\udfff"  # halves of a pair
    "\U000e0000-\U000e007f"  # unseen tags
    "]"
)
_CELL_LEADING = " \u3000\xa0\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad\t\r\n\x0b\x0c"
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?%?", re.ASCII)
_BACKSLASHES = re.compile(r"\\+(?=\[|\Z)")


def defuse(text: str, *, newline: str = "\n", tab: str = "\t") -> str:
    """Return the text with everything that could act on a terminal, page or reader turned into a visible symbol.

    C0 controls become their pictures (ESC is ␛), DEL is ␡; C1 controls, direction overrides, zero-width and blank
    characters, non-characters and lone surrogates become ``‹U+202E›``. A zero-width joiner between two emoji stays.
    Applying it again changes nothing.

    Args:
        text: any string.
        newline: what a line end (``\\n`` or ``\\r\\n``) becomes; ``"⏎"`` or ``" "`` for one-line cells.
        tab: what a tab becomes.
    """
    if not _HARMFUL.search(text):
        return text

    def symbol(match: re.Match[str]) -> str:
        found = match[0]
        if found in ("\n", "\r\n"):
            return newline
        if found == "\t":
            return tab
        if found == "\u200d" and _joins_emoji(text, match.start()):
            return found
        point = ord(found[0])
        if point < 0x20:
            return chr(0x2400 + point)
        return "␡" if point == 0x7F else f"‹U+{point:04X}›"

    return _HARMFUL.sub(symbol, text)


def _joins_emoji(text: str, at: int) -> bool:
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    return _is_emoji_part(before) and bool(after) and unicodedata.category(after) == "So"


def _is_emoji_part(character: str) -> bool:
    return (
        character == "\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or (bool(character) and unicodedata.category(character) == "So")
    )


def defuse_cell(text: str) -> str:
    """Return the text so that no spreadsheet reads it as a formula.

    A leading ``= + - @`` (full-width too, also behind spaces and zero-width characters), tab or line end gets an
    apostrophe before it; a plain number such as ``-3.5`` stays a number. Controls are the business of `defuse`.
    """
    if not text:
        return text
    body = text.lstrip(_CELL_LEADING)
    starts_badly = text[0] in "\t\r\n" or (
        body.startswith(_FORMULA_SIGNS) and not _PLAIN_NUMBER.fullmatch(text.strip(" "))
    )
    return f"'{text}" if starts_badly else text


def escape_markup(text: str) -> str:
    """Return the text so that neither Rich nor Textual reads any of it as markup.

    Every ``[`` gets a backslash. Backslashes right before a ``[`` or at the end, which the two read differently,
    are shown as ``＼``.
    """
    return _BACKSLASHES.sub(lambda match: "＼" * len(match[0]), text).replace("[", "\\[")
