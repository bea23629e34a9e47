"""``weibo-ops post board|attempts|settle|present``: what goes out, what did not, and what nobody knows of."""

from __future__ import annotations

import typer

from weibo_ops.cli import common
from weibo_ops.cli.post import pages

BOARD_TITLES = {
    "post_id": "稿件",
    "group": "事项",
    "account": "账号",
    "due_at": "预定时间",
    "latest_at": "最晚",
    "opening": "开头",
    "attempts": "已试",
    "reason": "原因",
    "next_step": "下一步",
}
MORE = ("unit", "state", "content_class", "urgent", "since", "by_hand", "paused", "version")
ATTEMPT_TITLES = {
    "number": "次",
    "channel": "方式",
    "started_at": "开始",
    "ended_at": "结束",
    "outcome": "结果",
    "error": "错误",
    "message": "说明",
    "platform_id": "微博编号",
    "looks": "核实次数",
    "look": "核实情况",
    "decision": "人工核实",
}


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("board", short_help="投递台:待核实、错过、失败、暂停、发布中、待发")(board)
    app.command("attempts", short_help="一件稿件历次发布的经过")(attempts)
    app.command("settle", short_help="核实“结果待核实”的稿件是否已发布")(settle)
    app.command("present", short_help="到岗确认")(present)
    app.command("clock", short_help="确认系统时间现已正确")(clock)


def board(
    context: typer.Context,
    mine: bool = typer.Option(False, "--mine", help="只列本单位及下级单位的账号"),
    limit: int = common.LimitOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出投递台:须人处理的在前,待发的在后。"""
    app = common.application(context)
    rows = [vars(row) for row in app.delivery_board.board(app.actor, unit_only=mine)]
    columns = list(BOARD_TITLES) if fmt is common.Format.TABLE else [*BOARD_TITLES, *MORE]
    common.emit(common.first(rows, limit, fmt), columns, fmt, BOARD_TITLES)


def attempts(
    context: typer.Context, post_id: int = pages.PostArgument, fmt: common.Format = common.FormatOption
) -> None:
    """列出一件稿件历次发布的经过:何时、何种方式、平台怎么答复、核实了几次。"""
    app = common.application(context)
    rows = [vars(row) for row in app.delivery_board.attempts(post_id)]
    columns = list(ATTEMPT_TITLES)
    if fmt is not common.Format.TABLE:
        columns += ["looked_at", "worker", "decided_by"]
    common.emit(rows, columns, fmt, ATTEMPT_TITLES)


def settle(
    context: typer.Context,
    post_id: int = pages.PostArgument,
    link: str = typer.Option("", "--link", metavar="URL", help="已发布的,该条微博的链接"),
    absent: bool = typer.Option(False, "--absent", help="未发布的"),
    holder_gone: bool = typer.Option(False, "--holder-gone", help="发出它的程序在另一台电脑上,确已结束"),
    reason: str = typer.Option("", "--reason", help="核实情况"),
    version: int = pages.VersionOption,
) -> None:
    """看过账号主页后,登记一件“结果待核实”的稿件是否已发布;登记未发布的不会自动重发。"""
    app = common.application(context)
    seen = app.posts.show(post_id).row.version if version is None else version
    done = app.delivery.settle(
        app.actor, post_id, seen, link=link, absent=absent, holder_gone=holder_gone, reason=reason
    )
    pages.say_standing(done)


def clock(context: typer.Context, reason: str = typer.Option("", "--reason", help="理由,如系统时间曾快两小时")) -> None:
    """系统时间曾走快、现已校准的,确认后恢复自动发布。"""
    app = common.application(context)
    app.delivery.accept_clock(app.actor, reason)
    common.say("已确认系统时间,自动发布恢复。")


def present(context: typer.Context, note: str = typer.Option("", "--note", help="备注")) -> None:
    """确认本人在岗;夜间、休息日的发布须有人到岗确认。"""
    from weibo_ops.kernel.clock import format_beijing

    app = common.application(context)
    common.say(f"已确认到岗,有效至 {format_beijing(app.delivery.present(app.actor, note))}。")
