"""Whether the text that the platform shows is the text that was sent. Pure.

The platform shortens addresses to ``t.cn``, answers in HTML, drops ``#…#`` of what comes by the share interface, trims
blanks, and cuts long texts to “…全文”; exports and people who copy from a page change width and blanks.
Source: microblog API contract, publishing text rules and idempotency; long text of statuses.
"""

from __future__ import annotations

import re
import unicodedata

from publishing.text_changes import ADDED, REMOVED, SAME, Piece, text_changes

LEAST_OF_A_CUT = 30
"""Characters that a text which is cut short must show; fewer say nothing about the rest."""
_QUOTED = 24
"""Characters of a difference that a message shows."""

_UNSEEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
_NESTED = re.compile(r"&(?:(?:amp|#0*38|#[xX]0*26);)+")
_ENTITY = re.compile(r"&(?:(lt|gt|quot|apos|nbsp)|#0*([0-9]{1,7})|#[xX]0*([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_PICTURE = re.compile(r"<img\b[^<>]*?\balt=([\"'])([^\"'<>]*)\1[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*>((?:[^<]|<(?!/?a\b))*)</a>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:a|b|br|div|em|font|i|img|p|span|strong)\b[^<>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.IGNORECASE)
_SHOWN_ADDRESS = re.compile(r"(?:(?<![A-Za-z])O)?网页链接")
"""What stands on a page, and in what people copy from it, in the place of an address."""
_BEGUN_ADDRESS = re.compile(r"(?:h|ht|htt|https?|https?:|https?:/|https?://)$", re.IGNORECASE)
_TOPIC = re.compile(r"#[^#\n]+#")
_CUT = re.compile(r"\s*(?:…|⋯|\.{3})+\s*(?:展开)?全文\s*[:：]?\s*(?:https?://\S*)?\s*$")
_BLANK = re.compile(r"\s+")


def normal(text: str) -> str:
    """Return a text as it is compared with what the platform shows.

    HTML becomes text, addresses go, width is made one (NFKC), unseen characters and blanks go; topics and
    ``[emoticons]`` stay. ``normal(normal(text)) == normal(text)``.
    """
    while True:
        before = text
        text = _ADDRESS.sub(" ", _as_text(text))
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
        text = _SHOWN_ADDRESS.sub("", _BLANK.sub("", text))
        if text == before:
            return text


def same_text(sent: str, shown: str, truncated: bool = False, *, topics_go: bool = True) -> bool:
    """Say whether what the platform shows is what was sent.

    A text that is nothing but addresses is never found so: any other address would look the same.

    Args:
        sent: as it was signed.
        shown: as the platform, an export or a person who copied it from the page gives it.
        truncated: the platform says that it cut the text; one that ends with “…全文” is taken as cut anyway.
        topics_go: the share interface drops ``#…#`` without a word: a text without them counts as the same. False where
            a person posts: then they must be there.
    """
    wanted = _forms(sent, topics_go)
    whole = _key(shown)
    if whole and whole in wanted:
        return True
    opening = _CUT.sub("", _as_text(shown))
    if not truncated and opening == _as_text(shown):
        return False
    # What stands last may be half an address or half a character.
    begun = _BEGUN_ADDRESS.sub("", _key(opening))[:-1]
    return len(begun) >= LEAST_OF_A_CUT and any(each.startswith(begun) for each in wanted)


def first_difference(sent: str, shown: str) -> str:
    """Say in Chinese where what is shown first differs from what was sent; empty if no difference can be named.

    Places count the characters of `normal`: blanks and addresses are left out.
    """
    pieces = text_changes(normal(sent), normal(_CUT.sub("", _as_text(shown))))
    changed = [(number, each) for number, each in enumerate(pieces) if each.change != SAME]
    if not changed:
        return ""
    number, piece = changed[0]
    after = pieces[number + 1] if number + 1 < len(pieces) else None
    place = f"第{piece.old_start + 1}字起"
    if piece.change == ADDED:
        return f"{place}多出“{_quote(piece)}”"
    if after is not None and after.change == ADDED:
        return f"{place}签发稿为“{_quote(piece)}”,所示为“{_quote(after)}”"
    assert piece.change == REMOVED
    return f"{place}缺少“{_quote(piece)}”"


def _quote(piece: Piece) -> str:
    return piece.text if len(piece.text) <= _QUOTED else f"{piece.text[:_QUOTED]}…"


def _forms(sent: str, topics_go: bool) -> frozenset[str]:
    """Return what a sent text may look like; an address ends in the text as sent, not as its entities are read."""
    texts = [sent, _ADDRESS.sub(" ", sent)]
    if topics_go:
        outside, at = [], 0
        for found in _ADDRESS.finditer(sent):
            outside += [_TOPIC.sub("", sent[at : found.start()]), found[0]]
            at = found.end()
        texts += [_TOPIC.sub("", sent), "".join([*outside, _TOPIC.sub("", sent[at:])])]
        texts += [_ADDRESS.sub(" ", texts[-1])]
    return frozenset(filter(None, map(_key, texts)))


def _key(text: str) -> str:
    # An address that runs into a topic takes one # with it, on one side or on the other.
    return normal(normal(text).replace("#", ""))


def _as_text(text: str) -> str:
    """Return HTML as text: entities, emoticons shown as pictures, links; what is no HTML stays as it is."""
    while True:
        before = text
        text = _ENTITY.sub(_character, _NESTED.sub("&", text))
        text = _TAG.sub(" ", _LINK.sub(_linked, _PICTURE.sub(r"\2", text)))
        if text == before:
            return text


def _character(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else " "


def _linked(found: re.Match[str]) -> str:
    """A link to a topic, a name or the whole text keeps its words; every other one stands for an address."""
    words = _TAG.sub("", found[1])
    return words if words.lstrip().startswith(("#", "@")) or words.strip() in ("全文", "展开全文", "展开") else " "
