"""``weibo-ops post``: what went out, and what the content standard says to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

POST_TITLES = {
    "platform_id": "微博id",
    "screen_name": "账号",
    "published_at": "发布时间",
    "text": "正文",
    "reposts_count": "转发",
    "comments_count": "评论",
    "likes_count": "赞",
    "hits": "内容提示",
}
HIT_TITLES = {
    "platform_id": "微博id",
    "screen_name": "账号",
    "rule_id": "规则",
    "severity": "性质",
    "title": "问题",
    "start": "起",
    "end": "止",
    "message": "说明与依据",
    "suggestion": "建议",
}


@app.command("list")
def list_posts(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    period: str = typer.Option(None, "--period", help="统计周期,如 2026Q3"),
    hits_only: bool = typer.Option(False, "--hits", help="只列有内容提示的"),
    search: str = typer.Option(None, "--search", help="正文包含的文字"),
    limit: int = common.LimitOption,
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出观测到的微博,新的在前。"""
    from weibo_ops.kernel.clock import Period

    service = common.application(context).publishing
    span = Period.parse(period) if period else None
    rows = common.pages(
        lambda size, cursor: service.posts(
            account=account,
            since=span.start if span else None,
            until=span.end if span else None,
            hits_only=hits_only,
            search=search,
            limit=size,
            cursor=cursor,
        ),
        limit,
        fmt,
    )
    columns = list(POST_TITLES) if fmt is common.Format.TABLE else [*POST_TITLES, "original"]
    common.emit(rows, columns, fmt, POST_TITLES)


@app.command("hits")
def hits(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    post: str = typer.Option(None, "--post", help="微博id"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出内容检查的提示位置;须由人核实。"""
    views = common.application(context).publishing.hits(account, post)
    _emit_hits([vars(view) for view in views], list(HIT_TITLES), fmt)


@app.command("check")
def check(
    context: typer.Context,
    text: str = typer.Argument(None, help="待检查的文字;省略时从标准输入读取"),
    file: Path = typer.Option(None, "--file", help="从文件读取文字"),
    gateway: str = typer.Option("manual", "--gateway", help="发布通道:share、manual、commercial"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """检查一段拟发布的文字;有单项否决级提示时退出码为 1。"""
    service = common.application(context).publishing
    content = common.text_input(text, file)
    rows = [vars(hit) for hit in service.check_text(content, gateway)]
    columns = [name for name in HIT_TITLES if name not in ("platform_id", "screen_name")]
    _emit_hits(rows, columns, fmt)
    if any(row["severity"] == "veto" for row in rows):
        raise typer.Exit(1)


def _emit_hits(rows: Sequence[common.Row], columns: list[str], fmt: common.Format) -> None:
    from config.rulebook.base import Severity

    if fmt is common.Format.TABLE:
        rows = [{**row, "severity": Severity(str(row["severity"])).label} for row in rows]
    else:
        columns = [*columns, "clause", "source", "trust"]
    common.emit(rows, columns, fmt, HIT_TITLES)
