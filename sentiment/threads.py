"""Which comment an official reply answers, within the thread of one post. Pure.

Linked by id where the export tells it, else by the platform's leading “回复@name:”, to that person's latest earlier
comment that is more than thanks (one who only thanked is answered there); the same reply also closes that person's
earlier comments there, thanks left out, which no official reply had met yet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")

_ADDRESS = re.compile(r"^\s*回复\s*[@＠]\s*([^:：]{1,60}?)\s*[:：]")


@dataclass(frozen=True)
class CommentMark:
    """A comment reduced to what linking needs.

    Attributes:
        id: platform id.
        author: screen name; ``author_uid`` where the source tells it.
        at: when it was made.
        official: made by a registered account.
        reply_to: platform id of the comment it answers, where the source tells it.
        order: position among comments of the same instant.
        thanks: nothing but thanks or an acknowledgement.
    """

    id: str
    author: str
    author_uid: str | None
    at: datetime
    text: str
    official: bool
    reply_to: str | None
    order: int
    thanks: bool = False


@dataclass(frozen=True)
class Link:
    """An official reply and a public comment: it ``answers`` its target and ``closes`` the person's earlier ones."""

    reply_id: str
    comment_id: str
    role: str
    basis: str


class ByPerson(Generic[T]):
    """Things kept by the person they belong to: where both uids are known they decide, else the name does."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[T]] = defaultdict(list)

    def add(self, author: str, uid: str | None, thing: T) -> None:
        """Keep a thing for a person."""
        self._kept["any", author].append(thing)
        self._kept[("no uid", author) if uid is None else ("uid", uid)].append(thing)

    def of(self, author: str, uid: str | None) -> list[T]:
        """Return the person's things: in the order they came, those that tell the uid first."""
        if uid is None:
            return self._kept.get(("any", author), [])
        return [*self._kept.get(("uid", uid), ()), *self._kept.get(("no uid", author), ())]


def addressee(text: str) -> str | None:
    """Return the name in a leading “回复@name:”, or None."""
    found = _ADDRESS.match(text)
    return found[1] if found else None


def link_replies(comments: Iterable[CommentMark]) -> list[Link]:
    """Link the official replies of one post.

    A reply without id and prefix stays unlinked: nobody can tell whom it answers. A citizen's own “回复@…” is a
    comment, not a reply. Names are not people: where uids are known a name is only the way to its uid.

    Args:
        comments: all comments of one post, in any order.

    Returns:
        Links in order of the replies' time, the answered comment before those that are closed.
    """
    thread = sorted(comments, key=_place)
    by_id = {mark.id: mark for mark in thread}
    asked: ByPerson[CommentMark] = ByPerson()
    met: set[str] = set()
    links: list[Link] = []
    for mark in thread:
        if not mark.official:
            asked.add(mark.author, mark.author_uid, mark)
            continue
        found = _target(mark, asked, by_id)
        if found is None:
            continue
        target, basis = found
        links.append(Link(mark.id, target.id, "answers", basis))
        met.add(target.id)
        for earlier in sorted(asked.of(target.author, target.author_uid), key=_place):
            if _place(earlier) < _place(target) and not earlier.thanks and earlier.id not in met:
                links.append(Link(mark.id, earlier.id, "closes", basis))
                met.add(earlier.id)
    return links


def _place(mark: CommentMark) -> tuple[datetime, int, str]:
    return mark.at, mark.order, mark.id


def _target(
    reply: CommentMark, asked: ByPerson[CommentMark], by_id: dict[str, CommentMark]
) -> tuple[CommentMark, str] | None:
    if reply.reply_to is not None:
        target = by_id.get(reply.reply_to)
        if target is not None and not target.official:
            return target, "id"
    name = addressee(reply.text)
    if name is None:
        return None
    theirs = [mark for mark in asked.of(name, None) if mark.at < reply.at]
    asking = [mark for mark in theirs if not mark.thanks] or theirs
    return (asking[-1], "name") if asking else None
