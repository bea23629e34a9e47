"""The platform's objects as JSON: user, post, comment, list."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from weibo_ops.sandbox.entries import User, seconds
from weibo_ops.sandbox.turn import FIRST_BODY, Turn
from weibo_ops.sandbox.wire import stamp

UNAUDITED = "未通过审核应用"
GONE = "抱歉，此微博已被作者删除。"
_WITHHELD = ("description", "verified_reason", "followers_count", "friends_count", "statuses_count")


def rounded(number: int) -> int:
    """Return the number as the field ``id`` shows it: the platform's own sample has lost the last five digits."""
    return number // 100_000 * 100_000


def is_seen(row: sqlite3.Row, at: float) -> bool:
    """Say whether a post can be seen: not deleted, and not one that the platform is still slow with."""
    return row["deleted"] is None and (row["visible"] is None or row["visible"] <= at)


def user_json(turn: Turn, user: User, *, posts: int | None = None, whole: bool = True) -> dict[str, Any]:
    """Return a user; ``whole=False`` leaves out what is not told of those who did not authorise the application."""
    body: dict[str, Any] = {
        "id": int(user.uid),
        "idstr": user.uid,
        "class": 1,
        "screen_name": user.screen_name,
        "name": user.screen_name,
        "province": user.province,
        "city": user.city,
        "location": user.location,
        "description": user.description,
        "url": "",
        "profile_image_url": user.profile_image_url or f"http://tp1.sinaimg.cn/{user.uid}/50/0/1",
        "profile_url": f"u/{user.uid}",
        "domain": user.domain,
        "weihao": "",
        "gender": user.gender,
        "followers_count": user.followers_count,
        "friends_count": user.friends_count,
        "statuses_count": user.statuses_count + (_posts(turn, user.uid) if posts is None else posts),
        "favourites_count": 0,
        "created_at": stamp(seconds(user.created_at, 1_251_388_800.0)),
        "following": False,
        "allow_all_act_msg": False,
        "geo_enabled": True,
        "verified": user.verified,
        "verified_type": user.verified_type,
        "verified_reason": user.verified_reason,
        "remark": "",
        "allow_all_comment": True,
        "avatar_large": f"http://tp1.sinaimg.cn/{user.uid}/180/0/1",
        "avatar_hd": f"http://tp1.sinaimg.cn/{user.uid}/180/0/1",
        "follow_me": False,
        "online_status": 0,
        "bi_followers_count": 0,
        "lang": "zh-cn",
    }
    return body if whole else {name: value for name, value in body.items() if name not in _WITHHELD}


def status_json(
    turn: Turn, row: sqlite3.Row, *, whole_text: bool = False, with_user: bool = True, new: bool = False
) -> dict[str, Any]:
    """Return a post; a long one is cut unless ``whole_text`` adds it. A ``new`` one has no comments to be counted."""
    number = row["id"]
    text: str = row["text"]
    links: list[list[str]] = json.loads(row["links"])
    body: dict[str, Any] = {
        "created_at": stamp(row["created"]),
        "id": rounded(number),
        "mid": str(number),
        "idstr": str(number),
        "text": f"{text[:FIRST_BODY]}...全文：http://m.weibo.cn/status/{number}" if row["long"] else text,
        "textLength": len(text.encode("gbk", "replace")),
        "source": f'<a href="http://app.weibo.com/t/feed/sandbox" rel="nofollow">{row["source"]}</a>',
        "favorited": False,
        "truncated": False,
        "in_reply_to_status_id": "",
        "in_reply_to_user_id": "",
        "in_reply_to_screen_name": "",
        "pic_urls": [],
        "annotations": [],
        "reposts_count": row["reposts"],
        "comments_count": 0 if new else comments_of(turn, number),
        "attitudes_count": row["attitudes"],
        "isLongText": bool(row["long"]),
        "mlevel": 0,
        "visible": {"type": 0, "list_id": 0},
    }
    if row["edits"]:
        body["edit_count"] = row["edits"]
    if row["picture"]:
        name = f"sandbox{number}.jpg"
        body["pic_urls"] = [{"thumbnail_pic": f"http://ww2.sinaimg.cn/thumbnail/{name}"}]
        body["thumbnail_pic"] = f"http://ww2.sinaimg.cn/thumbnail/{name}"
        body["bmiddle_pic"] = f"http://ww2.sinaimg.cn/bmiddle/{name}"
        body["original_pic"] = f"http://ww2.sinaimg.cn/large/{name}"
    if links and (turn.grant is None or turn.app.url_objects):
        body["url_objects"] = [
            {
                "url_ori": short,
                "object_id": "",
                "info": {"url_short": short, "url_long": long, "type": 0, "result": True},
            }
            for short, long in links
        ]
    if whole_text and row["long"]:
        body["longText"] = {"longTextContent": text, "url_objects": body.get("url_objects", [])}
    user = turn.store.user(row["uid"])
    if with_user and user is not None:
        body["user"] = user_json(turn, user)
    if row["deleted"] is not None:
        body["deleted"] = "1"
    return body


def gone_json(row: sqlite3.Row) -> dict[str, Any]:
    """Return what is left of a deleted post where the platform still shows it."""
    number = row["id"]
    return {
        "created_at": stamp(row["created"]),
        "id": rounded(number),
        "mid": str(number),
        "idstr": str(number),
        "text": GONE,
        "deleted": "1",
        "state": 8,
    }


def comment_json(turn: Turn, row: sqlite3.Row, *, nested: bool = True) -> dict[str, Any]:
    """Return a comment; ``nested`` adds its post and the comment that it answers, one level deep."""
    number = row["id"]
    user = turn.store.user(row["uid"])
    body: dict[str, Any] = {
        "created_at": stamp(row["created"]),
        "id": number,
        "idstr": str(number),
        "mid": str(number),
        "rootid": str(row["root"] or number),
        "floor_number": 1,
        "text": row["text"],
        "source": '<a href="http://weibo.com" rel="nofollow">新浪微博</a>',
        "like_count": 0,
        "disable_reply": 0,
    }
    if user is not None:
        body["user"] = user_json(turn, user, posts=0)
    if nested:
        status = turn.store.status(row["status"])
        if status is not None:
            body["status"] = status_json(turn, status) if status["deleted"] is None else gone_json(status)
        if row["reply_to"] is not None:
            answered = turn.store.row("SELECT * FROM comments WHERE id = ?", (row["reply_to"],))
            if answered is not None and answered["deleted"] is None:
                body["reply_comment"] = comment_json(turn, answered, nested=False)
    return body


def listed(name: str, items: list[Any], total: int, next_cursor: int = 0) -> dict[str, Any]:
    """Return a list in the platform's envelope."""
    return {
        name: items,
        "hasvisible": False,
        "previous_cursor": 0,
        "next_cursor": next_cursor,
        "total_number": total,
        **({"marks": []} if name == "comments" else {}),
    }


def comments_of(turn: Turn, number: int) -> int:
    """Return how many comments a post counts, the hidden ones among them."""
    return int(turn.store.value("SELECT count(*) FROM comments WHERE status = ? AND deleted IS NULL", (number,)))


def _posts(turn: Turn, uid: str) -> int:
    return int(turn.store.value("SELECT posts FROM users WHERE uid = ?", (uid,)) or 0)
