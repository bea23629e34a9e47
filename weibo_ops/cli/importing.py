"""``weibo-ops import``: take in a folder of exported files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from weibo_ops.cli import common

KIND_WORDS = {"roster": "名录", "posts": "微博", "comments": "评论", "users": "账号资料"}


def import_folder(
    context: typer.Context,
    folder: Path = typer.Argument(..., help="文件夹(weibo-crawler 布局)"),
    rejects: Path = typer.Option(None, "--rejects", help="未导入行清单的保存位置;默认存入工作目录"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """导入文件夹中的名录、账号资料、微博与评论;可重复运行,中断后再次运行即可继续。"""
    from sentiment.intake.layouts import Reason

    app = common.application(context)
    with progress_bar() as progress:
        report = app.intake.import_folder(app.actor, folder, progress)
        app.bus.dispatch()
    rejects_path = rejects or app.settings.home / "rejects.csv"
    common.write_csv(rejects_path, [vars(reject) for reject in report.rejects], ["file", "line", "reason", "detail"])
    rows: list[dict[str, object]] = []
    for kind, count in report.kinds.items():
        rows.append(
            {
                "kind": KIND_WORDS[kind],
                "imported": count.imported,
                "updated": count.updated,
                "unchanged": count.unchanged,
                "rejected": sum(count.rejected.values()),
                "reasons": "、".join(f"{Reason(reason).label} {n}" for reason, n in count.rejected.items()),
            }
        )
    titles = {
        "kind": "类别",
        "imported": "新增",
        "updated": "更新",
        "unchanged": "未变",
        "rejected": "未导入",
        "reasons": "原因",
    }
    if fmt is common.Format.JSON:
        common.emit_json({kind: vars(count) for kind, count in report.kinds.items()})
    else:
        common.emit(rows, list(titles), fmt, titles)
    if report.resumed:
        common.say("已接续上次中断的导入。")
    if report.rejects:
        common.say(f"有 {len(report.rejects)} 行未导入,清单见 {rejects_path}")
    if report.ignored:
        common.say(f"未识别而跳过的文件:{'、'.join(report.ignored)}")


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a progress callback that draws a bar on a terminal and does nothing elsewhere."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("准备", total=None)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)

        yield tell
