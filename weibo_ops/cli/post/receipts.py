"""``weibo-ops post copy|receipt|give-back|not-posted|receipts``: what people post in the official client."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import entry, pages

if TYPE_CHECKING:
    from publishing.schemas.published import CopyView, ReceiptView

OWED_TITLES = {
    "post_id": "稿件",
    "account": "账号",
    "kind": "情况",
    "state": "状态",
    "since": "交办或发布",
    "due_at": "期限",
    "overdue": "超期",
    "keeper": "经办",
    "opening": "正文",
}
RECEIPT_TITLES = {
    "post_id": "稿件",
    "state": "状态",
    "platform_id": "微博id",
    "published_at": "发布时间",
    "checked": "已核对",
    "flags": "须核查",
    "link": "链接",
}
ReasonOption = typer.Option("", "--reason", help="原因")


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("copy", short_help="人工发布:取要发的全文")(copy)
    app.command("receipt", short_help="人工发布:登记链接作为回执")(receipt)
    app.command("give-back", short_help="人工发布:没有发出,退回")(give_back)
    app.command("not-posted", short_help="未登记回执的,核实为未发布")(not_posted)
    app.command("receipts", short_help="待登记、待核对的回执")(receipts)


def copy(context: typer.Context, post_id: int = pages.PostArgument, fmt: common.Format = common.FormatOption) -> None:
    """输出要在官方客户端发布的全文,原样复制;图片视频的位置、校验码、最晚时间另行说明。

    审签已失效、已过最晚时间、正在暂停发布的,不给出。
    """
    from dataclasses import asdict

    from weibo_ops.kernel.text import defuse

    app = common.application(context)
    view = app.receipts.to_copy(app.actor, post_id)
    if fmt is common.Format.JSON:
        common.emit_json(asdict(view))
    elif fmt is common.Format.CSV:
        common.emit([{**asdict(view), "media": [each.name for each in view.media]}], list(asdict(view)), fmt)
    else:
        common.write(f"{defuse(view.text)}\n")
        _say(view)


def receipt(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    link: str = typer.Option(..., "--link", metavar="URL", help="微博正文的链接;答复评论的,为所在微博的链接"),
    shown: Path = typer.Option(None, "--shown-file", help="页面上所示正文(UTF-8 文件);- 为标准输入"),
    at: str = typer.Option(None, "--at", metavar="TIME", help="发布时间(北京时间);默认以平台所示为准,查不到的为现在"),
    differs: bool = typer.Option(False, "--differs", help="所发与签发稿不一致:如实登记,由监管人员核查"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """登记人工发布的回执:核对链接是否本账号所发、文本是否与签发稿一致。"""
    app = common.application(context)
    pasted = "" if shown is None else entry.body_of(None, shown)
    done = app.receipts.receipt(
        app.actor, post_id, link=link, published_at=entry.instant(at), shown=pasted, differs=differs
    )
    _emit(done, fmt)
    if done.flags:
        common.say(f"已登记。须核查:{';'.join(done.flags)}。")
    elif done.checked:
        common.say(f"已登记,与签发稿一致。稿件{post_id}{done.state}。")
    else:
        common.say("已登记。所发文本尚未核对:附 --shown-file 的当即核对,否则待导入数据或查看账号主页后自动核对。")


def give_back(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = ReasonOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """说明交办的稿件没有发出:转为“失败”,由人重新排期。账号主页上已有的不能退回。"""
    app = common.application(context)
    _emit(app.receipts.give_back(app.actor, post_id, reason), fmt)
    common.say(f"已退回。重新排期:weibo-ops post schedule {post_id} --at 时间")


def not_posted(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    reason: str = ReasonOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """逾期未登记回执的人工发布稿件,核实为没有发出。"""
    app = common.application(context)
    _emit(app.receipts.not_posted(app.actor, post_id, reason), fmt)
    common.say(f"已核实为未发布。重新排期:weibo-ops post schedule {post_id} --at 时间")


def receipts(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出已交办而未登记回执的、已登记而未核对的稿件,先到期的在前。"""
    rows = [vars(row) for row in common.application(context).receipts.owed_receipts()]
    columns = list(OWED_TITLES) if fmt is common.Format.TABLE else [*OWED_TITLES, "unit", "link", "reason", "version"]
    common.emit(rows, columns, fmt, OWED_TITLES)


def _emit(done: ReceiptView, fmt: common.Format) -> None:
    row = {**vars(done), "flags": ";".join(done.flags)} if fmt is not common.Format.JSON else vars(done)
    columns = list(RECEIPT_TITLES) if fmt is common.Format.TABLE else [*RECEIPT_TITLES, "difference"]
    common.emit([row], columns, fmt, RECEIPT_TITLES)


def _say(view: CopyView) -> None:
    from weibo_ops.kernel.clock import format_beijing

    where = f"评论{view.reply_to}之下" if view.reply_to else f"账号“{view.account}”"
    common.say(f"稿件{view.post_id},发于{where}。校验码 {view.code}。")
    for number, (medium, path) in enumerate(zip(view.media, view.files, strict=True), start=1):
        common.say(f"{medium.kind}{number}:{path}({medium.name}){f',替代文字:{medium.alt}' if medium.alt else ''}")
    if view.latest is not None:
        common.say(f"{format_beijing(view.latest)}以后不再发布。")
    common.say(
        f"发出后于{format_beijing(view.receipt_due)}前登记:weibo-ops post receipt {view.post_id} --link 链接;"
        f"没有发出的:weibo-ops post give-back {view.post_id} --reason 原因"
    )
