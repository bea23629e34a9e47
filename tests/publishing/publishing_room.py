"""A newsroom whose posts are handed over to people, and whose account may be connected to the sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from publishing.enums import PostState
from publishing.models import Post
from publishing.repository import PostRepository
from tests.publishing.newsroom import NOW, Newsroom
from weibo_ops.bootstrap import PROGRAM
from weibo_ops.kernel.platform_ids import bid_of
from weibo_ops.kernel.todos import TodoView, open_todos

UID, OTHER_UID = "9900000001", "9900000002"
MID, NEXT = "4811000000000001", "4811000000000002"


def link(mid: str = MID, uid: str = UID) -> str:
    """The address of a post."""
    return f"https://weibo.com/{uid}/{bid_of(mid)}"


def handed_over(room: Newsroom, who: str = "zhao", **more: Any) -> int:
    """A signed post whose time has come and which a person was asked to post; return its number."""
    post = room.signed(**more)
    room.app.calendar.schedule(room.who(who), post, room.show(post).row.version, at=at(room, 60))
    room.clock.forward(hours=1)
    room.app.delivery.tick(PROGRAM)
    assert stored(room, post).state == PostState.SENDING
    return post


def overdue(room: Newsroom, **more: Any) -> int:
    """A post that was handed over and whose receipt never came: 结果待核实."""
    post = handed_over(room, **more)
    room.clock.forward(minutes=61)
    room.app.delivery.tick(PROGRAM)
    assert stored(room, post).state == PostState.UNCERTAIN
    return post


def stored(room: Newsroom, post_id: int) -> Post:
    """The row of a post."""
    with room.app.db.reading() as session:
        found = PostRepository(session).get(post_id)
    assert found is not None
    return found


def todos_of(room: Newsroom, kind: str) -> list[TodoView]:
    """The open to-dos of a kind."""
    with room.app.db.reading() as session:
        return [each for each in open_todos(session) if each.kind == kind]


def at(room: Newsroom, minutes: float = 0) -> datetime:
    """So many minutes from the clock's now."""
    return room.clock.now() + timedelta(minutes=minutes)


__all__ = ["MID", "NEXT", "NOW", "OTHER_UID", "UID", "at", "handed_over", "link", "overdue", "stored", "todos_of"]
