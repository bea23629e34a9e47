"""What the checks judge: a text with what goes with it, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Medium:
    """A picture or video of a post: the file's name, SHA-256, size in bytes, kind (图片 or 视频), alternative text."""

    name: str
    digest: str
    size: int
    kind: str
    alt: str = ""


@dataclass(frozen=True)
class Neighbour:
    """A recent post or reply that the text must agree with: of the same account (``own``) or of a sibling.

    Attributes:
        reference: how people find it, e.g. ``微博 5012345678901234`` or ``稿件 12``.
        account: screen name.
        at: when it went out; None if it still waits.
        reply: whether it answers a comment.
    """

    reference: str
    account: str
    own: bool
    at: datetime | None
    text: str
    reply: bool = False


@dataclass(frozen=True)
class Draft:
    """A post as it would go out on the Beijing day ``on``; ``source_basis`` is 来源与依据 of the 定稿栏."""

    text: str
    on: date
    gateway: str = "manual"
    content_class: str = "日常"
    media: tuple[Medium, ...] = ()
    source_basis: str = ""
    neighbours: tuple[Neighbour, ...] = ()
