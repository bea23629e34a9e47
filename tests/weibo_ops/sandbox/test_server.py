"""The sandbox on a real port: connections that end, signals, kills, and the command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.weibo_ops.sandbox.stage import LINK
from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.sandbox.server import bind, running
from weibo_ops.sandbox.store import Store


@contextmanager
def served() -> Iterator[tuple[httpx.Client, str]]:
    store = Store(":memory:")
    with running(store) as address, httpx.Client(base_url=address, timeout=10) as client:
        client.post("/sandbox/users", json={"uid": 1001, "screen_name": "甲市发布"})
        yield client, client.post("/sandbox/tokens", json={"uid": 1001}).json()["access_token"]
    store.close()


def share(client: httpx.Client, token: str, text: str, **more: Any) -> httpx.Response:
    data = {"access_token": token, "rip": "10.0.0.9", "status": f"{text} {LINK}"}
    return client.post("/2/statuses/share.json", data=data, **more)


def spoil(client: httpx.Client, fault: str, **more: Any) -> None:
    assert client.put("/sandbox/faults", json=[{"fault": fault, "count": 1, **more}]).status_code == 200


def posted(client: httpx.Client) -> int:
    return int(client.get("/sandbox/ledger").json()["total_number"])


def test_connections_really_end() -> None:
    with served() as (client, token):
        spoil(client, "lost_after_commit")
        with pytest.raises(httpx.RemoteProtocolError):
            share(client, token, "甲")
        spoil(client, "reset_after_commit")
        with pytest.raises(httpx.ReadError):
            share(client, token, "乙")
        spoil(client, "hang_after_commit", seconds=30)
        with pytest.raises(httpx.ReadTimeout):
            share(client, token, "丙", timeout=0.2)
        spoil(client, "hang_before_commit", seconds=0.05)
        with pytest.raises(httpx.RemoteProtocolError):
            share(client, token, "丁")
        spoil(client, "slow", seconds=0.05)
        assert "idstr" in share(client, token, "戊").json()
        assert posted(client) == 4


def test_a_picture_goes_up_and_a_body_too_long_does_not() -> None:
    with served() as (client, token):
        made = share(client, token, "图", files={"pic": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(3 * 2**20))}).json()
        assert made["pic_urls"]
        try:
            refused = client.post("/2/statuses/share.json", content=bytes(17 * 2**20)).json()["error_code"]
        except httpx.TransportError:  # the answer came before the body was sent
            refused = 10018
        assert refused == 10018


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example.com", 421),
        ("evil.example.com:80", 421),
        ("localhost:1", 200),
        ("[::1]:80", 200),
        ("api.weibo.com", 200),
    ],
)
def test_it_answers_to_its_own_names_alone(host: str, status: int) -> None:
    with served() as (client, _):
        assert client.get("/sandbox", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com", ""])
def test_it_listens_on_this_machine_alone(host: str) -> None:
    with pytest.raises(UsageError, match="只在本机"):
        bind(host, 0)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(EnvironmentFault, match="不可用"):
        bind("127.0.0.1", other.getsockname()[1])


class Command:
    """``weibo-ops sandbox`` as a process."""

    def __init__(self, folder: Path, port: int = 0, *more: str) -> None:
        arguments = ["sandbox", "--port", str(port), "--data", str(folder), *more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "weibo_ops", *arguments],
            env={**os.environ, "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def end(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        _, words = self.process.communicate(timeout=20)
        return self.process.returncode, words


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_starts_and_stops(tmp_path: Path, ending: signal.Signals) -> None:
    plan = tmp_path / "faults.json"
    plan.write_text(json.dumps({"seed": 5, "rules": [{"fault": "hang_after_commit", "seconds": 60}]}), "utf-8")
    command = Command(tmp_path / "data", 0, "--faults", str(plan))
    with httpx.Client(base_url=command.address, timeout=0.3) as client:
        assert client.get("/sandbox/faults").json()["rules"][0]["fault"] == "hang_after_commit"
        client.post("/sandbox/users", json={"uid": 1001, "screen_name": "甲市发布"})
        token = client.post("/sandbox/tokens", json={"uid": 1001}).json()["access_token"]
        with pytest.raises(httpx.ReadTimeout):
            share(client, token, "挂起")
    code, words = command.end(ending)
    assert code == 0
    assert command.address in words
    assert "sandbox-key" in words
    assert "/sandbox/ledger" in words
    assert words.rstrip().endswith("沙箱已停止。")


@pytest.mark.slow
def test_what_was_posted_outlives_a_kill(tmp_path: Path) -> None:
    first = Command(tmp_path)
    with httpx.Client(base_url=first.address) as client:
        client.post("/sandbox/users", json={"uid": 1001, "screen_name": "甲市发布"})
        token = client.post("/sandbox/tokens", json={"uid": 1001}).json()["access_token"]
        made = [share(client, token, f"第{n}条").json()["idstr"] for n in range(20)]
    first.end(signal.SIGKILL)
    second = Command(tmp_path, int(first.address.rpartition(":")[2]))
    assert second.address == first.address
    with httpx.Client(base_url=second.address) as client:
        assert [line["idstr"] for line in client.get("/sandbox/ledger").json()["posts"]] == made
        assert share(client, token, "第19条").json()["error_code"] == 20019
    assert second.end(signal.SIGTERM)[0] == 0
