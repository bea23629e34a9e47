"""The worker runs every task, whatever becomes of one; it ends after the task that runs, and says so in the tables."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from weibo_ops.bootstrap import WORKER, Application, WorkerTask
from weibo_ops.kernel.actors import require
from weibo_ops.kernel.errors import EnvironmentFault, RefusedError
from weibo_ops.kernel.processes import this_process
from weibo_ops.worker import TaskResult, Worker


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    opened = Application.open(load_settings(tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def tasks(app: Application, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def take(**named: Callable[[], str]) -> None:
        made = tuple(WorkerTask(name, name, 1, run) for name, run in named.items())
        monkeypatch.setattr(app, "worker_tasks", lambda: made)

    return take


def raising(fault: BaseException) -> Callable[[], str]:
    def run() -> str:
        raise fault

    return run


def test_every_task_runs_though_one_raises(app: Application, tasks: Callable[..., None]) -> None:
    told: list[TaskResult] = []
    tasks(
        first=lambda: "发布1条",
        refused=raising(RefusedError("不可。", next_step="请重试。")),
        locked=raising(EnvironmentFault("数据库被占用。", next_step="请重试。")),
        broken=raising(ZeroDivisionError()),
        last=lambda: "",
    )
    results = Worker(app, told.append).once()
    assert [(each.task, each.done, each.fault) for each in results] == [
        ("first", "发布1条", ""),
        ("refused", "", "不可。下一步:请重试。"),
        ("locked", "", "数据库被占用。下一步:请重试。"),
        ("broken", "", "程序错误(ZeroDivisionError),已记入日志。"),
        ("last", "", ""),
    ]
    assert told == results[:4], "a task that did nothing is not told of"
    assert "ZeroDivisionError" in (app.settings.home / "logs" / "weibo-ops.log").read_text("utf-8")


def test_what_ends_the_program_is_not_swallowed(app: Application, tasks: Callable[..., None]) -> None:
    tasks(first=raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        Worker(app).once()


def test_a_worker_that_ends_says_so(app: Application) -> None:
    Worker(app).once()
    assert app.delivery_board.workers() == []
    assert app.delivery_board.health().worker_seen_at is not None


def test_a_worker_that_is_gone_without_a_word_is_still_listed(app: Application) -> None:
    app.delivery.tick(WORKER)
    assert [each.owner for each in app.delivery_board.workers()] == [this_process()]


def test_the_tasks_of_the_worker_are_the_applications(app: Application) -> None:
    names = [task.name for task in Worker(app).tasks]
    assert names[0] == "deliver"
    assert len(set(names)) == len(names)
    assert all(task.every_seconds > 0 for task in Worker(app).tasks)


def test_the_worker_may_do_what_its_tasks_ask_for_and_signs_nothing() -> None:
    from accounts.permissions import Permission
    from accounts.roles import SIGNING

    require(WORKER, Permission.DELIVER)
    assert not WORKER.permissions & SIGNING


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_running_task_end_and_begins_no_other(
    app: Application, tasks: Callable[..., None], number: signal.Signals
) -> None:
    ran: list[str] = []

    def told_to_end() -> str:
        signal.raise_signal(number)
        ran.append("first")
        return ""

    def never() -> str:
        ran.append("second")
        return ""

    tasks(first=told_to_end, second=never)
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        Worker(app).forever()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert ran == ["first"]
    assert app.delivery_board.workers() == []
