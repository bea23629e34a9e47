"""`users/show`, `users/counts`, `account/get_uid`."""

from __future__ import annotations

from typing import Any

from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.objects import status_json, user_json
from weibo_ops.sandbox.turn import Turn


def show(turn: Turn) -> dict[str, Any]:
    """`users/show`: by uid or by name, not both; of those who did not authorise the application, less is told."""
    uid, name = turn.call.params.get("uid", ""), turn.call.params.get("screen_name", "")
    if bool(uid) == bool(name):
        raise ApiError(10008, "one of uid or screen_name is required.")
    user = turn.store.user(uid) if uid else turn.store.user_named(name)
    if user is None:
        raise ApiError(20003)
    whole = turn.store.is_authorised(turn.app.key, user.uid, turn.at)
    body = user_json(turn, user, whole=whole)
    if whole:
        latest = turn.store.row(
            "SELECT * FROM statuses WHERE uid = ? AND deleted IS NULL AND (visible IS NULL OR visible <= ?)"
            " ORDER BY id DESC LIMIT 1",
            (user.uid, turn.at),
        )
        if latest is not None:
            body["status"] = status_json(turn, latest, with_user=False)
    return body


def counts(turn: Turn) -> list[dict[str, str]]:
    """`users/counts`: numbers as text; an application that was not audited learns of its own users alone."""
    found = []
    for number in turn.numbers("uids", 100):
        user = turn.store.user(str(number))
        if user is None or not (turn.app.audited or turn.store.is_authorised(turn.app.key, user.uid, turn.at)):
            continue
        body = user_json(turn, user)
        found.append(
            {
                "id": user.uid,
                "followers_count": str(body["followers_count"]),
                "friends_count": str(body["friends_count"]),
                "statuses_count": str(body["statuses_count"]),
            }
        )
    return found


def get_uid(turn: Turn) -> dict[str, str]:
    """`account/get_uid`."""
    return {"uid": turn.uid}
