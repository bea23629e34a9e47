"""`comments/*` and `remind/unread_count`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from weibo_ops.sandbox import limits, texts
from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.objects import comment_json, is_seen, listed
from weibo_ops.sandbox.publishing import check_rip, check_words
from weibo_ops.sandbox.turn import FIRST_BODY, Turn

MOST = 200
"""Comments that one page lists."""
BATCH = 20
"""Comments that one call destroys."""
LOOKED_UP = 50
"""Comments that one call looks up."""


def show(turn: Turn) -> dict[str, Any]:
    """`comments/show`: the comments of a post, newest first."""
    status = turn.store.status(turn.number("id"))
    if status is None or not is_seen(status, turn.at):
        raise ApiError(20101)
    return _page(turn, "status = ?", (status["id"],))


def timeline(turn: Turn) -> dict[str, Any]:
    """`comments/timeline`: sent and received."""
    return _page(turn, "(uid = ? OR owner = ? OR to_uid = ?)", (turn.uid,) * 3)


def to_me(turn: Turn) -> dict[str, Any]:
    """`comments/to_me`: received on one's posts or as an answer; asking counts as having seen them."""
    page = _page(turn, "(owner = ? OR to_uid = ?) AND uid <> ?", (turn.uid,) * 3)
    _see(turn, "seen_comment")
    return page


def by_me(turn: Turn) -> dict[str, Any]:
    """`comments/by_me`: sent."""
    return _page(turn, "uid = ?", (turn.uid,))


def mentions(turn: Turn) -> dict[str, Any]:
    """`comments/mentions`: those that name the caller."""
    page = _page(turn, "uid <> ? AND instr(text, ?) > 0", (turn.uid, _mention(turn)))
    _see(turn, "seen_mention")
    return page


def show_batch(turn: Turn) -> list[dict[str, Any]]:
    """`comments/show_batch`: comments by their numbers; what is gone is left out."""
    rows = [_comment(turn, number) for number in turn.numbers("cids", LOOKED_UP)]
    return [comment_json(turn, row) for row in rows if row is not None]


def create(turn: Turn) -> dict[str, Any]:
    """`comments/create`."""
    text = _text(turn)
    status = turn.store.status(turn.number("id"))
    if status is None or not is_seen(status, turn.at):
        raise ApiError(20101)
    return _write(turn, status, text, text, None)


def reply(turn: Turn) -> dict[str, Any]:
    """`comments/reply`: a right ``cid`` decides, whatever ``id`` says; ``回复@…:`` is put before the text."""
    text = _text(turn)
    turn.number("id")
    answered = _comment(turn, turn.number("cid"))
    if answered is None:
        raise ApiError(20201)
    status = turn.store.status(answered["status"])
    if status is None or not is_seen(status, turn.at):
        raise ApiError(20101)
    author = turn.store.user(answered["uid"])
    prefix = f"回复@{author.screen_name}:" if author and turn.call.params.get("without_mention") != "1" else ""
    return _write(turn, status, text, prefix + text, answered)


def destroy(turn: Turn) -> dict[str, Any]:
    """`comments/destroy`: one's own, or those on one's own posts."""
    row = _comment(turn, turn.number("cid"))
    if row is None:
        raise ApiError(20201)
    if turn.uid not in (row["uid"], row["owner"]):
        raise ApiError(20203)
    return _delete(turn, row)


def destroy_batch(turn: Turn) -> list[dict[str, Any]]:
    """`comments/destroy_batch`: what may not be destroyed is passed over without a word."""
    rows = [_comment(turn, number) for number in turn.numbers("cids", BATCH)]
    return [_delete(turn, row) for row in rows if row is not None and turn.uid in (row["uid"], row["owner"])]


def unread_count(turn: Turn) -> dict[str, Any]:
    """`remind/unread_count`: the cheap question whether anything new came."""
    uid = turn.call.params.get("uid", turn.uid)
    if uid != turn.uid:
        raise ApiError(21335)
    seen = turn.store.row("SELECT seen_comment, seen_mention FROM users WHERE uid = ?", (uid,)) or (0, 0)
    new = turn.store.value(
        "SELECT count(*) FROM comments WHERE (owner = ?1 OR to_uid = ?1) AND uid <> ?1 AND id > ?2 AND deleted IS NULL",
        (uid, seen[0]),
    )
    named = turn.store.value(
        "SELECT count(*) FROM comments WHERE uid <> ? AND instr(text, ?) > 0 AND id > ? AND deleted IS NULL",
        (uid, _mention(turn), seen[1]),
    )
    others = ("status", "follower", "dm", "mention_status", "group", "notice", "invite", "badge", "photo")
    return {"cmt": new, "mention_cmt": named, **dict.fromkeys(others, 0)}


def _comment(turn: Turn, number: int) -> sqlite3.Row | None:
    return turn.store.row("SELECT * FROM comments WHERE id = ? AND deleted IS NULL", (number,))


def _mention(turn: Turn) -> str:
    user = turn.store.user(turn.uid)
    return f"@{user.screen_name if user else turn.uid}"


def _see(turn: Turn, column: str) -> None:
    latest = turn.store.value("SELECT coalesce(max(id), 0) FROM comments")
    turn.store.run(f"UPDATE users SET {column} = ? WHERE uid = ?", (latest, turn.uid))  # noqa: S608 - a column's name


def _page(turn: Turn, where: str, values: Sequence[object]) -> dict[str, Any]:
    since, until = turn.number("since_id", 0), turn.number("max_id", 0)
    size, page = min(max(turn.number("count", 50), 1), MOST), max(turn.number("page", 1), 1)
    of = f"FROM comments WHERE {where} AND deleted IS NULL"
    total = turn.store.value(f"SELECT count(*) {of}", values)
    rows = turn.store.rows(
        f"SELECT * {of} AND hidden = 0 AND id > ? AND id <= ? ORDER BY id DESC LIMIT ? OFFSET ?",
        (*values, since, until or 2**63 - 1, size + 1, (page - 1) * size),
    )
    more = rows[size]["id"] if len(rows) > size else 0
    kept = rows[:size:2] if turn.leaves_out() else rows[:size]
    return listed("comments", [comment_json(turn, row) for row in kept], total, more)


def _text(turn: Turn) -> str:
    text = turn.need("comment")
    check_rip(turn)
    if not text.strip():
        raise ApiError(20008)
    if texts.too_long(text, FIRST_BODY):
        raise ApiError(20012)
    check_words(turn, text)
    return text


def _write(turn: Turn, status: sqlite3.Row, sent: str, text: str, answered: sqlite3.Row | None) -> dict[str, Any]:
    store = turn.store
    key = f"{status['id']}/{answered['id'] if answered else ''}/{sent.strip()}"
    if store.value("SELECT last_comment FROM users WHERE uid = ?", (turn.uid,)) == key:
        raise ApiError(20019)
    limits.check_comments(turn)
    number = store.new_number(turn.at)
    store.run(
        "INSERT INTO comments (id, status, owner, uid, text, created, reply_to, to_uid, root)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            status["id"],
            status["uid"],
            turn.uid,
            text,
            turn.at,
            answered["id"] if answered else None,
            answered["uid"] if answered else None,
            (answered["root"] or answered["id"]) if answered else None,
        ),
    )
    store.run("UPDATE users SET last_comment = ? WHERE uid = ?", (key, turn.uid))
    limits.count_comment(turn)
    turn.made = str(number)
    row = _comment(turn, number)
    assert row is not None
    return comment_json(turn, row)


def _delete(turn: Turn, row: sqlite3.Row) -> dict[str, Any]:
    turn.made = str(row["id"])
    turn.store.run("UPDATE comments SET deleted = ? WHERE id = ?", (turn.at, row["id"]))
    return comment_json(turn, row)
