"""``weibo-ops report``: documents that people sign."""

from __future__ import annotations

from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)


@app.command("monthly")
def monthly(
    context: typer.Context,
    period: str = typer.Option(..., "--period", help="统计周期,如 2026-09、2026Q3"),
    out: list[Path] = typer.Option(
        None, "--out", help="保存位置,可重复;后缀 .html、.docx、.pdf、.md、.txt 或 .csv;默认存入工作目录 reports"
    ),
    as_of: str = common.AsOfOption,
) -> None:
    """生成运行情况月报(网民昵称已作遮蔽)。"""
    from weibo_ops.documents import require_format, write
    from weibo_ops.kernel.clock import Period

    span = Period.parse(period)
    for path in out or []:
        require_format(path)
    app_ = common.application(context)
    document = app_.reports.monthly(span, common.as_of_option(as_of))
    folder = app_.settings.home / "reports"
    for path in out or [folder / f"运行情况月报-{span.label}.{suffix}" for suffix in ("html", "docx")]:
        write(document, path, app_.settings.font)
        common.write(f"{path}\n")
