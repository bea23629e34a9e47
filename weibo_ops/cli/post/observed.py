"""``weibo-ops post observed|hits``: what went out, and what the content standard says to it."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from weibo_ops.cli import common

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


def register(app: typer.Typer) -> None:
    """Add the commands to ``weibo-ops post``."""
    app.command("observed", short_help="观测到的已发布微博")(list_observed)
    app.command("hits", short_help="已发布微博的内容提示")(hits)


def list_observed(
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


def hits(
    context: typer.Context,
    account: str = typer.Option(None, "--account", help="账号名称或用户id"),
    post: str = typer.Option(None, "--post", help="微博id"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """列出内容检查的提示位置;须由人核实。"""
    views = common.application(context).publishing.hits(account, post)
    emit_hits([vars(view) for view in views], list(HIT_TITLES), fmt)


def emit_hits(rows: Sequence[common.Row], columns: list[str], fmt: common.Format) -> None:
    """Write hits of the content standard; a table says their severity in words, JSON and CSV add their clause."""
    from config.rulebook.base import Severity

    if fmt is common.Format.TABLE:
        rows = [{**row, "severity": Severity(str(row["severity"])).label} for row in rows]
    else:
        columns = [*columns, "clause", "source", "trust"]
    common.emit(rows, columns, fmt, HIT_TITLES)
