"""Reading posts: `show`, `user_timeline` (five posts, never more), `count`, `queryid`, `querymid`."""

from __future__ import annotations

import sqlite3
from typing import Any

from weibo_ops.kernel.platform_ids import bid_of, mid_of
from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.objects import comments_of, gone_json, is_seen, listed, status_json
from weibo_ops.sandbox.turn import Turn

LATEST = 5
"""Posts that `user_timeline` lists, whatever count and page are asked for."""

_SEEN = "uid = ?1 AND deleted IS NULL AND (visible IS NULL OR visible <= ?2) AND (?3 = 0 OR created <= ?2 - ?3)"


def show(turn: Turn) -> dict[str, Any]:
    """`statuses/show`."""
    row = turn.store.status(turn.number("id"))
    if row is not None and row["deleted"] is not None and turn.app.show_deleted:
        return gone_json(row)
    if row is None or not is_seen(row, turn.at):
        raise ApiError(20101)
    return status_json(turn, row, whole_text=turn.call.params.get("isGetLongText") == "1")


def user_timeline(turn: Turn) -> dict[str, Any]:
    """`statuses/user_timeline`: the caller's own latest posts; ``max_id`` is inclusive, ``since_id`` is not."""
    rows, total = _timeline(turn)
    trim = turn.call.params.get("trim_user") == "1"
    items = [status_json(turn, row, with_user=not trim) for row in rows]
    return listed("statuses", items, total, next_cursor=0)


def user_timeline_ids(turn: Turn) -> dict[str, Any]:
    """`statuses/user_timeline/ids`: the same, numbers alone."""
    rows, total = _timeline(turn)
    return listed("statuses", [str(row["id"]) for row in rows], total)


def count(turn: Turn) -> list[dict[str, Any]]:
    """`statuses/count`: numbers as text; what is deleted or unknown is left out without a word."""
    found = []
    for number in turn.numbers("ids", 100):
        row = turn.store.status(number)
        if row is not None and is_seen(row, turn.at):
            found.append(
                {
                    "id": str(number),
                    "comments": str(comments_of(turn, number)),
                    "reposts": str(row["reposts"]),
                    "attitudes": str(row["attitudes"]),
                }
            )
    return found


def queryid(turn: Turn) -> dict[str, str]:
    """`statuses/queryid`: the number of a short form; ``-1`` where there is none."""
    mid = turn.need("mid")
    try:
        return {"id": mid_of(mid) if turn.call.params.get("isBase62") == "1" else mid}
    except ValueError:
        return {"id": "-1"}


def querymid(turn: Turn) -> dict[str, str]:
    """`statuses/querymid`: the short form of a number."""
    return {"mid": bid_of(str(turn.number("id")))}


def _timeline(turn: Turn) -> tuple[list[sqlite3.Row], int]:
    params, store = turn.call.params, turn.store
    own = store.user(turn.uid)
    if params.get("uid", turn.uid) != turn.uid or (
        "screen_name" in params and (own is None or params["screen_name"] != own.screen_name)
    ):
        raise ApiError(21335)
    seen = (turn.uid, turn.at, turn.lag())
    total = int(store.value(f"SELECT count(*) FROM statuses WHERE {_SEEN}", seen))  # noqa: S608 - a constant
    latest = store.rows(f"SELECT * FROM statuses WHERE {_SEEN} ORDER BY id DESC LIMIT {LATEST}", seen)  # noqa: S608 - a constant
    since, until = turn.number("since_id", 0), turn.number("max_id", 0)
    size, page = min(max(turn.number("count", 20), 1), LATEST), max(turn.number("page", 1), 1)
    kept = [row for row in latest if row["id"] > since and (not until or row["id"] <= until)]
    if params.get("base_app") == "1":
        kept = [row for row in kept if row["key"] == turn.app.key]
    return kept[(page - 1) * size : page * size], total
