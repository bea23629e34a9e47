"""``weibo-ops period``: periods whose figures were issued and no longer change."""

from __future__ import annotations

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)

TITLES = {
    "name": "期间",
    "from_at": "起",
    "until_at": "止(不含)",
    "closed_by": "封账人",
    "closed_at": "封账时间",
    "reason": "原因",
}


@app.command("close")
def close(
    context: typer.Context,
    name: str = typer.Argument(..., metavar="PERIOD", help="期间,如 2026Q3、2026-09"),
    reason: str = typer.Option(..., "--reason", help="封账原因,如所依据的通报"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """期间封账:此后生效日期在该期间终点之前的标准不能发布或停用;封账不能撤销。"""
    app_ = common.application(context)
    common.emit([vars(app_.periods.close(app_.actor, name, reason))], list(TITLES), fmt, TITLES)
    common.say("已封账。")


@app.command("list")
def list_periods(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出已封账的期间。"""
    rows = [vars(row) for row in common.application(context).periods.closed()]
    common.emit(rows, list(TITLES), fmt, TITLES)
