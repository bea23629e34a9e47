"""``weibo-ops evaluate``: frozen evaluation runs, and published tables recomputed."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from weibo_ops.cli import common

app = typer.Typer(no_args_is_help=True)


@app.command("formula")
def formula(
    scheme: str = typer.Argument(..., help="方案,如 competitiveness、bci-7、bci-zj、ratio"),
    inputs: str = typer.Option(..., "--inputs", metavar="FILE", help="CSV文件;“-”为标准输入"),
    columns: str = typer.Option("", "--columns", metavar="指标=列名,…", help="指标对应的列;不写则按指标名找列"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """按方案的公式重算一张表:其余各列原样保留,末尾加 score 列;缺输入的行留空。"""
    from config.loader import shipped
    from evaluation.recompute import SCORE, find_scheme, parse_columns, read_table, scored_rows

    book = shipped("evaluation").book
    chosen = find_scheme(book, scheme)
    pairs = parse_columns(columns)
    table = read_table(*_read(inputs))
    rows = scored_rows(book, chosen, table, pairs)
    common.emit(rows, [*table.header, SCORE], fmt, {SCORE: "得分"})
    for mark in chosen.marks:
        common.say(mark)


def _read(inputs: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of stdin and the name to call it by."""
    from weibo_ops.kernel.errors import UsageError

    if inputs == "-":
        return sys.stdin.buffer.read(), "标准输入"
    path = Path(inputs)
    try:
        return path.read_bytes(), path.name
    except OSError as fault:
        raise UsageError(f"文件“{inputs}”无法读取({fault.strerror})。", next_step="请检查路径和权限。") from None
