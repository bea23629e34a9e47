"""How files of an export are recognised and how one row becomes an entry (pure).

Layouts: dataabc/weibo-crawler's CSV files (``users.csv``, ``<uid>.csv``, ``<name>_comments.csv``) and a roster.
Columns are found by header, not by position, because versions of the crawler differ; a header may be a synonym.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.schemas import ProfileEntry, RosterEntry
from weibo_ops.kernel.clock import parse_beijing
from weibo_ops.kernel.errors import UsageError


class FileKind(StrEnum):
    """What a file holds; the order of the members is the order of import."""

    ROSTER = "roster"
    POSTS = "posts"
    COMMENTS = "comments"
    USERS = "users"


class Reason(StrEnum):
    """Why a row was not taken in; ``label`` is what people read."""

    SHORT_ROW = "short_row"
    MISSING_ID = "missing_id"
    BAD_ID = "bad_id"
    BAD_TIME = "bad_time"
    BAD_NUMBER = "bad_number"
    MISSING_FIELD = "missing_field"
    TOO_LONG = "too_long"
    UNBALANCED_QUOTE = "unbalanced_quote"
    BAD_ENCODING = "bad_encoding"
    UNKNOWN_POST = "unknown_post"
    UNKNOWN_ACCOUNT = "unknown_account"
    BEING_OPENED = "being_opened"

    @property
    def label(self) -> str:
        """The reason in Chinese."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    Reason.SHORT_ROW: "列数不足",
    Reason.MISSING_ID: "缺少编号",
    Reason.BAD_ID: "编号不是数字",
    Reason.BAD_TIME: "时间无法识别",
    Reason.BAD_NUMBER: "数量不是非负整数",
    Reason.MISSING_FIELD: "必填项为空",
    Reason.TOO_LONG: "内容超出长度上限",
    Reason.UNBALANCED_QUOTE: "引号不成对,连同其后各行未能读出",
    Reason.BAD_ENCODING: "有不成文字的字节",
    Reason.UNKNOWN_POST: "所属微博不在库中",
    Reason.UNKNOWN_ACCOUNT: "账号未登记",
    Reason.BEING_OPENED: "账号正在开设,请按程序备案、启用",
}


class RowRejectedError(Exception):
    """A row cannot be taken in."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class ParsedPost:
    """A post row before its account is known."""

    platform_id: str
    bid: str
    published_at: datetime
    text: str
    reposts_count: int | None
    comments_count: int | None
    likes_count: int | None
    original: bool | None
    client: str


@dataclass(frozen=True)
class ParsedComment:
    """A comment row before its post is known."""

    platform_id: str
    post_platform_id: str
    author_name: str
    author_uid: str | None
    created_at: datetime
    text: str
    likes_count: int | None
    reply_to: str | None


SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "uid": ("用户id", "用户ID", "user_id", "uid"),
    "screen_name": ("昵称", "账号名称", "screen_name", "用户昵称"),
    "unit": ("主办单位", "单位", "unit"),
    "function": ("职能", "职能领域", "function"),
    "level": ("层级", "级别", "level"),
    "area": ("行政区", "行政区划", "地区", "area"),
    "oversight": ("监管归口", "归口监管单位", "oversight"),
    "description": ("简介", "description"),
    "verified": ("是否认证", "verified"),
    "verified_type": ("认证类型", "verified_type"),
    "verified_reason": ("认证信息", "认证说明", "verified_reason"),
    "posts_count": ("微博数", "statuses_count"),
    "followers": ("粉丝数", "粉丝总数", "followers_count"),
    "following": ("关注数", "follow_count"),
    "id": ("id", "微博id", "评论id"),
    "bid": ("bid",),
    "text": ("正文", "微博正文", "博文内容", "微博内容", "text", "评论内容"),
    "published": ("完整日期", "日期", "发布时间", "时间"),
    "likes": ("点赞数", "赞数", "赞", "like_count", "attitudes_count"),
    "comments": ("评论数", "评论"),
    "reposts": ("转发数", "转发"),
    "original": ("是否原创", "是否为原创微博"),
    "client": ("工具", "发布工具"),
    "post_id": ("weibo_id", "所属微博id"),
    "created": ("created_at", "评论时间"),
    "author": ("user_screen_name", "评论者", "评论者昵称"),
    "author_uid": ("user_id", "评论者id"),
    "root": ("root_id", "reply_to", "回复评论id"),
}
"""Field name → accepted headers, the preferred one first."""

REQUIRED: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.ROSTER: ("uid", "screen_name", "unit"),
    FileKind.POSTS: ("id", "text", "published"),
    FileKind.COMMENTS: ("id", "post_id", "created", "author", "text"),
    FileKind.USERS: ("uid", "screen_name", "verified"),
}
MAX_TEXT = 100_000
"""Longest text taken in, in code points; Weibo's own limit is 5,000 at most."""


@dataclass(frozen=True)
class Header:
    """The columns of one file: field name → index, and how many cells the required ones need."""

    kind: FileKind
    columns: Mapping[str, int]
    needed: int

    def cell(self, row: Sequence[str], field: str) -> str:
        """Return a cell without surrounding blanks; ``""`` where the file or the row has none."""
        index = self.columns.get(field, -1)
        return row[index].strip() if 0 <= index < len(row) else ""

    def raw(self, row: Sequence[str], field: str) -> str:
        """Return a cell exactly as it came."""
        index = self.columns.get(field, -1)
        return row[index] if 0 <= index < len(row) else ""


def recognise(cells: Sequence[str]) -> Header | None:
    """Tell from its header line what a file holds; None when it is none of ours."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    columns: dict[str, int] = {}
    for field, accepted in SYNONYMS.items():
        for name in accepted:
            if name in names:
                columns[field] = names.index(name)
                break
    for kind in (FileKind.COMMENTS, FileKind.ROSTER, FileKind.USERS, FileKind.POSTS):
        if all(field in columns for field in REQUIRED[kind]):
            needed = 1 + max(columns[field] for field in REQUIRED[kind])
            return Header(kind, columns, needed)
    return None


def parse_post(header: Header, row: Sequence[str]) -> ParsedPost:
    """Turn a row into a post.

    Raises:
        RowRejectedError: with the reason and the offending value.
    """
    _check_cells(header, row)
    return ParsedPost(
        platform_id=_platform_id(header, row, "id"),
        bid=header.cell(row, "bid")[:32],
        published_at=_instant(header.cell(row, "published")),
        text=_text(header, row),
        reposts_count=_count(header.cell(row, "reposts")),
        comments_count=_count(header.cell(row, "comments")),
        likes_count=_count(header.cell(row, "likes")),
        original=_boolean(header.cell(row, "original")),
        client=header.cell(row, "client")[:200],
    )


def parse_comment(header: Header, row: Sequence[str]) -> ParsedComment:
    """Turn a row into a comment.

    Raises:
        RowRejectedError: with the reason and the offending value.
    """
    _check_cells(header, row)
    author = header.cell(row, "author")
    if not author:
        raise RowRejectedError(Reason.MISSING_FIELD, "评论者昵称为空")
    root = header.cell(row, "root")
    return ParsedComment(
        platform_id=_platform_id(header, row, "id"),
        post_platform_id=_platform_id(header, row, "post_id"),
        author_name=author[:100],
        author_uid=header.cell(row, "author_uid")[:32] or None,
        created_at=_instant(header.cell(row, "created")),
        text=_text(header, row),
        likes_count=_count(header.cell(row, "likes")),
        reply_to=root if _is_id(root) and root != header.cell(row, "id") else None,
    )


def parse_roster(header: Header, row: Sequence[str]) -> RosterEntry:
    """Turn a row into a roster entry.

    Raises:
        RowRejectedError: with the reason and the offending value.
    """
    _check_cells(header, row)
    for field, title in (("screen_name", "昵称"), ("unit", "主办单位")):
        if not header.cell(row, field):
            raise RowRejectedError(Reason.MISSING_FIELD, f"{title}为空")
    return RosterEntry(
        uid=_platform_id(header, row, "uid"),
        screen_name=header.cell(row, "screen_name")[:100],
        unit=header.cell(row, "unit")[:200],
        function=header.cell(row, "function")[:100],
        level=header.cell(row, "level")[:40],
        area=header.cell(row, "area")[:100],
        oversight=header.cell(row, "oversight")[:200],
    )


def parse_profile(header: Header, row: Sequence[str]) -> ProfileEntry:
    """Turn a row into a profile.

    Raises:
        RowRejectedError: with the reason and the offending value.
    """
    _check_cells(header, row)
    verified_type = header.cell(row, "verified_type")
    if verified_type and not re.fullmatch(r"-?\d{1,9}", verified_type):
        raise RowRejectedError(Reason.BAD_NUMBER, f"认证类型“{verified_type[:20]}”")
    return ProfileEntry(
        uid=_platform_id(header, row, "uid"),
        screen_name=header.cell(row, "screen_name")[:100],
        description=header.raw(row, "description"),
        verified=_boolean(header.cell(row, "verified")),
        verified_type=int(verified_type) if verified_type else None,
        verified_reason=header.cell(row, "verified_reason"),
        posts_count=_count(header.cell(row, "posts_count")),
        followers_count=_count(header.cell(row, "followers")),
        following_count=_count(header.cell(row, "following")),
    )


def _check_cells(header: Header, row: Sequence[str]) -> None:
    if len(row) < header.needed:
        raise RowRejectedError(Reason.SHORT_ROW, f"应至少{header.needed}列,实有{len(row)}列")


def _platform_id(header: Header, row: Sequence[str], field: str) -> str:
    value = header.cell(row, field)
    if not value:
        raise RowRejectedError(Reason.MISSING_ID, SYNONYMS[field][0])
    if not _is_id(value):
        raise RowRejectedError(Reason.BAD_ID, f"“{value[:30]}”")
    return value


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 20


def _instant(value: str) -> datetime:
    try:
        return parse_beijing(value)
    except (UsageError, OverflowError):
        raise RowRejectedError(Reason.BAD_TIME, f"“{value[:30]}”") from None


def _text(header: Header, row: Sequence[str]) -> str:
    text = header.raw(row, "text")
    if len(text) > MAX_TEXT:
        raise RowRejectedError(Reason.TOO_LONG, f"{len(text)}字,上限{MAX_TEXT}字")
    return text


def _count(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise RowRejectedError(Reason.BAD_NUMBER, f"“{value[:30]}”")
    return int(value)


def _boolean(value: str) -> bool | None:
    return {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}.get(value.casefold())
