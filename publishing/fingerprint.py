"""The fingerprint (稿件校验码) of a text: what a signature is given to, and the code that people read out. Pure.

Source: design, approval: a verdict signs text, media, account, time window and the hashes of the rule books; any change
makes it void by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publishing.checks import Medium
from weibo_ops.kernel.ids import digest

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "－": "-", "—": "-"})
_CODE_LENGTH = 12


@dataclass(frozen=True)
class Manuscript:
    """Everything of a post that is signed for.

    Attributes:
        account_id: the account it goes out from.
        media: in order, with their alternative texts.
        reply_to: platform id of the comment answered; empty for a post.
        disclosure, source_basis, secrecy_review, originator: the 定稿栏.
    """

    account_id: int
    gateway: str
    content_class: str
    text: str
    media: tuple[Medium, ...] = ()
    earliest_at: datetime | None = None
    latest_at: datetime | None = None
    reply_to: str = ""
    urgent: bool = False
    urgent_reason: str = ""
    disclosure: str = ""
    source_basis: str = ""
    secrecy_review: str = ""
    originator: str = ""


def fingerprint(manuscript: Manuscript, books: Mapping[str, str]) -> str:
    """Return the SHA-256 (64 hex digits) of a manuscript under the rule books it was judged by.

    Args:
        manuscript: what would go out.
        books: name of a book → digest of its text.
    """
    parts = {name: value for name, value in vars(manuscript).items() if name != "media"}
    media = [[each.name, each.digest, each.kind, each.alt] for each in manuscript.media]
    return digest({**parts, "media": media, "books": dict(books)})


def code_of(full: str) -> str:
    """Return the code that stands on the sheet and is read out: 60 bits as ``XXXX-XXXX-XXXX``, without I L O U."""
    number = int(full[:15], 16)
    letters = "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_CODE_LENGTH)))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def same_code(entered: str, full: str) -> bool:
    """Say whether a code that a person typed is that of a fingerprint; case, spaces and hyphens do not matter."""
    plain = "".join(c for c in entered.upper().translate(_MISREAD) if c.isalnum())
    return plain == code_of(full).replace("-", "")


def books_digest(books: Mapping[str, str], names: Sequence[str]) -> str:
    """Return one digest of the named books, to tell whether any of them changed."""
    return digest({name: books[name] for name in names})
