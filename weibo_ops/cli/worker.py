"""``weibo-ops worker``: sends what people scheduled; ``weibo-ops doctor``: says how well everything does."""

from __future__ import annotations

import typer

from weibo_ops.cli import common

TASK_TITLES = {"task": "任务", "done": "完成", "fault": "问题"}
CHECK_TITLES = {"check": "项目", "state": "状态", "detail": "说明"}


def worker(
    context: typer.Context,
    once: bool = typer.Option(False, "--once", help="各项任务各做一遍后退出"),
    fmt: common.Format = common.FormatOption,
) -> None:
    """运行发布程序:按排期发布,核实结果,接管暂停,提醒到期事项;可随时中断,重新运行即接着做。"""
    from weibo_ops.bootstrap import WORKER
    from weibo_ops.worker import TaskResult, Worker

    app = common.application(context, signed_in=False)
    app.actor = WORKER

    def tell(result: TaskResult) -> None:
        common.say(f"{result.task}:{result.fault or result.done}")

    if once:
        results = Worker(app).once()
        common.emit(
            [{**vars(each), "done": each.done or ("" if each.fault else "无事项")} for each in results],
            list(TASK_TITLES),
            fmt,
            TASK_TITLES,
        )
        if any(each.fault for each in results):
            raise typer.Exit(1)
        return
    Worker(app, tell).forever(lambda: common.say("发布程序已运行;按 Ctrl+C 停止。"))
    common.say("发布程序已停止。")


def doctor(context: typer.Context, fmt: common.Format = common.FormatOption) -> None:
    """检查程序运行是否正常;有问题时退出码为1。"""
    from weibo_ops.doctor import Doctor

    app = common.application(context, signed_in=False)
    checks = Doctor(app).checks()
    rows = [{"check": each.name, "state": each.state, "detail": each.detail} for each in checks]
    common.emit(rows, list(CHECK_TITLES), fmt, CHECK_TITLES)
    if not all(each.well for each in checks):
        raise typer.Exit(1)
