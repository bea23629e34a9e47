"""What the doctor sees: each thing well, and each thing ill with what was seen and what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from config.settings import load_settings
from tests.publishing.delivery.desk import DeliveryDesk
from weibo_ops.bootstrap import Application
from weibo_ops.doctor import LEAST_FREE, Check, Doctor
from weibo_ops.kernel.errors import EnvironmentFault

ASLEEP = (
    "import sys; from weibo_ops.kernel.processes import this_process\n"
    "print(this_process(), flush=True); sys.stdin.read()"
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[DeliveryDesk]:
    made = DeliveryDesk(tmp_path / "home")
    yield made
    made.close()


def checked(room: DeliveryDesk) -> dict[str, Check]:
    return {each.name: each for each in Doctor(room.app).checks()}


def ill(room: DeliveryDesk) -> list[str]:
    return [each.name for each in Doctor(room.app).checks() if not each.well]


def test_all_is_well(room: DeliveryDesk) -> None:
    found = checked(room)
    assert list(found) == ["工作目录", "磁盘空间", "系统时间", "操作日志", "发布", "账号授权"]
    assert all(each.well and each.state == "正常" for each in found.values())
    assert found["发布"].detail == "无逾期事项"
    assert found["账号授权"].detail == "2个账号已授权"


def test_looking_changes_nothing(room: DeliveryDesk) -> None:
    room.due()
    before = room.app.db
    with before.reading() as session:
        rows = session.execute(text("SELECT count(*) FROM audit_log")).scalar_one()
    checked(room)
    with before.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_log")).scalar_one() == rows


def test_an_overdue_post_and_a_silent_worker_are_ill(room: DeliveryDesk) -> None:
    post = room.due()
    assert ill(room) == ["发布"]
    assert "请运行 weibo-ops worker" in checked(room)["发布"].detail
    room.clock.forward(minutes=30)
    found = checked(room)["发布"]
    assert found.detail.startswith("最久一项已逾期30分钟")
    assert f"稿件{post}(待发)" in found.detail
    room.tick()
    assert ill(room) == []


def test_what_nobody_knows_is_counted_and_ill_when_it_stays(room: DeliveryDesk) -> None:
    room.due()
    room.spoil({"fault": "hang_before_commit", "seconds": 0, "count": 1})
    room.tick()
    found = checked(room)
    assert found["待核实"].detail == "结果待核实1件,待登记回执0件"
    assert found["发布"].well
    room.clock.forward(minutes=6)
    assert not checked(room)["发布"].well


def test_what_a_pause_holds_is_late_only_when_the_pause_is_over(room: DeliveryDesk) -> None:
    from tests.publishing import pausing

    room.schedule(room.ready(), room.minutes(30))
    pause = pausing.start(room)
    room.clock.forward(hours=20)
    room.tick()
    (row,) = room.app.delivery_board.board()
    assert (row.group, row.paused) == ("暂停待处置", True)
    assert checked(room)["发布"].detail == "无逾期事项"
    pausing.end(room, pause.row.pause_id)
    (row,) = room.app.delivery_board.board()
    assert row.paused is False
    assert "暂停待处置" in checked(room)["发布"].detail


def test_a_worker_that_was_stopped_is_ill_though_its_process_lives(room: DeliveryDesk) -> None:
    from publishing.repository.delivery import DeliveryRepository

    child = subprocess.Popen([sys.executable, "-c", ASLEEP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        owner = child.stdout.readline().strip()
        with room.app.db.writing() as session:
            DeliveryRepository(session).seen(owner, room.clock.now())
        assert ill(room) == []
        room.clock.forward(minutes=6)
        assert f"发布程序({child.pid}号进程)" in checked(room)["发布"].detail
    finally:
        os.kill(child.pid, signal.SIGTERM)
        child.wait()
        child.stdin.close()
        child.stdout.close()
    assert ill(room) == [], "one that is gone leaves nothing to be done"


def test_a_clock_set_back_is_ill(room: DeliveryDesk) -> None:
    room.clock.forward(hours=-3)
    found = checked(room)["系统时间"]
    assert not found.well
    assert "请校准系统时间" in found.detail
    room.clock.forward(hours=3, minutes=-1)
    assert checked(room)["系统时间"].well


def test_a_broken_chain_is_ill(room: DeliveryDesk) -> None:
    with room.app.db.writing() as session:
        session.execute(text("UPDATE audit_log SET person = 'nobody' WHERE id = 3"))
    found = checked(room)["操作日志"]
    assert not found.well
    assert found.detail == "第3条起与链条不符:请保全数据库并报告"


def test_a_full_disk_is_ill(room: DeliveryDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = LEAST_FREE - 1

    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage)
    assert ill(room) == ["磁盘空间"]
    assert "请清理磁盘" in checked(room)["磁盘空间"].detail


def test_an_authorisation_that_is_over_is_ill(room: DeliveryDesk) -> None:
    room.clock.forward(days=40)
    found = checked(room)["账号授权"]
    assert not found.well
    assert "云麓供水" in found.detail
    assert "weibo-ops platform status" in found.detail


def test_a_home_on_a_share_is_ill_and_is_not_opened(
    room: DeliveryDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = room.app.settings.home
    asked: list[Path] = []

    def shared(path: Path) -> bool:
        asked.append(path)
        return True

    monkeypatch.setattr("weibo_ops.kernel.disks.on_network", shared)
    found = checked(room)["工作目录"]
    assert not found.well
    assert str(home) in found.detail
    with pytest.raises(EnvironmentFault, match=r"网络共享.*本机磁盘"):
        Application.open(load_settings(tmp_path / "other"))
    assert not (tmp_path / "other" / "weibo-ops.db").exists()
    assert asked


def test_a_home_beside_a_server_may_lie_anywhere(room: DeliveryDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weibo_ops.kernel.disks.on_network", lambda _: True)
    monkeypatch.setattr(type(room.app.db), "dialect", property(lambda _: "postgresql"))
    names: list[Any] = [each.name for each in Doctor(room.app)._home()]
    assert names == ["磁盘空间"]
