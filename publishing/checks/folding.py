"""One form for all the ways a word can be written, every character staying in its place."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from weibo_ops.kernel.text import simplified

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_HAN = range(0x3400, 0xA000)
_OTHER = (
    range(0x41, 0x5B),
    range(0xA0, 0x2E80),
    range(0x2F00, 0x2FE0),
    range(0x3200, 0x3400),
    range(0xF900, 0xFB00),
    range(0xFF10, 0xFF1A),
    range(0xFF21, 0xFF3B),
    range(0xFF41, 0xFF5B),
    range(0x1D400, 0x1D800),
    range(0x1F110, 0x1F16A),
    range(0x2F800, 0x2FA20),
)
_SIGNS = frozenset((0xB2, 0xB3, 0xB9, *range(0x2070, 0x20A0), *range(0x2460, 0x2500)))
_SEPARATOR = re.compile(
    "[ \t\r\n\u3000\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "·•・‧∙⋅●○◆◇■□★☆※→←*＊_＿\\-－—–~～^＾+＋=＝|｜/／\\\\＼.．…&＆@＠#＃$＄%％'\"`＂＇“”‘’<>＜＞"
    "\u2190-\u21ff\u2500-\u27bf\U0001f000-\U0001faff]+"
)


@lru_cache(maxsize=2)
def _folding(cased: bool) -> NDArray[np.uint32]:
    """Return the form of every code point, ``(0x110000,)``; ``cased``: capitals stay, and so do ① and ²."""
    import numpy as np

    characters = [chr(point) for point in _HAN]
    table = dict(zip(characters, simplified("\n".join(characters)).split("\n"), strict=True))
    for points in _OTHER:
        for point in points:
            form = unicodedata.normalize("NFKC", chr(point))
            if not cased:
                form = unicodedata.normalize("NFKC", form.casefold())
            elif point in _SIGNS:
                continue
            table[chr(point)] = table.get(form, form)
    forms = np.arange(0x110000, dtype=np.uint32)
    for character, form in table.items():
        if len(form) == 1 and form.isalnum():
            forms[ord(character)] = ord(form)
    forms[0xD800:0xE000] = 0xFFFD
    return forms


def folded(text: str) -> str:
    """Return the text in half-width, lower-case, simplified characters; as long as before, place for place.

    Only letters, digits and Chinese characters are folded. Lone surrogates become U+FFFD.
    """
    return _formed(text, cased=False)


def plainly(text: str) -> str:
    """Return the text in half-width, simplified characters, capitals staying; as long as before, place for place."""
    return _formed(text, cased=True)


def _formed(text: str, *, cased: bool) -> str:
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return str(_folding(cased)[points].tobytes(), "utf-32-le")


def squeezed(text: str) -> str:
    """Return the text without the blanks and signs that can be put between the characters of a word.

    The marks that end or divide sentences stay.
    """
    return _SEPARATOR.sub("", text)


def kept_places(text: str) -> list[int]:
    """Return the place in ``text`` of every character of its squeezed form."""
    places: list[int] = []
    last = 0
    for match in _SEPARATOR.finditer(text):
        places.extend(range(last, match.start()))
        last = match.end()
    places.extend(range(last, len(text)))
    return places
