"""The command refuses in one sentence; its page in the guide says what is so."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.weibo_ops.sandbox.stage import MovableClock
from weibo_ops.cli.sandbox import sandbox
from weibo_ops.kernel.errors import EnvironmentFault, UsageError
from weibo_ops.sandbox.app import make_app
from weibo_ops.sandbox.faults import KINDS, read_plan
from weibo_ops.sandbox.store import Store, open_store

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "sandbox.md"


@pytest.mark.parametrize("text", [None, "no json", '[{"fault": "nothing"}]', "\udcff"])
def test_a_plan_that_cannot_be_read(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "faults.json"
    if text is not None:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError):
        sandbox(port=0, data=tmp_path / "data", faults=file, host="127.0.0.1")
    assert not (tmp_path / "data").exists()


def test_hosts_and_folders_that_do_not_serve(tmp_path: Path) -> None:
    nothing: Any = None
    with pytest.raises(UsageError, match="只在本机"):
        sandbox(port=0, data=tmp_path / "data", faults=nothing, host="0.0.0.0")
    held = open_store(tmp_path)
    with pytest.raises(EnvironmentFault, match="另一个沙箱"):
        sandbox(port=0, data=tmp_path, faults=nothing, host="127.0.0.1")
    held.close()


def test_the_page_names_every_fault_and_its_example_is_a_plan() -> None:
    page = PAGE.read_text("utf-8")
    table = page[page.index("| 名称 | 现象 |") :]
    named = set(re.findall(r"`([a-z_0-9]+(?:_…)?)`", table.split("\n\n")[0]))
    for name in KINDS:
        assert name in named or re.sub(r"_(before|after)_commit$", "_…", name) in named, name
    (example,) = re.findall(r"```json\n(.*?)```", page, re.S)
    assert read_plan(json.loads(example)).seed == 7


async def test_an_error_that_nobody_foresaw_is_logged_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(":memory:")
    app = make_app(store, MovableClock())
    store.close()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        with caplog.at_level(logging.CRITICAL + 1):
            reply = await client.get("/2/account/get_uid.json")
    assert (reply.status_code, reply.json()["error_code"]) == (500, 10001)
