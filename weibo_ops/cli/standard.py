"""``weibo-ops standard``: the rule books that judge, shown and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from weibo_ops.cli import common

if TYPE_CHECKING:
    from config.loader import LoadedBook, StandardProblem

app = typer.Typer(no_args_is_help=True)

LIST_TITLES = {
    "book": "标准",
    "title": "名称",
    "version": "版本",
    "effective_from": "生效日期",
    "layer": "层级",
    "state": "状态",
    "digest": "校验码",
    "origin": "来源",
    "in_force": "在用",
}
PROBLEM_TITLES = {"file": "文件", "line": "行", "key": "键", "message": "问题"}
INSTALLED = "已安装"
DIGEST_SHOWN = 12


@app.command("list")
def list_standards(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """列出随附和已安装的标准:版本、生效日期、校验码、来源、今天是否在用。"""
    from config.loader import shipped_names
    from weibo_ops.kernel.clock import beijing_date

    application = common.application(context)
    today = beijing_date(application.clock.now())
    rows: list[common.Row] = []
    for name in shipped_names():
        timeline = application.standards.timeline(name)
        in_force = timeline.on(today).digest
        rows += [_row(loaded, in_force=loaded.digest == in_force) for _, loaded in timeline.texts]
    if fmt is common.Format.TABLE:
        rows = [{**row, "digest": str(row["digest"])[:DIGEST_SHOWN]} for row in rows]
    common.emit(rows, list(LIST_TITLES), fmt, LIST_TITLES)


@app.command("show")
def show(book: str = typer.Argument(..., help="标准的名字,如 response")) -> None:
    """输出随附标准的原文,可存为文件后修改。"""
    from config.loader import shipped

    common.write(shipped(book).text)


@app.command("check")
def check(
    file: Path = typer.Argument(..., help="TOML 标准文件"),
    book: str = typer.Option(None, "--book", help="按哪一本标准检查;不写时取文件中的 book"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """检查一份标准文本,一次列出全部问题(文件、行、键);有问题时退出码为 2。"""
    from config.loader import StandardInvalidError, load_named, load_text

    text = _read(file)
    try:
        loaded = load_named(book, text, origin=file.name) if book else load_text(text, origin=file.name)
    except StandardInvalidError as invalid:
        _list_problems(invalid.problems, fmt)
        common.say(f"未通过:{file.name} 有{len(invalid.problems)}处问题。下一步:请逐处改正后重新检查。")
        raise typer.Exit(invalid.exit_code) from None
    passed = f"通过:{loaded.book.title},版本{loaded.book.version},校验码 {loaded.digest}"
    if fmt is common.Format.TABLE:
        common.write(passed + "\n")
    else:
        _list_problems((), fmt)
        common.say(passed)


def _row(loaded: LoadedBook[Any], *, in_force: bool) -> common.Row:
    header = loaded.book
    return {
        "book": header.book,
        "title": header.title,
        "version": header.version,
        "effective_from": header.effective_from.isoformat(),
        "layer": header.layer,
        "state": INSTALLED,
        "digest": loaded.digest,
        "origin": loaded.origin,
        "in_force": in_force,
    }


def _list_problems(problems: tuple[StandardProblem, ...], fmt: common.Format) -> None:
    common.emit([vars(problem) for problem in problems], list(PROBLEM_TITLES), fmt, PROBLEM_TITLES)


def _read(file: Path) -> str:
    from weibo_ops.kernel.errors import UsageError

    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"没有文件“{file.name}”。", next_step="请核对文件的位置。") from None
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"文件“{file.name}”无法读取。", next_step="请检查其是否为 UTF-8 编码的文本文件。") from None
