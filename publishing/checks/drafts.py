"""What a post is judged by: its text, its media, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Medium:
    """An image or a video of a post.

    Attributes:
        name: of the file.
        digest: of its bytes; empty if not known.
        size: in bytes.
        kind: 图片 or 视频.
        alt: the words for people who cannot see it (文字说明).
    """

    name: str
    digest: str
    size: int
    kind: str
    alt: str = ""


@dataclass(frozen=True)
class Neighbour:
    """A recent post or reply of this or a sibling account, or one that waits.

    The post's own earlier revisions are no neighbours of it.

    Attributes:
        reference: how people find it (number or link).
        account: screen name.
        own: whether it is of the same account.
        at: when it went out; None for one that waits.
        text: as it went out.
        reply: whether it answers somebody.
    """

    reference: str
    account: str
    own: bool
    at: datetime | None
    text: str
    reply: bool = False


@dataclass(frozen=True)
class Draft:
    """A post as the checks see it.

    Attributes:
        text: as it would go out.
        gateway: manual, commercial, share or comment.
        content_class: one of the content classes (日常 …).
        media: in the order in which they are shown.
        source_basis: 来源与依据 of the 定稿栏.
        neighbours: what it is compared with.
        on: the Beijing day on which it is judged.
    """

    text: str
    gateway: str = "manual"
    content_class: str = "日常"
    media: tuple[Medium, ...] = ()
    source_basis: str = ""
    neighbours: tuple[Neighbour, ...] = ()
    on: date = field(kw_only=True)
