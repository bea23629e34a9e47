"""The worker (发布程序): a ticker over our tables, which hold everything that it must know.

Nothing is scheduled in memory: a worker that was killed, or ten of them side by side, do what the tables say.
APScheduler only says when to look again. Source: design, chosen parts: ticker in memory, misfire grace None, zone set.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from weibo_ops.bootstrap import WORKER, Application, WorkerTask
from weibo_ops.kernel.clock import BEIJING
from weibo_ops.kernel.errors import WeiboOpsError


@dataclass(frozen=True)
class TaskResult:
    """What one task did, in words; ``fault`` is what went wrong, empty if nothing did."""

    task: str
    done: str
    fault: str = ""


JUMP = timedelta(seconds=30)
"""By how much the clock moves back before the tasks are scheduled anew."""
Tell = Callable[[TaskResult], None]


class Worker:
    """Runs the tasks of the application, each when it is due and never beside itself."""

    def __init__(self, app: Application, tell: Tell | None = None) -> None:
        self._app = app
        self._tell = tell or (lambda _: None)
        self._stopping = threading.Event()

    @property
    def tasks(self) -> Sequence[WorkerTask]:
        """What this worker does, in order."""
        return self._app.worker_tasks()

    def once(self) -> list[TaskResult]:
        """Run every task once; a task that fails does not keep the others from running."""
        results = [self._run(task) for task in self.tasks]
        self._end()
        return results

    def forever(self, ready: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT or SIGTERM; the task that runs then is finished first.

        Args:
            ready: called as soon as a signal ends the worker in good order.
        """
        from apscheduler.schedulers.background import BackgroundScheduler

        scheduler = BackgroundScheduler(
            timezone=BEIJING, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for task in self.tasks:
            scheduler.add_job(self._run, "interval", seconds=task.every_seconds, args=(task,), id=task.name)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: self._stopping.set())
        ready()
        for task in self.tasks:
            if not self._stopping.is_set():
                self._run(task)
        scheduler.start()
        # A wait without a limit would keep the signal from being seen on some systems.
        seen, began = self._app.clock.now(), time.monotonic()
        while not self._stopping.wait(1):
            now, moment = self._app.clock.now(), time.monotonic()
            if now < seen + timedelta(seconds=moment - began) - JUMP:
                # The scheduler wakes by the wall clock: set back, it would sleep for as long as that.
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=now)
            seen, began = now, moment
        scheduler.shutdown(wait=True)
        self._end()

    def _run(self, task: WorkerTask) -> TaskResult:
        if self._stopping.is_set():
            return TaskResult(task.title, "")
        try:
            result = TaskResult(task.title, task.run())
        except WeiboOpsError as fault:
            self._app.log.warning("worker.task_failed", task=task.name, fault=type(fault).__name__)
            result = TaskResult(task.title, "", str(fault))
        except Exception as fault:
            # A worker that ends for one bad row would let every other post be missed.
            self._app.log.error("worker.task_broke", task=task.name, fault=repr(fault)[:500])
            result = TaskResult(task.title, "", f"程序错误({type(fault).__name__}),已记入日志。")
        if result.done or result.fault:
            self._tell(result)
        return result

    def _end(self) -> None:
        with suppress(WeiboOpsError):
            self._app.delivery.stop(WORKER)
