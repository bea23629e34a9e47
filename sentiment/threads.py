"""Which comment an official reply answers, within the thread of one post. Pure.

Linked by id where the export tells it, else by the platform's leading “回复@name:”, to that person's latest earlier
comment that is more than thanks; the same reply also closes that person's earlier questions there which no official
reply had met yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    thread = sorted(comments, key=lambda mark: (mark.at, mark.order, mark.id))
    by_id = {mark.id: mark for mark in thread}
    met: set[str] = set()
    links: list[Link] = []
    for position, reply in enumerate(thread):
        if not reply.official:
            continue
        found = _target(reply, thread[:position], by_id)
        if found is None:
            continue
        target, basis = found
        links.append(Link(reply.id, target.id, "answers", basis))
        for earlier in thread[:position]:
            if _same_person(earlier, target) and earlier.at <= target.at and earlier.id not in met | {target.id}:
                links.append(Link(reply.id, earlier.id, "closes", basis))
                met.add(earlier.id)
        met.add(target.id)
    return links


def _target(
    reply: CommentMark, earlier: Sequence[CommentMark], by_id: dict[str, CommentMark]
) -> tuple[CommentMark, str] | None:
    if reply.reply_to is not None:
        target = by_id.get(reply.reply_to)
        if target is not None and not target.official:
            return target, "id"
    name = addressee(reply.text)
    if name is None:
        return None
    theirs = [mark for mark in earlier if mark.author == name and not mark.official and mark.at < reply.at]
    asking = [mark for mark in theirs if not mark.thanks] or theirs
    return (asking[-1], "name") if asking else None


def _same_person(one: CommentMark, other: CommentMark) -> bool:
    if one.official or other.official:
        return False
    if one.author_uid is not None and other.author_uid is not None:
        return one.author_uid == other.author_uid
    return one.author == other.author
