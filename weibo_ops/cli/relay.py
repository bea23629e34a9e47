"""``weibo-ops relay``: relay tasks (必转、联动), from the order to the receipt of each account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post.entry import instant

if TYPE_CHECKING:
    from publishing.schemas.relays import RelayDetail

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "task_id": "编号",
    "kind": "类型",
    "title": "名称",
    "unit": "下达单位",
    "due_at": "时限",
    "progress": "已回执",
    "late": "迟报",
    "overdue": "超时未报",
    "excused": "不转",
    "open": "进行中",
}
TARGET_TITLES = {
    "account": "账号",
    "unit": "单位",
    "state": "状态",
    "post_id": "稿件",
    "post_state": "稿件状态",
    "done_at": "发布时间",
    "late": "迟报",
    "overdue": "超时未报",
    "checked": "已核对",
    "link": "链接",
    "reason": "说明",
}
TaskArgument = typer.Argument(..., metavar="ID", help="任务编号")
AccountArgument = typer.Argument(..., metavar="账号", help="名称、用户id或 #编号")


@app.command("issue")
def issue(
    context: typer.Context,
    kind: str = typer.Argument(..., metavar="类型", help="必转(转发指定的一条)或 联动(各自发布同一件事)"),
    title: str = typer.Argument(..., metavar="名称", help="任务名称"),
    basis: str = typer.Option("", "--basis", help="依据:谁的要求,何时何文"),
    due: str = typer.Option(..., "--due", metavar="TIME", help="完成时限(北京时间)"),
    text: str = typer.Option("", "--text", help="统一口径或转发语"),
    source: str = typer.Option("", "--source", metavar="URL", help="原文链接;必转须写"),
    content_class: str = typer.Option("", "--class", help="内容类别;必转默认转载,联动默认日常"),
    account: list[str] = typer.Option([], "--account", help="由该账号办理,可重复"),
    unit: str = typer.Option("", "--unit", help="由该单位及下级单位全部正常运行的微博账号办理"),
) -> None:
    """下达一件任务;各账号的管理员得到待办。输出任务编号。"""
    from publishing.schemas.relays import RelayEntry
    from weibo_ops.kernel.errors import UsageError

    due_at = instant(due)
    if due_at is None:
        raise UsageError("没有写明完成时限。", next_step="请写 --due '2026-10-12 18:00'。")
    app_ = common.application(context)
    entry = RelayEntry(kind, title, basis, due_at, text, source, content_class, tuple(account), unit)
    row = app_.relays.issue(app_.actor, entry).row
    common.write(f"{row.task_id}\n")
    _say(f"{row.kind}任务{row.task_id}“{row.title}”已下达{row.total}个账号。进度:weibo-ops relay show {row.task_id}")


@app.command("list")
def list_tasks(
    context: typer.Context,
    open_only: bool = typer.Option(False, "--open", help="只列未结束的"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出任务和进度,未结束的在前、时限早的在前。"""
    found = common.application(context).relays.rows(open_only=open_only)
    rows = [{**vars(row), "progress": row.progress} for row in found]
    columns = list(TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["total", "done", "version"]
    common.emit(rows, columns, fmt, TITLES)


@app.command("show")
def show(context: typer.Context, task: int = TaskArgument, fmt: common.Format = common.FormatOption) -> None:
    """列出一件任务和各账号的进度。"""
    app_ = common.application(context)
    detail = app_.relays.progress(task, app_.actor)
    if fmt is common.Format.JSON:
        common.emit_json(
            {
                **vars(detail),
                "row": {**vars(detail.row), "progress": detail.row.progress},
                "targets": [vars(each) for each in detail.targets],
            }
        )
        return
    _say_progress(detail)
    _say(f"{detail.row.unit} {detail.issued_by}下达,依据:{detail.basis}。")
    for word, value in (("原文", detail.source_link), ("口径", detail.shared_text)):
        if value:
            _say(f"{word}:{value}")
    columns = list(TARGET_TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["account_id", "done_by", "mine"]
    common.emit([vars(each) for each in detail.targets], columns, fmt, TARGET_TITLES)


@app.command("join")
def join(context: typer.Context, task: int = TaskArgument, account: str = AccountArgument) -> None:
    """按统一口径起草一件稿件,送审、签发、发布后自动回执。输出稿件编号。"""
    app_ = common.application(context)
    done = app_.relays.join(app_.actor, task, account)
    common.write(f"{done.post_id}\n")
    _say(f"已起草稿件{done.post_id}。下一步:补填定稿栏后送审,见 weibo-ops post show {done.post_id}")


@app.command("bind")
def bind(
    context: typer.Context,
    task: int = TaskArgument,
    account: str = AccountArgument,
    post: int = typer.Argument(..., metavar="POST", help="稿件编号"),
) -> None:
    """写明由一件已有的稿件完成任务,该稿发布后自动回执。"""
    app_ = common.application(context)
    detail = app_.relays.bind(app_.actor, task, account, post)
    _say(f"账号“{account}”由稿件{post}办理。")
    _say_progress(detail)


@app.command("receipt")
def receipt(
    context: typer.Context,
    task: int = TaskArgument,
    account: str = AccountArgument,
    link: str = typer.Argument(..., metavar="URL", help="已发微博的链接"),
    at: str = typer.Option(None, "--at", metavar="TIME", help="发布时间;不写为现在,观测到的以平台为准"),
) -> None:
    """登记回执:未经本程序、在官方客户端转发的;迟报照登,列为迟报。"""
    app_ = common.application(context)
    detail = app_.relays.receipt(app_.actor, task, account, link, posted_at=instant(at))
    _say(f"已登记“{account}”的回执。未经本程序发出的,另须认领并补录签批。")
    _say_progress(detail)


@app.command("excuse")
def excuse(
    context: typer.Context,
    task: int = TaskArgument,
    account: str = AccountArgument,
    reason: str = typer.Option("", "--reason", help="理由"),
) -> None:
    """确认一个账号不转,由下达单位办理。"""
    app_ = common.application(context)
    _say_progress(app_.relays.excuse(app_.actor, task, account, reason))


@app.command("close")
def close(
    context: typer.Context,
    task: int = TaskArgument,
    version: int = typer.Option(None, "--version", help="读到的版次;不写时取现在的版次"),
) -> None:
    """结束一件任务;未完成的账号照列。"""
    app_ = common.application(context)
    seen = app_.relays.progress(task).row.version if version is None else version
    _say_progress(app_.relays.close(app_.actor, task, seen))


def _say_progress(detail: RelayDetail) -> None:
    from weibo_ops.kernel.clock import format_beijing

    row = detail.row
    parts = [f"已回执{row.progress}"]
    parts += [
        f"{word}{count}"
        for word, count in (("迟报", row.late), ("超时未报", row.overdue), ("不转", row.excused))
        if count
    ]
    state = "" if row.open else "已结束,"
    _say(f"{row.kind}{row.task_id}“{row.title}”:{state}{','.join(parts)};时限{format_beijing(row.due_at)}。")


def _say(sentence: str) -> None:
    """Write a sentence with what people wrote in it; what could act on a terminal is drawn as a symbol."""
    from weibo_ops.kernel.text import defuse

    common.say(defuse(sentence, newline=" "))
