"""``weibo-ops post diff``: what changed between two revisions, character by character."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import pages

if TYPE_CHECKING:
    from publishing.schemas import PostDetail, RevisionView

DIFF_TITLES = {"field": "项目", "change": "变化", "at": "位置", "old": "原文", "new": "现文"}
FIELDS = {
    "account": "账号",
    "gateway": "通道",
    "content_class": "类别",
    "media": "图片视频",
    "earliest_at": "最早发布",
    "latest_at": "最晚发布",
    "reply_to": "所答复的评论",
    "urgent": "应急发布",
    "urgent_reason": "应急事由",
    **pages.COLOPHON_TITLES,
}
"""What is signed for besides the text, and what people call it."""


def register(app: typer.Typer) -> None:
    """Add the command to ``weibo-ops post``."""
    app.command("diff", short_help="逐字比较各稿")(diff)


def diff(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    old: int = typer.Argument(None, metavar="[A]", help="原稿的稿次;不写时为最近签发的一稿,没有签发过的为第1稿"),
    new: int = typer.Argument(None, metavar="[B]", help="现稿的稿次;不写时为最近一稿"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """逐字列出两稿之间正文和各项的变化;表格之后附标出增删的全文。"""
    from publishing.text_changes import marked, text_changes
    from weibo_ops.kernel.text import defuse

    detail = common.application(context).posts.show(post_id)
    before, after = _revision(detail, old), _revision(detail, new)
    if old is None:
        signed = [each for each in detail.revisions if each.text == detail.signed_text]
        before = (signed or list(detail.revisions))[-1 if signed else 0]
    rows = _changes(before, after)
    common.emit(rows, list(DIFF_TITLES), fmt, DIFF_TITLES)
    common.say(f"稿件{post_id}:第{before.number}稿({before.author})→第{after.number}稿({after.author})。")
    if fmt is common.Format.TABLE and before.text != after.text:
        common.write("\n" + defuse(marked(text_changes(before.text, after.text))) + "\n")


def _revision(detail: PostDetail, number: int | None) -> RevisionView:
    from weibo_ops.kernel.errors import NotFoundError

    if number is None:
        return detail.current
    found = next((each for each in detail.revisions if each.number == number), None)
    if found is None:
        raise NotFoundError(
            f"稿件{detail.row.post_id}没有第{number}稿。", next_step=f"现有第1至第{detail.row.revision}稿。"
        )
    return found


def _changes(before: RevisionView, after: RevisionView) -> list[common.Row]:
    from publishing.text_changes import REMOVED, SAME, text_changes

    rows: list[common.Row] = []
    for each in text_changes(before.text, after.text):
        if each.change != SAME:
            gone = each.change == REMOVED
            rows.append(
                {
                    "field": "正文",
                    "change": each.change,
                    "at": each.old_start if gone else each.new_start,
                    "old": each.text if gone else "",
                    "new": "" if gone else each.text,
                }
            )
    for name, title in FIELDS.items():
        old, new = (_in_words(getattr(each, name)) for each in (before, after))
        if old != new:
            rows.append({"field": title, "change": "修改", "at": None, "old": old, "new": new})
    return rows


def _in_words(value: Any) -> str:
    from weibo_ops.kernel.clock import format_beijing

    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(f"{each.name}({each.alt or '无替代文字'},{each.digest[:12]})" for each in value)
    return value if isinstance(value, str) else format_beijing(value)
