"""`statuses/share`, `update`, `upload`, `destroy`: what is published, what is refused, and why."""

from __future__ import annotations

import ipaddress
from typing import Any

from weibo_ops.sandbox import limits, texts
from weibo_ops.sandbox.codes import ApiError
from weibo_ops.sandbox.objects import UNAUDITED, is_seen, status_json
from weibo_ops.sandbox.turn import FIRST_BODY, Turn

LONGEST = 2000
"""Chinese characters of a long post."""


def share(turn: Turn) -> dict[str, Any]:
    """`statuses/share`: ≤140 characters with an address under a safe domain; ``#…#`` is dropped without a word."""
    text = _text(turn, FIRST_BODY)
    app = turn.app
    if not app.safe_domains:
        raise ApiError(10017, "appkey not bind domain!")
    if not texts.has_safe_link(text, app.safe_domains):
        raise ApiError(10017, "text not find domain!")
    return _publish(turn, text, texts.without_topics(text), _picture(turn))


def update(turn: Turn) -> dict[str, Any]:
    """`statuses/update`: for applications that were granted it; long with ``is_longtext=1``."""
    if not turn.app.can_update:
        raise ApiError(10014)
    text = _text(turn, LONGEST if turn.call.params.get("is_longtext") == "1" else FIRST_BODY)
    return _publish(turn, text, text, picture=False)


def upload(turn: Turn) -> dict[str, Any]:
    """`statuses/upload`: as `update`, with a picture."""
    if not turn.app.can_update:
        raise ApiError(10014)
    text = _text(turn, LONGEST if turn.call.params.get("is_longtext") == "1" else FIRST_BODY)
    if not _picture(turn):
        raise ApiError(20007)
    return _publish(turn, text, text, picture=True)


def destroy(turn: Turn) -> dict[str, Any]:
    """`statuses/destroy`: one's own posts; a second time there is nothing to destroy."""
    row = turn.store.status(turn.number("id"))
    if row is None or not is_seen(row, turn.at):
        raise ApiError(20101)
    if row["uid"] != turn.uid:
        raise ApiError(20102)
    turn.made = str(row["id"])
    turn.store.run("UPDATE statuses SET deleted = ? WHERE id = ?", (turn.at, row["id"]))
    turn.store.run("UPDATE users SET posts = posts - 1 WHERE uid = ?", (row["uid"],))
    after = turn.store.status(row["id"])
    assert after is not None
    return status_json(turn, after)


def check_words(turn: Turn, text: str) -> None:
    """Refuse what the platform does not carry.

    Raises:
        ApiError: 20021 for a sensitive word, 20020 for advertising.
    """
    if any(word in text for word in turn.app.sensitive_words):
        raise ApiError(20021)
    if any(word in text for word in turn.app.advertising_words):
        raise ApiError(20020)


def check_rip(turn: Turn) -> None:
    """Ask for the operator's own address where the newer documents do.

    Raises:
        ApiError: 10016, it is missing; 10008, it is no address.
    """
    if "rip" not in turn.call.params:
        if turn.app.require_rip:
            turn.need("rip")
        return
    try:
        ipaddress.ip_address(turn.call.params["rip"])
    except ValueError:
        raise ApiError(10008, "param (rip) error, see doc for more info.") from None


def _text(turn: Turn, most: int) -> str:
    text = turn.need("status")
    check_rip(turn)
    if not text.strip():
        raise ApiError(20008)
    if texts.too_long(text, most):
        raise ApiError(20012 if most == FIRST_BODY else 20049)
    return text


def _picture(turn: Turn) -> bool:
    data = turn.call.files.get("pic")
    if data is None:
        return False
    if len(data) >= texts.LARGEST_PICTURE:
        raise ApiError(20006)
    if not texts.is_picture(data):
        raise ApiError(20005)
    return True


def _publish(turn: Turn, sent: str, kept: str, picture: bool) -> dict[str, Any]:
    store = turn.store
    check_words(turn, sent)
    if not kept.strip():
        raise ApiError(20008)
    if store.value("SELECT last_sent FROM users WHERE uid = ?", (turn.uid,)) == sent.strip():
        raise ApiError(20019)
    limits.check_posts(turn)
    text, links = texts.shortened(kept.strip())
    number = store.new_number(turn.at)
    store.add_status(
        number=number,
        uid=turn.uid,
        key=turn.app.key,
        source="沙箱应用" if turn.app.audited else UNAUDITED,
        sent=sent,
        text=text,
        links=links,
        picture=picture,
        long=texts.too_long(text, FIRST_BODY),
        created=turn.at,
        visible=turn.at + turn.delay() if turn.delay() else None,
        endpoint=turn.endpoint,
        source_ip=turn.call.peer,
        rip=turn.call.params.get("rip", ""),
    )
    limits.count_post(turn)
    turn.made = str(number)
    row = store.status(number)
    assert row is not None
    return status_json(turn, row, new=True)
