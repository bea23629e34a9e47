"""``weibo-ops worker --once`` and ``weibo-ops doctor``: what they did, what they saw, and how they end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import ROOT
from tests.publishing.delivery.desk import LINK
from tests.weibo_ops.cli.counter import Counter
from tests.weibo_ops.cli.terminal import hold_the_three_formats_together
from weibo_ops.bootstrap import Application
from weibo_ops.cli.worker import CHECK_TITLES, TASK_TITLES
from weibo_ops.kernel.errors import RefusedError

TEXT = "桂园街段水压已恢复正常"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path / "home")
    yield made
    made.close()


def done_by(desk: Counter, *more: str) -> dict[str, str]:
    """What a round of the worker did, by task."""
    done = desk("sun", "worker", "--once", "--format", "json", *more)
    assert done.code == 0, done.err
    return {row["task"]: row["done"] for row in done.json}


def states(desk: Counter) -> dict[str, str]:
    """What the doctor says, by thing looked at."""
    return {row["check"]: row["state"] for row in desk("sun", "doctor", "--format", "json").json}


def test_one_round_sends_what_is_due(desk: Counter) -> None:
    post = desk.due(TEXT)
    said = done_by(desk)
    assert said["发布"] == "发布1条"
    assert list(said) == [task.title for task in desk.app.worker_tasks()]
    assert desk.state(post) == "已发布"
    assert desk.posted(TEXT + LINK) == 1
    assert done_by(desk)["发布"] == "无事项"
    assert desk.posted(TEXT + LINK) == 1


def test_a_round_leaves_no_trace_of_running(desk: Counter) -> None:
    desk.due(TEXT)
    done_by(desk)
    assert desk.app.delivery_board.workers() == []
    assert desk.app.delivery_board.health().worker_seen_at == desk.clock.now()


def test_the_formats_of_a_round_say_the_same(desk: Counter) -> None:
    with desk.seated("sun"):
        rows = hold_the_three_formats_together(["worker", "--once"], TASK_TITLES, desk.home)
    assert {row["fault"] for row in rows} == {""}


def test_a_task_that_fails_is_told_and_the_others_run(desk: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    post = desk.due(TEXT)

    def refuses(_: Application) -> str:
        raise RefusedError("暂停不能接管。", next_step="请重试。")

    def breaks(_: Application) -> str:
        raise KeyError("x")

    monkeypatch.setattr(Application, "_pause", refuses)
    monkeypatch.setattr(Application, "_remind", breaks)
    done = desk("sun", "worker", "--once", "--format", "json")
    assert done.code == 1
    faults = {row["task"]: row["fault"] for row in done.json if row["fault"]}
    assert faults == {"暂停发布": "暂停不能接管。下一步:请重试。", "提醒催办": "程序错误(KeyError),已记入日志。"}
    assert desk.state(post) == "已发布"


def test_a_clock_set_back_stops_sending_and_is_said(desk: Counter) -> None:
    desk.due("松园街管网冲洗今天开始")
    desk.tick()
    post = desk.due(TEXT)
    desk.clock.forward(hours=-2)
    assert "请校准时间" in done_by(desk)["发布"]
    assert desk.state(post) == "已排期"
    assert states(desk)["发布"] == "有问题"
    assert "自动发布已停,请校准系统时间" in desk("sun", "doctor").out


def test_the_doctor_finds_all_well(desk: Counter) -> None:
    done = desk("sun", "doctor")
    assert done.code == 0, done.out
    assert "有问题" not in done.out
    with desk.seated("sun"):
        rows = hold_the_three_formats_together(["doctor"], CHECK_TITLES, desk.home)
    assert [row["check"] for row in rows] == ["工作目录", "磁盘空间", "系统时间", "操作日志", "发布", "账号授权"]


def test_the_doctor_ends_with_1_while_something_is_overdue(desk: Counter) -> None:
    desk.due(TEXT)
    done_by(desk)
    desk.due("松园街管网冲洗今天开始")
    desk.clock.forward(minutes=3)
    done = desk("sun", "doctor", "--format", "csv")
    assert done.code == 1
    (row,) = [row for row in done.csv if row["state"] == "有问题"]
    assert row["check"] == "发布"
    assert row["detail"].startswith("最久一项已逾期3分钟")


def test_the_doctor_ends_with_1_when_the_worker_is_silent(desk: Counter) -> None:
    desk.schedule(desk.ready(TEXT), desk.minutes(600))
    done = desk("sun", "doctor")
    assert done.code == 1
    assert "发布程序没有运行,请运行 weibo-ops worker" in done.out
    done_by(desk)
    assert desk("sun", "doctor").code == 0
    desk.clock.forward(minutes=10)
    assert desk("sun", "doctor").code == 1


def test_the_doctor_ends_with_1_when_the_chain_is_broken(desk: Counter) -> None:
    with desk.app.db.writing() as session:
        session.execute(text("UPDATE audit_log SET subject = 'x' WHERE id = 2"))
    done = desk("sun", "doctor")
    assert done.code == 1
    assert "第2条起与链条不符" in done.out


def test_the_doctor_ends_with_1_when_the_clock_was_set_back(desk: Counter) -> None:
    desk.clock.forward(hours=-1)
    done = desk("sun", "doctor")
    assert done.code == 1
    assert "请校准系统时间" in done.out


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_the_worker_ends_in_good_order_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    """A real process: it says that it runs, is told to end, says that it ended, and leaves no worker behind."""
    home = tmp_path / "home"
    words = [sys.executable, "-m", "weibo_ops", "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        [*words, "worker"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment
    )
    assert started.stderr is not None
    try:
        assert "已运行" in started.stderr.readline()
        started.send_signal(number)
        _, said = started.communicate(timeout=60)
    finally:
        started.kill()
        started.communicate()
    assert started.returncode == 0, said
    assert said.rstrip().endswith("发布程序已停止。")
    asked = subprocess.run([*words, "doctor"], capture_output=True, text=True, env=environment, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert re.search(r"发布 +正常 +无逾期事项", asked.stdout)
