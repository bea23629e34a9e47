"""Small exports in the weibo-crawler layout, written for a test."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

COMMENTS = ("id", "weibo_id", "created_at", "user_screen_name", "text", "pic_url", "like_count")
POSTS = ("id", "bid", "正文", "日期", "工具", "点赞数", "评论数", "转发数", "完整日期", "是否原创")
USERS = ("用户id", "昵称", "微博数", "粉丝数", "关注数", "简介", "是否认证", "认证类型", "认证信息")
ROSTER = ("昵称", "用户id", "主办单位", "职能", "层级", "行政区")
UID, NAME, UNIT = "9900000001", "云麓发布", "云麓市人民政府新闻办公室"


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file as the crawler does: UTF-8 with BOM."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def post(number: int, at: str, text: str = "服务时间公告", comments: str = "0") -> list[str]:
    """A post row; its id is made from ``number``."""
    return [
        f"51700000000{number:05d}\t",
        f"P{number}",
        text,
        at.replace(" ", "T"),
        "网页",
        "1",
        comments,
        "0",
        at,
        "True",
    ]


def post_id(number: int) -> str:
    """The platform id of post ``number``."""
    return f"51700000000{number:05d}"


def comment(number: int, post_number: int, at: str, author: str, text: str, likes: str = "0") -> list[str]:
    """A comment row; its id is made from ``number``."""
    return [comment_id(number), post_id(post_number), at, author, text, "", likes]


def comment_id(number: int) -> str:
    """The platform id of comment ``number``."""
    return f"51800000000{number:05d}"


def export(
    folder: Path,
    posts: Iterable[Sequence[str]],
    comments: Iterable[Sequence[str]],
    *,
    uid: str = UID,
    name: str = NAME,
    unit: str = UNIT,
) -> Path:
    """Write a whole export of one account and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "roster.csv", ROSTER, [[name, uid, unit, "新闻发布", "市", "云麓市"]])
    write(
        folder / "users.csv", USERS, [[uid, name, "10", "100", "5", "云麓市官方发布", "True", "1", f"{unit}官方微博"]]
    )
    write(folder / f"{uid}.csv", POSTS, posts)
    write(folder / f"{name}_comments.csv", COMMENTS, comments)
    return folder
