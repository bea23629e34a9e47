"""``weibo-ops todo``: what a person must still decide or do."""

from __future__ import annotations

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_todos(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出未办结的待办,先到期的在前。"""
    from weibo_ops.kernel.todos import open_todos

    with common.application(context).db.reading() as session:
        rows = [vars(todo) for todo in open_todos(session)]
    titles = {"id": "编号", "recipient": "办理人", "title": "事项", "created_at": "生成时间", "due_at": "期限"}
    common.emit(rows, list(titles) if fmt is common.Format.TABLE else [*titles, "kind", "subject"], fmt, titles)
