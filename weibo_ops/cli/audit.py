"""``weibo-ops audit``: the hash-chained log of acts."""

from __future__ import annotations

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)


@app.command("verify")
def verify(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """逐条重算审计链;发现断点时退出码为 1。"""
    from weibo_ops.kernel.audit import verify as verify_chain

    with common.application(context).db.reading() as session:
        report = verify_chain(session)
    if fmt is not common.Format.TABLE:
        common.emit([vars(report)], ["entries", "broken_at"], fmt)
    elif report.broken_at is None:
        common.write(f"审计链完整,共 {report.entries} 条。\n")
    else:
        common.write(f"审计链在第 {report.broken_at} 条断裂,此前 {report.entries} 条有效。\n")
    if report.broken_at is not None:
        common.say("审计链在该条处断裂,请立即封存数据库并报告系统管理员。")
        raise typer.Exit(1)
