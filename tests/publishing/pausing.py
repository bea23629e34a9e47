"""Pauses in the newsroom: posts with a time, and pauses as people enter them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from publishing.enums import PostState
from publishing.repository import PostRepository
from publishing.schemas.pauses import PauseDetail, PauseEntry
from publishing.transitions import CLAIM, SCHEDULE, Act
from tests.publishing.newsroom import Newsroom
from weibo_ops.bootstrap import PROGRAM
from weibo_ops.kernel.todos import TodoView, open_todos

HOUR = timedelta(hours=1)


def move(room: Newsroom, post: int, act: Act, **values: Any) -> None:
    """Move a post by the gate, as the calendar and the delivery program do."""
    with room.app.db.writing() as session:
        row = PostRepository(session).get(post)
        assert row is not None
        assert PostRepository(session).move(post, row.version, act.sources, act.target, values)


def scheduled(room: Newsroom, at: datetime, **more: Any) -> int:
    """A signed post with a time, by 赵编辑; return its number."""
    post = room.signed(**more)
    move(room, post, SCHEDULE, scheduled_at=at, scheduled_by="zhao")
    return post


def sending(room: Newsroom, at: datetime, **more: Any) -> int:
    """A post that is going out at this moment."""
    post = scheduled(room, at, **more)
    move(room, post, CLAIM, lease_owner="w", lease_token=1, lease_until=at + HOUR)
    return post


def entry(**more: Any) -> PauseEntry:
    """A pause of the actor's unit and those below it, from now on, with 周终审 to clear."""
    given: dict[str, Any] = {"title": "全市哀悼日", "reason": "市委办公室通知", "clearer": "zhou"}
    return PauseEntry(**(given | more))


def start(room: Newsroom, who: str = "zhou", **more: Any) -> PauseDetail:
    """Start a pause."""
    return room.app.pauses.start(room.who(who), entry(**more))


def end(room: Newsroom, pause: int, who: str = "zhou", reason: str = "哀悼日结束") -> PauseDetail:
    """End a pause that was just read."""
    return room.app.pauses.end(room.who(who), pause, room.app.pauses.show(pause).row.version, reason)


def tick(room: Newsroom) -> Any:
    """Let the clock's use case run once."""
    return room.app.pauses.tick(PROGRAM)


def states(room: Newsroom, *posts: int) -> list[str]:
    """Where posts stand."""
    return [room.show(post).row.state for post in posts]


def todos_of(room: Newsroom, kind: str) -> list[TodoView]:
    """The open to-dos of a kind."""
    with room.app.db.reading() as session:
        return [each for each in open_todos(session) if each.kind == kind]


HELD, SCHEDULED, SENDING = PostState.HELD.value, PostState.SCHEDULED.value, PostState.SENDING.value
